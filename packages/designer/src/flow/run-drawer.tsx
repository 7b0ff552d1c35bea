/** A run by hand while it goes on: started here, told by server-sent events. Closing it does not stop the run. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Col, Drawer, Flex, Progress, Row, Spin, Statistic, Typography } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import type { RunView } from "../api/answers.ts";
import { ask, Problem, workspacePath } from "../api/ask.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { useSpanText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

interface RunDrawerProps {
  /** The flow to run; null: closed. */
  readonly flow: string | null;
  readonly name: string;
  readonly onClose: () => void;
}

export function RunDrawer({ flow, name, onClose }: RunDrawerProps) {
  return (
    <Drawer open={flow !== null} onClose={onClose} title={name} size={480} destroyOnHidden>
      {flow === null ? null : <Running flow={flow} />}
    </Drawer>
  );
}

function Running({ flow }: { readonly flow: string }) {
  const text = useTexts(flowTexts);
  const { workspace, to } = usePlace();
  const queries = useQueryClient();
  const span = useSpanText();
  const [run, setRun] = useState<RunView | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let events: EventSource | null = null;
    let isGone = false;
    const follow = async (): Promise<void> => {
      const begun = await ask<RunView>("POST", workspacePath(workspace, `flows/${flow}/runs`), { body: {} });
      if (isGone) return;
      setRun(begun);
      events = new EventSource(workspacePath(workspace, `runs/${begun.id}/events`));
      events.addEventListener("run", ({ data }) => {
        const now = JSON.parse(data as string) as RunView;
        setRun(now);
        if (now.endedAt === null) return;
        events?.close();
        void queries.invalidateQueries({ queryKey: ["w", workspace] });
      });
    };
    // After a moment: what mounts twice in development starts one run.
    const timer = setTimeout(() => {
      follow().catch(setError);
    }, 50);
    return () => {
      isGone = true;
      clearTimeout(timer);
      events?.close();
    };
  }, [flow, queries, workspace]);
  if (error !== null) return <ProblemAlert error={error} />;
  if (run === null) return <Spin />;
  const { state, progress, problem, result } = run;
  return (
    <Flex vertical gap={16}>
      {state === "running" ? <Alert type="info" showIcon title={text.running} description={text.runLeave} /> : null}
      {state === "done" ? (
        <Alert
          type={progress.failed > 0 ? "warning" : "success"}
          showIcon
          title={`${text.runDone} · ${span((run.endedAt ?? run.startedAt) - run.startedAt)}`}
          description={result !== null && result.unchanged > 0 ? text.unchanged(result.unchanged) : undefined}
        />
      ) : null}
      {state === "failed" && problem !== null ? <ProblemAlert error={new Problem(problem)} /> : null}
      <Row gutter={[12, 16]}>
        {(["read", "records", "written", "failed"] as const).map((name) => (
          <Col key={name} span={12}>
            <Statistic
              title={text[name]}
              value={progress[name]}
              styles={{ content: name === "failed" && progress.failed > 0 ? { color: "#c5221f" } : {} }}
            />
          </Col>
        ))}
      </Row>
      {state === "running" ? <Progress percent={100} status="active" showInfo={false} aria-label={text.running} /> : null}
      <Typography.Text>
        <Link to={to(`records?flow=${flow}`)}>{text.seeRecords}</Link>
      </Typography.Text>
    </Flex>
  );
}
