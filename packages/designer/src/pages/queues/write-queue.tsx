/** The write queue of each flow: how deep, how old, how fast, when empty; opened it tells the statuses and what waits behind order keys. */
import { Flex, Space, Table, Tag, Typography, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { Items, QueueRow, Status } from "../../api/answers.ts";
import { useAnswer, useCounts } from "../../api/hooks.ts";
import { useTexts } from "../../language/language.tsx";
import { FirstFlow } from "../../parts/first-flow.tsx";
import { queueTexts } from "../../language/queue-texts.ts";
import { recordTexts } from "../../language/record-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { Emptying } from "../../parts/emptying.tsx";
import { FlowLink } from "../../parts/flow-link.tsx";
import { Rows } from "../../parts/rows.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";
import { useSpanText } from "../../parts/time.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";
import { PauseButton } from "./pause-button.tsx";

/** Behind the id of a flow, where the queue is that of its write-backs. */
const TOLD = ":write-back";

export function WriteQueue({ rows, isPending }: { readonly rows: readonly QueueRow[]; readonly isPending: boolean }) {
  const text = useTexts(recordTexts);
  const queue = useTexts(queueTexts);
  const words = useTexts(wordTexts);
  const { to, may } = usePlace();
  const span = useSpanText();
  const columns: TableColumnsType<QueueRow> = [
    {
      title: text.flow,
      fixed: "left",
      width: 260,
      render: (_, { flow }) => (
        <Space size={4}>
          <FlowLink id={flow.replace(TOLD, "")} />
          {flow.endsWith(TOLD) ? <Tag>{queue.writeBack}</Tag> : null}
        </Space>
      ),
    },
    {
      title: text.depth,
      align: "right",
      render: (_, { flow, documents }) =>
        flow.endsWith(TOLD) ? (
          documents.toLocaleString()
        ) : (
          <Link to={to(`records?flow=${flow}&status=queued`)}>{documents.toLocaleString()}</Link>
        ),
    },
    { title: text.due, align: "right", dataIndex: "due" },
    { title: text.inHand, align: "right", dataIndex: "inHand" },
    { title: text.oldest, render: (_, { oldestAgeMs }) => (oldestAgeMs === null ? "–" : span(oldestAgeMs)) },
    { title: text.perMinute, align: "right", render: (_, { perMinute }) => (perMinute === null ? "–" : Math.round(perMinute)) },
    { title: text.emptyIn, render: (_, each) => <Emptying queue={each} /> },
    { title: text.state, render: (_, each) => <QueueState queue={each} /> },
    ...(may("pause", "resume")
      ? [
          {
            title: words.actions,
            fixed: "right" as const,
            render: (_: unknown, { flow, paused }: QueueRow) =>
              flow.endsWith(TOLD) ? null : (
                <Space orientation="vertical" size={4}>
                  <PauseButton kind="source" flow={flow} isPaused={paused.source} />
                  <PauseButton kind="target" flow={flow} isPaused={paused.target} />
                </Space>
              ),
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
      rows={rows}
      expandable={{ expandedRowRender: ({ flow }) => <Inside flow={flow} />, rowExpandable: ({ flow }) => !flow.endsWith(TOLD) }}
      none={text.queuesNone}
      todo={<FirstFlow />}
    />
  );
}

function QueueState({ queue: { unreached, paused } }: { readonly queue: QueueRow }) {
  const text = useTexts(recordTexts);
  const span = useSpanText();
  return (
    <Space size={4} wrap>
      {unreached.map(({ connection, tryInMs }) => (
        <Tag key={connection} color="red">
          {text.unreached(connection, span(tryInMs))}
        </Tag>
      ))}
      {paused.source ? <Tag color="gold">{`${text.reading} ${text.paused}`}</Tag> : null}
      {paused.target ? <Tag color="gold">{`${text.writing} ${text.paused}`}</Tag> : null}
      {unreached.length === 0 && !paused.source && !paused.target ? <Tag color="green">{text.running}</Tag> : null}
    </Space>
  );
}

interface Line {
  readonly orderKey: string;
  readonly waiting: number;
  readonly key: string | null;
  readonly number: string | null;
  readonly status: Status;
  readonly code: string | null;
}

function Inside({ flow }: { readonly flow: string }) {
  const text = useTexts(queueTexts);
  const { workspace, to } = usePlace();
  const counts = (useCounts(workspace).data?.items ?? []).filter((each) => each.flow === flow && each.records > 0);
  const { data } = useAnswer<Items<Line>>(workspace, `flows/${flow}/order-lines`, { live: true });
  return (
    <Flex vertical gap={8}>
      <Space size={8} wrap>
        <Typography.Text type="secondary">{text.byState}</Typography.Text>
        {counts.map(({ status, records }) => (
          <Link key={status} to={to(`records?flow=${flow}&status=${status}`)}>
            <StatusTag status={status} suffix={records.toLocaleString()} />
          </Link>
        ))}
      </Space>
      {data === undefined || data.items.length === 0 ? (
        <Typography.Text type="secondary">{text.noLines}</Typography.Text>
      ) : (
        <Table
          size="small"
          rowKey="orderKey"
          title={() => text.lines}
          pagination={{ pageSize: 10, hideOnSinglePage: true }}
          dataSource={[...data.items]}
          columns={[
            { title: text.orderKey, dataIndex: "orderKey", className: "mono" },
            {
              title: text.head,
              render: (_, { key, number }) => (key === null ? "–" : <Link to={to(recordPath(flow, key))}>{number ?? key}</Link>),
            },
            {
              title: text.headState,
              render: (_, { status, code }) => (
                <>
                  <StatusTag status={status} /> <span className="mono">{code}</span>
                </>
              ),
            },
            { title: text.behind, align: "right", dataIndex: "waiting" },
          ]}
        />
      )}
    </Flex>
  );
}
