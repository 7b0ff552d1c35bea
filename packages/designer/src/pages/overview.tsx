/** The overview: what needs a person, what is on the way, each flow's bills by status and its queue. Numbers are links to what they count. */
import { Button, Card, Skeleton, Space, Statistic, Typography } from "antd";
import { Link } from "react-router";
import { STATUSES, type Status } from "../api/answers.ts";
import { useAnswer, useConnections, useCounts, useFlows, useMissing, useQueues } from "../api/hooks.ts";
import { dashboardTexts } from "../language/dashboard-texts.ts";
import { overviewTexts } from "../language/overview-texts.ts";
import { useTexts } from "../language/language.tsx";
import { DemoOffer, DemoTold } from "../parts/demo-offer.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { useSpanText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { Dashboard, type Figures } from "./overview/dashboard.tsx";
import { FlowTable, type OverviewRow } from "./overview/flow-table.tsx";
import "./overview/overview.css";

export function Overview() {
  const text = useTexts(overviewTexts);
  const { workspace } = usePlace();
  const flows = useFlows(workspace);
  const counts = useCounts(workspace);
  const queues = useQueues(workspace);
  const figures = useAnswer<Figures>(workspace, "overview", { live: true });
  const failed = [flows, counts, queues].find(({ error }) => error !== null);
  if (failed !== undefined)
    return (
      <Page title={text.title}>
        <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  if (flows.data === undefined || counts.data === undefined || queues.data === undefined)
    return (
      <Page title={text.title}>
        <Skeleton active />
      </Page>
    );
  if (flows.data.items.length === 0) return <Welcome />;
  const { items: all } = counts.data;
  const { items: queued } = queues.data;
  const rows = flows.data.items.map((flow) => ({
    flow,
    counts: Object.fromEntries(all.filter((count) => count.flow === flow.id).map(({ status, records }) => [status, records])),
    queue: queued.find((queue) => queue.flow === flow.id),
  }));
  return (
    <Page title={text.title} about={text.about}>
      <DemoTold />
      <Cards rows={rows} />
      {figures.data === undefined ? null : <Dashboard figures={figures.data} flows={flows.data.items} />}
      {figures.error === null ? null : <ProblemAlert error={figures.error} onRetry={() => void figures.refetch()} />}
      <FlowTable rows={rows} figures={figures.data} />
    </Page>
  );
}

function Cards({ rows }: { readonly rows: readonly OverviewRow[] }) {
  const text = useTexts(overviewTexts);
  const { workspace, to } = usePlace();
  const missing = useMissing(workspace).data?.items.length ?? 0;
  const sum = (...statuses: readonly Status[]): number =>
    rows.reduce((total, { counts }) => total + statuses.reduce((n, status) => n + (counts[status] ?? 0), 0), 0);
  const stuck = sum("failed", "unknown");
  const enabled = rows.filter(({ flow }) => flow.isEnabled).length;
  const board = useTexts(dashboardTexts);
  const span = useSpanText();
  const oldest = Math.max(-1, ...rows.map(({ queue }) => queue?.oldestAgeMs ?? -1));
  const waiting = rows.flatMap(({ queue }) => (queue === undefined || queue.documents === 0 ? [] : [queue.emptyInMs]));
  const emptyIn = waiting.length === 0 ? text.isEmpty : waiting.includes(null) ? text.unknown : span(Math.max(...waiting.map(Number)));
  return (
    <div className="overview-figures">
      <Figure
        title={text.stuck}
        hint={text.stuckHint}
        value={stuck}
        tone={stuck > 0 ? "#c5221f" : undefined}
        to={to("records?flow=&status=failed,unknown")}
      />
      <Figure
        title={text.moving}
        hint={text.movingHint}
        value={sum("pending", "queued", "sent")}
        to={to("records?flow=&status=pending,queued,sent")}
      />
      <Figure title={board.oldest} hint={board.oldestHint} value={oldest < 0 ? "–" : span(oldest)} to={to("queues")} />
      <Figure title={board.empty} hint={board.emptyHint} value={emptyIn} to={to("queues")} />
      <Figure title={text.bills} hint="" value={sum(...STATUSES)} to={to("records")} />
      <Figure title={text.missing} hint={text.missingHint} value={missing} tone={missing > 0 ? "#9a5b00" : undefined} to={to("missing")} />
      <Figure title={text.flowsOn} hint={text.ofFlows(rows.length)} value={enabled} to={to("flows?show=on")} />
    </div>
  );
}

interface FigureProps {
  readonly title: string;
  readonly hint: string;
  readonly value: number | string;
  readonly to: string;
  readonly tone?: string | undefined;
}

function Figure({ title, hint, value, to, tone }: FigureProps) {
  return (
    <Link to={to}>
      <Card size="small" hoverable style={{ height: "100%" }}>
        <Statistic title={title} value={value} styles={{ content: tone === undefined ? {} : { color: tone } }} />
        <Typography.Text type="secondary" style={{ fontSize: 12 }}>
          {hint === "" ? "\u00a0" : hint}
        </Typography.Text>
      </Card>
    </Link>
  );
}

function Welcome() {
  const text = useTexts(overviewTexts);
  const { workspace, to, may } = usePlace();
  const connections = useConnections(workspace).data?.items.length ?? 0;
  const step = connections >= 2 ? 1 : 0;
  const steps = [
    [`${text.stepConnect}${connections > 0 ? ` · ${text.done(connections)}` : ""}`, text.stepConnectHint],
    [text.stepFlow, text.stepFlowHint],
    [text.stepRun, text.stepRunHint],
  ] as const;
  return (
    <Page title={text.title}>
      <Card style={{ maxWidth: 760 }}>
        <Typography.Title level={2} style={{ fontSize: 18, marginTop: 0 }}>
          {text.welcome}
        </Typography.Title>
        <Typography.Paragraph type="secondary">{text.welcomeTodo}</Typography.Paragraph>
        <ol className="first-steps">
          {steps.map(([title, hint], index) => (
            <li key={title} className={index < step ? "is-done" : ""} {...(index === step ? { "aria-current": "step" as const } : {})}>
              <strong>{title}</strong>
              <div>{hint}</div>
            </li>
          ))}
        </ol>
        {may("saveConnection", "saveFlow") ? (
          <Space style={{ marginTop: 8 }}>
            <Link to={to("connections/new")}>
              <Button type={step === 0 ? "primary" : "default"}>{text.makeConnection}</Button>
            </Link>
            <Link to={to("flows/new")}>
              <Button type={step === 0 ? "default" : "primary"}>{text.makeFlow}</Button>
            </Link>
          </Space>
        ) : null}
        <DemoOffer />
      </Card>
    </Page>
  );
}
