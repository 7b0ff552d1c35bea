/** The workspaces of the installation, and a new one. For administrators of the installation. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Form, Input, Modal, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Items } from "../../api/answers.ts";
import { ask } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { Rows } from "../../parts/rows.tsx";
import { usePlace } from "../../shell/place.tsx";
import { systemTexts } from "./system-texts.ts";

interface Workspace {
  readonly id: string;
  readonly name: string;
}

const WORKSPACES = ["workspaces"];

export function WorkspacesCard() {
  const text = useTexts(systemTexts);
  const words = useTexts(wordTexts);
  const { may } = usePlace();
  const list = useQuery({ queryKey: WORKSPACES, queryFn: ({ signal }) => ask<Items<Workspace>>("GET", "/api/v1/workspaces", { signal }) });
  const [isAdding, setAdding] = useState(false);
  const columns: TableColumnsType<Workspace> = [
    { title: text.title, dataIndex: "name", width: 260, ellipsis: true },
    { title: text.id, render: (_, { id }) => <span className="mono">{id}</span> },
    {
      title: words.actions,
      render: (_, { id, name }) => (
        <Link to={`/w/${id}/overview`} aria-label={`${text.open} ${name}`}>
          {text.open}
        </Link>
      ),
    },
  ];
  return (
    <Card
      size="small"
      title={text.workspaces}
      style={{ marginTop: 16 }}
      extra={
        may("addWorkspace") ? (
          <Button size="small" onClick={() => setAdding(true)}>
            {text.add}
          </Button>
        ) : null
      }
    >
      <Typography.Paragraph type="secondary">{text.workspacesAbout}</Typography.Paragraph>
      {list.error === null ? null : <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <Rows
        rowKey="id"
        size="small"
        isBare
        isPending={list.isPending}
        columns={columns}
        rows={list.data?.items ?? []}
        none={text.workspacesNone}
      />
      {isAdding ? <AddWorkspace onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}

function AddWorkspace({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(systemTexts);
  const queries = useQueryClient();
  const [form] = Form.useForm<Workspace>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const add = async (body: Workspace): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await ask("POST", "/api/v1/workspaces", { body });
      // The list of the bar above is of who one is.
      await Promise.all([queries.invalidateQueries({ queryKey: WORKSPACES }), queries.invalidateQueries({ queryKey: ["me"] })]);
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Modal open title={text.add} okText={text.add} confirmLoading={isBusy} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" onFinish={(given) => void add(given)}>
        <Form.Item name="name" label={text.title} rules={[{ required: true, message: text.required }]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item
          name="id"
          label={text.id}
          extra={text.idHint}
          rules={[
            { required: true, message: text.required },
            { pattern: /^[a-z0-9][a-z0-9-]*$/, message: text.idWrong },
          ]}
        >
          <Input className="mono" maxLength={100} />
        </Form.Item>
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}
