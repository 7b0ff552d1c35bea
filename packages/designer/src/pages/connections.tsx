/** The connections of the workspace: which system, which environment, whether complete, who uses them; tested from here. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Card, Empty, Modal, Space, Table, Tag, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ConnectionRow } from "../api/answers.ts";
import { useConnections, useConnectors } from "../api/hooks.ts";
import { connectionTexts } from "../language/connection-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { TestTold, useConnectionTest } from "../parts/connection-test.tsx";
import { EnvironmentTag } from "../parts/environment-tag.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";

export function Connections() {
  const text = useTexts(connectionTexts);
  const { workspace, to, may } = usePlace();
  const { data, error, refetch, isPending } = useConnections(workspace);
  const make = may("design") ? (
    <Link to={to("connections/new")}>
      <Button type="primary" icon={<PlusOutlined />}>
        {text.make}
      </Button>
    </Link>
  ) : null;
  if (error !== null)
    return (
      <Page title={text.title}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return (
    <Page title={text.title} about={text.about} actions={make}>
      <Card size="small" styles={{ body: { padding: 0 } }}>
        <ConnectionTable rows={data?.items ?? []} isPending={isPending} />
      </Card>
    </Page>
  );
}

function ConnectionTable({ rows, isPending }: { readonly rows: readonly ConnectionRow[]; readonly isPending: boolean }) {
  const text = useTexts(connectionTexts);
  const words = useTexts(wordTexts);
  const { pick } = useLanguage();
  const { workspace, to, may } = usePlace();
  const connectors = useConnectors(workspace).data?.items ?? [];
  const [state, test] = useConnectionTest();
  const [tested, setTested] = useState<string | null>(null);
  const systemName = (system: string | null): string => {
    const found = connectors.find((each) => each.system === system);
    return found === undefined ? (system ?? "–") : pick(found.name);
  };
  const columns: TableColumnsType<ConnectionRow> = [
    {
      title: text.name,
      render: (_, { id, name }) => (
        <Space orientation="vertical" size={0}>
          <Link to={to(`connections/${id}`)}>{name ?? id}</Link>
          <span className="mono">{id}</span>
        </Space>
      ),
    },
    { title: text.system, render: (_, { system }) => systemName(system) },
    { title: text.environment, width: 120, render: (_, { environment }) => <EnvironmentTag environment={environment} /> },
    {
      title: text.state,
      width: 120,
      render: (_, { isInOrder }) => <Tag color={isInOrder ? "green" : "red"}>{isInOrder ? text.inOrder : text.notInOrder}</Tag>,
    },
    {
      title: text.usedBy,
      render: (_, { usedBy }) => (
        <Space size={[8, 2]} wrap>
          {usedBy.length === 0
            ? words.none
            : usedBy.slice(0, 3).map((flow) => (
                <Link key={flow} to={to(`flows/${flow}`)}>
                  {flow}
                </Link>
              ))}
          {usedBy.length > 3 ? `+${usedBy.length - 3}` : null}
        </Space>
      ),
    },
    {
      title: words.actions,
      width: 110,
      render: (_, { id }) =>
        may("operate") ? (
          <Button
            size="small"
            onClick={() => {
              setTested(id);
              void test(id);
            }}
          >
            {text.test}
          </Button>
        ) : null,
    },
  ];
  return (
    <>
      <Table
        size="middle"
        rowKey="id"
        loading={isPending}
        columns={columns}
        dataSource={[...rows]}
        pagination={rows.length > 20 ? { pageSize: 20, showTotal: words.total } : false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <NoConnections /> }}
      />
      <Modal open={tested !== null} title={tested} footer={null} onCancel={() => setTested(null)} destroyOnHidden>
        <TestTold state={state} />
      </Modal>
    </>
  );
}

function NoConnections() {
  const text = useTexts(connectionTexts);
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
        <Link to={to("connections/new")}>
          <Button type="primary">{text.make}</Button>
        </Link>
      ) : null}
    </Empty>
  );
}
