/** The flows of the workspace: where from and to, what state each is in, switched and run from here. */
import { PlayCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Empty, Input, Space, Table, Tooltip, Typography, type TableColumnsType } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { FlowRow } from "../api/answers.ts";
import { useConnections, useCounts, useFlows } from "../api/hooks.ts";
import { BulkBar } from "../flow/bulk-bar.tsx";
import { FlowState, FlowSwitch } from "../flow/flow-state.tsx";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { StatusTag } from "../parts/status-tag.tsx";
import { Ago } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

const RunDrawer = lazy(async () => ({ default: (await import("../flow/run-drawer.tsx")).RunDrawer }));

export function Flows() {
  const text = useTexts(flowTexts);
  const { workspace, to, may } = usePlace();
  const { data, error, refetch, isPending } = useFlows(workspace);
  const [params, setParams] = useSearchParams();
  const find = params.get("find") ?? "";
  const [running, setRunning] = useState<FlowRow | null>(null);
  const make = may("design") ? (
    <Link to={to("flows/new")}>
      <Button type="primary" icon={<PlusOutlined />}>
        {text.make}
      </Button>
    </Link>
  ) : null;
  const fits = ({ id, name }: FlowRow): boolean => `${id} ${name ?? ""}`.toLowerCase().includes(find.toLowerCase());
  return (
    <Page title={text.title} about={text.about} actions={make}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Card size="small" styles={{ body: { padding: 0 } }}>
        {(data?.items.length ?? 0) > 5 ? (
          <Input.Search
            allowClear
            aria-label={text.find}
            placeholder={text.find}
            defaultValue={find}
            onSearch={(value) => setParams(value === "" ? {} : { find: value }, { replace: true })}
            style={{ maxWidth: 320, margin: 12 }}
          />
        ) : null}
        <FlowTable rows={(data?.items ?? []).filter(fits)} isPending={isPending} onRun={setRunning} />
      </Card>
      {running === null ? null : (
        <Suspense fallback={null}>
          <RunDrawer flow={running.id} name={running.name ?? running.id} onClose={() => setRunning(null)} />
        </Suspense>
      )}
    </Page>
  );
}

interface FlowTableProps {
  readonly rows: readonly FlowRow[];
  readonly isPending: boolean;
  readonly onRun: (flow: FlowRow) => void;
}

function FlowTable({ rows, isPending, onRun }: FlowTableProps) {
  const text = useTexts(flowTexts);
  const words = useTexts(wordTexts);
  const { workspace, to, may } = usePlace();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const counts = useCounts(workspace).data?.items ?? [];
  const connections = useConnections(workspace).data?.items ?? [];
  const nameOf = (side: FlowRow["source"]): string =>
    side === null ? "–" : (connections.find(({ id }) => id === side.connection)?.name ?? side.connection);
  const columns: TableColumnsType<FlowRow> = [
    {
      title: text.name,
      fixed: "left",
      width: 300,
      render: (_, { id, name }) => (
        <Space orientation="vertical" size={0}>
          <Link to={to(`flows/${id}`)}>{name ?? id}</Link>
          {name === null ? null : <span className="mono">{id}</span>}
        </Space>
      ),
    },
    {
      title: text.way,
      render: (_, { source, target }) => (
        <Tooltip title={source === null || target === null ? "" : `${source.api} → ${target.api}`}>
          {nameOf(source)} → {nameOf(target)}
        </Tooltip>
      ),
    },
    { title: text.state, width: 230, render: (_, flow) => <FlowState flow={flow} /> },
    { title: text.enabled, width: 90, render: (_, flow) => <FlowSwitch flow={flow} /> },
    {
      title: text.bills,
      width: 200,
      render: (_, { id }) => (
        <Space size={4} wrap>
          {counts
            .filter(({ flow, records }) => flow === id && records > 0)
            .map(({ status, records }) => (
              <Link key={status} to={to(`records?flow=${id}&status=${status}`)}>
                <StatusTag status={status} suffix={records.toLocaleString()} />
              </Link>
            ))}
        </Space>
      ),
    },
    {
      title: text.changed,
      width: 150,
      render: (_, { changedAt, changedBy }) => (
        <Space orientation="vertical" size={0}>
          <Ago at={changedAt} />
          <Typography.Text type="secondary">{changedBy}</Typography.Text>
        </Space>
      ),
    },
    {
      title: words.actions,
      width: 130,
      render: (_, flow) =>
        may("operate") && flow.publishedRevision !== null ? (
          <Button size="small" icon={<PlayCircleOutlined />} onClick={() => onRun(flow)}>
            {text.runNow}
          </Button>
        ) : null,
    },
  ];
  return (
    <>
      <BulkBar flows={chosen} onDone={() => setChosen([])} />
      <Table
        size="middle"
        rowKey="id"
        loading={isPending}
        columns={columns}
        dataSource={[...rows]}
        {...(may("operate") && rows.length > 0
          ? {
              rowSelection: {
                selectedRowKeys: [...chosen],
                preserveSelectedRowKeys: true,
                onChange: (keys: readonly unknown[]) => setChosen(keys.map(String)),
              },
            }
          : {})}
        pagination={rows.length > 20 ? { pageSize: 20, showTotal: words.total } : false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <NoFlows /> }}
      />
    </>
  );
}

function NoFlows() {
  const text = useTexts(flowTexts);
  const { to, may } = usePlace();
  return (
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
      {may("design") ? (
        <Link to={to("flows/new")}>
          <Button type="primary">{text.make}</Button>
        </Link>
      ) : null}
    </Empty>
  );
}
