/** When a flow is reconciled by itself: shown, and changed in the flow's own document, which is published where nothing else waits in its draft. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Flex, Modal, Space, Tag, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { FlowView } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import { edited, newDraft } from "../../flow/draft.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

interface Entry {
  readonly cron: string;
  readonly span?: string;
}

const DAILY: Entry = { cron: "30 8 * * *", span: "yesterday" };
const MONTHLY: Entry = { cron: "0 9 1 * *", span: "last-month" };
const isSame = (a: Entry, b: Entry): boolean => a.cron === b.cron && a.span === b.span;

export function Schedule({ flow }: { readonly flow: string }) {
  const text = useTexts(reconcileTexts);
  const { workspace, may } = usePlace();
  const { data } = useAnswer<FlowView>(workspace, `flows/${flow}`);
  const [isOpen, setOpen] = useState(false);
  if (data === undefined) return <span />;
  const entries: readonly Entry[] = data.document?.reconcile?.schedule ?? [];
  const nameOf = (entry: Entry): string =>
    isSame(entry, DAILY)
      ? text.scheduleDaily
      : isSame(entry, MONTHLY)
        ? text.scheduleMonthly
        : text.scheduleOther(entry.cron, entry.span ?? "");
  return (
    <Flex align="center" gap={8} wrap>
      <Typography.Text type="secondary">{text.schedule}</Typography.Text>
      {entries.length === 0 ? text.scheduleNone : entries.map((entry) => <Tag key={`${entry.cron} ${entry.span}`}>{nameOf(entry)}</Tag>)}
      {may("saveFlow", "publishFlow") ? (
        <Button size="small" onClick={() => setOpen(true)}>
          {text.scheduleSet}
        </Button>
      ) : null}
      {isOpen ? <ScheduleDialog view={data} entries={entries} onClose={() => setOpen(false)} /> : null}
    </Flex>
  );
}

function ScheduleDialog({
  view,
  entries,
  onClose,
}: {
  readonly view: FlowView;
  readonly entries: readonly Entry[];
  readonly onClose: () => void;
}) {
  const text = useTexts(reconcileTexts);
  const words = useTexts(wordTexts);
  const { workspace, to } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [chosen, setChosen] = useState<readonly Entry[]>(entries);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isDrafted = view.published !== view.text;
  const hasAll = view.document?.source.watermark === undefined;
  // A flow that reads all every time has no spans.
  const offered = hasAll ? [DAILY, MONTHLY].map(({ cron }): Entry => ({ cron })) : [DAILY, MONTHLY];
  const others = entries.filter((entry) => !offered.some((each) => isSame(each, entry)));
  const names = [text.scheduleDaily, text.scheduleMonthly];
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const value = chosen.length === 0 ? undefined : chosen;
      const next = edited(newDraft(view.text), { kind: "set", path: ["reconcile", "schedule"], value });
      const path = workspacePath(workspace, `flows/${view.id}`);
      const { revision } = await ask<{ readonly revision: number }>("PUT", path, { body: { revision: view.revision, text: next.text } });
      if (!isDrafted) await ask("POST", `${path}/publish`, { body: { revision } });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      void message.success(isDrafted ? text.scheduleKept : text.scheduleSaved);
      onClose();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  const turn = (entry: Entry, isOn: boolean): void =>
    setChosen((now) => (isOn ? [...now, entry] : now.filter((each) => !isSame(each, entry))));
  return (
    <Modal open title={text.scheduleAsk} okText={words.save} confirmLoading={isBusy} onOk={() => void save()} onCancel={onClose}>
      <Space orientation="vertical" style={{ width: "100%" }}>
        <Typography.Text type="secondary">{text.scheduleHint}</Typography.Text>
        {offered.map((entry, i) => (
          <Checkbox
            key={entry.cron}
            checked={chosen.some((each) => isSame(each, entry))}
            onChange={({ target }) => turn(entry, target.checked)}
          >
            {names[i]}
          </Checkbox>
        ))}
        {others.map((entry) => (
          <Checkbox
            key={`${entry.cron} ${entry.span}`}
            checked={chosen.some((each) => isSame(each, entry))}
            onChange={({ target }) => turn(entry, target.checked)}
          >
            {text.scheduleOther(entry.cron, entry.span ?? "")}
          </Checkbox>
        ))}
        {isDrafted ? (
          <Typography.Text type="warning">
            {text.scheduleDraft} <Link to={to(`flows/${view.id}`)}>{text.toFlow}</Link>
          </Typography.Text>
        ) : null}
        {error === null ? null : <ProblemAlert error={error} />}
      </Space>
    </Modal>
  );
}
