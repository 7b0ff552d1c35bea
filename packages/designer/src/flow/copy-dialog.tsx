/** A flow copied as a new draft, between the same connections or others of the same systems. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select, Typography } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnections, useFlows } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { transportTexts } from "../language/transport-texts.ts";
import { connectionOptions } from "../parts/connection-options.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

interface Given {
  readonly id: string;
  readonly name: string;
  readonly connections?: Readonly<Record<string, string | undefined>>;
}

interface CopyDialogProps {
  readonly flow: { readonly id: string; readonly name: string | null; readonly connections: readonly string[] };
  readonly onClose: () => void;
}

const ID = /^[a-z0-9][a-z0-9-]*$/;

export function CopyDialog({ flow, onClose }: CopyDialogProps) {
  const text = useTexts(transportTexts);
  const { workspace, to } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const all = useConnections(workspace).data?.items ?? [];
  const flows = useFlows(workspace).data?.items;
  const used = [...new Set(flow.connections)].flatMap((id) => all.find((each) => each.id === id) ?? []);
  const copy = async ({ id, name, connections = {} }: Given): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const swapped = Object.fromEntries(Object.entries(connections).flatMap(([from, own]) => (own === undefined ? [] : [[from, own]])));
      const body = { id, ...(name.trim() === "" ? {} : { name: name.trim() }), connections: swapped };
      await ask("POST", workspacePath(workspace, `flows/${flow.id}/copy`), { body });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      void message.success(text.copied(id));
      onClose();
      await navigate(to(`flows/${id}`));
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  if (flows === undefined) return null;
  const name = flow.name ?? flow.id;
  return (
    <Modal open title={text.copyTitle(name)} okText={text.copyIt} confirmLoading={isBusy} onOk={() => form.submit()} onCancel={onClose}>
      <Typography.Paragraph type="secondary">
        {text.copyHint} {text.copyUnsaved}
      </Typography.Paragraph>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ id: freeId(flow.id, flows), name: flow.name === null ? "" : text.copyNameOf(flow.name) }}
        onFinish={(given) => void copy(given)}
      >
        <Form.Item
          name="id"
          label={text.copyId}
          extra={text.copyIdHint}
          rules={[{ required: true, pattern: ID, message: text.copyIdHint }]}
        >
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={text.copyName}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        {used.map(({ id, system, ...rest }) => (
          <Form.Item key={id} name={["connections", id]} label={text.standsFor(rest.name ?? id, system ?? "")}>
            <Select
              allowClear
              placeholder={text.keepConnection}
              options={connectionOptions(all.filter((each) => each.system === system && each.id !== id))}
            />
          </Form.Item>
        ))}
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}

function freeId(id: string, flows: readonly { readonly id: string }[]): string {
  const isFree = (each: string): boolean => !flows.some((flow) => flow.id === each);
  const base = `${id.slice(0, 90)}-copy`;
  for (let n = 2; ; n += 1) {
    const wanted = n === 2 && isFree(base) ? base : `${base}-${n}`;
    if (isFree(wanted)) return wanted;
  }
}
