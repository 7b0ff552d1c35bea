/** Runs (运行): the history with numbers, and the calendar of schedules: what ran, what was missed, what comes. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Card, Checkbox, Empty, Flex, Table, Tabs, Tag, Tooltip, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Items, Page as AnswerPage } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { logTexts } from "../language/log-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
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
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["w", workspace, "runs", isBusy],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === "" ? "" : `&after=${pageParam}`;
      return ask<AnswerPage<PastRun>>("GET", workspacePath(workspace, `runs?limit=100&busy=${isBusy}${page}`), { signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const columns: TableColumnsType<PastRun> = [
    { title: text.began, width: 170, render: (_, { startedAt }) => instantText(startedAt) },
    { title: text.flow, render: (_, { flow }) => <Link to={to(`flows/${flow}`)}>{flow}</Link> },
    {
      title: text.state,
      render: (_, { state, problem }) => (
        <Flex gap={6} align="center">
          <Tag color={COLOURS[state] ?? "default"}>{text.states[state] ?? state}</Tag>
          {problem === null ? null : <span>{`${problem.code} ${language === "zh" ? problem.zh : problem.en}`}</span>}
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
      <Card size="small" styles={{ body: { padding: 0 } }}>
        <Table
          size="small"
          rowKey="id"
          loading={isPending}
          columns={columns}
          dataSource={data?.pages.flatMap(({ items }) => items) ?? []}
          pagination={false}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.runsNone} /> }}
        />
      </Card>
      {hasNextPage ? (
        <Flex justify="center" style={{ marginTop: 12 }}>
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text.more}
          </Button>
        </Flex>
      ) : null}
    </>
  );
}

const DAY_MS = 86_400_000;
const SHOWN = 24;

function Calendar() {
  const text = useTexts(logTexts);
  const { workspace, to } = usePlace();
  // By the minute, so that the same question is not asked anew with every look.
  const [nowMs] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  const { data, error, refetch, isPending } = useAnswer<Items<FlowCalendar>>(
    workspace,
    `calendar?from=${nowMs - DAY_MS}&to=${nowMs + 7 * DAY_MS}`,
    { live: true },
  );
  const entriesOf = (flow: FlowCalendar, isPast: boolean) => flow.entries.filter((entry) => entry.at <= nowMs === isPast);
  const columns: TableColumnsType<FlowCalendar> = [
    { title: text.flow, render: (_, { flow }) => <Link to={to(`flows/${flow}`)}>{flow}</Link> },
    { title: text.schedule, render: (_, { cron, isEnabled }) => <span className="mono">{isEnabled ? (cron ?? "") : ""}</span> },
    { title: text.windows, render: (_, { windows }) => windows?.join(", ") ?? text.allDay },
    { title: text.misfire, render: (_, { misfire }) => (misfire === null ? "" : (text.misfires[misfire] ?? misfire)) },
    { title: text.past, render: (_, flow) => <Outcomes entries={entriesOf(flow, true)} /> },
    {
      title: text.ahead,
      render: (_, flow) => {
        const ahead = entriesOf(flow, false);
        const [next] = ahead;
        if (next === undefined) return text.nothingPlanned;
        const all = `${text.next} ${instantText(next.at)} · ${text.times(ahead.length)}${flow.isCut ? `（${text.manyTimes}）` : ""}`;
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
      <Card size="small" styles={{ body: { padding: 0 } }}>
        <Table
          size="small"
          rowKey="flow"
          loading={isPending}
          columns={columns}
          dataSource={data?.items ?? []}
          pagination={false}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.runsNone} /> }}
        />
      </Card>
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
