/** What may be done to a bill by hand: retry, push again, edit, mark as done, skip. Only for roles that may, and where the status allows it. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal } from "antd";
import { lazy, Suspense, useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { editTexts } from "../../language/edit-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { RetryButton } from "./retry.tsx";
import { isEditable, type Story } from "./story-shape.ts";

const EditBill = lazy(async () => ({ default: (await import("./edit-bill.tsx")).EditBill }));

type Deed = "push-again" | "mark-done" | "skip";

interface Told {
  readonly queued?: readonly string[];
  readonly there?: readonly { readonly id: string; readonly number: string | null }[];
  readonly skipped?: number;
}

export function Repairs({ story }: { readonly story: Story }) {
  const text = useTexts(recordTexts);
  const { may } = usePlace();
  const edit = useTexts(editTexts);
  const [deed, setDeed] = useState<Deed | null>(null);
  const [isEditing, setEditing] = useState(false);
  if (!may("retryRecords", "pushAgain", "markDone", "skipRecords", "editRecord")) return null;
  const { status, flowId } = story;
  const number = story.number ?? story.key;
  const isOver = status === "done" || status === "skipped";
  return (
    <>
      {status === "done" ? (
        <Button onClick={() => setDeed("push-again")}>{text.push}</Button>
      ) : (
        <RetryButton flow={flowId} selection={{ numbers: [number] }} label={text.retry} isPrimary={status === "failed"} />
      )}
      {status === "done" || story.documents.length === 0 ? null : <Button onClick={() => setDeed("mark-done")}>{text.markDone}</Button>}
      {isOver ? null : <Button onClick={() => setDeed("skip")}>{text.skip}</Button>}
      {isEditable(story) ? <Button onClick={() => setEditing(true)}>{edit.open}</Button> : null}
      {isEditing ? (
        <Suspense fallback={null}>
          <EditBill story={story} onClose={() => setEditing(false)} />
        </Suspense>
      ) : null}
      {deed === null ? null : <DeedForm deed={deed} flow={flowId} number={number} onClose={() => setDeed(null)} />}
    </>
  );
}

interface DeedFormProps {
  readonly deed: Deed;
  readonly flow: string;
  readonly number: string;
  readonly onClose: () => void;
}

function DeedForm({ deed, flow, number, onClose }: DeedFormProps) {
  const text = useTexts(recordTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ readonly reason: string; readonly targetNumber?: string }>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const caption = { "push-again": text.push, "mark-done": text.markDone, skip: text.skip }[deed];
  const hint = { "push-again": text.pushHint, "mark-done": text.markDoneHint, skip: text.skipHint }[deed];
  const perform = async (): Promise<void> => {
    const given = await form.validateFields();
    setBusy(true);
    setError(null);
    try {
      const told = await ask<Told>("POST", workspacePath(workspace, `flows/${flow}/records/${deed}`), { body: { number, ...given } });
      const there = told.there ?? [];
      if (deed === "skip") void message.success(text.skipped(told.skipped ?? 0));
      else if (deed === "mark-done") void message.success(text.markedDone);
      else if (there.length > 0) void message.info(text.pushThere(there.map((each) => each.number ?? each.id).join(", ")));
      else void message.success(text.pushed(told.queued?.length ?? 0));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  const rules = [{ required: true, whitespace: true, message: text.required }];
  return (
    <Modal
      open
      title={`${caption} · ${number}`}
      okText={caption}
      confirmLoading={isBusy}
      onOk={() => void perform().catch(setError)}
      onCancel={onClose}
    >
      <p>{hint}</p>
      <Form form={form} layout="vertical">
        {deed === "mark-done" ? (
          <Form.Item name="targetNumber" label={text.targetNumber} rules={rules}>
            <Input maxLength={200} />
          </Form.Item>
        ) : null}
        <Form.Item name="reason" label={text.reason} extra={text.reasonHint} rules={rules}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
      {error === null || (typeof error === "object" && "errorFields" in error) ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}
