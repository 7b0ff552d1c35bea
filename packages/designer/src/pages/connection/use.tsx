/** What a connection is used for: flows, calls and errors by API, the account's limits, what its connector was written from. */
import { Alert, Button, Card, Empty, Flex, Space, Table, Tag, Typography, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { Connector, ConnectionView } from "../../api/answers.ts";
import { useAnswer, useConnectors, useFlows } from "../../api/hooks.ts";
import { connectionUseTexts } from "../../language/connection-use-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { Ago } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";

interface ApiFigures {
  readonly api: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly offLine: object | null;
  readonly callsToday: number;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms: number | null;
  readonly lastAt: number | null;
}

export function ConnectionUse({ connector, view }: { readonly connector: Connector; readonly view: ConnectionView }) {
  const text = useTexts(connectionUseTexts);
  const { workspace, may, to } = usePlace();
  const mayList = may("listApis");
  const path = `apis?connection=${encodeURIComponent(view.id)}&used=true`;
  const { data, error, refetch, isPending } = useAnswer<{ readonly items: readonly ApiFigures[] }>(workspace, path, {
    live: true,
    enabled: mayList,
  });
  const apis = data?.items ?? [];
  const ownApis = (useConnectors(workspace).data?.items ?? []).find(({ system }) => system === connector.system)?.ownApis ?? 0;
  const calls = apis.reduce((sum, { callsToday }) => sum + callsToday, 0);
  return (
    <Flex vertical gap={12} style={{ minWidth: 0 }}>
      <EnvironmentBar environment={view.document.environment ?? null} />
      <UsedBy flows={view.usedBy} connection={view.id} />
      <Card
        size="small"
        title={text.title}
        extra={mayList ? <Typography.Text type="secondary">{text.today(calls)}</Typography.Text> : null}
      >
        {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
        <Limits connector={connector} />
        {ownApis > 0 ? (
          <Typography.Paragraph>
            <Link to={to(`connectors/${connector.system}`)}>{text.ownApis(ownApis)}</Link>
          </Typography.Paragraph>
        ) : null}
        {mayList ? <ApiTable apis={apis} isLoading={isPending} /> : null}
      </Card>
      <VendorDocs connector={connector} />
    </Flex>
  );
}

/** Where the vendor tells of keys and interfaces, and when that was read. */
export function VendorDocs({ connector: { docs } }: { readonly connector: Connector }) {
  const text = useTexts(connectionUseTexts);
  const { language } = useLanguage();
  if (docs.length === 0) return null;
  return (
    <Card size="small" title={text.docs}>
      {docs.map(({ title, titleEn = title, url, read }) => {
        const told = language === "zh" ? title : titleEn;
        return (
          <div key={title}>
            {url === undefined ? (
              <Linked text={told} />
            ) : (
              <a href={url} target="_blank" rel="noreferrer">
                {told}
              </a>
            )}{" "}
            <Typography.Text type="secondary">{text.readAt(read)}</Typography.Text>
          </div>
        );
      })}
    </Card>
  );
}

const BAR: Readonly<Record<string, "error" | "success" | "info">> = { production: "error", test: "success", development: "info" };

export function EnvironmentBar({ environment }: { readonly environment: string | null }) {
  const text = useTexts(connectionUseTexts);
  const said = environment === null ? undefined : text.environmentIs[environment];
  return said === undefined ? null : <Alert banner type={BAR[environment ?? ""] ?? "info"} title={said} />;
}

function UsedBy({ flows, connection }: { readonly flows: readonly string[]; readonly connection: string }) {
  const text = useTexts(connectionUseTexts);
  const { workspace, to, may } = usePlace();
  const names = new Map((useFlows(workspace).data?.items ?? []).map(({ id, name }) => [id, name]));
  return (
    <Card size="small" title={flows.length === 0 ? text.noFlows : text.flows(flows.length)}>
      {flows.length === 0 ? (
        may("saveFlow") ? (
          <Link to={to(`flows/new?with=${connection}`)}>
            <Button>{text.makeFlow}</Button>
          </Link>
        ) : null
      ) : (
        <Space orientation="vertical" size={2}>
          {flows.map((id) => (
            <Link key={id} to={to(`flows/${id}`)}>
              {names.get(id) ?? id}
            </Link>
          ))}
        </Space>
      )}
    </Card>
  );
}

function Limits({ connector: { limits } }: { readonly connector: Connector }) {
  const text = useTexts(connectionUseTexts);
  const words = useTexts(wordTexts);
  const told = [
    ...(limits.callsPerSecond === undefined ? [] : [text.perSecond(limits.callsPerSecond)]),
    ...(limits.callsPerMinute === undefined ? [] : [text.perMinute(limits.callsPerMinute)]),
    ...(limits.callsPerDay === undefined ? [] : [text.perDay(limits.callsPerDay)]),
    text.atOnce(limits.concurrency),
  ];
  return (
    <Typography.Paragraph style={{ marginBottom: 8 }}>
      {words.labelled(text.limits, words.list(told))} <Typography.Text type="secondary">{text.shared}</Typography.Text>
    </Typography.Paragraph>
  );
}

function ApiTable({ apis, isLoading }: { readonly apis: readonly ApiFigures[]; readonly isLoading: boolean }) {
  const text = useTexts(connectionUseTexts);
  const { pick } = useLanguage();
  const columns: TableColumnsType<ApiFigures> = [
    {
      title: text.api,
      render: (_, { api, name, offLine, lastAt }) => (
        <>
          {pick(name)} {offLine === null ? null : <Tag color="red">{text.offLine}</Tag>}
          <div className="mono">{api}</div>
          {lastAt === null ? null : (
            <Typography.Text type="secondary">
              {text.lastAt} <Ago at={lastAt} />
            </Typography.Text>
          )}
        </>
      ),
    },
    { title: text.callsToday, dataIndex: "callsToday", align: "end", width: 64 },
    { title: text.calls, dataIndex: "calls", align: "end", width: 84 },
    {
      title: text.errors,
      align: "end",
      width: 84,
      render: (_, { errors }) => (errors > 0 ? <Typography.Text type="danger">{errors}</Typography.Text> : 0),
    },
    { title: text.p95, align: "end", width: 96, render: (_, { p95Ms }) => (p95Ms === null ? "–" : text.ms(Math.round(p95Ms))) },
  ];
  return (
    <Table
      size="small"
      rowKey="api"
      loading={isLoading}
      columns={columns}
      dataSource={[...apis]}
      pagination={false}
      tableLayout="fixed"
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.noCalls} /> }}
    />
  );
}

/** An address in a text can be followed. */
export function Linked({ text }: { readonly text: string }) {
  const parts = text.split(/(https?:\/\/[^\s，。；）)]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|cn)\b[^\s，。；）)]*)/);
  // An example of an address leads nowhere.
  const isLink = (part: string, index: number): boolean => index % 2 === 1 && !/\bexample\.(?:com|cn)\b/.test(part);
  return (
    <>
      {parts.map((part, index) =>
        isLink(part, index) ? (
          // oxlint-disable-next-line react/no-array-index-key -- pieces of one text
          <a
            key={index}
            href={part.startsWith("http") ? part : `https://${part}`}
            target="_blank"
            rel="noreferrer"
            // Within a sentence a link is told from it by more than its colour.
            style={{ textDecoration: "underline" }}
          >
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}
