/** The overview's charts and lists: throughput, causes of failures, next runs, call limits. Each number leads to what it counts. */
import { Card, Col, Empty, Flex, Progress, Row, Space, Spin, Tag, Typography } from "antd";
import { lazy, Suspense, useMemo, type ReactNode } from "react";
import { Link } from "react-router";
import type { FlowRow } from "../../api/answers.ts";
import { useConnections } from "../../api/hooks.ts";
import { dashboardTexts } from "../../language/dashboard-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { useSpanText } from "../../parts/time.tsx";
import { failuresPath, usePlace } from "../../shell/place.tsx";

const TimeChart = lazy(async () => ({ default: (await import("../../parts/time-chart.tsx")).TimeChart }));

export interface FlowFigures {
  readonly flow: string;
  readonly watermarkAt: number | null;
  readonly lastRun: { readonly state: string; readonly code: string | null; readonly startedAt: number } | null;
  readonly nextAt: number | null;
}

/** The answer of GET …/overview. */
export interface Figures {
  readonly at: number;
  readonly hours: readonly { readonly at: number; readonly records: number }[];
  readonly minutes: readonly { readonly at: number; readonly documents: number }[];
  readonly causes: readonly {
    readonly flow: string;
    readonly cause: string | null;
    readonly code: string | null;
    readonly vendorText: string | null;
    readonly documents: number;
    readonly isMore: boolean;
  }[];
  readonly flows: readonly FlowFigures[];
  readonly budgets: readonly { readonly connection: string; readonly spanMs: number; readonly used: number; readonly limit: number }[];
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const HEIGHT = 170;
const NEXT_MAX = 6;

interface DashboardProps {
  readonly figures: Figures;
  readonly flows: readonly FlowRow[];
}

export function Dashboard({ figures, flows }: DashboardProps) {
  const nameOf = (id: string): string => flows.find((flow) => flow.id === id)?.name ?? id;
  return (
    <>
      <Charts figures={figures} />
      <Row gutter={[12, 12]} style={{ marginBottom: 12 }}>
        <Col xs={24} lg={10}>
          <Causes figures={figures} nameOf={nameOf} />
        </Col>
        <Col xs={24} md={12} lg={7}>
          <NextRuns figures={figures} nameOf={nameOf} />
        </Col>
        <Col xs={24} md={12} lg={7}>
          <Budgets figures={figures} />
        </Col>
      </Row>
    </>
  );
}

/** Every step of the span has its point: no bills is a figure too. */
function filled(given: readonly (readonly [number, number])[], stepMs: number, steps: number, at: number): (readonly [number, number])[] {
  const known = new Map(given);
  const last = Math.floor(at / stepMs) * stepMs;
  return Array.from({ length: steps }, (_, n) => {
    const when = last - (steps - 1 - n) * stepMs;
    return [when, known.get(when) ?? 0] as const;
  });
}

function Charts({ figures: { at, hours, minutes } }: { readonly figures: Figures }) {
  const text = useTexts(dashboardTexts);
  const { to } = usePlace();
  const minute = Math.floor(at / MINUTE_MS);
  const byHour = useMemo(
    () =>
      filled(
        hours.map((each) => [each.at, each.records]),
        HOUR_MS,
        24,
        minute * MINUTE_MS,
      ),
    [hours, minute],
  );
  const byMinute = useMemo(
    () =>
      filled(
        minutes.map((each) => [each.at, each.documents]),
        MINUTE_MS,
        60,
        minute * MINUTE_MS,
      ),
    [minutes, minute],
  );
  const chart = (kind: "bar" | "line", title: string, hint: string, none: string, path: string, points: (readonly [number, number])[]) => {
    const sum = points.reduce((total, [, amount]) => total + amount, 0);
    return (
      <Col xs={24} lg={12}>
        <Card size="small" style={{ height: "100%" }} title={title} extra={<Link to={to(path)}>{text.total(sum)}</Link>}>
          {sum === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none} styles={{ image: { height: 60 } }} />
          ) : (
            <Suspense fallback={<Spin style={{ height: HEIGHT }} />}>
              <TimeChart kind={kind} points={points} label={text.sum(title, sum)} height={HEIGHT} />
            </Suspense>
          )}
          <Typography.Text type="secondary" style={{ fontSize: 12 }}>
            {hint}
          </Typography.Text>
        </Card>
      </Col>
    );
  };
  return (
    <Row gutter={[12, 12]} style={{ marginBottom: 12 }}>
      {chart("bar", text.hours, text.hoursHint, text.noHours, "runs", byHour)}
      {chart("line", text.minutes, text.minutesHint, text.noMinutes, "queues", byMinute)}
    </Row>
  );
}

interface Named {
  readonly figures: Figures;
  readonly nameOf: (flow: string) => string;
}

