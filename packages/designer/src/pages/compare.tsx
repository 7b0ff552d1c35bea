/** The behaviour diff: what real bills' requests would become if the draft, or another revision, were published. Published from here. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  Alert,
  App,
  Button,
  Card,
  Empty,
  Flex,
  Segmented,
  Select,
  Skeleton,
  Space,
  Table,
  Tag,
  Typography,
  type TableColumnsType,
} from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import type { FlowView } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { usePublish } from "../flow/publish.tsx";
import { compareTexts } from "../language/compare-texts.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { Change } from "../parts/change.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { recordPath, usePlace } from "../shell/place.tsx";

type Fate = "written" | "collected" | "dropped" | "failed";
interface FieldChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}
interface Bill {
  readonly key: string;
  readonly number: string | null;
  readonly before: Fate;
  readonly after: Fate;
  readonly why: string | null;
  readonly isKeyChanged: boolean;
  readonly changes: readonly (FieldChange & { readonly part: string })[];
}
interface Field {
  readonly field: string;
  readonly bills: number;
  readonly samples: readonly (FieldChange & { readonly key: string; readonly number: string | null })[];
}
interface Comparison {
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  readonly fates: readonly { readonly before: Fate; readonly after: Fate; readonly bills: number }[];
  readonly fields: readonly Field[];
  readonly keysChanged: number;
  readonly bills: readonly Bill[];
  readonly isPartial: boolean;
}

const COUNTS = [20, 100, 500] as const;

export function Compare() {
  const { flow = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const text = useTexts(compareTexts);
  const { workspace, to, may } = usePlace();
  const navigate = useNavigate();
  const limit = Number(params.get("bills") ?? 100);
  const revision = params.get("revision");
  const view = useAnswer<FlowView>(workspace, `flows/${flow}`);
  const isPublished = view.data !== undefined && view.data.publishedRevision !== null;
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["w", workspace, "compare", flow, revision ?? view.data?.revision, limit],
    queryFn: ({ signal }) =>
      ask<Comparison>("POST", workspacePath(workspace, `flows/${flow}/compare`), {
        body: { limit, ...(revision === null ? {} : { revision: Number(revision) }) },
        signal,
      }),
    enabled: isPublished && may("compareFlow"),
    staleTime: Infinity,
    retry: false,
  });
  const next = revision === null ? text.draft : `v${revision}`;
  const name = view.data?.document?.name ?? flow;
  return (
    <Page
      title={`${text.title} · ${name}`}
      about={isPublished ? text.against(`v${view.data.publishedRevision ?? 0}`, next) : undefined}
      actions={
        <>
          <Button onClick={() => void navigate(to(`flows/${flow}`))}>{text.back}</Button>
          <Select
            aria-label={text.bills}
            value={limit}
            options={COUNTS.map((value) => ({ value, label: `${text.bills} ${value}` }))}
            onChange={(value) => {
              const query = new URLSearchParams(params);
              query.set("bills", String(value));
              setParams(query, { replace: true });
            }}
          />
          <Button loading={isFetching} onClick={() => void refetch()}>
            {text.compare}
          </Button>
          {view.data === undefined || !isPublished || data === undefined ? null : (
            <PublishThis flow={flow} revision={revision === null ? view.data.revision : Number(revision)} />
          )}
        </>
      }
    >
      <Typography.Paragraph type="secondary">{text.about}</Typography.Paragraph>
      {view.error === null ? null : <ProblemAlert error={view.error} />}
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {view.data !== undefined && !isPublished ? <Empty description={text.unpublished} /> : null}
      {isPublished && data === undefined && error === null ? <Skeleton active /> : null}
      {data === undefined ? null : <Compared flow={flow} data={data} />}
    </Page>
  );
}

function PublishThis({ flow, revision }: { readonly flow: string; readonly revision: number }) {
  const text = useTexts(compareTexts);
  const { published } = useTexts(flowTexts);
  const { workspace, to } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const line = useProblemLine();
  const publish = usePublish();
  const perform = async (): Promise<void> => {
    try {
      if (!(await publish(flow, revision))) return;
      void message.success(published(revision));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      await navigate(to(`flows/${flow}`));
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  return (
    <Button type="primary" onClick={() => void perform()}>
      {text.publish}
    </Button>
  );
}

function Compared({ flow, data }: { readonly flow: string; readonly data: Comparison }) {
  const text = useTexts(compareTexts);
  const [shown, setShown] = useState<"field" | "bill">("field");
  const [field, setField] = useState<string | null>(null);
  if (data.compared === 0)
    return (
      <Empty
        description={
          <>
            {text.none}
            <br />
            {text.noneTodo}
          </>
        }
      />
    );
  if (data.different === 0) return <Alert type="success" showIcon title={<span data-compared>{text.same(data.compared)}</span>} />;
  const open = (name: string): void => {
    setField(name);
    setShown("bill");
  };
  return (
    <Flex vertical gap={12}>
      <Alert
        type="info"
        showIcon
        title={<span data-compared>{text.some(data.different, data.compared)}</span>}
        description={data.isPartial ? text.partial(data.compared) : undefined}
      />
      {data.fates.map(({ before, after, bills }) => (
        <Alert
          key={`${before} ${after}`}
          type={after === "failed" ? "error" : "warning"}
          showIcon
          title={text.fates(bills, text.fate[before], text.fate[after])}
        />
      ))}
      {data.keysChanged === 0 ? null : <Alert type="error" showIcon title={text.keysChanged(data.keysChanged)} />}
      <Card
        size="small"
        title={
          <Segmented
            value={shown}
            options={[
              { value: "field", label: `${text.byField} ${data.fields.length}` },
              { value: "bill", label: `${text.byBill} ${data.different}` },
            ]}
            onChange={(value) => setShown(value as "field" | "bill")}
          />
        }
        extra={
          field === null || shown === "field" ? null : (
            <Tag closable={{ "aria-label": text.allFields }} onClose={() => setField(null)} className="mono">
              {field === "" ? text.order : field}
            </Tag>
          )
        }
        styles={{ body: { padding: 0 } }}
      >
        {shown === "field" ? <Fields flow={flow} fields={data.fields} onOpen={open} /> : <Bills flow={flow} data={data} field={field} />}
      </Card>
    </Flex>
  );
}

function Fields({
  flow,
  fields,
  onOpen,
}: {
  readonly flow: string;
  readonly fields: readonly Field[];
  readonly onOpen: (field: string) => void;
}) {
  const text = useTexts(compareTexts);
  const { to } = usePlace();
  const columns: TableColumnsType<Field> = [
    {
      title: text.field,
      width: 260,
      render: (_, { field }) => (
        <Button type="link" size="small" className="mono" style={{ padding: 0 }} onClick={() => onOpen(field)}>
          {field === "" ? text.order : field}
        </Button>
      ),
    },
    { title: text.count, width: 90, align: "right", dataIndex: "bills" },
    {
      title: text.samples,
      render: (_, { samples }) => (
        <Flex vertical gap={4}>
          {samples.map(({ key, number, before, after }) => (
            <Space key={key} size={8} wrap>
              <Link to={to(recordPath(flow, key))}>{number ?? key}</Link>
              <Change before={before} after={after} />
            </Space>
          ))}
        </Flex>
      ),
    },
  ];
  return (
    <Table
      size="small"
      rowKey="field"
      columns={columns}
      dataSource={[...fields]}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      scroll={{ x: 700 }}
    />
  );
}

function Bills({ flow, data, field }: { readonly flow: string; readonly data: Comparison; readonly field: string | null }) {
  const text = useTexts(compareTexts);
  const { to } = usePlace();
  const isMeant = ({ path }: FieldChange): boolean => field === null || path.replaceAll(/\[\d+\]/g, "") === field;
  const bills = data.bills.filter(({ changes }) => field === null || changes.some(isMeant));
  const columns: TableColumnsType<Bill> = [
    { title: text.byBill, width: 180, render: (_, { key, number }) => <Link to={to(recordPath(flow, key))}>{number ?? key}</Link> },
    {
      title: text.field,
      render: (_, { before, after, why, isKeyChanged, changes }) => (
        <Flex vertical gap={4}>
          {before === after ? null : (
            <span>
              <Tag color={after === "failed" ? "red" : "gold"}>
                {text.fate[before]} → {text.fate[after]}
              </Tag>
              {why ?? ""}
            </span>
          )}
          {isKeyChanged ? <Tag color="red">{text.keyChange}</Tag> : null}
          {changes.filter(isMeant).map(({ part, path, before: was, after: is }) => (
            <Space key={`${part} ${path}`} size={8} wrap>
              <span className="mono">{path === "" ? text.order : path}</span>
              <Change before={was} after={is} />
            </Space>
          ))}
        </Flex>
      ),
    },
  ];
  return (
    <>
      <Table
        size="small"
        rowKey="key"
        columns={columns}
        dataSource={[...bills]}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        scroll={{ x: 700 }}
      />
      {data.bills.length < data.different ? (
        <Typography.Text type="secondary" style={{ padding: 12, display: "block" }}>
          {text.onlyFirst(data.bills.length)}
        </Typography.Text>
      ) : null}
    </>
  );
}
