/** The bills of one flow as rows, none of them drawn anew for what the page around them does. */
import { Empty, Grid, Space } from "antd";
import { memo, useMemo } from "react";
import { Link } from "react-router";
import type { RecordRow } from "../../api/answers.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { LongRows, type LongColumn } from "../../parts/long-rows.tsx";
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
  /** What they are of: the filter. */
  readonly of: string;
  readonly total: number;
  /** Names of columns from the address; null: all. */
  readonly shown: string | null;
  /** Reads on; null at the end. */
  readonly onEnd: (() => void) | null;
}

function useColumns(flow: string, shown: string | null, isWide: boolean): readonly LongColumn<RecordRow>[] {
  const text = useTexts(recordTexts);
  const { told } = useLanguage();
  const { to } = usePlace();
  const names = useColumnNames();
  return useMemo(() => {
    const given: Readonly<Record<ColumnName, Omit<LongColumn<RecordRow>, "key" | "title">>> = {
      status: { width: isWide ? 120 : 100, render: ({ status }) => <StatusTag status={status} /> },
      target: {
        width: 190,
        render: ({ documents }) => documents.flatMap(({ number }) => (number === null ? [] : [number])).join(", ") || "–",
      },
      problem: {
        render: ({ reason, documents }) => {
          const worst = documents.find(({ status }) => status !== "done") ?? documents[0];
          return told(reason ?? (worst?.status === "done" ? "" : (worst?.vendorText ?? worst?.code ?? "")));
        },
      },
      attempts: {
        width: 90,
        align: "right",
        render: ({ documents }) => documents.reduce((most, { attempts }) => Math.max(most, attempts), 0),
      },
      changed: { width: 180, render: ({ changedAt }) => instantText(changedAt) },
    };
    return [
      {
        key: "number",
        title: text.number,
        width: isWide ? 190 : 140,
        render: ({ key, number }) => <Link to={to(recordPath(flow, key))}>{number ?? key}</Link>,
      },
      // On a phone: where it stands and why.
      ...shownColumns(isWide ? shown : "status,problem").map((name) => ({ key: name, title: names[name], ...given[name] })),
    ];
  }, [flow, isWide, names, shown, text, to, told]);
}

const keyOf = ({ key }: RecordRow): string => key;

export const RecordTable = memo(function RecordTable({ flow, rows, of, total, shown, onEnd }: RecordTableProps) {
  const text = useTexts(recordTexts);
  const isWide = Grid.useBreakpoint().md ?? true;
  const columns = useColumns(flow, shown, isWide);
  return (
    <LongRows
      label={text.title}
      columns={columns}
      rows={rows}
      keyOf={keyOf}
      lines={isWide ? 1 : 2}
      least={isWide ? 1000 : 300}
      of={of}
      total={total}
      onEnd={onEnd}
    />
  );
});

/** What is said where the filter has no bill. */
export function NoRecords() {
  const text = useTexts(recordTexts);
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      style={{ paddingBlock: 32 }}
      description={
        <Space orientation="vertical" size={0}>
          {text.noRecords}
          {text.noRecordsTodo}
        </Space>
      }
    />
  );
}
