/** The API catalogue: every API of every connection as an asset. Filters are in the address. */
import { Card, Flex, Input, Segmented, Select, Space, type TableColumnsType } from "antd";
import { Link, useSearchParams } from "react-router";
import type { Items } from "../api/answers.ts";
import { useAnswer, useConnections } from "../api/hooks.ts";
import { assetTexts } from "../language/asset-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { EnvironmentTag } from "../parts/environment-tag.tsx";
import { FlowLinks } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { Ago } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import type { Asset } from "./apis/asset.ts";
import { OffLineSwitch, OffLineTag } from "./apis/off-line.tsx";

export function Apis() {
  const text = useTexts(assetTexts);
  const words = useTexts(wordTexts);
  const { workspace } = usePlace();
  const [params, setParams] = useSearchParams();
  const [connection, search, all] = [params.get("connection"), params.get("find") ?? "", params.get("all") === "1"];
  const asked = new URLSearchParams({ limit: "500", ...(all ? {} : { used: "true" }) });
  if (connection !== null) asked.set("connection", connection);
  if (search !== "") asked.set("search", search);
  const { data, error, refetch, isPending } = useAnswer<Items<Asset>>(workspace, `apis?${asked}`, { live: true });
  const connections = useConnections(workspace).data?.items ?? [];
  const set = (name: string, value: string | null): void => {
    const next = new URLSearchParams(params);
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  return (
    <Page title={text.title} about={text.about}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Card size="small" styles={{ body: { padding: 0 } }}>
        <Flex gap={12} wrap style={{ padding: 12 }}>
          <Segmented
            aria-label={text.state}
            options={[
              { value: "used", label: text.onlyUsed },
              { value: "all", label: text.allApis },
            ]}
            value={all ? "all" : "used"}
            onChange={(value) => set("all", value === "all" ? "1" : null)}
          />
          <Select
            aria-label={text.connection}
            style={{ width: 220 }}
            value={connection ?? ""}
            options={[{ value: "", label: text.allConnections }, ...connections.map(({ id, name }) => ({ value: id, label: name ?? id }))]}
            onChange={(value) => set("connection", value)}
          />
          <Input.Search
            allowClear
            aria-label={text.find}
            placeholder={text.find}
            defaultValue={search}
            style={{ width: 260 }}
            onSearch={(value) => set("find", value)}
          />
        </Flex>
        <AssetTable
          rows={data?.items ?? []}
          isPending={isPending}
          none={connections.length === 0 ? text.none : all ? words.none : text.noneUsed}
        />
      </Card>
    </Page>
  );
}

function AssetTable({ rows, isPending, none }: { readonly rows: readonly Asset[]; readonly isPending: boolean; readonly none: string }) {
  const text = useTexts(assetTexts);
  const words = useTexts(wordTexts);
  const { pick } = useLanguage();
  const { to, may } = usePlace();
  const columns: TableColumnsType<Asset> = [
    {
      title: text.api,
      fixed: "left",
      width: 280,
      render: (_, { connection, api, name }) => (
        <Space orientation="vertical" size={0}>
          <Link to={to(`apis/${connection}/${encodeURIComponent(api)}`)}>{pick(name)}</Link>
          <span className="mono">{api}</span>
        </Space>
      ),
    },
    {
      title: text.connection,
      render: (_, { connection, connectionName, environment }) => (
        <Space size={4}>
          <Link to={to(`connections/${connection}`)}>{connectionName ?? connection}</Link>
          <EnvironmentTag environment={environment} />
        </Space>
      ),
    },
    { title: text.direction, width: 80, render: (_, { direction }) => text[direction] },
    {
      title: text.flows,
      render: (_, { flows }) => <FlowLinks ids={[...new Set(flows.map(({ flow }) => flow))]} most={1} />,
    },
    {
      title: text.today,
      align: "right",
      width: 90,
      sorter: (a, b) => a.callsToday - b.callsToday,
      render: (_, { callsToday }) => callsToday.toLocaleString(),
    },
    {
      title: text.calls,
      align: "right",
      width: 100,
      sorter: (a, b) => a.calls - b.calls,
      render: (_, { calls }) => calls.toLocaleString(),
    },
    {
      title: text.errors,
      align: "right",
      width: 80,
      sorter: (a, b) => a.errors - b.errors,
      render: (_, { errors }) => errors.toLocaleString(),
    },
    { title: text.p95, align: "right", width: 100, render: (_, { p95Ms }) => (p95Ms === null ? "–" : `${p95Ms} ms`) },
    { title: text.last, width: 110, render: (_, { lastAt }) => (lastAt === null ? "–" : <Ago at={lastAt} />) },
    { title: text.state, width: 90, fixed: "right", render: (_, asset) => <OffLineTag asset={asset} /> },
    ...(may("takeApiOffLine", "bringApiOnLine")
      ? [
          {
            title: words.actions,
            width: 120,
            fixed: "right" as const,
            render: (_: unknown, asset: Asset) => <OffLineSwitch asset={asset} />,
          },
        ]
      : []),
  ];
  return (
    <Rows isBare rowKey={({ connection, api }) => `${connection} ${api}`} isPending={isPending} columns={columns} rows={rows} none={none} />
  );
}
