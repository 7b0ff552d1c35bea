/** The bills of one flow: filters on the server and in the address, read in pages while one scrolls, or grouped by what is wrong with them. */
import { useInfiniteQuery } from "@tanstack/react-query";
import {
  Button,
  Card,
  Checkbox,
  Dropdown,
  Empty,
  Flex,
  Input,
  Segmented,
  Select,
  Space,
  Table,
  Typography,
  type TableColumnsType,
} from "antd";
import { useCallback, useMemo } from "react";
import { Link } from "react-router";
import { STATUSES, type RecordPage, type RecordRow, type Status } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { LIVE_MS } from "../../api/hooks.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";
import { instantText } from "../../parts/time.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";
import { BulkRetry } from "./bulk-retry.tsx";
import { FailureGroups } from "./failure-groups.tsx";
import { SavedViews } from "./saved-views.tsx";

interface RecordListProps {
  readonly flow: string;
  readonly options: { readonly value: string; readonly label: string }[];
  readonly params: URLSearchParams;
  readonly set: (changes: Readonly<Record<string, string | null>>) => void;
}

const PAGE = 200;
const GROUPED: readonly Status[] = ["failed", "pending", "unknown"];

export function RecordList({ flow, options, params, set }: RecordListProps) {
  const words = useTexts(wordTexts);
  const text = useTexts(recordTexts);
  const failures = useTexts(failureTexts);
  const { workspace } = usePlace();
  const status = (params.get("status") as Status | null) ?? null;
  const number = params.get("number") ?? "";
  const filter = useMemo(
    () => new URLSearchParams({ ...(status === null ? {} : { status }), ...(number === "" ? {} : { number }) }),
    [status, number],
  );
  const { data, error, refetch, isPending, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["w", workspace, "records", flow, filter.toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(filter);
      query.set("limit", String(PAGE));
      if (pageParam !== "") query.set("after", pageParam);
      return ask<RecordPage>("GET", workspacePath(workspace, `flows/${flow}/records?${query.toString()}`), { signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    // Further pages are kept as they were read; the first is live.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? LIVE_MS : false),
  });
  const counts = data?.pages[0]?.counts ?? {};
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const canGroup = status !== null && GROUPED.includes(status);
  const isGrouped = canGroup && params.get("by") === "cause";
  return (
    <Card size="small">
      <Filters flow={flow} options={options} params={params} set={set} filter={filter} failed={counts.failed ?? 0} />
      <Flex gap={8} wrap style={{ marginBottom: 12 }}>
        <StatusFilter counts={counts} status={status} set={set} />
        {canGroup ? (
          <Segmented
            aria-label={failures.byCause}
            value={isGrouped ? "cause" : "list"}
            options={[
              { value: "list", label: failures.asList },
              { value: "cause", label: failures.byCause },
            ]}
            onChange={(value) => set({ by: value === "cause" ? "cause" : null })}
          />
        ) : null}
      </Flex>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isGrouped ? (
        <FailureGroups flow={flow} status={status} />
      ) : (
        <>
          <RecordTable
            flow={flow}
            rows={rows}
            shown={params.get("cols")}
            isPending={isPending}
            onEnd={hasNextPage && !isFetchingNextPage ? readOn : null}
          />
          <Flex justify="space-between" style={{ marginTop: 8 }}>
            <Typography.Text type="secondary">{words.total(rows.length)}</Typography.Text>
            {hasNextPage ? (
              <Button size="small" loading={isFetchingNextPage} onClick={readOn}>
                {text.loadMore}
              </Button>
            ) : null}
          </Flex>
        </>
      )}
    </Card>
  );
}

interface FiltersProps extends RecordListProps {
  readonly filter: URLSearchParams;
  readonly failed: number;
}

function Filters({ flow, options, params, set, filter, failed }: FiltersProps) {
  const text = useTexts(recordTexts);
  const failures = useTexts(failureTexts);
  const { language } = useLanguage();
  const { workspace, may } = usePlace();
  const number = params.get("number") ?? "";
  const isOpen = params.get("more") === "1";
  const query = new URLSearchParams(filter);
  query.set("language", language);
  return (
    <>
      <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
        <Select
          aria-label={text.chooseFlow}
          value={flow}
          showSearch={{ optionFilterProp: "label" }}
          style={{ minWidth: 240, maxWidth: "100%" }}
          options={options}
          onChange={(id) => set({ flow: id, status: null, number: null, by: null })}
        />
        <Input.Search
          key={number}
          aria-label={text.findHere}
          placeholder={text.findHere}
          defaultValue={number}
          allowClear
          enterButton={text.query}
          style={{ width: 270 }}
          onSearch={(value) => set({ number: value.trim() })}
        />
        <Button onClick={() => set({ status: null, number: null, by: null })}>{text.reset}</Button>
        <Button type="link" onClick={() => set({ more: isOpen ? null : "1" })} aria-expanded={isOpen}>
          {isOpen ? failures.fold : failures.unfold}
        </Button>
        {may("operate") && params.get("status") === "failed" ? (
          <BulkRetry flow={flow} selection={{ status: "failed" }} label={text.retryAll(failed)} isOff={failed === 0} />
        ) : null}
      </Flex>
      {isOpen ? (
        <Flex gap={8} wrap align="center" style={{ marginBottom: 12 }}>
          <SavedViews />
          <ColumnChoice shown={params.get("cols")} set={set} />
          <Button
            href={workspacePath(workspace, `flows/${flow}/records/export?${query.toString()}`)}
            download={`${flow}.xlsx`}
            title={failures.exportHint}
          >
            {failures.exportExcel}
          </Button>
        </Flex>
      ) : null}
    </>
  );
}

interface StatusFilterProps {
  readonly counts: RecordPage["counts"];
  readonly status: Status | null;
  readonly set: RecordListProps["set"];
}

function StatusFilter({ counts, status, set }: StatusFilterProps) {
  const text = useTexts(recordTexts);
  const words = useTexts(wordTexts);
  const total = STATUSES.reduce((sum, each) => sum + (counts[each] ?? 0), 0);
  return (
    <div style={{ overflowX: "auto" }}>
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
        onChange={(value) => set({ status: value === "all" ? null : value, by: null })}
      />
    </div>
  );
}

/** Those that may be left out; the number always stays. */
const COLUMNS = ["status", "target", "problem", "attempts", "changed"] as const;
type ColumnName = (typeof COLUMNS)[number];

function shownColumns(text: string | null): readonly ColumnName[] {
  return text === null ? COLUMNS : COLUMNS.filter((name) => text.split(",").includes(name));
}

function useColumnNames(): Readonly<Record<ColumnName, string>> {
  const text = useTexts(recordTexts);
  return { status: text.status, target: text.targetNumber, problem: text.problem, attempts: text.attempts, changed: text.changedAt };
}

function ColumnChoice({ shown, set }: { readonly shown: string | null; readonly set: RecordListProps["set"] }) {
  const failures = useTexts(failureTexts);
  const names = useColumnNames();
  const chosen = shownColumns(shown);
  const choose = (name: ColumnName, isOn: boolean): void => {
    const next = COLUMNS.filter((each) => (each === name ? isOn : chosen.includes(each)));
    set({ cols: next.length === COLUMNS.length ? null : next.join(",") || "none" });
  };
  return (
    <Dropdown
      trigger={["click"]}
      popupRender={() => (
        <Card size="small">
          <Space orientation="vertical">
            {COLUMNS.map((name) => (
              <Checkbox key={name} checked={chosen.includes(name)} onChange={({ target }) => choose(name, target.checked)}>
                {names[name]}
              </Checkbox>
            ))}
          </Space>
        </Card>
      )}
    >
      <Button>{failures.columns}</Button>
    </Dropdown>
  );
}

interface RecordTableProps {
  readonly flow: string;
  readonly rows: readonly RecordRow[];
  readonly shown: string | null;
  readonly isPending: boolean;
  /** Reads on; null at the end. */
  readonly onEnd: (() => void) | null;
}

function RecordTable({ flow, rows, shown, isPending, onEnd }: RecordTableProps) {
  const text = useTexts(recordTexts);
  const { to } = usePlace();
  const names = useColumnNames();
  const given: Readonly<Record<ColumnName, TableColumnsType<RecordRow>[number]>> = {
    status: { title: names.status, width: 120, render: (_, { status }) => <StatusTag status={status} /> },
    target: {
      title: names.target,
      width: 190,
      ellipsis: true,
      render: (_, { documents }) => documents.flatMap(({ number }) => (number === null ? [] : [number])).join(", ") || "–",
    },
    problem: {
      title: names.problem,
      ellipsis: true,
      render: (_, { reason, documents }) => {
        const worst = documents.find(({ status }) => status !== "done") ?? documents[0];
        return reason ?? (worst?.status === "done" ? "" : (worst?.vendorText ?? worst?.code ?? ""));
      },
    },
    attempts: {
      title: names.attempts,
      width: 80,
      align: "right",
      render: (_, { documents }) => documents.reduce((most, { attempts }) => Math.max(most, attempts), 0),
    },
    changed: { title: names.changed, width: 180, render: (_, { changedAt }) => instantText(changedAt) },
  };
  const columns: TableColumnsType<RecordRow> = [
    {
      title: text.number,
      width: 190,
      fixed: "left",
      render: (_, { key, number }) => <Link to={to(recordPath(flow, key))}>{number ?? key}</Link>,
    },
    ...shownColumns(shown).map((name) => ({ key: name, ...given[name] })),
  ];
  return (
    <Table
      size="small"
      rowKey="key"
      virtual
      loading={isPending}
      columns={columns}
      dataSource={rows as RecordRow[]}
      pagination={false}
      scroll={{ x: 1000, y: Math.max(260, innerHeight - 330) }}
      onScroll={({ currentTarget }) => {
        const { scrollTop, scrollHeight, clientHeight } = currentTarget;
        if (onEnd !== null && scrollHeight - scrollTop - clientHeight < clientHeight * 2) onEnd();
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
