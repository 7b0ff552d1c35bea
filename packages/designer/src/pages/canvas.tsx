/** All flows of the workspace as one picture that can be worked in. */
import { ReactFlowProvider } from "@xyflow/react";
import { Button, Card, Empty, Skeleton, Space } from "antd";
import { useCallback } from "react";
import { Link } from "react-router";
import { useAnswer, useConnections, useConnectors, useFlows } from "../api/hooks.ts";
import { Board } from "../canvas/board.tsx";
import { CountsProvider } from "../canvas/counts.tsx";
import type { CanvasView } from "../canvas/model.ts";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { DemoOffer } from "../parts/demo-offer.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

export function Canvas() {
  const text = useTexts(canvasTexts);
  const { pick } = useLanguage();
  const { workspace, to, may } = usePlace();
  const flows = useFlows(workspace);
  const connections = useConnections(workspace);
  const connectors = useConnectors(workspace);
  const view = useAnswer<CanvasView>(workspace, "canvas");
  const known = connectors.data?.items;
  const systemName = useCallback(
    (system: string): string => {
      const name = known?.find((each) => each.system === system)?.name;
      return name === undefined ? system : pick(name);
    },
    [known, pick],
  );
  const failed = [flows, connections, connectors, view].find(({ error }) => error !== null);
  if (failed !== undefined)
    return (
      <Page title={text.title}>
        <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  if (flows.data === undefined || connections.data === undefined || connectors.data === undefined || view.data === undefined)
    return (
      <Page title={text.title}>
        <Skeleton active />
      </Page>
    );
  const actions = may("saveFlow", "saveConnection") ? (
    <Space>
      <Link to={to("connections/new")}>
        <Button>{text.newConnection}</Button>
      </Link>
      <Link to={to("flows/new")}>
        <Button type="primary">{text.newFlow}</Button>
      </Link>
    </Space>
  ) : null;
  if (flows.data.items.length + connections.data.items.length === 0)
    return (
      <Page title={text.title} actions={actions}>
        <Card>
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={
              <>
                {text.empty}
                <br />
                {text.emptyTodo}
              </>
            }
          >
            {may("saveConnection") ? (
              <>
                <Link to={to("connections/new")}>
                  <Button type="primary">{text.newConnection}</Button>
                </Link>
                <DemoOffer isCentred />
              </>
            ) : null}
          </Empty>
        </Card>
      </Page>
    );
  return (
    <Page title={text.title} about={text.about} actions={actions}>
      <ReactFlowProvider>
        <CountsProvider>
          <Board flows={flows.data.items} connections={connections.data.items} view={view.data} systemName={systemName} />
        </CountsProvider>
      </ReactFlowProvider>
    </Page>
  );
}
