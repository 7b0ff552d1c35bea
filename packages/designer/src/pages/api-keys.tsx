/** API keys of the workspace: made, told once, revoked. */
import { useQueryClient } from "@tanstack/react-query";
import {
  Alert,
  App,
  Button,
  Card,
  Checkbox,
  Empty,
  Form,
  Input,
  Modal,
  Popconfirm,
  Select,
  Table,
  Typography,
  type TableColumnsType,
} from "antd";
import { useState } from "react";
import type { Items, Role } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { manageTexts } from "../language/manage-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { Ago, instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { useRoleOptions } from "./members.tsx";

interface ApiKey {
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly madeBy: string;
  readonly endsAt: number | null;
  readonly usedAt: number | null;
}

export function ApiKeys() {
  const text = useTexts(manageTexts);
  const words = useTexts(wordTexts);
  const { workspace } = usePlace();
  const { data, error, refetch, isPending } = useAnswer<Items<ApiKey>>(workspace, "api-keys");
  const [isAdding, setAdding] = useState(false);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const revoke = async (name: string): Promise<void> => {
    try {
      await ask("DELETE", workspacePath(workspace, `api-keys/${encodeURIComponent(name)}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "api-keys"] });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const columns: TableColumnsType<ApiKey> = [
    { title: text.keyName, dataIndex: "name" },
    { title: text.role, render: (_, { role, scopes }) => [words.role[role], ...scopes].join(" · ") },
    { title: text.madeBy, dataIndex: "madeBy" },
    { title: text.endsAt, render: (_, { endsAt }) => (endsAt === null ? text.never : instantText(endsAt)) },
    { title: text.usedAt, render: (_, { usedAt }) => (usedAt === null ? text.neverUsed : <Ago at={usedAt} />) },
    {
      title: words.actions,
      render: (_, { name }) => (
        <Popconfirm title={text.revoke} description={text.revokeAsk} onConfirm={() => void revoke(name)}>
          <Button size="small" danger>
            {text.revoke}
          </Button>
        </Popconfirm>
      ),
    },
  ];
  return (
    <Page
      title={text.keys}
      about={text.keysAbout}
      actions={
        <Button type="primary" onClick={() => setAdding(true)}>
          {text.addKey}
        </Button>
      }
    >
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Card size="small" styles={{ body: { padding: 0 } }}>
        <Table
          size="middle"
          rowKey="name"
          loading={isPending}
          columns={columns}
          dataSource={[...(data?.items ?? [])]}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showTotal: words.total }}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.keysNone} /> }}
        />
      </Card>
      {isAdding ? <AddKey onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

interface Given {
  readonly name: string;
  readonly role: Role;
  readonly metrics: boolean;
  readonly days: number;
}

const DAY_MS = 86_400_000;

function AddKey({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(manageTexts);
  const { workspace } = usePlace();
  const roles = useRoleOptions();
  const queries = useQueryClient();
  const [form] = Form.useForm<Given>();
  const [error, setError] = useState<unknown>(null);
  const [key, setKey] = useState<string | null>(null);
  const add = async ({ name, role, metrics, days }: Given): Promise<void> => {
    setError(null);
    try {
      const body = {
        name,
        role,
        ...(metrics ? { scopes: ["metrics"] } : {}),
        ...(days === 0 ? {} : { endsAt: Date.now() + days * DAY_MS }),
      };
      const told = await ask<{ key: string }>("POST", workspacePath(workspace, "api-keys"), { body });
      setKey(told.key);
      await queries.invalidateQueries({ queryKey: ["w", workspace, "api-keys"] });
    } catch (refused) {
      setError(refused);
    }
  };
  const rules = [{ required: true, message: text.required }];
  if (key !== null)
    return (
      <Modal open title={text.addKey} footer={null} onCancel={onClose}>
        <Alert
          type="success"
          showIcon
          title={text.keyTold}
          description={
            <Typography.Paragraph copyable className="mono" style={{ marginBottom: 0 }}>
              {key}
            </Typography.Paragraph>
          }
        />
      </Modal>
    );
  return (
    <Modal open title={text.addKey} okText={text.addKey} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={{ role: "viewer", metrics: false, days: 0 }} onFinish={(given) => void add(given)}>
        <Form.Item name="name" label={text.keyName} extra={text.keyNameHint} rules={rules}>
          <Input autoComplete="off" maxLength={64} />
        </Form.Item>
        <Form.Item name="role" label={text.role} rules={rules}>
          <Select options={roles} />
        </Form.Item>
        <Form.Item name="days" label={text.endsAt}>
          <Select options={[0, 30, 90, 365].map((days) => ({ value: days, label: days === 0 ? text.never : text.days(days) }))} />
        </Form.Item>
        <Form.Item name="metrics" valuePropName="checked">
          <Checkbox>{text.forMetrics}</Checkbox>
        </Form.Item>
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}
