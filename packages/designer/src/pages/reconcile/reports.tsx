/** The reports of a flow, the newest first, with a new one and the schedule; the chosen one below. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Input, Modal, Radio, Space, Tag, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import type { Page } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import { KINDS, type Report } from "../../api/reconcile-answers.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { instantText } from "../../parts/time.tsx";
import { Rows } from "../../parts/rows.tsx";
import { usePlace } from "../../shell/place.tsx";
import type { SetAddress } from "../reconcile.tsx";
import { ReportView } from "./report.tsx";
import { Schedule } from "./schedule.tsx";

interface ReportsProps {
  readonly flow: string;
  readonly chosen: string | null;
  readonly set: SetAddress;
}

const COLORS = { running: "blue", done: "green", failed: "red", interrupted: "gold" } as const;

export function Reports({ flow, chosen, set }: ReportsProps) {
  const text = useTexts(reconcileTexts);
  const { workspace, may } = usePlace();
  const path = `flows/${flow}/reconciliations?limit=60`;
  const { data, error, refetch, isPending } = useAnswer<Page<Report>>(workspace, path, { live: true });
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  const items = data?.items ?? [];
  const open = chosen ?? items[0]?.id ?? null;
  const columns: TableColumnsType<Report> = [
    {
      title: text.started,
      render: (_, { id, startedAt }) => (
        <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => set({ report: id, flow })}>
          {instantText(startedAt)}
        </Button>
      ),
    },
    { title: text.span, render: (_, { summary }) => <SpanText report={summary} /> },
    { title: text.who, render: (_, { person }) => <Who person={person} /> },
    { title: text.state, render: (_, { state }) => <Tag color={COLORS[state]}>{text.states[state]}</Tag> },
    { title: text.bills, align: "right", render: (_, { summary, progress }) => summary?.records ?? progress?.records ?? "–" },
    ...KINDS.map((kind) => ({
      title: text.kinds[kind],
      align: "right" as const,
      render: (_: unknown, { summary }: Report) =>
        summary === null ? (
          "–"
        ) : (
          <Typography.Text strong={summary[kind] > 0} {...(summary[kind] > 0 ? { type: "danger" as const } : {})}>
            {summary[kind]}
          </Typography.Text>
        ),
    })),
    { title: text.accepted, align: "right", render: (_, { summary }) => summary?.accepted ?? "–" },
  ];
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" align="center" gap={12} wrap>
        <Schedule flow={flow} />
        {may("startReconciliation") ? <Begin flow={flow} onBegun={(id) => set({ report: id, flow })} /> : null}
      </Flex>
      <Rows
        rowKey="id"
        pageSize={6}
        isPending={isPending}
        columns={columns}
        rows={items}
        rowClassName={({ id }) => (id === open ? "report-chosen" : "")}
        none={
          <>
            {text.none}
            <br />
            {text.noneTodo}
          </>
        }
      />
      {open === null ? null : <ReportView key={open} flow={flow} id={open} onRepair={(id) => set({ report: id, flow })} />}
    </Flex>
  );
}

function SpanText({ report }: { readonly report: Report["summary"] }) {
  if (report === null) return "–";
  return <span className="number-link">{`${instantText(report.fromMs).slice(0, 16)} – ${instantText(report.toMs).slice(0, 16)}`}</span>;
}

export function Who({ person }: { readonly person: string }) {
  const text = useTexts(reconcileTexts);
  return person === "schedule" ? <Tag color="geekblue">{text.bySchedule}</Tag> : person.replace(/^\w+:/, "");
}

const SPANS = ["all", "yesterday", "week", "month", "own"] as const;
type SpanName = (typeof SPANS)[number];

const two = (n: number): string => String(n).padStart(2, "0");

/** What the route takes: wall times, or days back. */
function rangeOf(span: SpanName, from: string, to: string): object {
  if (span === "week") return { from: "-7d" };
  if (span === "month") return { from: "-30d" };
  if (span === "own") return { from: wallTime(from), ...(to === "" ? {} : { to: wallTime(to) }) };
  if (span === "all") return {};
  const midnight = (back: number): string => {
    const day = new Date(Date.now() - back * 86_400_000);
    return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())} 00:00:00`;
  };
  return { from: midnight(1), to: midnight(0) };
}

/** `2026-11-01T08:00` of the browser's field as the server reads it. */
export function wallTime(field: string): string {
  const [day = "", time = ""] = field.split("T");
  return `${day} ${time.length === 5 ? `${time}:00` : time}`;
}

function Begin({ flow, onBegun }: { readonly flow: string; readonly onBegun: (id: string) => void }) {
  const text = useTexts(reconcileTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [span, setSpan] = useState<SpanName>("all");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const begin = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const path = workspacePath(workspace, `flows/${flow}/reconciliations`);
      const { id } = await ask<{ readonly id: string }>("POST", path, { body: rangeOf(span, from, to) });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      void message.success(text.states.running);
      setOpen(false);
      onBegun(id);
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {text.begin}
      </Button>
      <Modal
        open={isOpen}
        title={text.begin}
        okText={text.begin}
        okButtonProps={{ disabled: span === "own" && from === "" }}
        confirmLoading={isBusy}
        onOk={() => void begin()}
        onCancel={() => setOpen(false)}
      >
        <Space orientation="vertical" style={{ width: "100%" }}>
          <Typography.Text type="secondary">{text.beginHint}</Typography.Text>
          <Radio.Group
            aria-label={text.span}
            value={span}
            onChange={({ target }) => setSpan(target.value as SpanName)}
            options={SPANS.map((value) => ({ value, label: text.spans[value] }))}
          />
          {span === "own" ? (
            <Flex gap={8} wrap>
              <Input type="datetime-local" step={1} aria-label={text.from} value={from} onChange={({ target }) => setFrom(target.value)} />
              <Input type="datetime-local" step={1} aria-label={text.to} value={to} onChange={({ target }) => setTo(target.value)} />
            </Flex>
          ) : null}
          {error === null ? null : <ProblemAlert error={error} />}
        </Space>
      </Modal>
    </>
  );
}
