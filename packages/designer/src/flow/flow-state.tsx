/** How a flow stands, in tags; and the switch by which it runs. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Space, Switch, Tag, Tooltip } from "antd";
import { useState } from "react";
import type { FlowRow } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

export function FlowState({ flow }: { readonly flow: Pick<FlowRow, "publishedRevision" | "revision"> & { readonly isInOrder?: boolean } }) {
  const text = useTexts(flowTexts);
  const { publishedRevision, revision, isInOrder = true } = flow;
  return (
    <Space size={4} wrap>
      {publishedRevision === null ? <Tag>{text.notPublished}</Tag> : <Tag color="green">{text.publishedAt(publishedRevision)}</Tag>}
      {publishedRevision !== null && publishedRevision < revision ? <Tag color="blue">{text.draftNewer}</Tag> : null}
      {isInOrder ? null : <Tag color="red">{text.broken}</Tag>}
    </Space>
  );
}

export function FlowSwitch({ flow }: { readonly flow: Pick<FlowRow, "id" | "isEnabled" | "publishedRevision"> }) {
  const text = useTexts(flowTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const [isBusy, setBusy] = useState(false);
  const turn = async (on: boolean): Promise<void> => {
    setBusy(true);
    try {
      await ask("POST", workspacePath(workspace, `flows/${flow.id}/${on ? "enable" : "disable"}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (error) {
      void message.error(line(error));
    }
    setBusy(false);
  };
  return (
    <Tooltip title={flow.publishedRevision === null ? text.notPublished : text.enableHint}>
      <Switch
        aria-label={`${text.enable} ${flow.id}`}
        checked={flow.isEnabled}
        loading={isBusy}
        disabled={!may("enableFlow", "disableFlow") || flow.publishedRevision === null}
        onChange={(on) => void turn(on)}
      />
    </Tooltip>
  );
}
