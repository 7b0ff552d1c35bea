/** Completeness: a calendar of days that were read to their end, gaps that lead to a refill, past refills, single bills. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Descriptions, Flex, Space, Table, Tag, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import type { Coverage, CoverageDay, Gap } from "../../api/reconcile-answers.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert, useProblemLine } from "../../parts/problem-alert.tsx";
import { instantText, useSpanText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";
import type { SetAddress } from "../reconcile.tsx";
import { PullBills } from "./pull-bills.tsx";
import { RefillDialog, type RefillSpan } from "./refill-dialog.tsx";
import { Refills } from "./refills.tsx";

interface CoverageProps {
  readonly flow: string;
  /** Epoch ms of the address: the calendar ends there. */
  readonly before: string | null;
  readonly set: SetAddress;
}

const BEHIND_MS = 3_600_000;
const WEEKS_MS = 42 * 86_400_000;

export function CoverageView({ flow, before, set }: CoverageProps) {
  const text = useTexts(reconcileTexts);
  const { workspace, may } = usePlace();
  const [span, setSpan] = useState<RefillSpan | null>(null);
  const query = before === null ? "" : `?from=${Number(before) - WEEKS_MS}&to=${before}`;
  const { data, error, refetch } = useAnswer<Coverage>(workspace, `flows/${flow}/coverage${query}`, { live: true });
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const { reads, startAt, readTo, wholeAt, gaps, days, zone } = data;
  const holes = gaps.filter((gap) => gap.kind === "hole");
  // A flow is always a little behind; that is no gap.
  const told = gaps.filter((gap) => gap.kind === "hole" || gap.toMs - gap.fromMs > BEHIND_MS);
  const at = (ms: number | null): string => (ms === null ? text.never : instantText(ms));
  const first = days[0];
  return (
    <Flex vertical gap={16}>
      <Card
        size="small"
        className="coverage-card"
        title={
          <Space>
            {text.coverage}
            {reads === "windows" ? (
              <Tag color={holes.length === 0 ? "green" : "red"}>{holes.length === 0 ? text.noHoles : text.holes(holes.length)}</Tag>
            ) : null}
          </Space>
        }
        extra={
          <Space>
            <Button size="small" disabled={first === undefined} onClick={() => set({ flow, before: String(first?.fromMs ?? "") })}>
              {text.earlier}
            </Button>
            <Button size="small" disabled={before === null} onClick={() => set({ flow, before: null })}>
              {text.later}
            </Button>
            {may("startRefill", "estimateRefill") && reads === "windows" ? (
              <Button size="small" type="primary" onClick={() => setSpan({ from: "", to: "" })}>
                {text.fill}…
              </Button>
            ) : null}
          </Space>
        }
      >
        <Typography.Paragraph type="secondary">{text.reads[reads]}</Typography.Paragraph>
        <Descriptions
          size="small"
          column={2}
          items={
            reads === "all"
              ? [{ key: "whole", label: text.wholeAt, children: at(wholeAt) }]
              : reads === "windows"
                ? [
                    { key: "start", label: text.startAt, children: at(startAt) },
                    { key: "read", label: text.readTo, children: at(readTo) },
                  ]
                : []
          }
        />
        <Calendar days={days} gaps={gaps} canFill={may("startRefill") && reads === "windows"} onFill={setSpan} />
      </Card>
      {told.length > 0 ? <Gaps flow={flow} gaps={told} onFill={setSpan} /> : null}
      <Refills flow={flow} />
      {may("pullBills") && (reads === "windows" || reads === "all") ? <PullBills flow={flow} /> : null}
      {span === null ? null : <RefillDialog flow={flow} span={span} zone={zone} onClose={() => setSpan(null)} />}
    </Flex>
  );
}

interface CalendarProps {
  readonly days: readonly CoverageDay[];
  readonly gaps: readonly Gap[];
  readonly canFill: boolean;
  readonly onFill: (span: RefillSpan) => void;
}

function Calendar({ days, gaps, canFill, onFill }: CalendarProps) {
  const text = useTexts(reconcileTexts);
  const [first] = days;
  if (first === undefined) return null;
  // Monday is the first day of the week.
  const lead = (new Date(`${first.day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return (
    <div className="coverage">
      {text.weekdays.map((name) => (
        <div key={name} className="coverage-head" aria-hidden>
          {name}
        </div>
      ))}
      {Array.from({ length: lead }, (_, i) => (
        <span key={i} />
      ))}
      {days.map((day) => (
        <button
          key={day.day}
          type="button"
          className={`coverage-day coverage-${day.state}`}
          disabled={!canFill || (day.state !== "part" && day.state !== "none")}
          title={text.dayLabel(day.day, text.dayStates[day.state], day.records)}
          onClick={() => onFill(spanOf(day, gaps))}
        >
          <strong>{day.day.slice(5)}</strong>
          <span>
            {day.state === "before" ? text.dayStates.before : day.records.toLocaleString()}
            {day.state === "before" ? null : <span className="only-heard"> {text.dayStates[day.state]}</span>}
          </span>
        </button>
      ))}
    </div>
  );
}

/** What of the day is missing, from its first gap to the end of its last. */
function spanOf(day: CoverageDay, gaps: readonly Gap[]): RefillSpan {
  const missing = gaps.filter((gap) => gap.fromMs < day.toMs && gap.toMs > day.fromMs);
  const [first] = missing;
  const last = missing.at(-1);
  return {
    from: first === undefined || first.fromMs < day.fromMs ? day.from : first.from,
    to: last === undefined || last.toMs > day.toMs ? day.to : last.to,
  };
}

function Gaps({
  flow,
  gaps,
  onFill,
}: {
  readonly flow: string;
  readonly gaps: readonly Gap[];
  readonly onFill: (span: RefillSpan) => void;
}) {
  const text = useTexts(reconcileTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const span = useSpanText();
  const holes = gaps.filter((gap) => gap.kind === "hole");
  const fillAll = async (): Promise<void> => {
    try {
      const path = workspacePath(workspace, `flows/${flow}/refills`);
      const { ids } = await ask<{ readonly ids: readonly string[] }>("POST", path, { body: { gaps: true } });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      void message.success(text.fillBegun(ids.length));
    } catch (error) {
      void message.error(line(error));
    }
  };
  return (
    <Card
      size="small"
      title={text.holes(gaps.length)}
      extra={
        may("startRefill") && holes.length > 0 ? (
          <Button size="small" onClick={() => void fillAll()}>
            {text.fillAll}
          </Button>
        ) : null
      }
      styles={{ body: { padding: 0 } }}
    >
      <Table
        size="small"
        rowKey="fromMs"
        dataSource={[...gaps]}
        pagination={{ pageSize: 8, hideOnSinglePage: true, size: "small" }}
        scroll={{ x: "max-content" }}
        columns={[
          { title: text.from, dataIndex: "from" },
          { title: text.to.replace(/[（(].*$/, ""), dataIndex: "to" },
          { title: text.gapLength, render: (_, gap) => span(gap.toMs - gap.fromMs) },
          { title: text.state, render: (_, gap) => <Tag color={gap.kind === "hole" ? "red" : "blue"}>{text.gapKinds[gap.kind]}</Tag> },
          ...(may("startRefill")
            ? [
                {
                  title: "",
                  render: (_: unknown, gap: Gap) => (
                    <Button size="small" onClick={() => onFill({ from: gap.from, to: gap.to })}>
                      {text.fill}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Card>
  );
}
