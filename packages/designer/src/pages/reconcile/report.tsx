/** One report: how it ended, what could not be looked at, totals, the lists of differences, repair, Excel. While it runs it is asked again. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Progress, Space, Tabs, Tag } from "antd";
import { useEffect } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { KINDS, type Report, type Summary } from "../../api/reconcile-answers.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { instantText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";
import { AcceptedList, Differences } from "./differences.tsx";
import { RepairButton } from "./repair-button.tsx";
import { Totals } from "./totals.tsx";

const RUNNING_MS = 700;

interface ReportProps {
  readonly flow: string;
  readonly id: string;
  readonly onRepair: (id: string) => void;
}

export function ReportView({ flow, id, onRepair }: ReportProps) {
  const text = useTexts(reconcileTexts);
  const { told } = useLanguage();
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const path = `flows/${flow}/reconciliations/${id}`;
  const { data, error, refetch } = useQuery({
    queryKey: ["w", workspace, path],
    queryFn: ({ signal }) => ask<Report>("GET", workspacePath(workspace, path), { signal }),
    refetchInterval: ({ state: now }) => (now.data?.state === "running" ? RUNNING_MS : false),
  });
  const state = data?.state;
  useEffect(() => {
    // The list above tells the same.
    if (state !== undefined) void queries.invalidateQueries({ queryKey: ["w", workspace, `flows/${flow}/reconciliations?limit=60`] });
  }, [queries, workspace, flow, state]);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.state === "running") return <Running progress={data.progress} />;
  if (data.state === "interrupted")
    return <Alert type="warning" showIcon title={text.states.interrupted} description={text.interruptedHint} />;
  if (data.summary === null)
    return (
      <Alert
        type="error"
        showIcon
        title={text.states.failed}
        description={`${told(data.problem?.text ?? "")} ${data.problem?.code ?? ""}`}
      />
    );
  return <Done flow={flow} report={data} summary={data.summary} onRepair={onRepair} />;
}

function Running({ progress }: { readonly progress: Report["progress"] }) {
  const text = useTexts(reconcileTexts);
  const isRepairing = progress !== null && progress.records === 0 && progress.repaired < progress.repairs;
  const percent = isRepairing ? Math.round((100 * progress.repaired) / progress.repairs) : 100;
  return (
    <Card size="small" title={text.states.running}>
      <Progress percent={percent} status="active" showInfo={isRepairing} aria-label={text.states.running} />
      {isRepairing ? text.repairing(progress.repaired, progress.repairs) : text.comparing(progress?.records ?? 0)}
    </Card>
  );
}

function Done({
  flow,
  report,
  summary,
  onRepair,
}: {
  readonly flow: string;
  readonly report: Report;
  readonly summary: Summary;
  readonly onRepair: (id: string) => void;
}) {
  const text = useTexts(reconcileTexts);
  const { may } = usePlace();
  const all = KINDS.reduce((sum, kind) => sum + summary[kind], 0);
  const first = KINDS.find((kind) => summary[kind] > 0) ?? "totals";
  return (
    <Card
      size="small"
      title={instantText(report.startedAt)}
      extra={
        <Space>
          <ExcelLink flow={flow} id={report.id} />
          {all > 0 && may("repairReconciliation") ? (
            <RepairButton flow={flow} id={report.id} extra={summary.extra} onRepair={onRepair} />
          ) : null}
        </Space>
      }
    >
      <Flex vertical gap={12}>
        <Alert
          type={all === 0 ? "success" : "warning"}
          showIcon
          title={all === 0 ? text.agrees : text.differs(all)}
          description={text.agreesHint(summary.same, summary.accepted)}
        />
        {summary.repaired === null ? null : <RepairedAlert repaired={summary.repaired} />}
        {[...summary.notes.map((note) => text.notes[note] ?? note), ...notCompared(summary, text.notCompared)].map((note) => (
          <Alert key={note} type="info" title={note} />
        ))}
        <Tabs
          defaultActiveKey={first}
          items={[
            ...KINDS.map((kind) => ({
              key: kind,
              label: (
                <>
                  {text.kinds[kind]} <Tag color={summary[kind] > 0 ? "red" : "default"}>{summary[kind]}</Tag>
                </>
              ),
              children: <Differences flow={flow} report={report.id} kind={kind} />,
            })),
            { key: "totals", label: text.totals, children: <Totals summary={summary} /> },
            { key: "accepted", label: text.accepted, children: <AcceptedList flow={flow} /> },
          ]}
        />
      </Flex>
    </Card>
  );
}

function notCompared({ notCompared: paths }: Summary, words: string): readonly string[] {
  return paths.length === 0 ? [] : [`${words}${paths.join(", ")}`];
}

function RepairedAlert({ repaired }: { readonly repaired: NonNullable<Summary["repaired"]> }) {
  const text = useTexts(reconcileTexts);
  return (
    <Alert
      type={repaired.told.length === 0 ? "success" : "warning"}
      showIcon
      title={text.repaired(repaired)}
      description={
        repaired.told.length === 0 ? undefined : (
          <>
            {text.leftToYou(repaired.told.length)}
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {repaired.told.slice(0, 10).map(({ key, text: why }) => (
                <li key={`${key} ${why}`}>{why}</li>
              ))}
            </ul>
          </>
        )
      }
    />
  );
}

function ExcelLink({ flow, id }: { readonly flow: string; readonly id: string }) {
  const text = useTexts(reconcileTexts);
  const { language } = useLanguage();
  const { workspace } = usePlace();
  return <Button href={workspacePath(workspace, `flows/${flow}/reconciliations/${id}/export?lang=${language}`)}>{text.excel}</Button>;
}
