/** The bills of a flow, by status and number, in pages from the server; a number of either side found in all flows; many numbers at once. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Card, Empty, Flex, Input, Segmented, Select, Space, Table, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import { STATUSES, type Items, type RecordPage, type RecordRef, type RecordRow, type Status } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { LIVE_MS, useAnswer, useFlows } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { recordTexts } from "../language/record-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { StatusTag } from "../parts/status-tag.tsx";
import { instantText } from "../parts/time.tsx";
import { recordPath, usePlace } from "../shell/place.tsx";
import { ManyNumbers } from "./records/many-numbers.tsx";
import { RetryButton } from "./records/retry.tsx";

export function Records() {
  const text = useTexts(recordTexts);
  const [params] = useSearchParams();
  const [isMany, setMany] = useState(false);
  const find = params.get("find");
  return (
    <Page title={text.title} about={text.about} actions={<Button onClick={() => setMany(true)}>{text.pasteMany}</Button>}>
      {find === null ? <FlowRecords /> : <Found number={find} />}
      <ManyNumbers isOpen={isMany} onClose={() => setMany(false)} />
    </Page>
  );
}

function Found({ number }: { readonly number: string }) {
  const text = useTexts(recordTexts);
  const { workspace, to } = usePlace();
  const exact = useAnswer<Items<RecordRef>>(workspace, `records/search?number=${encodeURIComponent(number)}`);
  const beginning = useAnswer<Items<RecordRef>>(workspace, `records/search?beginning=true&number=${encodeURIComponent(number)}`, {
    enabled: exact.data?.items.length === 0,
  });
  if (exact.error !== null) return <ProblemAlert error={exact.error} onRetry={() => void exact.refetch()} />;
  const [only, ...others] = exact.data?.items ?? [];
  if (only !== undefined && others.length === 0) return <Navigate to={to(recordPath(only.flow, only.key))} replace />;
  const items = only === undefined ? beginning.data?.items : [only, ...others];
  if (items === undefined) return null;
  if (items.length === 0)
    return (
      <Empty
        description={
          <>
            {text.foundNone(number)}
            <br />
            {text.foundNoneTodo}
          </>
        }
      />
    );
  return (
    <Card size="small" title={text.found(number)} styles={{ body: { padding: 0 } }}>
      <Table
        size="middle"
        rowKey={({ flow, key }) => `${flow} ${key}`}
        dataSource={[...items]}
        pagination={false}
        columns={[
          { title: text.flow, render: (_, { flow }) => <Link to={to(`flows/${flow}`)}>{flow}</Link> },
          { title: text.story, render: (_, { flow, key }) => <Link to={to(recordPath(flow, key))}>{key}</Link> },
        ]}
      />
    </Card>
  );
}

function FlowRecords() {
  const text = useTexts(recordTexts);
  const { workspace, to } = usePlace();
  const [params, setParams] = useSearchParams();
  const { data: flows, error, refetch } = useFlows(workspace);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (flows === undefined) return null;
  const flow = params.get("flow") ?? flows.items[0]?.id;
  if (flow === undefined)
    return (
      <Empty description={text.noFlow}>
        <Link to={to("flows/new")}>{text.noFlow}</Link>
      </Empty>
    );
  const set = (changes: Readonly<Record<string, string | null>>): void => {
    const next = new URLSearchParams({ flow, ...Object.fromEntries(params) });
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, value);
    }
    setParams(next, { replace: true });
  };
  const options = flows.items.map(({ id, name }) => ({ value: id, label: name ?? id }));
  return (
    <RecordList
      key={flow}
      flow={flow}
      options={options}
      status={(params.get("status") as Status | null) ?? null}
      number={params.get("number") ?? ""}
      set={set}
    />
  );
}

interface RecordListProps {
  readonly flow: string;
  readonly options: { readonly value: string; readonly label: string }[];
  readonly status: Status | null;
  readonly number: string;
  readonly set: (changes: Readonly<Record<string, string | null>>) => void;
}

const PAGE = 100;

function RecordList({ flow, options, status, number, set }: RecordListProps) {
  const text = useTexts(recordTexts);
  const words = useTexts(wordTexts);
  const { workspace, may } = usePlace();
  const filter = new URLSearchParams({ limit: String(PAGE), ...(status === null ? {} : { status }), ...(number === "" ? {} : { number }) });
  const { data, error, refetch, isPending, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["w", workspace, "records", flow, filter.toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(filter);
      if (pageParam !== "") query.set("after", pageParam);
      return ask<RecordPage>("GET", workspacePath(workspace, `flows/${flow}/records?${query.toString()}`), { signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    // Further pages are kept as they were read; the first is live.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? LIVE_MS : false),
  });
  const counts = data?.pages[0]?.counts ?? {};
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const total = STATUSES.reduce((sum, each) => sum + (counts[each] ?? 0), 0);
  return (
    <Card size="small">
      <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
        <Select
          aria-label={text.chooseFlow}
          value={flow}
          showSearch={{ optionFilterProp: "label" }}
          style={{ minWidth: 260, maxWidth: "100%" }}
          options={options}
          onChange={(id) => set({ flow: id, status: null, number: null })}
        />
        <Input.Search
          key={number}
          aria-label={text.findHere}
          placeholder={text.findHere}
          defaultValue={number}
          allowClear
          enterButton={text.query}
          style={{ width: 300 }}
          onSearch={(value) => set({ number: value.trim() })}
        />
        <Button onClick={() => set({ status: null, number: null })}>{text.reset}</Button>
        {may("operate") && status === "failed" && (counts.failed ?? 0) > 0 ? (
          <RetryButton flow={flow} selection={{ status: "failed" }} label={text.retryAll(counts.failed ?? 0)} />
        ) : null}
      </Flex>
      <div style={{ overflowX: "auto", marginBottom: 12 }}>
        <Segmented
          aria-label={text.status}
          value={status ?? "all"}
          options={[
            { value: "all", label: `${words.all} ${total.toLocaleString()}` },
            ...STATUSES.filter((each) => (counts[each] ?? 0) > 0 || each === status).map((each) => ({
              value: each,
              label: `${words.status[each]} ${(counts[each] ?? 0).toLocaleString()}`,
            })),
          ]}
          onChange={(value) => set({ status: value === "all" ? null : value })}
        />
      </div>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <RecordTable
        flow={flow}
        rows={rows}
        isPending={isPending}
        onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : null}
      />
      <Flex justify="space-between" style={{ marginTop: 8 }}>
        <Typography.Text type="secondary">{words.total(rows.length)}</Typography.Text>
        {hasNextPage ? (
          <Button size="small" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text.loadMore}
          </Button>
        ) : null}
      </Flex>
    </Card>
  );
}

interface RecordTableProps {
  readonly flow: string;
  readonly rows: readonly RecordRow[];
  readonly isPending: boolean;
  /** Reads on; null at the end. */
  readonly onEnd: (() => void) | null;
}

