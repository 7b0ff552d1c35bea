/** The bills of one flow as rows: only those in view are drawn, and none anew for what the page around them does. */
import { Empty, Grid, Space, Table, type TableColumnsType } from "antd";
import { memo, useMemo } from "react";
import { Link } from "react-router";
import type { RecordRow } from "../../api/answers.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { StatusTag } from "../../parts/status-tag.tsx";
import { instantText } from "../../parts/time.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";

/** Those that may be left out; the number always stays. */
export const COLUMNS = ["status", "target", "problem", "attempts", "changed"] as const;
export type ColumnName = (typeof COLUMNS)[number];

export function shownColumns(text: string | null): readonly ColumnName[] {
  return text === null ? COLUMNS : COLUMNS.filter((name) => text.split(",").includes(name));
}

export function useColumnNames(): Readonly<Record<ColumnName, string>> {
  const text = useTexts(recordTexts);
  return useMemo(
    () => ({ status: text.status, target: text.targetNumber, problem: text.problem, attempts: text.attempts, changed: text.changedAt }),
    [text],
  );
}

interface RecordTableProps {
  readonly flow: string;
  readonly rows: readonly RecordRow[];
  /** Names of columns from the address; null: all. */
  readonly shown: string | null;
  readonly isPending: boolean;
  /** Reads on; null at the end. */
  readonly onEnd: (() => void) | null;
}

type Column = TableColumnsType<RecordRow>[number];

function useColumns(flow: string, shown: string | null, isWide: boolean): TableColumnsType<RecordRow> {
  const text = useTexts(recordTexts);
  const { told } = useLanguage();
  const { to } = usePlace();
  const names = useColumnNames();
  return useMemo(() => {
    const given: Readonly<Record<ColumnName, Column>> = {
      status: { title: names.status, width: isWide ? 120 : 92, render: (_, { status }) => <StatusTag status={status} /> },
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
          return told(reason ?? (worst?.status === "done" ? "" : (worst?.vendorText ?? worst?.code ?? "")));
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
    return [
      {
        title: text.number,
        width: isWide ? 190 : 150,
        fixed: "left",
        render: (_, { key, number }) => <Link to={to(recordPath(flow, key))}>{number ?? key}</Link>,
      },
      // On a phone: where it stands and why.
      ...shownColumns(isWide ? shown : "status,problem").map((name) => ({ key: name, ...given[name] })),
    ];
  }, [flow, isWide, names, shown, text, to, told]);
}

export const RecordTable = memo(function RecordTable({ flow, rows, shown, isPending, onEnd }: RecordTableProps) {
  const text = useTexts(recordTexts);
  const isWide = Grid.useBreakpoint().md ?? true;
  const columns = useColumns(flow, shown, isWide);
  return (
    <Table
      size="small"
      rowKey="key"
      virtual
      loading={isPending}
      columns={columns}
      dataSource={rows as RecordRow[]}
      pagination={false}
      scroll={{ x: isWide ? 1000 : 300, y: Math.max(260, innerHeight - 330) }}
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
});
