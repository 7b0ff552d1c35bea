/** The request queue: what each flow is reading, how it last went, when it reads next, and how far behind now it is. */
import { Space, Tag, Typography, type TableColumnsType } from "antd";
import { Link } from "react-router";
import { useTexts } from "../../language/language.tsx";
import { FirstFlow } from "../../parts/first-flow.tsx";
import { queueTexts } from "../../language/queue-texts.ts";
import { recordTexts } from "../../language/record-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { FlowLink } from "../../parts/flow-link.tsx";
import { Rows } from "../../parts/rows.tsx";
import { Ago, instantText, useSpanText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";
import { PauseButton } from "./pause-button.tsx";
import type { ReadRow } from "./stream.ts";

const COLORS: Readonly<Record<string, string>> = { done: "green", failed: "red", stopped: "default", running: "blue" };

export function RequestQueue({ rows, isPending }: { readonly rows: readonly ReadRow[]; readonly isPending: boolean }) {
  const text = useTexts(queueTexts);
  const records = useTexts(recordTexts);
  const words = useTexts(wordTexts);
  const { to, may } = usePlace();
  const span = useSpanText();
  const columns: TableColumnsType<ReadRow> = [
    { title: records.flow, fixed: "left", width: 260, render: (_, { flow }) => <FlowLink id={flow} /> },
    { title: text.now, render: (_, row) => <ReadState row={row} /> },
    {
      title: text.next,
      render: (_, { nextAt, isEnabled }) =>
        nextAt === null ? (
          <Typography.Text type="secondary">{isEnabled ? text.noSchedule : "–"}</Typography.Text>
        ) : (
          <span title={instantText(nextAt)}>{text.within(span(nextAt - Date.now()))}</span>
        ),
    },
    {
      title: text.last,
      render: (_, { flow, last }) =>
        last === null ? (
          "–"
        ) : (
          <Link to={to(`runs?flow=${flow}`)}>
            <Tag color={COLORS[last.state] ?? "default"}>{text.ends[last.state] ?? last.state}</Tag>
            <Ago at={last.startedAt} />
          </Link>
        ),
    },
    {
      title: text.upTo,
      render: (_, { watermarkAt }) =>
        watermarkAt === null ? (
          "–"
        ) : (
          <Space orientation="vertical" size={0}>
            {instantText(watermarkAt)}
            <Typography.Text type="secondary">{text.lag(span(Date.now() - watermarkAt))}</Typography.Text>
          </Space>
        ),
    },
    ...(may("pause", "resume")
      ? [
          {
            title: words.actions,
            render: (_: unknown, { flow, isPaused }: ReadRow) => <PauseButton kind="source" flow={flow} isPaused={isPaused} />,
          },
        ]
      : []),
  ];
  return (
    <Rows
      isBare
      rowKey="flow"
      isPending={isPending}
      columns={columns}
      rows={rows.toSorted(bySoonest)}
      none={records.queuesNone}
      todo={<FirstFlow />}
    />
  );
}

/** What is being read first, then what is due next. */
function bySoonest(a: ReadRow, b: ReadRow): number {
  const place = ({ run, nextAt }: ReadRow): number => (run === null ? (nextAt ?? Number.MAX_SAFE_INTEGER) : 0);
  return place(a) - place(b);
}

function ReadState({ row: { run, isPaused, isEnabled } }: { readonly row: ReadRow }) {
  const text = useTexts(queueTexts);
  if (run !== null) return <Tag color="blue">{text.isReading(run.read)}</Tag>;
  if (isPaused) return <Tag color="gold">{text.isPaused}</Tag>;
  return isEnabled ? <Tag>{text.isIdle}</Tag> : <Typography.Text type="secondary">{text.isOff}</Typography.Text>;
}
