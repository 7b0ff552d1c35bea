/** Alerts: what holds now, rules, channels, messages that were sent. The tab is in the address. */
import { Card, Tabs, Tag, Tooltip, type TableColumnsType } from "antd";
import { Link, useSearchParams } from "react-router";
import { useAnswer } from "../api/hooks.ts";
import { alertTexts } from "../language/alert-texts.ts";
import { useTexts } from "../language/language.tsx";
import { FlowLink } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { Ago, instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import type { Alerts as Told } from "./alerts/alert.ts";
import { Channels } from "./alerts/channels.tsx";
import { Rules } from "./alerts/rules.tsx";

export function Alerts() {
  const text = useTexts(alertTexts);
  const { workspace } = usePlace();
  const { data, error, refetch, isPending } = useAnswer<Told>(workspace, "alerts?limit=200", { live: true });
  const [params, setParams] = useSearchParams();
  const now: TableColumnsType<Told["items"][number]> = [
    { title: text.flow, render: (_, { flow }) => <FlowLink id={flow} /> },
    { title: text.rule, dataIndex: "rule" },
    { title: text.summary, render: (_, { summary }) => <span style={{ whiteSpace: "pre-line" }}>{summary}</span> },
    { title: text.since, render: (_, { since }) => <Ago at={since} /> },
  ];
  const sent: TableColumnsType<Told["messages"][number]> = [
    { title: text.madeAt, width: 170, render: (_, { madeAt }) => instantText(madeAt) },
    { title: text.channel, width: 140, dataIndex: "channel" },
    {
      title: text.state,
      width: 110,
      render: (_, { sentAt, problem }) => (
        <Tooltip title={problem ?? ""}>
          <Tag color={problem !== null ? "red" : sentAt === null ? "gold" : "green"}>{sentAt === null ? text.waiting : text.sent}</Tag>
        </Tooltip>
      ),
    },
    { title: text.message, render: (_, { body }) => <span style={{ whiteSpace: "pre-line" }}>{body}</span> },
  ];
  const items = [
    {
      key: "now",
      label: `${text.now} ${data?.items.length ?? ""}`,
      children: (
        <Rows
          isBare
          rowKey={({ rule, flow }) => `${rule} ${flow}`}
          isPending={isPending}
          columns={now}
          rows={data?.items ?? []}
          none={text.noneNow}
          todo={
            <Link to="?tab=rules" replace>
              {text.toRules}
            </Link>
          }
        />
      ),
    },
    { key: "rules", label: text.rules, children: <Rules /> },
    { key: "channels", label: text.channels, children: <Channels /> },
    {
      key: "history",
      label: text.history,
      children: (
        <Rows
          isBare
          size="small"
          rowKey={({ channel, madeAt }) => `${channel} ${madeAt}`}
          isPending={isPending}
          columns={sent}
          rows={data?.messages ?? []}
          none={text.noneHistory}
        />
      ),
    },
  ];
  return (
    <Page title={text.title} about={text.about}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Card size="small">
        <Tabs activeKey={params.get("tab") ?? "now"} onChange={(tab) => setParams({ tab }, { replace: true })} items={items} />
      </Card>
    </Page>
  );
}
