/** A flow's file taken in as a draft: connections are named, what it brings is told by the server, and only then it is saved. */
import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Select, Space, Typography, Upload } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { useConnections } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { transportTexts } from "../language/transport-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

interface FlowFile {
  readonly format: string;
  readonly flow: { readonly id: string; readonly text: string };
  readonly connections: readonly { readonly id: string; readonly system: string }[];
}

interface Told {
  readonly id: string;
  readonly takes: readonly { readonly kind: string; readonly id: string }[];
}

interface Given {
  readonly id: string;
  readonly connections?: Readonly<Record<string, string>>;
}

const FORMAT = "datong-flow-1";

export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(transportTexts);
  const words = useTexts(wordTexts);
  const { workspace, to } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form] = Form.useForm<Given>();
  const [file, setFile] = useState<FlowFile | "wrong" | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const all = useConnections(workspace).data?.items ?? [];
  const read = async (chosen: File): Promise<void> => {
    setTold(null);
    setError(null);
    try {
      const given = JSON.parse(await chosen.text()) as FlowFile;
      if (given.format !== FORMAT) return setFile("wrong");
      setFile(given);
      const connections = given.connections.flatMap(({ id, system }) => {
        const same = all.filter((each) => each.system === system);
        const own = same.find((each) => each.id === id) ?? (same.length === 1 ? same[0] : undefined);
        return own === undefined ? [] : [[id, own.id]];
      });
      form.setFieldsValue({ id: given.flow.id, connections: Object.fromEntries(connections) });
    } catch {
      setFile("wrong");
    }
  };
  const work = async (dryRun: boolean): Promise<void> => {
    const given = await form.validateFields().catch(unfilled);
    if (given === null) return;
    setBusy(true);
    setError(null);
    try {
      const body = { file, id: given.id, connections: given.connections ?? {}, dryRun };
      const answer = await ask<Told>("POST", workspacePath(workspace, "flow-files"), { body });
      setTold(answer);
      if (!dryRun) {
        await queries.invalidateQueries({ queryKey: ["w", workspace] });
        onClose();
        await navigate(to(`flows/${answer.id}`));
      }
    } catch (refused) {
      setTold(null);
      setError(refused);
    }
    setBusy(false);
  };
  const isRead = file !== null && file !== "wrong";
  return (
    <Modal
      open
      width={640}
      title={text.importTitle}
      onCancel={onClose}
      footer={
        <Space>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button disabled={!isRead} loading={isBusy && told === null} onClick={() => void work(true)}>
            {text.check}
          </Button>
          <Button type="primary" disabled={told === null} loading={isBusy && told !== null} onClick={() => void work(false)}>
            {text.takeIn}
          </Button>
        </Space>
      }
    >
      <Space orientation="vertical" style={{ width: "100%" }}>
        <Upload.Dragger
          accept=".json"
          showUploadList={false}
          beforeUpload={(chosen) => {
            void read(chosen);
            return false;
          }}
        >
          <InboxOutlined style={{ fontSize: 28 }} />
          <p>{text.drop}</p>
          <Typography.Text type="secondary">{text.dropHint}</Typography.Text>
        </Upload.Dragger>
        {file === "wrong" ? <Alert type="error" showIcon title={text.notFile} /> : null}
        <Form form={form} layout="vertical" onValuesChange={() => setTold(null)} style={isRead ? {} : { display: "none" }}>
          <Form.Item name="id" label={text.id} rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9-]*$/, message: text.id }]}>
            <Input maxLength={100} autoComplete="off" />
          </Form.Item>
          {(isRead ? file.connections : []).map(({ id, system }) => (
            <Form.Item
              key={id}
              name={["connections", id]}
              label={text.standsFor(id, system)}
              rules={[{ required: true, message: text.noConnection(system) }]}
            >
              <Select
                options={all.filter((each) => each.system === system).map((each) => ({ value: each.id, label: each.name ?? each.id }))}
                notFoundContent={text.noConnection(system)}
              />
            </Form.Item>
          ))}
        </Form>
        {error === null ? null : <ProblemAlert error={error} />}
        {told === null ? null : (
          <Alert
            type="info"
            showIcon
            title={text.brings}
            description={[{ kind: "flow", id: told.id }, ...told.takes].map(({ kind, id }) => (
              <div key={`${kind} ${id}`}>
                {text.kinds[kind] ?? kind} <span className="mono">{id}</span>
              </div>
            ))}
          />
        )}
      </Space>
    </Modal>
  );
}

/** The form itself tells what is lacking. */
function unfilled(): null {
  return null;
}
