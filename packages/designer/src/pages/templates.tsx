/** 模板市场: ready flows, those that ship and the workspace's own; one of them becomes a draft for two connections. */
import { Skeleton } from "antd";
import { useNavigate } from "react-router";
import { useFlows } from "../api/hooks.ts";
import { TemplateList } from "../flow/template-list.tsx";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { Page } from "../parts/page.tsx";
import { usePlace } from "../shell/place.tsx";

export function Templates() {
  const text = useTexts(flowTexts);
  const { workspace, to } = usePlace();
  const navigate = useNavigate();
  const flows = useFlows(workspace).data;
  return (
    <Page title={text.templates} about={text.templateHint}>
      {flows === undefined ? (
        <Skeleton active />
      ) : (
        <TemplateList taken={flows.items.map(({ id }) => id)} onMade={({ id }) => void navigate(to(`flows/${id}`))} />
      )}
    </Page>
  );
}
