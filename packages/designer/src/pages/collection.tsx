/** The stored rows of one flow: read in pages while one scrolls, searched by the server, taken out as Excel and, where it waits for rows, in. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Card, Empty, Flex, Input, Table, Typography, type TableColumnsType } from "antd";
import { useMemo, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { Items, Page as AnswerPage } from "../api/answers.ts";
import { ask, ExactNumber, workspacePath } from "../api/ask.ts";
import { useAnswer, useFlows } from "../api/hooks.ts";
import { collectionTexts } from "../language/collection-texts.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { prettyJson } from "../parts/json-text.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { recordPath, usePlace } from "../shell/place.tsx";
import { Readers, type CollectionRow } from "./collections/readers.tsx";
import { TakeRows } from "./collections/take-rows.tsx";

interface StoredRecord {
  readonly key: string;
  readonly number: string | null;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

interface RowsPage extends AnswerPage<StoredRecord> {
  readonly looked: number;
}

interface Row {
  readonly id: string;
  readonly key: string;
  readonly number: string | null;
  readonly cells: Readonly<Record<string, unknown>>;
}

const PAGE = 200;
const COLUMN = 170;
/** Further columns are in the bill's own page and in the Excel file. */
const COLUMNS_MAX = 60;

export function Collection() {
  const { flow = "" } = useParams();
  const text = useTexts(collectionTexts);
  const { workspace, may } = usePlace();
  const [params, setParams] = useSearchParams();
  const find = params.get("find") ?? "";
  const [isTaking, setTaking] = useState(false);
  const about = useAnswer<Items<CollectionRow>>(workspace, "collections").data?.items.find((each) => each.flow === flow);
  const name = (useFlows(workspace).data?.items ?? []).find(({ id }) => id === flow)?.name ?? flow;
  const { data, error, refetch, isPending, isFetching, fetchNextPage, hasNextPage } = useInfiniteQuery({
    queryKey: ["w", workspace, "rows", flow, find],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE), ...(find === "" ? {} : { find }) });
      if (pageParam !== "") query.set("after", pageParam);
      return ask<RowsPage>("GET", workspacePath(workspace, `flows/${flow}/rows?${query.toString()}`), { signal, exact: true });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const rows = useMemo(() => rowsOf(data?.pages ?? []), [data]);
  const looked = data?.pages.reduce((sum, page) => sum + page.looked, 0) ?? 0;
  return (
    <Page
      title={name}
      about={about === undefined ? <span className="mono">{flow}</span> : <Readers readers={about.readers} />}
      actions={
        <>
          <Button href={workspacePath(workspace, `flows/${flow}/rows/export`)} download={`${flow}-rows.xlsx`} title={text.exportHint}>
            {text.exportExcel}
          </Button>
          {about?.takesRows === true && may("importRows") ? <Button onClick={() => setTaking(true)}>{text.takeIn}</Button> : null}
        </>
      }
    >
      <Card size="small">
        <Flex gap={12} wrap align="center" style={{ marginBottom: 8 }}>
          <Input.Search
            key={find}
            allowClear
            aria-label={text.find}
            placeholder={text.find}
            defaultValue={find}
            style={{ width: 300 }}
            onSearch={(value) => setParams(value.trim() === "" ? {} : { find: value.trim() }, { replace: true })}
          />
          {find === "" ? null : <Typography.Text type="secondary">{text.looked(looked)}</Typography.Text>}
        </Flex>
        {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
        <RowTable
          flow={flow}
          rows={rows}
          isPending={isPending}
          isFound={find !== ""}
          // A search looks at ten thousand records at once: it goes on when it is told to.
          onEnd={hasNextPage && !isFetching && find === "" ? () => void fetchNextPage() : null}
        />
        {hasNextPage ? (
          <Button size="small" loading={isFetching} style={{ marginTop: 8 }} onClick={() => void fetchNextPage()}>
            {find === "" ? text.more : text.goOn}
          </Button>
        ) : null}
      </Card>
      {isTaking ? <TakeRows flow={flow} onClose={() => setTaking(false)} /> : null}
    </Page>
  );
}

/** A record may have several rows; one that was found by its number may come again behind. */
function rowsOf(pages: readonly RowsPage[]): readonly Row[] {
  const records = new Map(pages.flatMap(({ items }) => items.map((record) => [record.key, record] as const)));
  return [...records.values()].flatMap(({ key, number, rows }) => rows.map((cells, i) => ({ id: `${key} ${i}`, key, number, cells })));
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return value instanceof ExactNumber || typeof value !== "object" ? prettyJson(value) : prettyJson(value).replaceAll(/\n\s*/g, " ");
}

interface RowTableProps {
  readonly flow: string;
  readonly rows: readonly Row[];
  readonly isPending: boolean;
  readonly isFound: boolean;
  readonly onEnd: (() => void) | null;
}

function RowTable({ flow, rows, isPending, isFound, onEnd }: RowTableProps) {
  const text = useTexts(collectionTexts);
  const words = useTexts(wordTexts);
  const { to } = usePlace();
  const names = useMemo(() => [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))].slice(0, COLUMNS_MAX), [rows]);
  const columns: TableColumnsType<Row> = [
    {
      title: text.number,
      fixed: "left",
      width: COLUMN,
      ellipsis: true,
      render: (_, { key, number }) => <Link to={to(recordPath(flow, key))}>{number ?? key}</Link>,
    },
    ...names.map((name) => ({
      key: name,
      title: name,
      width: COLUMN,
      ellipsis: true,
      render: (_: unknown, { cells }: Row) => cellText(cells[name]),
    })),
  ];
  return (
    <>
      <Table
        virtual
        size="small"
        rowKey="id"
        loading={isPending}
        columns={columns}
        dataSource={rows as Row[]}
        pagination={false}
        scroll={{ x: (names.length + 1) * COLUMN, y: Math.max(260, innerHeight - 330) }}
        onScroll={({ currentTarget }) => {
          const { scrollTop, scrollHeight, clientHeight } = currentTarget;
          if (onEnd !== null && scrollHeight - scrollTop - clientHeight < clientHeight * 2) onEnd();
        }}
        locale={{
          emptyText: (
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={
                isFound ? (
                  text.notFound
                ) : (
                  <>
                    {text.noRows}
                    <br />
                    {text.noRowsTodo}
                  </>
                )
              }
            />
          ),
        }}
      />
      <Typography.Text type="secondary">{words.total(rows.length)}</Typography.Text>
    </>
  );
}
