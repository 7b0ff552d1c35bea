/** A flow promoted to another environment: what would change is shown first, then it is saved as the other flow's draft. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Select, Space, Table, Typography } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { FlowView } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnections } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { transportTexts } from "../language/transport-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { Change } from "../parts/change.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

interface Told {
  readonly connections: Readonly<Record<string, string>>;
  readonly changes: readonly {
    readonly area: string;
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly revision: number | null;
  readonly issues: readonly unknown[];
}

interface Given {
  readonly to: string;
  readonly environment: string;
  readonly connections?: Readonly<Record<string, string | undefined>>;
}

const ID = /^[a-z0-9][a-z0-9-]*$/;

export function PromoteDialog({ view, onClose }: { readonly view: FlowView; readonly onClose: () => void }) {
  const text = useTexts(transportTexts);
  const words = useTexts(wordTexts);
  const { workspace, to } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const [told, setTold] = useState<Told | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const all = useConnections(workspace).data?.items ?? [];
  const { source, target, writeBack } = view.document ?? {};
  const used = [...new Set([source?.connection, target?.connection, writeBack?.connection].flatMap((id) => id ?? []))].flatMap(
    (id) => all.find((each) => each.id === id) ?? [],
  );
  const work = async (apply: boolean): Promise<void> => {
    const given = await form.validateFields().catch(unfilled);
    if (given === null) return;
    setBusy(true);
    setError(null);
    try {
      const connections = Object.fromEntries(
        Object.entries(given.connections ?? {}).flatMap(([from, own]) => (own === undefined ? [] : [[from, own]])),
      );
      const body = {
        to: given.to,
        environment: given.environment,
        connections,
        ...(apply ? { apply, revision: told?.revision ?? 0 } : {}),
      };
      const answer = await ask<Told>("POST", workspacePath(workspace, `flows/${view.id}/promote`), { body });
      setTold(answer);
      if (apply) {
        void message.success(text.done(given.to, answer.revision ?? 1));
        await queries.invalidateQueries({ queryKey: ["w", workspace] });
        onClose();
        await navigate(to(`flows/${given.to}`));
      }
    } catch (refused) {
      setTold(null);
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      width={760}
      title={text.promoteTitle}
      onCancel={onClose}
      footer={
        <Space>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button loading={isBusy && told === null} onClick={() => void work(false)}>
            {text.look}
          </Button>
          <Button type="primary" disabled={told === null} loading={isBusy && told !== null} onClick={() => void work(true)}>
            {text.apply}
          </Button>
        </Space>
      }
    >
      <Typography.Paragraph type="secondary">{text.promoteHint}</Typography.Paragraph>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ to: `${view.id.replace(/-test$/, "")}-prod`, environment: "production" }}
        onValuesChange={() => setTold(null)}
      >
        <Form.Item name="to" label={text.to} extra={text.toHint} rules={[{ required: true, pattern: ID, message: text.toHint }]}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="environment" label={text.environment}>
          <Select options={Object.entries(words.environment).map(([value, label]) => ({ value, label }))} style={{ width: 200 }} />
        </Form.Item>
        {used.map(({ id, name, system }) => (
          <Form.Item key={id} name={["connections", id]} label={`${name ?? id} →`}>
            <Select
              allowClear
              placeholder={text.automatic}
              options={all
                .filter((each) => each.system === system)
                .map((each) => ({
                  value: each.id,
                  label: `${each.name ?? each.id} · ${words.environment[each.environment ?? "production"] ?? ""}`,
                }))}
            />
          </Form.Item>
        ))}
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
      {told === null ? null : <DryRun told={told} id={String(form.getFieldValue("to"))} />}
    </Modal>
  );
}

function DryRun({ told: { connections, changes, revision }, id }: { readonly told: Told; readonly id: string }) {
  const text = useTexts(transportTexts);
  const renamed = Object.entries(connections).filter(([from, own]) => from !== own);
  return (
    <Space orientation="vertical" style={{ width: "100%" }} data-dry-run>
      <Alert
        type="info"
        showIcon
        title={revision === null ? text.willMake(id) : changes.length === 0 ? text.noChange : text.willChange(id, revision)}
        description={renamed.length === 0 ? undefined : `${text.willUse} ${renamed.map(([from, own]) => `${from} → ${own}`).join("; ")}`}
      />
      {changes.length === 0 ? null : (
        <Table
          size="small"
          rowKey={({ area, path }) => `${area} ${path}`}
          pagination={{ pageSize: 8, hideOnSinglePage: true }}
          dataSource={[...changes]}
          columns={[
            { title: text.area, dataIndex: "area", width: 110 },
            { title: text.path, dataIndex: "path", className: "mono", width: 220 },
            { title: text.change, render: (_, { before, after }) => <Change before={before} after={after} /> },
          ]}
        />
      )}
    </Space>
  );
}

/** The form itself tells what is lacking. */
function unfilled(): null {
  return null;
}
