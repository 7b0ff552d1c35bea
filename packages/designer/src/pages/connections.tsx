/** The connections of the workspace: which system, which environment, whether complete, who uses them; tested from here. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Modal, Space, Tag, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ConnectionRow } from "../api/answers.ts";
import { useConnections, useConnectors } from "../api/hooks.ts";
import { connectionTexts } from "../language/connection-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { TestTold, useConnectionTest } from "../parts/connection-test.tsx";
import { EnvironmentTag } from "../parts/environment-tag.tsx";
import { FlowLinks } from "../parts/flow-link.tsx";
import { DemoOffer } from "../parts/demo-offer.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { usePlace } from "../shell/place.tsx";

export function Connections() {
  const text = useTexts(connectionTexts);
  const { workspace, to, may } = usePlace();
  const { data, error, refetch, isPending } = useConnections(workspace);
  const make = may("saveConnection") ? (
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
      <ConnectionTable rows={data?.items ?? []} isPending={isPending} />
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
      width: 260,
      render: (_, { id, name }) => (
        <Space orientation="vertical" size={0}>
          <Link to={to(`connections/${id}`)}>{name ?? id}</Link>
          <span className="mono">{id}</span>
        </Space>
      ),
    },
    { title: text.system, render: (_, { system }) => systemName(system) },
    { title: text.environment, width: 90, render: (_, { environment }) => <EnvironmentTag environment={environment} /> },
    {
      title: text.state,
      width: 100,
      render: (_, { isInOrder }) => <Tag color={isInOrder ? "green" : "red"}>{isInOrder ? text.inOrder : text.notInOrder}</Tag>,
    },
    {
      title: text.usedBy,
      render: (_, { usedBy }) => <FlowLinks ids={usedBy} most={1} />,
    },
    ...(may("testConnection")
      ? [
          {
            title: words.actions,
            width: 90,
            fixed: "right" as const,
            render: (_: unknown, { id }: ConnectionRow) => (
              <Button
                size="small"
                onClick={() => {
                  setTested(id);
                  void test(id);
                }}
              >
                {text.test}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <Rows
        rowKey="id"
        isPending={isPending}
        columns={columns}
        rows={rows}
        none={
          <>
            {text.empty}
            <br />
            {text.emptyTodo}
          </>
        }
        todo={
          may("saveConnection") ? (
            <>
              <Link to={to("connections/new")}>
                <Button type="primary">{text.make}</Button>
              </Link>
              <DemoOffer isCentred />
            </>
          ) : null
        }
      />
      <Modal open={tested !== null} title={tested} footer={null} onCancel={() => setTested(null)} destroyOnHidden>
        <TestTold state={state} />
      </Modal>
    </>
  );
}
