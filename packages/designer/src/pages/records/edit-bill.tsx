/** Edit and retry: the copy of the source's rows, or the body of one document, corrected as JSON; what differs is shown before it is sent. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Radio, Space, Typography } from "antd";
import { useMemo, useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { editTexts } from "../../language/edit-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { JsonDiff, jsonChanges, type JsonChange } from "../../parts/json-diff.tsx";
import { prettyMessage } from "../../parts/json-text.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { EDITABLE, type Story } from "./story-shape.ts";

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly bodyOf: (typed: string) => object;
}

function choicesOf(story: Story, text: typeof editTexts.zh): readonly Choice[] {
  const bodies = story.documents.flatMap(({ id, body, status, externalKey }): Choice[] =>
    body === null || !EDITABLE.includes(status)
      ? []
      : [
          {
            value: id,
            label: text.body(externalKey ?? id),
            hint: text.bodyHint,
            text: body,
            bodyOf: (typed) => ({ document: id, body: typed }),
          },
        ],
  );
  const rows: Choice[] =
    story.rows === null
      ? []
      : [
          {
            value: "rows",
            label: text.rows,
            hint: text.rowsHint,
            text: story.rows,
            bodyOf: (typed) => ({ key: story.key, rows: typed }),
          },
        ];
  return [...bodies, ...rows];
}

export function EditBill({ story, onClose }: { readonly story: Story; readonly onClose: () => void }) {
  const text = useTexts(editTexts);
  // What is edited stays as it was when it was opened, whatever is read meanwhile.
  const [choices] = useState(() => choicesOf(story, text));
  const [value, setValue] = useState(choices[0]?.value ?? "");
  const choice = choices.find((each) => each.value === value);
  const [typed, setTyped] = useState(() => prettyMessage(choice?.text ?? ""));
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ readonly reason: string }>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const changes = useMemo(() => changesOf(choice?.text ?? "null", typed), [choice, typed]);
  const send = async ({ reason }: { readonly reason: string }): Promise<void> => {
    if (choice === undefined) return;
    setBusy(true);
    setError(null);
    try {
      const body = { ...choice.bodyOf(typed), reason };
      await ask("POST", workspacePath(workspace, `flows/${story.flowId}/records/edit`), { body });
      void message.success(text.done);
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      width={860}
      title={`${text.title} · ${story.number ?? story.key}`}
      okText={text.send}
      okButtonProps={{ disabled: !Array.isArray(changes) || changes.length === 0 }}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Space orientation="vertical" style={{ width: "100%" }}>
        <Radio.Group
          aria-label={text.what}
          value={value}
          options={choices.map((each) => ({ value: each.value, label: each.label }))}
          onChange={({ target }) => {
            const next = choices.find((each) => each.value === target.value);
            setValue(next?.value ?? "");
            setTyped(prettyMessage(next?.text ?? ""));
          }}
        />
        <Typography.Text type="secondary">{choice?.hint}</Typography.Text>
        <Input.TextArea
          className="mono"
          aria-label={choice?.label ?? ""}
          spellCheck={false}
          autoSize={{ minRows: 8, maxRows: 18 }}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Changes changes={changes} />
        <Form form={form} layout="vertical" onFinish={(given) => void send(given)}>
          <Form.Item
            name="reason"
            label={text.reason}
            extra={text.reasonHint}
            rules={[{ required: true, whitespace: true, message: text.required }]}
          >
            <Input.TextArea rows={2} maxLength={500} />
          </Form.Item>
        </Form>
        {error === null ? null : <ProblemAlert error={error} />}
      </Space>
    </Modal>
  );
}

/** What is wrong with the text where it is no JSON. */
function changesOf(before: string, after: string): readonly JsonChange[] | string {
  try {
    return jsonChanges(before, after);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function Changes({ changes }: { readonly changes: readonly JsonChange[] | string }) {
  const text = useTexts(editTexts);
  if (typeof changes === "string") return <Alert type="error" showIcon title={text.noJson} description={changes} />;
  if (changes.length === 0) return <Typography.Text type="secondary">{text.same}</Typography.Text>;
  return (
    <div data-changes>
      <Typography.Text strong>{text.changes(changes.length)}</Typography.Text>
      <JsonDiff changes={changes} />
    </div>
  );
}
