/** Past and present refills of a flow: how far, and what they brought. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Empty, Progress, Table, Tag, Tooltip, type TableColumnsType } from "antd";
import type { Page } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useAnswer } from "../../api/hooks.ts";
import type { RefillRow } from "../../api/reconcile-answers.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { useProblemLine } from "../../parts/problem-alert.tsx";
import { instantText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";
import { Who } from "./reports.tsx";

const COLORS = { running: "blue", done: "green", failed: "red", interrupted: "gold", stopped: "default" } as const;

export function Refills({ flow }: { readonly flow: string }) {
  const text = useTexts(reconcileTexts);
  const { pick } = useLanguage();
  const { workspace, may } = usePlace();
  const { data, isPending } = useAnswer<Page<RefillRow>>(workspace, `flows/${flow}/refills?limit=50`, { live: true });
  const count = (title: string, name: "asked" | "there" | "added" | "changed") => ({
    title,
    align: "right" as const,
    render: (_: unknown, row: RefillRow) => row[name].toLocaleString(),
  });
  const columns: TableColumnsType<RefillRow> = [
    { title: text.started, render: (_, { startedAt }) => instantText(startedAt) },
    {
      title: text.span,
      render: (_, { fromMs, toMs }) => `${instantText(fromMs).slice(0, 16)} – ${instantText(toMs).slice(0, 16)}`,
    },
    { title: text.who, render: (_, { person }) => <Who person={person} /> },
    {
      title: text.state,
      render: (_, { state, problem }) => (
        <Tooltip title={problem === null ? "" : pick({ zh: problem.zh, en: problem.en })}>
          <Tag color={COLORS[state]}>{text.states[state]}</Tag>
        </Tooltip>
      ),
    },
    {
      title: text.progress,
      render: (_, { progress }) => (
        <Progress percent={Math.round(progress * 100)} size="small" style={{ width: 120, margin: 0 }} aria-label={text.progress} />
      ),
    },
    count(text.asked, "asked"),
    count(text.there, "there"),
    count(text.added, "added"),
    count(text.changed, "changed"),
    ...(may("stopRefill")
      ? [
          {
            title: "",
            render: (_: unknown, { id, state }: RefillRow) => (state === "running" ? <StopButton flow={flow} id={id} /> : null),
          },
        ]
      : []),
  ];
  return (
    <Card size="small" title={text.refills} styles={{ body: { padding: 0 } }}>
      <Table
        size="small"
        rowKey="id"
        loading={isPending}
        columns={columns}
        dataSource={[...(data?.items ?? [])]}
        pagination={{ pageSize: 8, hideOnSinglePage: true, size: "small" }}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.refillsNone} /> }}
      />
    </Card>
  );
}

function StopButton({ flow, id }: { readonly flow: string; readonly id: string }) {
  const text = useTexts(reconcileTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const stop = async (): Promise<void> => {
    try {
      await ask("POST", workspacePath(workspace, `flows/${flow}/refills/${id}/stop`), { body: {} });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (error) {
      void message.error(line(error));
    }
  };
  return (
    <Button size="small" onClick={() => void stop()}>
      {text.stop}
    </Button>
  );
}