function RecordTable({ flow, rows, isPending, onEnd }: RecordTableProps) {
  const text = useTexts(recordTexts);
  const { to } = usePlace();
  const columns: TableColumnsType<RecordRow> = [
    {
      title: text.number,
      width: 190,
      fixed: "left",
      render: (_, { key, number }) => <Link to={to(recordPath(flow, key))}>{number ?? key}</Link>,
    },
    { title: text.status, width: 120, render: (_, { status }) => <StatusTag status={status} /> },
    {
      title: text.targetNumber,
      width: 190,
      ellipsis: true,
      render: (_, { documents }) => documents.flatMap(({ number }) => (number === null ? [] : [number])).join(", ") || "–",
    },
    {
      title: text.problem,
      ellipsis: true,
      render: (_, { reason, documents }) => {
        const worst = documents.find(({ status }) => status !== "done") ?? documents[0];
        return reason ?? (worst?.status === "done" ? "" : (worst?.vendorText ?? worst?.code ?? ""));
      },
    },
    {
      title: text.attempts,
      width: 80,
      align: "right",
      render: (_, { documents }) => documents.reduce((most, { attempts }) => Math.max(most, attempts), 0),
    },
    { title: text.changedAt, width: 180, render: (_, { changedAt }) => instantText(changedAt) },
  ];
  return (
    <Table
      size="small"
      rowKey="key"
      virtual
      loading={isPending}
      columns={columns}
      dataSource={[...rows]}
      pagination={false}
      scroll={{ x: 1000, y: Math.max(260, innerHeight - 330) }}
      onScroll={({ currentTarget }) => {
        const { scrollTop, scrollHeight, clientHeight } = currentTarget;
        if (onEnd !== null && scrollHeight - scrollTop - clientHeight < 400) onEnd();
      }}
      locale={{
        emptyText: (
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={
              <Space orientation="vertical" size={0}>
                {text.noRecords}
                {text.noRecordsTodo}
              </Space>
            }
          />
        ),
      }}
    />
  );
}
