/** Runs (运行): the history with numbers, and the calendar of schedules: what ran, what was missed, what comes. */
import { Checkbox, Flex, Tabs, Tag, Tooltip, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Items } from "../api/answers.ts";
import { useAnswer, usePages } from "../api/hooks.ts";
import { logTexts } from "../language/log-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { FlowLink } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

interface PastRun {
  readonly id: string;
  readonly flow: string;
  readonly state: string;
  readonly read: number;
  readonly records: number;
  readonly unchanged: number;
  readonly problem: { readonly code: string; readonly zh: string; readonly en: string } | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

interface FlowCalendar {
  readonly flow: string;
  readonly isEnabled: boolean;
  readonly cron: string | null;
  readonly windows: readonly string[] | null;
  readonly misfire: string | null;
  readonly entries: readonly { readonly at: number; readonly ticks: number; readonly outcome: string; readonly run: string | null }[];
  readonly isCut: boolean;
}

const COLOURS: Readonly<Record<string, string>> = {
  done: "green",
  ran: "green",
  failed: "red",
  missed: "orange",
  running: "blue",
  waiting: "gold",
};

export function Runs() {
  const text = useTexts(logTexts);
  const [search, setSearch] = useSearchParams();
  return (
    <Page title={text.runs} about={text.runsAbout}>
      <Tabs
        activeKey={search.get("view") ?? "history"}
        onChange={(view) => setSearch({ view }, { replace: true })}
        destroyOnHidden
        items={[
          { key: "history", label: text.history, children: <History /> },
          { key: "calendar", label: text.calendar, children: <Calendar /> },
        ]}
      />
    </Page>
  );
}

function History() {
  const text = useTexts(logTexts);
  const { workspace, to } = usePlace();
  const { language } = useLanguage();
  const [isBusy, setBusy] = useState(true);
  const { rows, error, refetch, isPending, ...more } = usePages<PastRun>(workspace, `runs?limit=100&busy=${isBusy}`);
  const columns: TableColumnsType<PastRun> = [
    { title: text.began, width: 170, render: (_, { startedAt }) => instantText(startedAt) },
    { title: text.flow, render: (_, { flow }) => <FlowLink id={flow} /> },
    {
      title: text.state,
      render: (_, { state, problem }) => (
        <Flex gap={6} align="center">
          <Tag color={COLOURS[state] ?? "default"}>{text.states[state] ?? state}</Tag>
          {problem === null ? null : (
            <Typography.Text style={{ maxWidth: 420 }} ellipsis={{ tooltip: true }}>
              {`${problem.code} ${language === "zh" ? problem.zh : problem.en}`}
            </Typography.Text>
          )}
        </Flex>
      ),
    },
    { title: text.read, width: 90, align: "right", dataIndex: "read" },
    { title: text.records, width: 90, align: "right", dataIndex: "records" },
    { title: text.unchanged, width: 90, align: "right", dataIndex: "unchanged" },
    {
      title: text.took,
      width: 100,
      align: "right",
      render: (_, { startedAt, endedAt }) => (endedAt === null ? "" : `${((endedAt - startedAt) / 1000).toFixed(1)} s`),
    },
    { title: text.log, width: 80, render: (_, { id, flow }) => <Link to={to(`logs?flow=${flow}&run=${id}`)}>{text.log}</Link> },
  ];
  return (
    <>
      <Checkbox checked={isBusy} onChange={({ target }) => setBusy(target.checked)} style={{ marginBottom: 12 }}>
        {text.busyOnly}
      </Checkbox>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows size="small" rowKey="id" isPending={isPending} columns={columns} rows={rows} more={more} none={text.runsNone} />
    </>
  );
}

const DAY_MS = 86_400_000;
const SHOWN = 24;

function Calendar() {
  const text = useTexts(logTexts);
  const words = useTexts(wordTexts);
  const { workspace } = usePlace();
  // By the minute, so that the same question is not asked anew with every look.
  const [nowMs] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  const { data, error, refetch, isPending } = useAnswer<Items<FlowCalendar>>(
    workspace,
    `calendar?from=${nowMs - DAY_MS}&to=${nowMs + 7 * DAY_MS}`,
    { live: true },
  );
  const entriesOf = (flow: FlowCalendar, isPast: boolean) => flow.entries.filter((entry) => entry.at <= nowMs === isPast);
  const columns: TableColumnsType<FlowCalendar> = [
    { title: text.flow, render: (_, { flow }) => <FlowLink id={flow} /> },
    {
      title: text.schedule,
      render: (_, { cron, isEnabled }) => (isEnabled ? <span className="mono">{cron ?? "–"}</span> : <Tag>{text.isOff}</Tag>),
    },
    { title: text.windows, render: (_, { windows, isEnabled }) => (isEnabled ? (windows?.join(", ") ?? text.allDay) : "–") },
    { title: text.misfire, render: (_, { misfire }) => (misfire === null ? "" : (text.misfires[misfire] ?? misfire)) },
    { title: text.past, render: (_, flow) => <Outcomes entries={entriesOf(flow, true)} /> },
    {
      title: text.ahead,
      render: (_, flow) => {
        const ahead = entriesOf(flow, false);
        const [next] = ahead;
        if (next === undefined) return text.nothingPlanned;
        const times = flow.isCut ? words.aside(text.times(ahead.length), text.manyTimes) : text.times(ahead.length);
        const all = `${text.next} ${instantText(next.at)} · ${times}`;
        return (
          <Tooltip
            title={ahead
              .slice(0, SHOWN)
              .map((each) => instantText(each.at))
              .join("\n")}
          >
            {all}
          </Tooltip>
        );
      },
    },
  ];
  return (
    <>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows size="small" rowKey="flow" isPending={isPending} columns={columns} rows={data?.items ?? []} none={text.calendarNone} />
    </>
  );
}

/** How many of each outcome; when they were shows over them. */
function Outcomes({ entries }: { readonly entries: FlowCalendar["entries"] }) {
  const text = useTexts(logTexts);
  const groups = [...Map.groupBy(entries, (entry) => entry.outcome)];
  return (
    <Flex gap={4} wrap>
      {groups.map(([outcome, those]) => (
        <Tooltip
          key={outcome}
          title={those
            .slice(-SHOWN)
            .map(({ at }) => instantText(at))
            .join("\n")}
        >
          <Tag color={COLOURS[outcome] ?? "default"}>{`${text.outcomes[outcome] ?? outcome} ${those.length}`}</Tag>
        </Tooltip>
      ))}
    </Flex>
  );
}
