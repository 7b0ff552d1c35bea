/** One API as an asset: figures and 30 days, fields, who uses it, a trial, its hand-over paper. */
import {
  Alert,
  Button,
  Card,
  Descriptions,
  Dropdown,
  Empty,
  Flex,
  Skeleton,
  Table,
  Tabs,
  Tag,
  Tooltip,
  Typography,
  type TableColumnsType,
} from "antd";
import { Link, useParams, useSearchParams } from "react-router";
import { captionOf, helpOf } from "../flow/fields.ts";
import { workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { assetTexts } from "../language/asset-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";
import { EnvironmentTag } from "../parts/environment-tag.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { assetPath, type AssetDetail, type AssetField } from "./apis/asset.ts";
import { OffLineSwitch, OffLineTag } from "./apis/off-line.tsx";
import { TryPanel } from "./apis/try-panel.tsx";

export function Api() {
  const text = useTexts(assetTexts);
  const { pick } = useLanguage();
  const { workspace, may } = usePlace();
  const { connection = "", api = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const { data, error, refetch } = useAnswer<AssetDetail>(workspace, assetPath(connection, api), { live: true });
  if (error !== null)
    return (
      <Page title={api}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (data === undefined) return <Skeleton active />;
  const { asset, document, uses } = data;
  const tabs = [
    { key: "figures", label: text.figures, children: <Figures detail={data} /> },
    { key: "fields", label: text.fields, children: <Fields document={document} /> },
    { key: "uses", label: `${text.uses} ${uses.length}`, children: <Uses detail={data} /> },
    ...(may("tryApi") ? [{ key: "try", label: text.tryIt, children: <TryPanel detail={data} /> }] : []),
  ];
  return (
    <Page
      title={pick(asset.name)}
      about={
        <Flex gap={8} align="center" wrap>
          <span className="mono">{asset.api}</span>
          <span>{asset.connectionName ?? connection}</span>
          <EnvironmentTag environment={asset.environment} />
          <OffLineTag asset={asset} />
        </Flex>
      }
      actions={
        <>
          <PaperButton path={`${assetPath(connection, api)}/paper`} />
          <OffLineSwitch asset={asset} />
        </>
      }
    >
      <Tabs activeKey={params.get("tab") ?? "figures"} onChange={(tab) => setParams({ tab }, { replace: true })} items={tabs} />
    </Page>
  );
}

/** The hand-over paper in both languages and forms. */
export function PaperButton({ path }: { readonly path: string }) {
  const text = useTexts(assetTexts);
  const { workspace } = usePlace();
  const items = [
    ["zh", "md", "中文 Markdown"],
    ["zh", "xlsx", "中文 Excel"],
    ["en", "md", "English Markdown"],
    ["en", "xlsx", "English Excel"],
  ].map(([language, format, label]) => ({
    key: `${language}-${format}`,
    label: (
      <a href={workspacePath(workspace, `${path}?language=${language}&format=${format}`)} download>
        {label}
      </a>
    ),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button size="small">{text.docs}</Button>
    </Dropdown>
  );
}

function Figures({ detail }: { readonly detail: AssetDetail }) {
  const text = useTexts(assetTexts);
  const { asset, quota, lastError, series } = detail;
  const limits = [
    quota.callsPerSecond === null ? null : text.perSecond(quota.callsPerSecond),
    quota.callsPerMinute === null ? null : text.perMinute(quota.callsPerMinute),
    text.concurrency(quota.concurrency),
  ].filter((each) => each !== null);
  return (
    <Flex vertical gap={16}>
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2, lg: 4 }}
        items={[
          { key: "today", label: text.today, children: asset.callsToday.toLocaleString() },
          { key: "calls", label: text.calls, children: asset.calls.toLocaleString() },
          { key: "errors", label: text.errors, children: asset.errors.toLocaleString() },
          { key: "p95", label: text.p95, children: asset.p95Ms === null ? "–" : `${asset.p95Ms} ms` },
          {
            key: "quota",
            label: text.quota,
            span: "filled",
            children: [text.perDay(quota.usedTodayByConnection, quota.callsPerDay), ...limits].join(" · "),
          },
        ]}
      />
      <Card size="small" title={text.days}>
        <Days series={series} />
      </Card>
      {lastError === null ? null : (
        <Alert type="warning" showIcon title={`${text.lastError} · ${instantText(lastError.at)}`} description={lastError.text} />
      )}
    </Flex>
  );
}

function Days({ series }: { readonly series: AssetDetail["series"] }) {
  const text = useTexts(assetTexts);
  const most = Math.max(1, ...series.map(({ calls }) => calls));
  return (
    <Flex
      gap={3}
      align="end"
      style={{ height: 120 }}
      role="img"
      aria-label={series.map(({ day, calls, errors }) => text.day(day, calls, errors)).join("; ")}
    >
      {series.map(({ day, calls, errors }) => (
        <Tooltip key={day} title={text.day(day, calls, errors)}>
          <Flex vertical justify="end" style={{ flex: 1, height: "100%" }}>
            <div style={{ height: `${(errors / most) * 100}%`, background: "var(--ant-color-error, #cf1322)" }} />
            <div
              style={{
                height: `${(Math.max(0, calls - errors) / most) * 100}%`,
                minHeight: calls > 0 ? 2 : 0,
                background: "var(--ant-color-primary, #1677ff)",
              }}
            />
            <div style={{ height: 1, background: "rgba(128,128,128,.4)" }} />
          </Flex>
        </Tooltip>
      ))}
    </Flex>
  );
}

function Fields({ document }: { readonly document: AssetDetail["document"] }) {
  const text = useTexts(assetTexts);
  const parts = [
    [text.request, document.request],
    [text.options, document.options ?? []],
    [text.response, document.response],
  ] as const;
  return (
    <Flex vertical gap={16}>
      <Typography.Text className="mono">
        {document.shape.method} {document.shape.path}
      </Typography.Text>
      {parts.map(([title, fields]) =>
        fields.length === 0 ? null : (
          <Card key={title} size="small" title={title} styles={{ body: { padding: 0 } }}>
            <FieldTable fields={fields} label={title} />
          </Card>
        ),
      )}
    </Flex>
  );
}

function FieldTable({ fields, label }: { readonly fields: readonly AssetField[]; readonly label: string }) {
  const text = useTexts(assetTexts);
  const words = useTexts(wordTexts);
  const { language } = useLanguage();
  const columns: TableColumnsType<AssetField> = [
    { title: text.field, width: 280, render: (_, { field }) => <span className="mono">{field}</span> },
    { title: text.label, render: (_, field) => captionOf(field, language) },
    { title: text.type, width: 100, render: (_, { type }) => type ?? "string" },
    { title: text.required, width: 90, render: (_, { required }) => (required === true ? <Tag color="red">{words.yes}</Tag> : null) },
    { title: text.preset, width: 220, render: (_, { default: preset }) => <span className="mono">{preset ?? ""}</span> },
    { title: text.description, render: (_, field) => helpOf(field, language) },
  ];
  return (
    <Table
      size="small"
      aria-label={label}
      rowKey="field"
      columns={columns}
      dataSource={[...fields] as AssetField[]}
      pagination={fields.length > 100 ? { pageSize: 100 } : false}
      scroll={{ x: "max-content" }}
    />
  );
}

function Uses({ detail }: { readonly detail: AssetDetail }) {
  const text = useTexts(assetTexts);
  const { to } = usePlace();
  const columns: TableColumnsType<AssetDetail["uses"][number]> = [
    { title: text.flows, width: 280, render: (_, { flow, name }) => <Link to={to(`flows/${flow}`)}>{name ?? flow}</Link> },
    { title: text.role, width: 100, render: (_, { role }) => text.roles[role] ?? role },
    { title: text.usedFields, render: (_, { fields }) => <span className="mono">{fields.join(", ")}</span> },
  ];
  return (
    <Table
      size="small"
      rowKey={({ flow, role }) => `${flow} ${role}`}
      columns={columns}
      dataSource={[...detail.uses]}
      pagination={false}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.unused} /> }}
    />
  );
}
