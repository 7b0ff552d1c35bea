/** Work on the flows that are ticked: enable, disable, and one constant replaced in their mappings after a preview. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Flex, Form, Input, Modal, Table, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../api/ask.ts";
import { assetTexts } from "../language/asset-texts.ts";
import { useTexts } from "../language/language.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

export function BulkBar({ flows, onDone }: { readonly flows: readonly string[]; readonly onDone: () => void }) {
  const text = useTexts(assetTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const [isReplacing, setReplacing] = useState(false);
  if (flows.length === 0) return null;
  const turn = async (enable: boolean): Promise<void> => {
    try {
      const { items } = await ask<{ items: readonly { readonly ok: boolean }[] }>("POST", workspacePath(workspace, "flow-switches"), {
        body: { flows, enable },
      });
      const ok = items.filter((item) => item.ok).length;
      void message.info(text.switched(ok, items.length - ok));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "flows"] });
      onDone();
    } catch (error) {
      void message.error(line(error));
    }
  };
  return (
    <Flex gap={8} align="center" wrap style={{ padding: "8px 12px" }} role="toolbar" aria-label={text.selected(flows.length)}>
      <Typography.Text strong>{text.selected(flows.length)}</Typography.Text>
      <Button size="small" onClick={() => void turn(true)}>
        {text.enableAll}
      </Button>
      <Button size="small" onClick={() => void turn(false)}>
        {text.disableAll}
      </Button>
      {may("replaceConstant") ? (
        <Button size="small" onClick={() => setReplacing(true)}>
          {text.replace}
        </Button>
      ) : null}
      {isReplacing ? <ReplaceModal flows={flows} onClose={() => setReplacing(false)} /> : null}
    </Flex>
  );
}

interface Change {
  readonly flow: string;
  readonly places: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

interface Given {
  readonly find: string;
  readonly replace?: string;
  readonly whole: boolean;
}

function ReplaceModal({ flows, onClose }: { readonly flows: readonly string[]; readonly onClose: () => void }) {
  const text = useTexts(assetTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const [found, setFound] = useState<readonly Change[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const work = async (apply: boolean): Promise<void> => {
    setError(null);
    try {
      const { find, replace = "", whole } = await form.validateFields();
      const body = { flows, find, replace, whole, apply };
      const { items } = await ask<{ items: readonly Change[] }>("POST", workspacePath(workspace, "flow-constants"), { body });
      setFound(items);
      if (!apply) return;
      void message.success(text.applied(items.length));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      onClose();
    } catch (refused) {
      setError(refused);
    }
  };
  const rows = (found ?? []).flatMap(({ flow, places }) => places.map((place) => ({ flow, ...place })));
  return (
    <Modal
      open
      width={820}
      title={text.replaceTitle}
      okText={text.applyDraft}
      okButtonProps={{ disabled: rows.length === 0 }}
      onOk={() => void work(true)}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="inline"
        initialValues={{ whole: true }}
        onFinish={() => void work(false)}
        onValuesChange={() => setFound(null)}
        style={{ rowGap: 12, marginBottom: 12 }}
      >
        <Form.Item name="find" label={text.findValue} rules={[{ required: true, message: "" }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="replace" label={text.newValue}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="whole" valuePropName="checked">
          <Checkbox>{text.whole}</Checkbox>
        </Form.Item>
        <Button htmlType="submit">{text.preview}</Button>
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
      {found === null ? null : (
        <>
          <Typography.Text>{rows.length === 0 ? text.nothing : text.places(rows.length, found.length)}</Typography.Text>
          {rows.length === 0 ? null : (
            <Table
              size="small"
              rowKey={({ flow, path }) => `${flow} ${path}`}
              dataSource={rows}
              pagination={{ pageSize: 10, hideOnSinglePage: true }}
              columns={[
                { title: text.flows, dataIndex: "flow" },
                { title: text.path, dataIndex: "path", className: "mono" },
                { title: text.findValue, dataIndex: "before" },
                { title: text.newValue, dataIndex: "after" },
              ]}
            />
          )}
        </>
      )}
    </Modal>
  );
}
