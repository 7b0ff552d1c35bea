/** What failed, by cause: the sentence, how many, the field that it may be, and the two ways out: retry the group, or the mapping. */
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Flex, Grid, Space, Table, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Status } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { failureTexts } from "../../language/failure-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { Ago } from "../../parts/time.tsx";
import { failuresPath, recordPath, usePlace } from "../../shell/place.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { BulkSelection } from "./bulk-retry.tsx";

interface Group {
  readonly status: Status;
  readonly code: string | null;
  readonly cause: string | null;
  readonly vendorCode: string | null;
  readonly text: string;
  readonly documents: number;
  readonly latestAt: number;
  readonly keys: readonly string[];
  readonly numbers: readonly string[];
  readonly field: string | null;
  readonly advice: { readonly zh: string; readonly en: string; readonly todoZh: string; readonly todoEn: string } | null;
  readonly isAlone: boolean;
}

const EVERY_MS = 10_000;
const SHOWN = 60;

export function FailureGroups({ flow, status }: { readonly flow: string; readonly status: Status }) {
  const text = useTexts(failureTexts);
  const words = useTexts(wordTexts);
  const { pick } = useLanguage();
  const { workspace, to } = usePlace();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["w", workspace, "records", flow, "failures", status],
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly Group[] }>("GET", workspacePath(workspace, `flows/${flow}/failures?status=${status}`), { signal }),
    refetchInterval: EVERY_MS,
  });
  const isWide = Grid.useBreakpoint().md ?? true;
  // Outside of the table: a group that is gone once it is retried must not take its progress with it.
  const [retried, setRetried] = useState<BulkSelection | null>(null);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  const columns: TableColumnsType<Group> = [
    {
      title: text.cause,
      render: (_, group) => (
        <Flex vertical gap={2}>
          <Typography.Text strong>{saidOf(group, pick)}</Typography.Text>
          {group.advice === null ? null : (
            <Typography.Text type="secondary">{pick({ zh: group.advice.todoZh, en: group.advice.todoEn })}</Typography.Text>
          )}
          <span className="mono">{group.code}</span>
          {isWide ? null : (
            <Flex gap={12} wrap align="center">
              <strong>{text.ofBills(group.documents)}</strong>
              {group.field === null ? null : <span className="mono">{group.field}</span>}
              <Ago at={group.latestAt} />
              <Ways flow={flow} group={group} onRetry={setRetried} />
            </Flex>
          )}
        </Flex>
      ),
    },
    {
      title: text.bills,
      responsive: ["md"],
      width: 80,
      align: "right",
      render: (_, { documents, code, vendorCode, cause, status: own }) => (
        <Link to={to(failuresPath(flow, { code: vendorCode ?? code, cause }, own))}>{documents.toLocaleString()}</Link>
      ),
    },
    {
      title: text.field,
      responsive: ["md"],
      width: 170,
      render: (_, group) => (group.field === null ? "–" : <span className="mono">{group.field}</span>),
    },
    {
      title: text.samples,
      responsive: ["md"],
      width: 150,
      render: (_, { keys, numbers }) => (
        <Flex vertical>
          {numbers.map((number, index) => (
            <Link key={number} to={to(recordPath(flow, keys[index] ?? number))}>
              {number}
            </Link>
          ))}
        </Flex>
      ),
    },
    { title: text.latest, responsive: ["md"], width: 110, render: (_, { latestAt }) => <Ago at={latestAt} /> },
    {
      title: words.actions,
      responsive: ["md"],
      width: 150,
      render: (_, group) => <Ways flow={flow} group={group} onRetry={setRetried} />,
    },
  ];
  return (
    <>
      <Table
        size="small"
        rowKey={({ code, vendorCode, cause, text: said }) => `${code} ${vendorCode} ${cause} ${said}`}
        loading={isPending}
        columns={columns}
        dataSource={[...(data?.items ?? [])]}
        pagination={false}
        {...(isWide ? { scroll: { x: 900 } } : {})}
        expandable={{
          rowExpandable: ({ keys }) => keys.length > 3,
          expandedRowRender: ({ keys }) => (
            <Space size={[10, 2]} wrap>
              {text.more(Math.min(keys.length, SHOWN))}
              {keys.slice(0, SHOWN).map((key) => (
                <Link key={key} to={to(recordPath(flow, key))}>
                  {key}
                </Link>
              ))}
            </Space>
          ),
        }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.none} /> }}
      />
      {retried === null ? null : <BulkDialog flow={flow} selection={retried} onClose={() => setRetried(null)} />}
    </>
  );
}

/** What the target said, or what we found ourselves, in the reader's language. */
function saidOf({ text: said, vendorCode, advice }: Group, pick: (told: { readonly zh: string; readonly en: string }) => string): string {
  return (said === "" || vendorCode === null) && advice !== null ? pick(advice) : said;
}

interface WaysProps {
  readonly flow: string;
  readonly group: Group;
  readonly onRetry: (selection: BulkSelection) => void;
}

/** The two ways out. */
function Ways({ flow, group, onRetry }: WaysProps) {
  const text = useTexts(failureTexts);
  const { to, may } = usePlace();
  return (
    <Space size={[12, 4]} wrap>
      {may("saveFlow") ? <Link to={to(fixPath(flow, group))}>{text.fix}</Link> : null}
      {may("startBulk", "sampleRetry") ? (
        <Button size="small" onClick={() => onRetry(selectionOf(group))}>
          {text.retryGroup}
        </Button>
      ) : null}
    </Space>
  );
}

/** By code and cause where that is this group alone, else its bills by name. */
function selectionOf({ isAlone, status, code, vendorCode, cause, keys }: Group): BulkSelection {
  if (!isAlone) return { numbers: keys };
  const named = vendorCode ?? code;
  return { status, ...(named === null ? {} : { code: named }), ...(cause === null ? {} : { cause }) };
}

/** The mapping at that field, with what is to be run again afterwards. */
export function fixPath(
  flow: string,
  group: Pick<Group, "field" | "isAlone" | "status" | "code" | "vendorCode" | "cause" | "keys">,
): string {
  const selection = selectionOf(group as Group);
  const query = new URLSearchParams(group.field === null ? {} : { field: group.field });
  query.set("rerun", JSON.stringify(selection.numbers === undefined ? selection : { numbers: selection.numbers.slice(0, 20) }));
  return `flows/${flow}?${query.toString()}`;
}
