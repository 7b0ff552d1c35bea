/** A refill of a span: first what it would read and how sure that is, then begun. Times are wall times of the source. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Flex, Form, Input, Modal, Space, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import type { Estimate } from "../../api/reconcile-answers.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { useSpanText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";

export interface RefillSpan {
  /** yyyy-MM-dd HH:mm:ss; empty where it is to be chosen. */
  readonly from: string;
  readonly to: string;
}

interface DialogProps {
  readonly flow: string;
  readonly span: RefillSpan;
  readonly zone: string;
  readonly onClose: () => void;
}

const field = (wall: string): string => wall.replace(" ", "T");
const wall = (given: string): string => {
  const [day = "", time = ""] = given.split("T");
  return `${day} ${time.length === 5 ? `${time}:00` : time}`;
};

export function RefillDialog({ flow, span, zone, onClose }: DialogProps) {
  const text = useTexts(reconcileTexts);
  const spanText = useSpanText();
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [from, setFrom] = useState(field(span.from));
  const [to, setTo] = useState(field(span.to));
  const [estimate, setEstimate] = useState<Estimate | null>(null);
  const [busy, setBusy] = useState<"estimate" | "start" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const body = { from: wall(from), ...(to === "" ? {} : { to: wall(to) }) };
  const path = workspacePath(workspace, `flows/${flow}/refills`);
  const doing = async (what: "estimate" | "start", work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setError(null);
    try {
      await work();
    } catch (refused) {
      setError(refused);
    }
    setBusy(null);
  };
  const look = (): Promise<void> => doing("estimate", async () => setEstimate(await ask<Estimate>("POST", `${path}/estimate`, { body })));
  const start = (): Promise<void> =>
    doing("start", async () => {
      await ask("POST", path, { body: { ...body, confirm: true } });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      void message.success(text.fillBegun(1));
      onClose();
    });
  const change = (set: (value: string) => void, value: string): void => {
    set(value);
    setEstimate(null);
  };
  return (
    <Modal
      open
      title={text.refillTitle}
      onCancel={onClose}
      footer={
        <Space>
          <Button disabled={from === ""} loading={busy === "estimate"} onClick={() => void look()}>
            {text.estimate}
          </Button>
          <Button type="primary" disabled={estimate === null} loading={busy === "start"} onClick={() => void start()}>
            {text.startRefill}
          </Button>
        </Space>
      }
    >
      <Flex vertical gap={12}>
        <Typography.Text type="secondary">{text.refillHint}</Typography.Text>
        <Form layout="vertical" component="div">
          <Form.Item label={text.from} htmlFor="refill-from" extra={text.zoneHint(zone)} style={{ marginBottom: 8 }}>
            <Input id="refill-from" type="datetime-local" step={1} value={from} onChange={({ target }) => change(setFrom, target.value)} />
          </Form.Item>
          <Form.Item label={text.to} htmlFor="refill-to" style={{ marginBottom: 0 }}>
            <Input id="refill-to" type="datetime-local" step={1} value={to} onChange={({ target }) => change(setTo, target.value)} />
          </Form.Item>
        </Form>
        {estimate === null ? null : (
          <Alert
            type={estimate.how === "counted" ? "success" : "warning"}
            showIcon
            title={text.estimated(estimate)}
            description={
              <>
                {text.how[estimate.how]}
                {estimate.pages === null || estimate.pageMs === null ? null : (
                  <>
                    <br />
                    {text.takes(spanText(Math.max(1_000, estimate.pages * estimate.pageMs)))}
                  </>
                )}
              </>
            }
          />
        )}
        {error === null ? null : <ProblemAlert error={error} />}
      </Flex>
    </Modal>
  );
}
