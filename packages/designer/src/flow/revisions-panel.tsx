/** Every save of a flow, the latest first; any of them can be published, an older one rolls back. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal, Popconfirm, Space, Table, Tag, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Items, RevisionRow } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { compareTexts } from "../language/compare-texts.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { usePublish } from "./publish.tsx";

export function RevisionsPanel({ flow, published }: { readonly flow: string; readonly published: number | null }) {
  const text = useTexts(flowTexts);
  const words = useTexts(wordTexts);
  const compare = useTexts(compareTexts);
  const { workspace, may, to } = usePlace();
  const { data, error, refetch, isPending } = useAnswer<Items<RevisionRow>>(workspace, `flows/${flow}/revisions`);
  const [shown, setShown] = useState<{ readonly revision: number; readonly text: string } | null>(null);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const publishRevision = usePublish();
  const publish = async (revision: number): Promise<void> => {
    try {
      if (!(await publishRevision(flow, revision))) return;
      void message.success(text.published(revision));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const show = async (revision: number): Promise<void> => {
    try {
      setShown(await ask("GET", workspacePath(workspace, `flows/${flow}/revisions/${revision}`)));
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  const columns: TableColumnsType<RevisionRow> = [
    {
      title: text.revision,
      render: (_, { revision, publishedAt }) => (
        <Space>
          <Button type="link" size="small" onClick={() => void show(revision)}>
            v{revision}
          </Button>
          {revision === published ? (
            <Tag color="green">{text.isPublished}</Tag>
          ) : publishedAt === null ? null : (
            <Tag>{text.wasPublished}</Tag>
          )}
        </Space>
      ),
    },
    { title: text.madeAt, render: (_, { madeAt }) => instantText(madeAt) },
    { title: text.madeBy, dataIndex: "madeBy" },
    { title: text.note, dataIndex: "note" },
    {
      title: words.actions,
      render: (_, { revision }) =>
        revision === published || !may("publishFlow") ? null : (
          <Space>
            <Popconfirm title={text.rollBackAsk} description={text.rollBackHint} onConfirm={() => void publish(revision)}>
              <Button size="small">{revision < (published ?? 0) ? text.rollBack : text.publishThis}</Button>
            </Popconfirm>
            {published === null ? null : <Link to={to(`flows/${flow}/compare?revision=${revision}`)}>{compare.open}</Link>}
          </Space>
        ),
    },
  ];
  return (
    <>
      <Table
        size="middle"
        rowKey="revision"
        loading={isPending}
        columns={columns}
        dataSource={[...(data?.items ?? [])]}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        scroll={{ x: "max-content" }}
      />
      <Modal open={shown !== null} title={`v${shown?.revision ?? ""}`} width={860} footer={null} onCancel={() => setShown(null)}>
        <pre className="mono message-text" tabIndex={0}>
          {shown?.text}
        </pre>
      </Modal>
    </>
  );
}
