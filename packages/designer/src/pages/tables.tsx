/** The mapping tables of the workspace, with the flows that use each. */
import { PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Space, Typography, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { Items } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { tableTexts } from "../language/table-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { FlowLinks } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { Ago } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

interface TableRow {
  readonly id: string;
  readonly revision: number;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly changedAt: number;
  readonly changedBy: string;
  readonly usedBy: readonly string[];
}

export function Tables() {
  const text = useTexts(tableTexts);
  const words = useTexts(wordTexts);
  const { workspace, to, may } = usePlace();
  const { data, error, refetch, isPending } = useAnswer<Items<TableRow>>(workspace, "tables");
  const make = may("saveTable") ? (
    <Link to={to("tables/new")}>
      <Button type="primary" icon={<PlusOutlined />}>
        {text.make}
      </Button>
    </Link>
  ) : null;
  const columns: TableColumnsType<TableRow> = [
    { title: text.id, fixed: "left", width: 180, render: (_, { id }) => <Link to={to(`tables/${id}`)}>{id}</Link> },
    { title: text.columns, render: (_, each) => each.columns.join(" → ") },
    { title: text.rows, width: 90, align: "right", render: (_, { rows }) => rows.toLocaleString() },
    { title: text.usedBy, render: (_, { usedBy }) => <FlowLinks ids={usedBy} most={4} none={text.unused} /> },
    {
      title: text.changed,
      width: 120,
      render: (_, { changedAt, changedBy }) => (
        <Space orientation="vertical" size={0}>
          <Ago at={changedAt} />
          <Typography.Text type="secondary">{changedBy}</Typography.Text>
        </Space>
      ),
    },
    { title: words.actions, width: 190, render: (_, { id, usedBy }) => <TableActions id={id} isUsed={usedBy.length > 0} /> },
  ];
  return (
    <Page title={text.title} about={text.about} actions={make}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Rows
        rowKey="id"
        isPending={isPending}
        columns={columns}
        rows={data?.items ?? []}
        none={
          <>
            {text.empty}
            <br />
            {text.emptyTodo}
          </>
        }
        todo={make}
      />
    </Page>
  );
}

function TableActions({ id, isUsed }: { readonly id: string; readonly isUsed: boolean }) {
  const text = useTexts(tableTexts);
  const words = useTexts(wordTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const remove = async (): Promise<void> => {
    try {
      await ask("DELETE", workspacePath(workspace, `tables/${id}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "tables"] });
    } catch (error) {
      void message.error(line(error));
    }
  };
  return (
    <Space wrap>
      <Button size="small" href={workspacePath(workspace, `tables/${id}/export`)} download={`${id}.xlsx`}>
        {text.exportExcel}
      </Button>
      <Button size="small" href={workspacePath(workspace, `tables/${id}/export?format=csv`)} download={`${id}.csv`}>
        {text.exportCsv}
      </Button>
      {may("removeTable") && !isUsed ? (
        <Popconfirm title={text.removeAsk} onConfirm={() => void remove()}>
          <Button size="small">{words.remove}</Button>
        </Popconfirm>
      ) : null}
    </Space>
  );
}
