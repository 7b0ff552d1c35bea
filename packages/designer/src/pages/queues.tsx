/** The two queues, told by the server as they change: what waits to be written, what is read and when next, and what the accounts' limits allow. */
import { Badge, Card, Flex, Progress, Tabs, Tag, Typography } from "antd";
import { useSearchParams } from "react-router";
import { useConnections } from "../api/hooks.ts";
import { useTexts } from "../language/language.tsx";
import { queueTexts } from "../language/queue-texts.ts";
import { Page } from "../parts/page.tsx";
import { useSpanText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { RequestQueue } from "./queues/request-queue.tsx";
import { useQueues, type Budget } from "./queues/stream.ts";
import { WriteQueue } from "./queues/write-queue.tsx";

export function Queues() {
  const text = useTexts(queueTexts);
  const { workspace } = usePlace();
  const [params, setParams] = useSearchParams();
  const { now, isLive } = useQueues(workspace);
  const only = params.get("flow");
  const fits = ({ flow }: { readonly flow: string }): boolean => only === null || flow === only || flow.startsWith(`${only}:`);
  const set = (name: string, value: string | null): void => {
    const next = new URLSearchParams(params);
    if (value === null) next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  const isPending = now === null;
  return (
    <Page
      title={text.title}
      about={text.about}
      actions={<Badge status={isLive ? "processing" : "warning"} text={isLive ? text.live : text.lost} />}
    >
      <Card size="small">
        <Tabs
          activeKey={params.get("tab") ?? "writes"}
          onChange={(key) => set("tab", key === "writes" ? null : key)}
          tabBarExtraContent={
            only === null ? null : (
              <Tag closable onClose={() => set("flow", null)}>
                {text.onlyFlow(only)}
              </Tag>
            )
          }
          items={[
            { key: "writes", label: text.writes, children: <WriteQueue rows={(now?.writes ?? []).filter(fits)} isPending={isPending} /> },
            { key: "requests", label: text.reads, children: <RequestQueue rows={(now?.reads ?? []).filter(fits)} isPending={isPending} /> },
          ]}
        />
      </Card>
      {now === null ? null : <Budgets budgets={now.budgets} />}
    </Page>
  );
}

function Budgets({ budgets }: { readonly budgets: readonly Budget[] }) {
  const text = useTexts(queueTexts);
  const { workspace } = usePlace();
  const span = useSpanText();
  const names = new Map((useConnections(workspace).data?.items ?? []).map(({ id, name }) => [id, name]));
  return (
    <Card
      size="small"
      title={text.budgets}
      extra={<Typography.Text type="secondary">{text.budgetsHint}</Typography.Text>}
      style={{ marginTop: 12 }}
    >
      {budgets.length === 0 ? (
        <Typography.Text type="secondary">{text.noBudgets}</Typography.Text>
      ) : (
        <Flex gap={24} wrap>
          {budgets.map(({ connection, spanMs, used, limit }) => (
            <div key={`${connection} ${spanMs}`} style={{ width: 260 }}>
              {names.get(connection) ?? connection} <Typography.Text type="secondary">{text.perSpan(span(spanMs))}</Typography.Text>
              <Progress
                size="small"
                status="normal"
                percent={Math.min(100, Math.round((used / limit) * 100))}
                format={() => `${used.toLocaleString()} / ${limit.toLocaleString()}`}
                aria-label={`${connection} ${used} / ${limit}`}
              />
            </div>
          ))}
        </Flex>
      )}
    </Card>
  );
}
