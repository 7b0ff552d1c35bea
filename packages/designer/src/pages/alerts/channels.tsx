/** Channels: where messages go. Addresses and secrets are sealed and never shown again; each is tried with a message. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Select, Space, Switch, type TableColumnsType } from "antd";
import { useState } from "react";
import type { Items } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import { alertTexts } from "../../language/alert-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { ProblemAlert, useProblemLine } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import type { ChannelDocument, Revised } from "./alert.ts";
import { DocumentList } from "./document-list.tsx";

export const useChannels = (workspace: string) => useAnswer<Items<Revised<ChannelDocument>>>(workspace, "channels");

export function Channels() {
  const text = useTexts(alertTexts);
  const { workspace } = usePlace();
  const { message } = App.useApp();
  const line = useProblemLine();
  const test = async (id: string): Promise<void> => {
    try {
      const told = await ask<{ ok: boolean; problem: string | null }>("POST", workspacePath(workspace, `channels/${id}/test`));
      if (told.ok) void message.success(text.testOk);
      else void message.error(told.problem);
    } catch (error) {
      void message.error(line(error));
    }
  };
  const columns: TableColumnsType<Revised<ChannelDocument>> = [
    { title: text.name, render: (_, { document }) => document.name ?? document.id },
    { title: text.kind, render: (_, { document }) => text.kinds[document.kind] ?? document.kind },
    {
      title: text.quiet,
      render: (_, { document }) => (document.quiet === undefined ? "–" : `${document.quiet.from} – ${document.quiet.to}`),
    },
  ];
  return (
    <DocumentList
      path="channels"
      columns={columns}
      add={text.addChannel}
      deeds={["saveChannel", "removeChannel", "testChannel"]}
      none={text.noneChannels}
      deed={({ id }) => (
        <Button size="small" onClick={() => void test(id)}>
          {text.test}
        </Button>
      )}
      edit={(channel, onClose) => <ChannelModal channel={channel} onClose={onClose} />}
    />
  );
}

interface Given {
  readonly id: string;
  readonly kind: string;
  readonly name?: string;
  readonly url?: string;
  readonly secret?: string;
  readonly to?: readonly string[];
  readonly quietFrom?: string;
  readonly quietTo?: string;
  readonly privateNetwork: boolean;
}

function ChannelModal({ channel, onClose }: { readonly channel: Revised<ChannelDocument> | null; readonly onClose: () => void }) {
  const text = useTexts(alertTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const [form] = Form.useForm<Given>();
  const kind = Form.useWatch("kind", form);
  const [error, setError] = useState<unknown>(null);
  const save = async (given: Given): Promise<void> => {
    setError(null);
    const { id, kind: chosen, name, url, secret, to, quietFrom, quietTo, privateNetwork } = given;
    const filled = <T,>(key: string, value: T | undefined | "") => (value === undefined || value === "" ? {} : { [key]: value });
    const document = {
      id,
      kind: chosen,
      ...filled("name", name),
      ...filled("url", url),
      ...filled("secret", secret),
      ...(chosen === "mail" ? filled("to", to) : {}),
      ...(quietFrom && quietTo ? { quiet: { from: quietFrom, to: quietTo } } : {}),
      ...(privateNetwork ? { privateNetwork } : {}),
    };
    try {
      await ask("PUT", workspacePath(workspace, `channels/${id}`), { body: { revision: channel?.revision ?? 0, document } });
      await queries.invalidateQueries({ queryKey: ["w", workspace, "channels"] });
      onClose();
    } catch (refused) {
      setError(refused);
    }
  };
  const rules = [{ required: true, message: text.required }];
  const clock = [{ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: "HH:mm" }];
  const { quiet, ...kept } = channel?.document ?? { id: "", kind: "dingtalk", quiet: undefined };
  return (
    <Modal open title={text.channel} okText={text.save} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ privateNetwork: false, ...kept, quietFrom: quiet?.from, quietTo: quiet?.to }}
        onFinish={(given) => void save(given)}
      >
        <Form.Item name="kind" label={text.kind} rules={rules}>
          <Select options={Object.entries(text.kinds).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item
          name="id"
          label={text.id}
          extra={text.idHint}
          rules={[...rules, { pattern: /^[a-z0-9][a-z0-9-]*$/, message: text.idHint }]}
        >
          <Input disabled={channel !== null} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={text.name}>
          <Input autoComplete="off" maxLength={100} />
        </Form.Item>
        <Form.Item name="url" label={text.url} extra={text.urlHint} rules={channel === null ? rules : []}>
          <Input autoComplete="off" />
        </Form.Item>
        {kind === "mail" ? (
          <Form.Item name="to" label={text.to} rules={rules}>
            <Select mode="tags" open={false} />
          </Form.Item>
        ) : kind === "wecom" ? null : (
          <Form.Item name="secret" label={text.secret}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        )}
        <Space align="start">
          <Form.Item name="quietFrom" label={text.quiet} rules={clock}>
            <Input placeholder="22:00" />
          </Form.Item>
          <Form.Item name="quietTo" label="&nbsp;" rules={clock}>
            <Input aria-label={text.quiet} placeholder="07:00" />
          </Form.Item>
        </Space>
        <Form.Item name="privateNetwork" label={text.privateNetwork} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}