function Causes({ figures: { causes }, nameOf }: Named) {
  const words = useTexts(wordTexts);
  const text = useTexts(dashboardTexts);
  const { told } = useLanguage();
  const { to } = usePlace();
  return (
    <Part title={text.causes} hint={text.causesHint}>
      {causes.length === 0 ? (
        <None text={text.noCauses} />
      ) : (
        <ul className="failure-causes" tabIndex={0} aria-label={text.causes}>
          {causes.map(({ flow, cause, code, vendorText, documents, isMore }) => (
            <li key={`${flow} ${cause ?? ""} ${code ?? ""}`}>
              <div>
                <div>{told(vendorText ?? code ?? "–")}</div>
                <Typography.Text type="secondary" style={{ fontSize: 12 }}>
                  {nameOf(flow)} {cause === null ? null : <Tag>{words.causes[cause] ?? cause}</Tag>}
                </Typography.Text>
              </div>
              <Link
                className="number-link"
                aria-label={`${told(vendorText ?? code ?? flow)} ${isMore ? "≥ " : ""}${documents.toLocaleString()}`}
                to={to(failuresPath(flow, { cause, code }))}
              >
                {isMore ? "≥ " : ""}
                {documents.toLocaleString()}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function NextRuns({ figures: { at, flows }, nameOf }: Named) {
  const text = useTexts(dashboardTexts);
  const { to } = usePlace();
  const span = useSpanText();
  const next = flows
    .flatMap(({ flow, nextAt }) => (nextAt === null ? [] : [{ flow, nextAt }]))
    .toSorted((a, b) => a.nextAt - b.nextAt)
    .slice(0, NEXT_MAX);
  return (
    <Part title={text.next} hint={text.nextHint}>
      {next.length === 0 ? <None text={text.noNext} /> : null}
      <Flex vertical gap={6}>
        {next.map(({ flow, nextAt }) => (
          <Flex key={flow} justify="space-between" gap={8}>
            <Typography.Text ellipsis={{ tooltip: true }}>
              <Link to={to(`flows/${flow}`)}>{nameOf(flow)}</Link>
            </Typography.Text>
            <Typography.Text type="secondary" style={{ whiteSpace: "nowrap" }}>
              <Link to={to("runs?view=calendar")}>{text.inSpan(span(Math.max(0, nextAt - at)))}</Link>
            </Typography.Text>
          </Flex>
        ))}
      </Flex>
    </Part>
  );
}

function Budgets({ figures: { budgets } }: { readonly figures: Figures }) {
  const text = useTexts(dashboardTexts);
  const { workspace, to } = usePlace();
  const span = useSpanText();
  const names = useConnections(workspace).data?.items ?? [];
  const spanName = (ms: number): string => {
    if (ms < 2_000) return text.perSecond;
    if (ms < 2 * MINUTE_MS) return text.perMinute;
    return ms > 20 * HOUR_MS ? text.perDay : text.perSpan(span(ms));
  };
  const sorted = budgets.toSorted((a, b) => b.used / b.limit - a.used / a.limit);
  return (
    <Part title={text.budgets} hint={text.budgetsHint}>
      {sorted.length === 0 ? <None text={text.noBudgets} /> : null}
      <Flex vertical gap={6} style={{ maxHeight: 220, overflow: "auto" }} tabIndex={0} role="group" aria-label={text.budgets}>
        {sorted.map(({ connection, spanMs, used, limit }) => {
          const name = names.find(({ id }) => id === connection)?.name ?? connection;
          return (
            <div key={`${connection} ${spanMs}`}>
              <Flex justify="space-between" gap={8}>
                <Link to={to(`connections/${connection}`)}>
                  {name} · {spanName(spanMs)}
                </Link>
                <Link className="number-link" style={{ whiteSpace: "nowrap" }} to={to(`connections/${connection}`)}>
                  {text.used(used, limit)}
                </Link>
              </Flex>
              <Progress
                percent={Math.min(100, (used / limit) * 100)}
                showInfo={false}
                size="small"
                status={used >= limit ? "exception" : "normal"}
                aria-label={`${name} ${spanName(spanMs)}`}
              />
            </div>
          );
        })}
      </Flex>
    </Part>
  );
}

function Part({ title, hint, children }: { readonly title: string; readonly hint: string; readonly children: ReactNode }) {
  return (
    <Card
      size="small"
      style={{ height: "100%" }}
      title={
        <Space size={[8, 0]} wrap style={{ whiteSpace: "normal" }}>
          {title}
          <Typography.Text type="secondary" style={{ fontSize: 12, fontWeight: "normal" }}>
            {hint}
          </Typography.Text>
        </Space>
      }
    >
      {children}
    </Card>
  );
}

function None({ text }: { readonly text: string }) {
  return <Typography.Text type="secondary">{text}</Typography.Text>;
}
