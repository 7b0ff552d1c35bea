/** Runs (运行): the history with numbers, and the calendar of schedules: what ran, what was missed, what comes. */
import { Checkbox, Flex, Select, Tabs, Tag, Typography, type TableColumnsType } from "antd";
import { Link, useSearchParams } from "react-router";
import { useFlows, usePages } from "../api/hooks.ts";
import { logTexts } from "../language/log-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { FlowLink } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { Calendar } from "./runs/calendar.tsx";
import { STATE_COLOURS } from "./runs/colours.ts";

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

export function Runs() {
  const text = useTexts(logTexts);
  const [search, setSearch] = useSearchParams();
  return (
    <Page title={text.runs} about={text.runsAbout}>
      <Tabs
        activeKey={search.get("view") ?? "history"}
        onChange={(view) => setSearch(view === "history" ? {} : { view }, { replace: true })}
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
  const [search, setSearch] = useSearchParams();
  const isBusy = search.get("busy") !== "false";
  const asked = new URLSearchParams([
    ["limit", "100"],
    ["busy", String(isBusy)],
    ...[...search].filter(([name]) => FILTERS.includes(name)),
  ]);
  const { rows, error, refetch, isPending, ...more } = usePages<PastRun>(workspace, `runs?${asked.toString()}`);
  const set = (changes: Readonly<Record<string, string>>): void => {
    const kept = Object.entries({ ...Object.fromEntries(search), ...changes }).filter(([, value]) => value !== "");
    setSearch(Object.fromEntries(kept), { replace: true });
  };
  const columns: TableColumnsType<PastRun> = [
    { title: text.began, width: 170, render: (_, { startedAt }) => instantText(startedAt) },
    { title: text.flow, width: 260, render: (_, { flow }) => <FlowLink id={flow} /> },
    {
      title: text.state,
      render: (_, { state, problem }) => (
        <Flex gap={6} align="center">
          <Tag color={STATE_COLOURS[state] ?? "default"}>{text.states[state] ?? state}</Tag>
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
      <Filters search={search} set={set} isBusy={isBusy} />
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        size="small"
        rowKey="id"
        isPending={isPending}
        columns={columns}
        rows={rows}
        more={more}
        none={text.runsNone}
        todo={<FirstFlow />}
      />
    </>
  );
}

/** In the address, so that a link shows the same: a day of the calendar leads here. */
const FILTERS: readonly string[] = ["flow", "state", "from", "to"];

interface FiltersProps {
  readonly search: URLSearchParams;
  readonly set: (changes: Readonly<Record<string, string>>) => void;
  readonly isBusy: boolean;
}

function Filters({ search, set, isBusy }: FiltersProps) {
  const text = useTexts(logTexts);
  const { workspace } = usePlace();
  const flows = useFlows(workspace).data?.items ?? [];
  const [from, to] = [Number(search.get("from")), Number(search.get("to"))];
  return (
    <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
      <Select
        allowClear
        aria-label={text.flow}
        placeholder={text.allFlows}
        showSearch={{ optionFilterProp: "label" }}
        style={{ width: 260 }}
        value={search.get("flow")}
        onChange={(flow: string | undefined) => set({ flow: flow ?? "" })}
        options={flows.map(({ id, name }) => ({ value: id, label: name ?? id }))}
      />
      <Select
        allowClear
        aria-label={text.state}
        placeholder={text.state}
        style={{ width: 130 }}
        value={search.get("state")}
        onChange={(state: string | undefined) => set({ state: state ?? "" })}
        options={Object.entries(text.states).map(([value, label]) => ({ value, label }))}
      />
      {from > 0 && to > from ? (
        <Tag closable onClose={() => set({ from: "", to: "" })}>
          {`${instantText(from)} – ${instantText(to)}`}
        </Tag>
      ) : null}
      <Checkbox checked={isBusy} onChange={({ target }) => set({ busy: target.checked ? "" : "false" })}>
        {text.busyOnly}
      </Checkbox>
    </Flex>
  );
}
