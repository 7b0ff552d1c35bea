/** API keys of the workspace: made, told once, revoked. */
import { useQueryClient } from "@tanstack/react-query";
import {
  Alert,
  App,
  Button,
  Checkbox,
  Form,
  Input,
  Modal,
  Popconfirm,
  Select,
  Space,
  Tag,
  Tooltip,
  Typography,
  type TableColumnsType,
} from "antd";
import { useState } from "react";
import type { Items } from "../api/answers.ts";
import type { Role } from "../api/deeds.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { accessTexts } from "../language/access-texts.ts";
import { useTexts } from "../language/language.tsx";
import { manageTexts } from "../language/manage-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { ActorName } from "../parts/actor-name.tsx";
import { ListPage } from "../parts/list-page.tsx";
import { NarrowFields, narrowOf, type NarrowGiven, type NarrowRights } from "../parts/narrow-rights.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { Ago, instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { useRoleOptions } from "./members.tsx";

interface ApiKey extends NarrowRights {
  readonly name: string;
  readonly role: Role | null;
  readonly scopes: readonly string[];
  readonly madeBy: string;
  readonly endsAt: number | null;
  readonly usedAt: number | null;
  readonly isOrphaned: boolean;
}

export function ApiKeys() {
  const text = useTexts(manageTexts);
  const words = useTexts(wordTexts);
  const { workspace, may } = usePlace();
  const list = useAnswer<Items<ApiKey>>(workspace, "api-keys");
  const access = useTexts(accessTexts);
  const [isAdding, setAdding] = useState(false);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const adopt = (name: string): Promise<void> => change("PUT", `api-keys/${encodeURIComponent(name)}/owner`);
  const revoke = (name: string): Promise<void> => change("DELETE", `api-keys/${encodeURIComponent(name)}`);
  const change = async (method: "PUT" | "DELETE", path: string): Promise<void> => {
    try {
      await ask(method, workspacePath(workspace, path));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "api-keys"] });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const columns: TableColumnsType<ApiKey> = [
    { title: text.keyName, dataIndex: "name" },
    { title: text.role, render: (_, { role, scopes }) => [...(role === null ? [] : [words.role[role]]), ...scopes].join(" · ") },
    {
      title: access.rights,
      render: (_, { flows, tags }) =>
        flows === null && tags === null ? access.allFlows : access.someFlows((flows?.length ?? 0) + (tags?.length ?? 0)),
    },
    {
      title: text.madeBy,
      render: (_, { madeBy, isOrphaned }) => (
        <Space>
          <ActorName actor={madeBy} />
          {isOrphaned ? (
            <Tooltip title={text.orphanedHint}>
              <Tag color="red">{text.orphaned}</Tag>
            </Tooltip>
          ) : null}
        </Space>
      ),
    },
    { title: text.endsAt, render: (_, { endsAt }) => (endsAt === null ? text.never : instantText(endsAt)) },
    { title: text.usedAt, render: (_, { usedAt }) => (usedAt === null ? text.neverUsed : <Ago at={usedAt} />) },
    {
      title: words.actions,
      render: (_, { name, isOrphaned }) => (
        <Space>
          {isOrphaned && may("adoptApiKey") ? (
            <Popconfirm title={text.adopt} description={text.adoptAsk} onConfirm={() => void adopt(name)}>
              <Button size="small">{text.adopt}</Button>
            </Popconfirm>
          ) : null}
          <Popconfirm title={text.revoke} description={text.revokeAsk} onConfirm={() => void revoke(name)}>
            <Button size="small" danger>
              {text.revoke}
            </Button>
          </Popconfirm>
        </Space>
      ),
    },
  ];
  return (
    <ListPage
      title={text.keys}
      about={text.keysAbout}
      add={text.addKey}
      onAdd={() => setAdding(true)}
      none={text.keysNone}
      columns={columns}
      list={list}
    >
      {isAdding ? <AddKey onClose={() => setAdding(false)} /> : null}
    </ListPage>
  );
}

interface Given extends NarrowGiven {
  readonly name: string;
  readonly role: Role | "";
  readonly metrics: boolean;
  readonly push: boolean;
  readonly days: number;
}

const DAY_MS = 86_400_000;

function AddKey({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(manageTexts);
  const access = useTexts(accessTexts);
  const { workspace } = usePlace();
  const roles = useRoleOptions();
  const queries = useQueryClient();
  const [form] = Form.useForm<Given>();
  const [error, setError] = useState<unknown>(null);
  const [key, setKey] = useState<string | null>(null);
  const add = async ({ name, role, metrics, push, days, ...narrow }: Given): Promise<void> => {
    setError(null);
    try {
      const body = {
        name,
        role: role === "" ? null : role,
        ...narrowOf(narrow, role),
        scopes: [...(metrics ? ["metrics"] : []), ...(push ? ["push"] : [])],
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
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: "viewer", metrics: false, push: false, days: 0, personal: "role" }}
        onFinish={(given) => void add(given)}
      >
        <Form.Item name="name" label={text.keyName} extra={text.keyNameHint} rules={rules}>
          <Input autoComplete="off" maxLength={64} />
        </Form.Item>
        <Form.Item name="role" label={text.role}>
          <Select options={[{ value: "", label: access.noRole }, ...roles]} />
        </Form.Item>
        <Form.Item name="days" label={text.endsAt}>
          <Select options={[0, 30, 90, 365].map((days) => ({ value: days, label: days === 0 ? text.never : text.days(days) }))} />
        </Form.Item>
        <Form.Item name="metrics" valuePropName="checked">
          <Checkbox>{text.forMetrics}</Checkbox>
        </Form.Item>
        <Form.Item name="push" valuePropName="checked">
          <Checkbox>{access.forPush}</Checkbox>
        </Form.Item>
        <NarrowFields />
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}
