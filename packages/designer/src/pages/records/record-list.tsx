/** The bills of one flow: filters on the server and in the address, read in pages while one scrolls, or grouped by what is wrong with them. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Checkbox, Dropdown, Flex, Input, Radio, Segmented, Select, Space, Typography } from "antd";
import { memo, useCallback, useMemo } from "react";
import { STATUSES, type Items, type RecordPage, type RecordRef, type Status } from "../../api/answers.ts";
import { workspacePath } from "../../api/ask.ts";
import { LIVE_MS, useAnswer } from "../../api/hooks.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { whyTexts } from "../../language/why-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { BulkRetry } from "./bulk-retry.tsx";
import { FailureGroups } from "./failure-groups.tsx";
import { FoundTable } from "./found-table.tsx";
import { Narrowing, NARROWING, narrowingOf } from "./narrowing.tsx";
import { COLUMNS, RecordTable, shownColumns, useColumnNames, type ColumnName } from "./record-table.tsx";
import { filterText, recordPages } from "./record-pages.ts";
import { SavedViews } from "./saved-views.tsx";
import { WhyNot, type Why } from "./why-not.tsx";

interface RecordListProps {
  readonly flow: string;
  readonly options: { readonly value: string; readonly label: string }[];
  readonly params: URLSearchParams;
  readonly set: (changes: Readonly<Record<string, string | null>>) => void;
}

const NONE = { status: null, number: null, by: null, code: null, cause: null, from: null, to: null };
const GROUPED: readonly Status[] = ["failed", "pending", "unknown"];

export function RecordList({ flow, options, params, set }: RecordListProps) {
  const words = useTexts(wordTexts);
  const text = useTexts(recordTexts);
  const failures = useTexts(failureTexts);
  const { workspace } = usePlace();
  const status = (params.get("status") as Status | null) ?? null;
  const number = params.get("number") ?? "";
  const narrowed = narrowingOf(params);
  const { data, error, refetch, isPending, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...recordPages(workspace, flow, { status, number, narrowed }),
    // The rows of the filter before stay until the new ones are there.
    placeholderData: keepPreviousData,
    // Further pages are kept as they were read; the first is live.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? LIVE_MS : false),
  });
  const queries = useQueryClient();
  const choose = (chosen: Status | null): void => {
    // The question is under way while the page is drawn anew for it.
    void queries.prefetchInfiniteQuery(recordPages(workspace, flow, { status: chosen, number, narrowed }));
    set({ status: chosen, by: null });
  };
  const counts = data?.pages[0]?.counts ?? {};
  // Counts are of the flow; a number narrows further.
  const total = number !== "" ? 0 : status === null ? STATUSES.reduce((sum, each) => sum + (counts[each] ?? 0), 0) : (counts[status] ?? 0);
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const canGroup = status !== null && GROUPED.includes(status);
  const isGrouped = canGroup && params.get("by") === "cause";
  return (
    <Card size="small">
      <Filters flow={flow} options={options} params={params} set={set} failed={counts.failed ?? 0} />
      <Flex gap={8} wrap style={{ marginBottom: 12 }}>
        <StatusFilter counts={counts} status={status} choose={choose} />
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
        <div aria-busy={isPlaceholderData} className="record-rows">
          <RecordTable
            flow={flow}
            rows={rows}
            shown={params.get("cols")}
            isPending={isPending}
            onEnd={hasNextPage && !isFetchingNextPage && !isPlaceholderData ? readOn : null}
          />
          {number !== "" && rows.length === 0 && !isPending ? <NotInFilter flow={flow} number={number} /> : null}
          <Flex justify="space-between" style={{ marginTop: 8 }}>
            <Typography.Text type="secondary">
              {hasNextPage && total > rows.length ? text.ofTotal(rows.length, total) : words.total(rows.length)}
            </Typography.Text>
            {hasNextPage ? (
              <Button size="small" loading={isFetchingNextPage} onClick={readOn}>
                {text.loadMore}
              </Button>
            ) : null}
          </Flex>
        </div>
      )}
    </Card>
  );
}

/** A number that the filter does not have: where else it is, or why it is nowhere. */
function NotInFilter({ flow, number }: { readonly flow: string; readonly number: string }) {
  const text = useTexts(whyTexts);
  const { workspace } = usePlace();
  const { data } = useAnswer<Items<RecordRef> & { readonly why?: readonly Why[] }>(
    workspace,
    `records/search?why=true&number=${encodeURIComponent(number)}`,
  );
  if (data === undefined) return null;
  if (data.items.length === 0) return <WhyNot numbers={[number]} why={(data.why ?? []).filter((why) => why.flow === flow)} />;
  return (
    <Card size="small" title={text.elsewhere(data.items.length)} styles={{ body: { padding: 0 } }}>
      <FoundTable lines={data.items.map((record) => ({ asked: number, record }))} />
    </Card>
  );
}

interface FiltersProps extends RecordListProps {
  readonly failed: number;
}

const Filters = memo(function Filters({ flow, options, params, set, failed }: FiltersProps) {
  const text = useTexts(recordTexts);
  const failures = useTexts(failureTexts);
  const { language } = useLanguage();
  const { workspace, may } = usePlace();
  const number = params.get("number") ?? "";
  const isNarrowed = NARROWING.some((name) => params.has(name));
  const isOpen = params.get("more") === "1" || isNarrowed;
  const [code, cause] = [params.get("code"), params.get("cause")];
  const query = new URLSearchParams(
    filterText({ status: (params.get("status") as Status | null) ?? null, number, narrowed: narrowingOf(params) }),
  );
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
          onChange={(id) => set({ ...NONE, flow: id })}
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
        <Button onClick={() => set(NONE)}>{text.reset}</Button>
        <Button type="link" disabled={isNarrowed} onClick={() => set({ more: isOpen ? null : "1" })} aria-expanded={isOpen}>
          {isOpen ? failures.fold : failures.unfold}
        </Button>
        {may("startBulk", "sampleRetry") && params.get("status") === "failed" && !params.has("from") && !params.has("to") ? (
          <BulkRetry
            flow={flow}
            selection={{ status: "failed", ...(code === null ? {} : { code }), ...(cause === null ? {} : { cause }) }}
            label={code === null && cause === null ? text.retryAll(failed) : failures.retryGroup}
            isOff={failed === 0}
          />
        ) : null}
      </Flex>
      {isOpen ? <Narrowing params={params} set={set} /> : null}
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
});

interface StatusFilterProps {
  readonly counts: RecordPage["counts"];
  readonly status: Status | null;
  readonly choose: (status: Status | null) => void;
}

function StatusFilter({ counts, status, choose }: StatusFilterProps) {
  const text = useTexts(recordTexts);
  const words = useTexts(wordTexts);
  const total = STATUSES.reduce((sum, each) => sum + (counts[each] ?? 0), 0);
  return (
    // Not the library's segments: those measure the whole page within the click, to let a thumb glide.
    <Radio.Group
      aria-label={text.status}
      optionType="button"
      value={status ?? "all"}
      options={[
        { value: "all", label: `${words.all} ${total.toLocaleString()}` },
        ...STATUSES.filter((each) => (counts[each] ?? 0) > 0 || each === status).map((each) => ({
          value: each,
          label: `${words.status[each]} ${(counts[each] ?? 0).toLocaleString()}`,
        })),
      ]}
      onChange={({ target }) => choose(target.value === "all" ? null : (target.value as Status))}
    />
  );
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
