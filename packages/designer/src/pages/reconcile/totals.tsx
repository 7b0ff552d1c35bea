/** Totals of both sides by day and groups, the grand total last; what differs stands out. Amounts are exact texts. */
import { Alert, Flex, Table, Typography, type TableColumnsType } from "antd";
import type { SideTotal, Summary, TotalRow } from "../../api/reconcile-answers.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";

type Row = TotalRow & { readonly key: string; readonly isAll: boolean };

export function Totals({ summary }: { readonly summary: Summary }) {
  const text = useTexts(reconcileTexts);
  const { totals, total, sums } = summary;
  const groups = Math.max(0, ...totals.map((row) => row.groups.length));
  const rows: readonly Row[] = [
    ...totals.map((row) => ({ ...row, key: [row.day, ...row.groups].join("\n"), isAll: false })),
    { ...total, key: "", isAll: true },
  ];
  const pair = (title: string, value: (side: SideTotal) => string): TableColumnsType<Row>[number] => ({
    title,
    children: [
      { title: text.source, align: "right" as const, render: (_: unknown, row: Row) => <Amount row={row} value={value} side="source" /> },
      { title: text.target, align: "right" as const, render: (_: unknown, row: Row) => <Amount row={row} value={value} side="target" /> },
    ],
  });
  const columns: TableColumnsType<Row> = [
    { title: text.day, fixed: "left", render: (_, { day, isAll }) => (isAll ? <strong>{text.grandTotal}</strong> : day) },
    ...Array.from({ length: groups }, (_, i) => ({ title: text.group(i + 1), render: (__: unknown, row: Row) => row.groups[i] ?? "" })),
    pair(text.documents, (side) => side.documents.toLocaleString()),
    pair(text.lines, (side) => side.lines.toLocaleString()),
    ...sums.map((name, i) => pair(name, (side) => side.sums[i] ?? "")),
  ];
  return (
    <Flex vertical gap={8}>
      {totals.length === 0 ? <Alert type="info" title={text.totalsNone} /> : null}
      <Table
        size="small"
        bordered
        columns={columns}
        dataSource={[...rows]}
        pagination={{ pageSize: 40, hideOnSinglePage: true, size: "small" }}
        scroll={{ x: "max-content" }}
      />
    </Flex>
  );
}

function Amount({
  row,
  value,
  side,
}: {
  readonly row: Row;
  readonly value: (side: SideTotal) => string;
  readonly side: "source" | "target";
}) {
  const differs = value(row.source) !== value(row.target);
  return (
    <Typography.Text strong={row.isAll || differs} {...(differs ? { type: "danger" as const } : {})} className="number-link">
      {value(row[side])}
    </Typography.Text>
  );
}
