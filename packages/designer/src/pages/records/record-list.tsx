/** The bills of one flow: filters on the server and in the address, read in pages while one scrolls, or grouped by what is wrong with them. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Flex, Skeleton, Typography } from "antd";
import { memo, useCallback, useEffect, useMemo, useRef } from "react";
import { STATUSES, type Items, type RecordPage, type RecordRef, type Status } from "../../api/answers.ts";
import { LIVE_MS, useAnswer } from "../../api/hooks.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { whyTexts } from "../../language/why-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { Choices } from "../../parts/choices.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { useSteady } from "../../parts/steady.ts";
import { usePlace } from "../../shell/place.tsx";
import { FailureGroups } from "./failure-groups.tsx";
import { FoundTable } from "./found-table.tsx";
import { narrowingOf } from "./narrowing.tsx";
import { RecordFilters, type FlowOption, type SetFilter } from "./record-filters.tsx";
import { NoRecords, RecordTable } from "./record-table.tsx";
import { filterText, recordPages, type RecordFilter } from "./record-pages.ts";
import { WhyNot, type Why } from "./why-not.tsx";

interface RecordListProps {
  readonly flow: string;
  readonly options: readonly FlowOption[];
  readonly params: URLSearchParams;
  /** The same at every drawing. */
  readonly set: SetFilter;
}

const GROUPED: readonly Status[] = ["failed", "pending", "unknown"];
/** So long the page waits for the answer, so that it is drawn once and not twice; what takes longer is seen to be waited for. */
const PATIENCE_MS = 150;

/** Chooses a status: the question is asked within the click, and the address follows when it is answered. */
function useChoose(workspace: string, flow: string, filter: RecordFilter, set: SetFilter): (status: Status | null) => void {
  const queries = useQueryClient();
  const latest = useRef(filter);
  latest.current = filter;
  const turn = useRef(0);
  // Whoever has gone elsewhere meanwhile is not brought back.
  useEffect(
    () => () => {
      turn.current += 1;
    },
    [],
  );
  return useCallback(
    (status) => {
      turn.current += 1;
      const own = turn.current;
      const answer = queries.prefetchInfiniteQuery(recordPages(workspace, flow, { ...latest.current, status }));
      const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
      void Promise.race([answer, late]).then(() => {
        if (own === turn.current) set({ status, by: null });
      });
    },
    [queries, workspace, flow, set],
  );
}

export function RecordList({ flow, options, params, set }: RecordListProps) {
  const words = useTexts(wordTexts);
  const text = useTexts(recordTexts);
  const { workspace } = usePlace();
  const status = (params.get("status") as Status | null) ?? null;
  const number = params.get("number") ?? "";
  const filter = { status, number, narrowed: narrowingOf(params) };
  const { data, error, refetch, isPending, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...recordPages(workspace, flow, filter),
    // The rows of the filter before stay until the new ones are there.
    placeholderData: keepPreviousData,
    // Further pages are kept as they were read; the first is live.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? LIVE_MS : false),
  });
  const choose = useChoose(workspace, flow, filter, set);
  const group = useCallback((by: "list" | "cause") => set({ by: by === "cause" ? "cause" : null }), [set]);
  const counts = useSteady(data?.pages[0]?.counts ?? NO_COUNTS);
  // Counts are of the flow; a number narrows further.
  const total = number !== "" ? 0 : status === null ? STATUSES.reduce((sum, each) => sum + (counts[each] ?? 0), 0) : (counts[status] ?? 0);
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const canGroup = status !== null && GROUPED.includes(status);
  const isGrouped = canGroup && params.get("by") === "cause";
  const asked = filterText(filter);
  return (
    <Card size="small">
      <RecordFilters flow={flow} options={options} params={params} set={set} failed={counts.failed ?? 0} />
      <div className="filter-line">
        <StatusFilter counts={counts} status={status} choose={choose} />
        {canGroup ? <Grouping isGrouped={isGrouped} group={group} /> : null}
      </div>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isGrouped ? (
        <FailureGroups flow={flow} status={status} />
      ) : (
        <div aria-busy={isPlaceholderData} className="record-rows">
          {isPending ? (
            <Skeleton active />
          ) : rows.length === 0 ? (
            <NoRecords />
          ) : (
            <RecordTable
              flow={flow}
              rows={rows}
              of={asked}
              total={Math.max(total, rows.length)}
              shown={params.get("cols")}
              onEnd={hasNextPage && !isFetchingNextPage && !isPlaceholderData ? readOn : null}
            />
          )}
          {number !== "" && rows.length === 0 && !isPending ? <NotInFilter flow={flow} number={number} /> : null}
          <Flex justify="space-between" style={{ marginTop: 8 }}>
            <Typography.Text type="secondary">
              {hasNextPage && total > rows.length ? text.ofTotal(rows.length, total) : words.total(rows.length)}
            </Typography.Text>
            {hasNextPage ? <ReadOn isReading={isFetchingNextPage} readOn={readOn} /> : null}
          </Flex>
        </div>
      )}
    </Card>
  );
}

const NO_COUNTS: RecordPage["counts"] = {};

const ReadOn = memo(function ReadOn({ isReading, readOn }: { readonly isReading: boolean; readonly readOn: () => void }) {
  const text = useTexts(recordTexts);
  return (
    <Button size="small" loading={isReading} onClick={readOn}>
      {text.loadMore}
    </Button>
  );
});

const Grouping = memo(function Grouping(props: { readonly isGrouped: boolean; readonly group: (by: "list" | "cause") => void }) {
  const failures = useTexts(failureTexts);
  return (
    <Choices
      label={failures.byCause}
      value={props.isGrouped ? "cause" : "list"}
      options={[
        { value: "list", label: failures.asList },
        { value: "cause", label: failures.byCause },
      ]}
      onChange={props.group}
    />
  );
});

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

interface StatusFilterProps {
  readonly counts: RecordPage["counts"];
  readonly status: Status | null;
  readonly choose: (status: Status | null) => void;
}

const StatusFilter = memo(function StatusFilter({ counts, status, choose }: StatusFilterProps) {
  const text = useTexts(recordTexts);
  const words = useTexts(wordTexts);
  const total = STATUSES.reduce((sum, each) => sum + (counts[each] ?? 0), 0);
  return (
    <Choices<Status | "all">
      label={text.status}
      value={status ?? "all"}
      options={[
        { value: "all", label: `${words.all} ${total.toLocaleString()}` },
        ...STATUSES.filter((each) => (counts[each] ?? 0) > 0 || each === status).map((each) => ({
          value: each,
          label: `${words.status[each]} ${(counts[each] ?? 0).toLocaleString()}`,
        })),
      ]}
      onChange={(chosen) => choose(chosen === "all" ? null : chosen)}
    />
  );
});
