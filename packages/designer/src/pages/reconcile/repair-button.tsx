/** Begins a repair. Where a report has extra bills a dialog asks what becomes of them: left, accepted, or chosen ones taken away at the target. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Form, Input, Modal, Popconfirm, Radio, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import type { SeenBill } from "../../api/reconcile-answers.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert, useProblemLine } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";
import { RemovalList } from "./removal-list.tsx";

interface RepairProps {
  readonly flow: string;
  readonly id: string;
  /** How many extra bills the report has. */
  readonly extra: number;
  readonly onRepair: (id: string) => void;
}

type RepairBody =
  | { readonly extra?: "leave" }
  | { readonly extra: "accept"; readonly reason: string }
  | { readonly extra: "remove"; readonly reason: string; readonly bills: readonly SeenBill[] };

function useRepair({ flow, id, onRepair }: RepairProps): (body: RepairBody) => Promise<void> {
  const { workspace } = usePlace();
  const queries = useQueryClient();
  return async (body) => {
    const path = workspacePath(workspace, `flows/${flow}/reconciliations/${id}/repair`);
    const begun = await ask<{ readonly id: string }>("POST", path, { body });
    await queries.invalidateQueries({ queryKey: ["w", workspace, `flows/${flow}/reconciliations?limit=60`] });
    onRepair(begun.id);
  };
}

export function RepairButton(props: RepairProps) {
  const text = useTexts(reconcileTexts);
  const { message } = App.useApp();
  const line = useProblemLine();
  const repair = useRepair(props);
  const [isOpen, setOpen] = useState(false);
  if (props.extra > 0)
    return (
      <>
        <Button type="primary" onClick={() => setOpen(true)}>
          {text.repair}
        </Button>
        {isOpen ? <RepairDialog {...props} onClose={() => setOpen(false)} /> : null}
      </>
    );
  return (
    <Popconfirm
      title={text.repairAsk}
      description={<div style={{ maxWidth: 320 }}>{text.repairHint}</div>}
      okText={text.repair}
      onConfirm={() => void repair({}).catch((error: unknown) => void message.error(line(error)))}
    >
      <Button type="primary">{text.repair}</Button>
    </Popconfirm>
  );
}

function RepairDialog(props: RepairProps & { readonly onClose: () => void }) {
  const text = useTexts(reconcileTexts);
  const { may } = usePlace();
  const repair = useRepair(props);
  const [extra, setExtra] = useState<"leave" | "accept" | "remove">("leave");
  const [reason, setReason] = useState("");
  const [bills, setBills] = useState<readonly SeenBill[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isReady = extra === "leave" || (reason.trim() !== "" && (extra === "accept" || bills.length > 0));
  const begin = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await repair(extra === "leave" ? {} : extra === "accept" ? { extra, reason } : { extra, reason, bills });
      props.onClose();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      width={extra === "remove" ? 860 : 520}
      title={text.repairAsk}
      okText={extra === "remove" ? text.removeAndRepair(bills.length) : text.repair}
      okButtonProps={{ disabled: !isReady, danger: extra === "remove" }}
      confirmLoading={isBusy}
      onOk={() => void begin()}
      onCancel={props.onClose}
    >
      <Flex vertical gap={12}>
        <Typography.Text type="secondary">{text.repairRest}</Typography.Text>
        <Form layout="vertical" component="div">
          <Form.Item label={text.extraAsk(props.extra)} style={{ marginBottom: 8 }}>
            <Radio.Group
              vertical
              value={extra}
              onChange={({ target }) => setExtra(target.value as typeof extra)}
              options={[
                { value: "leave", label: text.extraLeave },
                { value: "accept", label: text.extraAccept },
                ...(may("previewRemoval") ? [{ value: "remove", label: text.extraRemove }] : []),
              ]}
            />
          </Form.Item>
          {extra === "leave" ? null : (
            <Form.Item label={text.reason} htmlFor="extra-reason" required style={{ marginBottom: 8 }}>
              <Input.TextArea
                id="extra-reason"
                rows={2}
                maxLength={500}
                value={reason}
                placeholder={text.reasonNeeded}
                onChange={({ target }) => setReason(target.value)}
              />
            </Form.Item>
          )}
        </Form>
        {extra === "remove" ? <RemovalList flow={props.flow} report={props.id} chosen={bills} onChoose={setBills} /> : null}
        {error === null ? null : <ProblemAlert error={error} />}
      </Flex>
    </Modal>
  );
}
