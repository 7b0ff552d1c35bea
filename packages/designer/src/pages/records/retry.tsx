/** Retry with its three meanings, for one bill or for many by status. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal, Radio, Space, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { recordTexts } from "../../language/record-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

interface RetryButtonProps {
  readonly flow: string;
  readonly selection: { readonly numbers: readonly string[] } | { readonly status: string };
  readonly label: string;
  readonly isPrimary?: boolean;
}

const HOWS = ["map", "same", "fetch"] as const;

export function RetryButton({ flow, selection, label, isPrimary = false }: RetryButtonProps) {
  const text = useTexts(recordTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [how, setHow] = useState<(typeof HOWS)[number]>("map");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const retry = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const body = { ...selection, how };
      const told = await ask<{ queued: number; unmapped: number; untouched: number; missing: number }>(
        "POST",
        workspacePath(workspace, `flows/${flow}/records/retry`),
        { body },
      );
      void message.success(text.retried(told.queued, told.unmapped + told.untouched + told.missing));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      setOpen(false);
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <>
      <Button type={isPrimary ? "primary" : "default"} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal
        open={isOpen}
        title={text.retryAsk}
        okText={text.retry}
        confirmLoading={isBusy}
        onOk={() => void retry()}
        onCancel={() => setOpen(false)}
      >
        <Space orientation="vertical">
          <Radio.Group value={how} onChange={({ target }) => setHow(target.value as (typeof HOWS)[number])}>
            <Space orientation="vertical">
              {HOWS.map((each) => (
                <Radio key={each} value={each}>
                  {text.how[each]}
                  <br />
                  <Typography.Text type="secondary">{text.howHint[each]}</Typography.Text>
                </Radio>
              ))}
            </Space>
          </Radio.Group>
          {error === null ? null : <ProblemAlert error={error} />}
        </Space>
      </Modal>
    </>
  );
}
