/** Logs (日志): pages from the newest back, or live; filters are in the address, so that a link shows the same. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Empty, Flex, Input, Select, Switch, Table, Tag, Tooltip, type TableColumnsType } from "antd";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Items } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer, useFlows, usePages } from "../api/hooks.ts";
import { logTexts } from "../language/log-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { FlowLink } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { instantText } from "../parts/time.tsx";
import { recordPath, usePlace } from "../shell/place.tsx";

interface LogLine {
  readonly id: string;
  readonly flow: string;
  readonly at: number;
  readonly level: string;
  readonly zh: string;
  readonly en: string;
  readonly run: string | null;
  readonly recordKey: string | null;
}

const COLOURS: Readonly<Record<string, string>> = { record: "default", notice: "blue", success: "green", error: "red", fatal: "magenta" };
/** More than this many live lines are let go from the end. */
const LIVE_MAX = 1_000;

/** Lines that come while the page is open; none while it is off. */
function useTail(workspace: string, query: string, isOn: boolean): readonly LogLine[] {
  const [told, setTold] = useState<{ readonly query: string; readonly lines: readonly LogLine[] }>({ query, lines: [] });
  useEffect(() => {
    if (!isOn) return undefined;
    const source = new EventSource(workspacePath(workspace, `logs/events?after=0${query === "" ? "" : `&${query}`}`));
    source.addEventListener("line", (event: MessageEvent<string>) => {
      const line = JSON.parse(event.data) as LogLine;
      setTold((before) => {
        // After a cut the server tells the last seconds again.
        const known = before.query === query ? before.lines.filter(({ id }) => id !== line.id) : [];
        return { query, lines: [line, ...known].slice(0, LIVE_MAX) };
      });
    });
    return () => source.close();
  }, [workspace, query, isOn]);
  return isOn && told.query === query ? told.lines : [];
}

export function Logs() {
  const text = useTexts(logTexts);
  const { workspace } = usePlace();
  const [search] = useSearchParams();
  const [isLive, setLive] = useState(true);
  const query = new URLSearchParams([...search].filter(([name]) => ["flow", "run", "key", "levels", "text"].includes(name))).toString();
  const live = useTail(workspace, query, isLive);
  const {
    rows: stored,
    error,
    refetch,
    isPending,
    ...more
  } = usePages<LogLine>(workspace, `logs?limit=100${query === "" ? "" : `&${query}`}`);
  const known = new Set(stored.map(({ id }) => id));
  return (
    <Page
      title={text.logs}
      about={text.logsAbout}
      actions={<Button href={workspacePath(workspace, `logs/download?${query}`)}>{text.download}</Button>}
    >
      <Filters isLive={isLive} onLive={setLive} />
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Lines isPending={isPending} lines={[...live.filter(({ id }) => !known.has(id)), ...stored]} />
      {more.hasNextPage ? (
        <Flex justify="center" style={{ marginTop: 12 }}>
          <Button loading={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
            {text.more}
          </Button>
        </Flex>
      ) : null}
    </Page>
  );
}

function Filters({ isLive, onLive }: { readonly isLive: boolean; readonly onLive: (isLive: boolean) => void }) {
  const text = useTexts(logTexts);
  const { workspace, may } = usePlace();
  const [search, setSearch] = useSearchParams();
  const flows = useFlows(workspace).data?.items ?? [];
  const [flow, levels, run] = [search.get("flow"), search.get("levels"), search.get("run")];
  const set = (name: string, value: string | undefined): void => {
    const next = new URLSearchParams(search);
    if (value === undefined || value === "") next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  return (
    <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
      <Select
        allowClear
        showSearch
        aria-label={text.flow}
        placeholder={text.allFlows}
        style={{ width: 260 }}
        value={flow ?? undefined}
        onChange={(value?: string) => set("flow", value)}
        options={flows.map(({ id, name }) => ({ value: id, label: name ?? id }))}
      />
      <Select
        mode="multiple"
        allowClear
        aria-label={text.level}
        placeholder={text.allLevels}
        style={{ minWidth: 200 }}
        value={levels === null ? [] : levels.split(",")}
        onChange={(value: readonly string[]) => set("levels", value.join(","))}
        options={Object.entries(text.levels).map(([value, label]) => ({ value, label }))}
      />
      <Input.Search
        allowClear
        aria-label={text.search}
        placeholder={text.search}
        style={{ width: 260 }}
        defaultValue={search.get("text") ?? ""}
        onSearch={(value) => set("text", value)}
      />
      {run === null ? null : (
        <Tag closable onClose={() => set("run", undefined)}>
          {text.ofRun(run)}
        </Tag>
      )}
      <Tooltip title={text.liveHint}>
        <Switch aria-label={text.live} checked={isLive} onChange={onLive} checkedChildren={text.live} unCheckedChildren={text.live} />
      </Tooltip>
      {may("startLogDetail", "stopLogDetail") && flow !== null ? <Detail flow={flow} /> : null}
    </Flex>
  );
}

/** The timed switch by which the flow tells of every bill. */
function Detail({ flow }: { readonly flow: string }) {
  const text = useTexts(logTexts);
  const { workspace } = usePlace();
  const client = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const on = useAnswer<Items<{ readonly flow: string; readonly until: number }>>(workspace, "log-detail", { live: true }).data?.items.find(
    (each) => each.flow === flow,
  );
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      on === undefined
        ? ask("PUT", workspacePath(workspace, `flows/${flow}/log-detail`), { body: { minutes: 30 } })
        : ask("DELETE", workspacePath(workspace, `flows/${flow}/log-detail`)),
    onError: (refused) => void message.error(line(refused)),
    onSuccess: () => client.invalidateQueries({ queryKey: ["w", workspace, "log-detail"] }),
  });
  return (
    <Tooltip title={text.detailHint}>
      <Button loading={isPending} type={on === undefined ? "default" : "primary"} onClick={() => mutate()}>
        {on === undefined ? text.detail : text.detailOn(instantText(on.until))}
      </Button>
    </Tooltip>
  );
}

function Lines({ lines, isPending }: { readonly lines: readonly LogLine[]; readonly isPending: boolean }) {
  const text = useTexts(logTexts);
  const { language } = useLanguage();
  const { to } = usePlace();
  const columns: TableColumnsType<LogLine> = [
    { title: text.at, width: 170, render: (_, { at }) => instantText(at) },
    {
      title: text.level,
      width: 80,
      render: (_, { level }) => <Tag color={COLOURS[level] ?? "default"}>{text.levels[level] ?? level}</Tag>,
    },
    { title: text.flow, width: 200, ellipsis: true, render: (_, { flow }) => <FlowLink id={flow} /> },
    { title: text.line, render: (_, line) => <span style={{ overflowWrap: "anywhere" }}>{language === "zh" ? line.zh : line.en}</span> },
    {
      title: text.bill,
      width: 160,
      ellipsis: true,
      render: (_, { flow, recordKey }) => (recordKey === null ? null : <Link to={to(recordPath(flow, recordKey))}>{recordKey}</Link>),
    },
  ];
  return (
    <Card size="small" styles={{ body: { padding: 0 } }}>
      <Table
        size="small"
        virtual
        rowKey="id"
        loading={isPending}
        columns={columns}
        dataSource={lines}
        pagination={false}
        scroll={{ x: 1000, y: Math.max(300, innerHeight - 260) }}
        locale={{
          emptyText: isPending ? (
            " "
          ) : (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.none}>
              <FirstFlow />
            </Empty>
          ),
        }}
      />
    </Card>
  );
}
