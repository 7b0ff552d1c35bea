/** Bills that were looked for by their numbers, of whichever flow: where each stands, and which are not there. */
import { Tag, Typography, type TableColumnsType } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { RecordRef } from "../../api/answers.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { FlowLink } from "../../parts/flow-link.tsx";
import { Rows } from "../../parts/rows.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";
import { instantText } from "../../parts/time.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";

/** Null: the ledger has no bill of that number. */
export interface FoundLine {
  readonly asked: string;
  readonly record: RecordRef | null;
}

export function FoundTable({ lines }: { readonly lines: readonly FoundLine[] }) {
  const text = useTexts(recordTexts);
  const { to } = usePlace();
  const of = (title: string, render: (record: RecordRef) => ReactNode): TableColumnsType<FoundLine>[number] => ({
    title,
    render: (_, { record }) => (record === null ? null : render(record)),
  });
  const columns: TableColumnsType<FoundLine> = [
    {
      title: text.number,
      render: (_, { asked, record }) =>
        record === null ? asked : <Link to={to(recordPath(record.flow, record.key))}>{record.number ?? record.key}</Link>,
    },
    {
      title: text.status,
      render: (_, { record }) => (record === null ? <Tag color="red">{text.notFound}</Tag> : <StatusTag status={record.status} />),
    },
    of(text.flow, ({ flow }) => <FlowLink id={flow} />),
    of(text.targetNumber, ({ targetNumbers }) => targetNumbers.join(", ") || "–"),
    of(text.problem, ({ reason }) => (
      <Typography.Text style={{ maxWidth: 320 }} ellipsis={{ tooltip: true }}>
        {reason ?? ""}
      </Typography.Text>
    )),
    of(text.changedAt, ({ changedAt }) => instantText(changedAt)),
  ];
  return (
    <Rows
      isBare
      size="small"
      rowKey={({ asked, record }) => `${asked} ${record?.flow} ${record?.key}`}
      rows={lines}
      columns={columns}
      isPending={false}
      none={text.notFound}
    />
  );
}
