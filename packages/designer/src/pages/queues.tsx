/** The write queues: how deep, how old, how fast, when empty; reading and writing of a flow paused and resumed. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Space, Tag, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { QueueRow } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useQueues } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { recordTexts } from "../language/record-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { Emptying } from "../parts/emptying.tsx";
import { FlowLink } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { useSpanText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

export function Queues() {
  const text = useTexts(recordTexts);
  const words = useTexts(wordTexts);
  const { workspace, to, may } = usePlace();
  const { data, error, refetch, isPending } = useQueues(workspace);
  const span = useSpanText();
  const columns: TableColumnsType<QueueRow> = [
    { title: text.flow, fixed: "left", width: 300, render: (_, { flow }) => <FlowLink id={flow} /> },
    {
      title: text.depth,
      align: "right",
      render: (_, { flow, documents }) => <Link to={to(`records?flow=${flow}&status=queued`)}>{documents.toLocaleString()}</Link>,
    },
    { title: text.due, align: "right", dataIndex: "due" },
    { title: text.inHand, align: "right", dataIndex: "inHand" },
    { title: text.oldest, render: (_, { oldestAgeMs }) => (oldestAgeMs === null ? "–" : span(oldestAgeMs)) },
    { title: text.perMinute, align: "right", render: (_, { perMinute }) => (perMinute === null ? "–" : Math.round(perMinute)) },
    { title: text.emptyIn, render: (_, queue) => <Emptying queue={queue} /> },
    {
      title: text.state,
      render: (_, { unreached, paused }) => (
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
      ),
    },
    ...(may("operate")
      ? [
          {
            title: words.actions,
            width: 170,
            fixed: "right" as const,
            render: (_: unknown, { flow, paused }: QueueRow) => (
              <Space size={4}>
                <PauseButton kind="source" flow={flow} isPaused={paused.source} />
                <PauseButton kind="target" flow={flow} isPaused={paused.target} />
              </Space>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page title={text.queuesTitle} about={text.queuesAbout}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        rowKey="flow"
        isPending={isPending}
        columns={columns}
        rows={data?.items ?? []}
        none={text.queuesNone}
        todo={
          <Link to={to("flows")}>
            <Button>{text.toFlows}</Button>
          </Link>
        }
      />
    </Page>
  );
}

function PauseButton({ kind, flow, isPaused }: { readonly kind: "source" | "target"; readonly flow: string; readonly isPaused: boolean }) {
  const text = useTexts(recordTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const turn = async (): Promise<void> => {
    try {
      await ask(isPaused ? "DELETE" : "PUT", workspacePath(workspace, `pauses/${kind}/${flow}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "queues"] });
    } catch (error) {
      void message.error(line(error));
    }
  };
  return (
    <Button size="small" onClick={() => void turn()}>
      {isPaused ? text.resume : text.pause} {kind === "source" ? text.reading : text.writing}
    </Button>
  );
}
