/** Work on the flows that are ticked: enable, disable, pause one side or both, and one constant replaced in their mappings after a preview. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Dropdown, Flex, Form, Input, Modal, Table, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath, type ProblemBody } from "../api/ask.ts";
import { assetTexts } from "../language/asset-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

interface BulkBarProps {
  readonly flows: readonly string[];
  /** These have been dealt with. */
  readonly onDone: (flows: readonly string[]) => void;
}

export function BulkBar({ flows, onDone }: BulkBarProps) {
  const text = useTexts(assetTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const line = useProblemLine();
  const [isReplacing, setReplacing] = useState(false);
  if (flows.length === 0) return null;
  const each = async (path: string, body: object): Promise<void> => {
    try {
      const { items } = await ask<{ items: readonly Done[] }>("POST", workspacePath(workspace, path), { body: { flows, ...body } });
      // Before anything is read again: what is ticked while that goes on stays ticked.
      onDone(flows);
      const failed = items.filter((item) => !item.ok);
      const told = text.switched(items.length - failed.length, failed.length);
      if (failed.length === 0) void message.success(told);
      // Which, and why: a number alone says nothing of what to do.
      else modal.warning({ title: told, content: <Failed items={failed} />, width: 640 });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (error) {
      void message.error(line(error));
    }
  };
  const turn = (enable: boolean): Promise<void> => each("flow-switches", { enable });
  const pauses = (["pause", "resume"] as const).flatMap((act) =>
    (["source", "target", "both"] as const).map((side) => ({
      key: `${act} ${side}`,
      label: text.pauses[act][side],
      onClick: () => void each("flow-pauses", { sides: side === "both" ? ["source", "target"] : [side], pause: act === "pause" }),
    })),
  );
  return (
    <Flex gap={8} align="center" wrap style={{ padding: "8px 12px" }} role="toolbar" aria-label={text.selected(flows.length)}>
      <Typography.Text strong>{text.selected(flows.length)}</Typography.Text>
      <Button size="small" onClick={() => void turn(true)}>
        {text.enableAll}
      </Button>
      <Button size="small" onClick={() => void turn(false)}>
        {text.disableAll}
      </Button>
      {may("pauseFlows") ? (
        <Dropdown trigger={["click"]} menu={{ items: pauses }}>
          <Button size="small">{text.pauseAll}</Button>
        </Dropdown>
      ) : null}
      {may("replaceConstant") ? (
        <Button size="small" onClick={() => setReplacing(true)}>
          {text.replace}
        </Button>
      ) : null}
      {isReplacing ? <ReplaceModal flows={flows} onClose={() => setReplacing(false)} /> : null}
    </Flex>
  );
}

interface Done {
  readonly id: string;
  readonly ok: boolean;
  readonly problem: ProblemBody | null;
}

function Failed({ items }: { readonly items: readonly Done[] }) {
  const { pick } = useLanguage();
  return (
    <ul style={{ margin: 0, paddingInlineStart: 20, maxHeight: 320, overflow: "auto" }} tabIndex={0}>
      {items.map(({ id, problem }) => (
        <li key={id}>
          <span className="mono">{id}</span>{" "}
          {problem === null ? null : (
            <>
              {pick(problem)} <Typography.Text type="secondary">{pick({ zh: problem.todoZh, en: problem.todoEn })}</Typography.Text>
            </>
          )}
        </li>
      ))}
    </ul>
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
