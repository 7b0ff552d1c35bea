/** The installation's settings: retention, room, state of database and keys, backup. For its administrators. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Descriptions, Flex, InputNumber, Select, Skeleton, Space, Table, Typography } from "antd";
import { useState } from "react";
import { ask, type ProblemBody } from "../api/ask.ts";
import { accessTexts } from "../language/access-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { Ago, instantText } from "../parts/time.tsx";
import { useUnsavedGuard } from "../parts/unsaved-guard.ts";

interface Kept {
  readonly flow: string | null;
  readonly part: string;
  readonly status: string | null;
  readonly keepDays: number | null;
}

interface Settings {
  readonly retention: readonly Kept[];
  readonly exchanges: {
    readonly bytes: number;
    readonly bytesMax: number | null;
    readonly notice: { readonly days: readonly string[] } | null;
  };
  readonly database: { readonly address: string; readonly version: string; readonly bytes: number };
  readonly masterKey: { readonly since: number | null; readonly problem: ProblemBody | null };
  readonly secrets: readonly {
    readonly workspace: string;
    readonly connection: string;
    readonly name: string;
    readonly changedAt: number;
  }[];
  readonly oidc: { readonly issuer: string; readonly name: string } | null;
  readonly zone: string;
}

const MEGABYTE = 1024 * 1024;
const size = (bytes: number): string =>
  bytes < 1024 * MEGABYTE ? `${(bytes / MEGABYTE).toFixed(0)} MB` : `${(bytes / 1024 / MEGABYTE).toFixed(1)} GB`;

export function InstallationSettings() {
  const text = useTexts(accessTexts);
  const { menu } = useTexts(shellTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => ask<Settings>("GET", "/api/v1/settings", { signal }),
  });
  return (
    <Page title={menu.settings} about={text.settingsAbout}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null ? (
          <Skeleton active />
        ) : null
      ) : (
        <Space orientation="vertical" size="middle" style={{ width: "100%" }}>
          <Retention settings={data} />
          <Quota settings={data} />
          <State settings={data} />
          <Card size="small" title={text.backup}>
            <Typography.Paragraph>{text.backupAbout}</Typography.Paragraph>
            <Button type="primary" href="/api/v1/backup" download>
              {text.download}
            </Button>
            <Typography.Paragraph style={{ margin: "12px 0 0" }}>
              {text.restore} <Typography.Text code>datong restore FILE --data DIR</Typography.Text>
            </Typography.Paragraph>
          </Card>
        </Space>
      )}
    </Page>
  );
}

/** Changes a setting and reads all anew; what is refused is told in a line. */
function useChange() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  return async (path: string, body: object): Promise<void> => {
    try {
      await ask("PUT", `/api/v1/settings/${path}`, { body });
      await queries.invalidateQueries({ queryKey: ["settings"] });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
}

const PRESET_DAYS = 30;

function Retention({ settings }: { readonly settings: Settings }) {
  const text = useTexts(accessTexts);
  const change = useChange();
  const [part, setPart] = useState("exchanges");
  const [status, setStatus] = useState("done");
  const [days, setDays] = useState<number | null>(PRESET_DAYS);
  const isDivided = part === "bodies" || part === "rows";
  useUnsavedGuard(days !== PRESET_DAYS);
  return (
    <Card size="small" title={text.retention}>
      <Table<Kept>
        size="small"
        rowKey={({ flow, part: what, status: which }) => `${flow} ${what} ${which}`}
        pagination={false}
        dataSource={[...settings.retention]}
        locale={{ emptyText: <Typography.Text type="secondary">{text.retentionNone}</Typography.Text> }}
        columns={[
          { title: text.flow, render: (_, { flow }) => flow ?? text.allFlows },
          { title: text.part, render: (_, kept) => text.parts[kept.part] ?? kept.part },
          { title: text.status, render: (_, kept) => (kept.status === null ? "–" : (text.statuses[kept.status] ?? kept.status)) },
          { title: text.keepDays, dataIndex: "keepDays" },
          {
            title: "",
            render: (_, { flow, part: what, status: which }) => (
              <Button
                size="small"
                onClick={() => void change("retention", { flow, part: what, ...(which === null ? {} : { status: which }), keepDays: null })}
              >
                {text.unset}
              </Button>
            ),
          },
        ]}
      />
      <Flex gap={8} wrap style={{ marginTop: 12 }}>
        <Select
          aria-label={text.part}
          value={part}
          style={{ width: 200 }}
          onChange={setPart}
          options={Object.entries(text.parts).map(([value, label]) => ({ value, label }))}
        />
        {isDivided ? (
          <Select
            aria-label={text.status}
            value={status}
            style={{ width: 120 }}
            onChange={setStatus}
            options={Object.entries(text.statuses).map(([value, label]) => ({ value, label }))}
          />
        ) : null}
        <InputNumber aria-label={text.keepDays} min={0} max={36_500} value={days} onChange={setDays} />
        <Button
          disabled={days === null}
          onClick={() => {
            void change("retention", { flow: null, part, ...(isDivided ? { status } : {}), keepDays: days });
            setDays(PRESET_DAYS);
          }}
        >
          {text.set}
        </Button>
      </Flex>
    </Card>
  );
}

function Quota({ settings: { exchanges } }: { readonly settings: Settings }) {
  const text = useTexts(accessTexts);
  const change = useChange();
  const kept = exchanges.bytesMax === null ? null : Math.round(exchanges.bytesMax / MEGABYTE);
  const [megabytes, setMegabytes] = useState<number | null>(kept);
  useUnsavedGuard(megabytes !== kept);
  return (
    <Card size="small" title={text.quota}>
      {exchanges.notice === null ? null : (
        <Alert type="warning" showIcon style={{ marginBottom: 12 }} title={text.quotaNotice(exchanges.notice.days.join(", "))} />
      )}
      <Flex gap={8} wrap align="center">
        <InputNumber
          aria-label={text.quota}
          min={10}
          value={megabytes}
          onChange={setMegabytes}
          placeholder={text.quotaEndless}
          style={{ width: 160 }}
        />
        <Button onClick={() => void change("exchange-quota", { bytesMax: megabytes === null ? null : megabytes * MEGABYTE })}>
          {text.set}
        </Button>
        <Typography.Text type="secondary">
          {text.quotaUse(size(exchanges.bytes), exchanges.bytesMax === null ? text.quotaEndless : text.quotaMost(size(exchanges.bytesMax)))}
        </Typography.Text>
      </Flex>
    </Card>
  );
}

function State({ settings }: { readonly settings: Settings }) {
  const text = useTexts(accessTexts);
  const { pick } = useLanguage();
  const { database, masterKey, oidc, zone, secrets } = settings;
  const { problem, since } = masterKey;
  return (
    <Card size="small" title={text.state}>
      <Descriptions
        size="small"
        column={1}
        items={[
          {
            key: "database",
            label: text.database,
            children: `PostgreSQL ${database.version}, ${size(database.bytes)}, ${database.address}`,
          },
          {
            key: "key",
            label: text.masterKey,
            children:
              problem === null ? (
                text.since(since === null ? "–" : instantText(since))
              ) : (
                <Typography.Text type="danger">{pick(problem)}</Typography.Text>
              ),
          },
          { key: "oidc", label: text.oidc, children: oidc === null ? text.oidcOff : `${oidc.name}, ${oidc.issuer}` },
          { key: "zone", label: text.zone, children: zone },
        ]}
      />
      {secrets.length === 0 ? null : (
        <>
          <Typography.Title level={2} style={{ fontSize: 14 }}>
            {text.secrets}
          </Typography.Title>
          <ul style={{ margin: 0, paddingInlineStart: 20 }}>
            {secrets.slice(0, 10).map(({ workspace, connection, name, changedAt }) => (
              <li key={`${workspace} ${connection} ${name}`}>
                <span className="mono">{`${workspace} / ${connection} / ${name}`}</span> · {text.changedAt} <Ago at={changedAt} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
