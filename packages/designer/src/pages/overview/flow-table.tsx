/**
 * Each flow's bills by status, its queue and its last run. A plain table, for this is the first screen: Ant Design's own would be an eighth
 * of what is loaded before anything is seen.
 */
import { Card, Space, Tag, Typography } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { STATUSES, type FlowRow, type QueueRow, type Status } from "../../api/answers.ts";
import { dashboardTexts } from "../../language/dashboard-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { overviewTexts } from "../../language/overview-texts.ts";
import { Emptying } from "../../parts/emptying.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";
import { useSpanText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";
import type { Figures } from "./dashboard.tsx";

export interface OverviewRow {
  readonly flow: FlowRow;
  readonly counts: Readonly<Partial<Record<Status, number>>>;
  readonly queue: QueueRow | undefined;
}

interface FlowTableProps {
  readonly rows: readonly OverviewRow[];
  readonly figures: Figures | undefined;
}

export function FlowTable({ rows, figures }: FlowTableProps) {
  const text = useTexts(overviewTexts);
  const board = useTexts(dashboardTexts);
  const { to } = usePlace();
  const shown = STATUSES.filter((status) => rows.some(({ counts }) => (counts[status] ?? 0) > 0));
  return (
    <Card size="small" title={text.byFlow} styles={{ body: { padding: 0 } }}>
      <div className="flow-figures" tabIndex={0} role="group" aria-label={text.byFlow}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.flow}</th>
              {shown.map((status) => (
                <th key={status} scope="col" className="is-number">
                  <StatusTag status={status} />
                </th>
              ))}
              <th scope="col" className="is-number">
                {text.queue}
              </th>
              <th scope="col" title={board.lagHint}>
                {board.lag}
              </th>
              <th scope="col">{board.lastRun}</th>
              <th scope="col">{text.oldest}</th>
              <th scope="col">{text.emptyIn}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <FlowLine key={row.flow.id} row={row} shown={shown} figures={figures} />
            ))}
          </tbody>
          {rows.length < 2 ? null : (
            <tfoot>
              <tr>
                <th scope="row">{board.all}</th>
                {shown.map((status) => (
                  <td key={status} className="is-number">
                    <Link className="number-link" to={to(`records?flow=&status=${status}`)}>
                      {rows.reduce((sum, { counts }) => sum + (counts[status] ?? 0), 0).toLocaleString()}
                    </Link>
                  </td>
                ))}
                <td className="is-number">
                  <Link className="number-link" to={to("queues")}>
                    {rows.reduce((sum, { queue }) => sum + (queue?.documents ?? 0), 0).toLocaleString()}
                  </Link>
                </td>
                <td colSpan={4} />
              </tr>
            </tfoot>
          )}
        </table>
      </div>
      {shown.length === 0 ? (
        <Typography.Paragraph type="secondary" style={{ padding: "8px 16px 0" }}>
          {text.noBills}
        </Typography.Paragraph>
      ) : null}
    </Card>
  );
}

interface FlowLineProps {
  readonly row: OverviewRow;
  readonly shown: readonly Status[];
  readonly figures: Figures | undefined;
}

function FlowLine({ row: { flow, counts, queue }, shown, figures }: FlowLineProps) {
  const text = useTexts(overviewTexts);
  const { to } = usePlace();
  const span = useSpanText();
  const runs = `runs?flow=${flow.id}&busy=false`;
  const own = figures?.flows.find((each) => each.flow === flow.id);
  const number = (value: number | undefined, path: string): ReactNode =>
    value === undefined ? (
      "–"
    ) : (
      <Link className="number-link" to={to(path)}>
        {value.toLocaleString()}
      </Link>
    );
  return (
    <tr>
      <th scope="row">
        <Space size={8}>
          <Link to={to(`flows/${flow.id}`)}>{flow.name ?? flow.id}</Link>
          {flow.isEnabled ? null : <Tag>{text.off}</Tag>}
        </Space>
      </th>
      {shown.map((status) => (
        <td key={status} className="is-number">
          {number(counts[status], `records?flow=${flow.id}&status=${status}`)}
        </td>
      ))}
      <td className="is-number">{number(queue?.documents ?? 0, "queues")}</td>
      <td>
        {figures === undefined || own === undefined || own.watermarkAt === null ? (
          "–"
        ) : (
          <Link to={to(runs)}>{span(Math.max(0, figures.at - own.watermarkAt))}</Link>
        )}
      </td>
      <td>
        <LastRun run={own?.lastRun ?? null} to={to(runs)} />
      </td>
      <td>{queue === undefined || queue.oldestAgeMs === null ? "–" : <Link to={to("queues")}>{span(queue.oldestAgeMs)}</Link>}</td>
      <td>{queue === undefined ? "–" : <Emptying queue={queue} />}</td>
    </tr>
  );
}

function LastRun({ run, to }: { readonly run: Figures["flows"][number]["lastRun"]; readonly to: string }) {
  const board = useTexts(dashboardTexts);
  if (run === null) return "–";
  return (
    <Link to={to}>
      <Tag color={run.state === "failed" ? "red" : run.state === "running" ? "blue" : "default"} title={run.code ?? ""}>
        {board.runState[run.state] ?? run.state}
      </Tag>
    </Link>
  );
}
