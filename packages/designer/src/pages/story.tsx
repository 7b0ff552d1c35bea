/** The story of one bill: a sentence on top, then source rows, target documents with every request and answer, and what people did. */
import { Alert, Button, Card, Collapse, Descriptions, Flex, Skeleton, Space, Steps, Typography } from "antd";
import { lazy, Suspense } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useAnswer } from "../api/hooks.ts";
import { debugTexts } from "../language/debug-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { recordTexts } from "../language/record-texts.ts";
import { Exchanges } from "../parts/exchanges.tsx";
import { MessageText } from "../parts/json-text.tsx";
import { FlowLink } from "../parts/flow-link.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { StatusTag } from "../parts/status-tag.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";
import { Chain } from "./records/chain.tsx";
import { Repairs } from "./records/repairs.tsx";
import type { Story, StoryDocument } from "./records/story-shape.ts";

// The table of fields is opened by few.
const MappedFields = lazy(async () => ({ default: (await import("./records/mapped-fields.tsx")).MappedFields }));

export function RecordStory() {
  const { flow = "", key = "" } = useParams();
  const text = useTexts(recordTexts);
  const debug = useTexts(debugTexts);
  const navigate = useNavigate();
  const { workspace, to, may } = usePlace();
  const { data, error, refetch } = useAnswer<Story>(workspace, `flows/${flow}/records/story?key=${encodeURIComponent(key)}`, {
    live: true,
  });
  if (error !== null)
    return (
      <Page title={text.story}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (data === undefined) return <Skeleton active />;
  return (
    <Page
      title={
        <Space size={8} wrap>
          {data.number ?? data.key}
          <StatusTag status={data.status} />
        </Space>
      }
      name={data.number ?? data.key}
      about={
        <>
          <FlowLink id={flow} /> · {text.version} {data.version} · {instantText(data.changedAt)}
        </>
      }
      actions={
        <>
          {may("startDebug") ? (
            <Button onClick={() => void navigate(to(`flows/${flow}/debug?key=${encodeURIComponent(key)}`))}>{debug.openBill}</Button>
          ) : null}
          <Repairs story={data} />
        </>
      }
    >
      <Stands story={data} />
      <Flex vertical gap={12} style={{ marginTop: 12 }}>
        <Card size="small" title={text.sourceRows}>
          {data.rows === null ? <Typography.Text type="secondary">{text.rowsGone}</Typography.Text> : <MessageText text={data.rows} />}
          {data.read === null ? null : <Exchanges exchanges={[data.read]} title={text.readWith} />}
        </Card>
        {data.rows !== null && may("tryDraft") ? (
          <Collapse
            size="small"
            items={[
              {
                key: "mapped",
                label: text.mapped,
                children: (
                  <Suspense fallback={<Skeleton active />}>
                    <MappedFields flow={flow} recordKey={data.key} rows={data.rows} />
                  </Suspense>
                ),
              },
            ]}
          />
        ) : null}
        {data.documents.map((document) => (
          <DocumentCard key={document.id} document={document} title={text.document} />
        ))}
        {data.writeBack === null ? null : <DocumentCard document={data.writeBack} title={text.writeBack} />}
        <Chain flow={flow} recordKey={data.key} />
        <Deeds story={data} />
      </Flex>
    </Page>
  );
}

/** The worst document speaks for the bill. */
function Stands({ story }: { readonly story: Story }) {
  const text = useTexts(recordTexts);
  const { pick, told } = useLanguage();
  const { to, may } = usePlace();
  const { documents, status } = story;
  const reason = story.reason === null ? null : told(story.reason);
  const worst = documents.find((document) => document.status === status) ?? documents[0];
  const numbers = documents.flatMap(({ number, targetId }) => number ?? targetId ?? []);
  // What we found ourselves we can say in the reader's language.
  const own = worst?.advice === null || worst === undefined ? null : pick(worst.advice);
  const why = (worst?.vendorCode === null ? own : null) ?? told(worst?.vendorText ?? own ?? "");
  const sentence = ((): string => {
    switch (status) {
      case "done":
        return numbers.length > 0 ? text.stands.done(numbers.join(", ")) : text.stands.doneQuiet;
      case "failed":
        return text.stands.failed(why === "" ? (reason ?? "") : why);
      case "pending": {
        const behind = worst?.behind ?? null;
        const waits = behind === null ? why : text.behind(behind.number);
        return waits === "" ? text.stands.pendingQuiet : text.stands.pending(waits);
      }
      case "queued": {
        const next = worst?.waiting[0]?.runAt;
        return text.stands.queued(
          worst !== undefined && worst.attempts > 0 && next !== undefined ? text.stands.again(worst.attempts, instantText(next)) : "",
        );
      }
      case "sent":
        return text.stands.sent;
      case "skipped":
        return text.stands.skipped(reason ?? why);
      case "unknown":
        return text.stands.unknown;
    }
  })();
  const type =
    status === "done" ? "success" : status === "failed" ? "error" : status === "unknown" || status === "pending" ? "warning" : "info";
  const advice = worst?.advice ?? null;
  return (
    <Alert
      type={type}
      showIcon
      title={<span data-stands>{sentence}</span>}
      description={
        status === "done" || advice === null ? undefined : (
          <>
            {pick({ zh: advice.todoZh, en: advice.todoEn })} <span className="mono">{worst?.code}</span>
          </>
        )
      }
      action={status === "failed" && may("saveFlow") ? <Link to={to(fixOf(story, worst))}>{text.toFlow}</Link> : undefined}
    />
  );
}

/** The mapping, at the field that the refusal is about, with this bill to be run again afterwards. */
function fixOf({ flowId, key, number }: Story, document: StoryDocument | undefined): string {
  const field = document?.field ?? null;
  const query = new URLSearchParams(field === null ? {} : { field });
  query.set("rerun", JSON.stringify({ numbers: [number ?? key] }));
  return `flows/${flowId}?${query.toString()}`;
}

function DocumentCard({ document, title }: { readonly document: StoryDocument; readonly title: string }) {
  const text = useTexts(recordTexts);
  const { told } = useLanguage();
  const { externalKey, number, targetId, status, attempts, vendorText, body, exchanges, changedAt } = document;
  return (
    <Card
      size="small"
      title={
        <Space>
          {title}
          <StatusTag status={status} />
        </Space>
      }
    >
      <Descriptions
        size="small"
        column={{ xs: 1, md: 3 }}
        items={[
          { key: "key", label: text.externalKey, children: externalKey ?? "–" },
          { key: "number", label: text.targetNumber, children: number ?? targetId ?? "–" },
          { key: "attempts", label: text.attempts, children: attempts },
          { key: "at", label: text.changedAt, children: instantText(changedAt) },
          ...(vendorText === null || status === "done" ? [] : [{ key: "said", label: text.problem, children: told(vendorText) }]),
        ]}
      />
      {body === null ? null : (
        <div style={{ marginTop: 12 }}>
          <MessageText text={body} title={text.body} />
        </div>
      )}
      {exchanges.length === 0 ? (
        <Typography.Text type="secondary">{text.noExchanges}</Typography.Text>
      ) : (
        <Exchanges exchanges={exchanges} title={text.exchanges} />
      )}
    </Card>
  );
}

function Deeds({ story }: { readonly story: Story }) {
  const text = useTexts(recordTexts);
  return (
    <Card size="small" title={text.deeds}>
      {story.interventions.length === 0 ? (
        <Typography.Text type="secondary">{text.noDeeds}</Typography.Text>
      ) : (
        <Steps
          size="small"
          orientation="vertical"
          items={story.interventions.map(({ at, action, person, reason }) => ({
            status: "finish" as const,
            title: `${instantText(at)} · ${person} · ${action}`,
            content: reason ?? "",
          }))}
        />
      )}
    </Card>
  );
}
