/** The audit log: who did what and when, with what stood there before and after. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Card, Empty, Flex, Table, Typography, type TableColumnsType } from "antd";
import type { Page as AnswerPage } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { useTexts } from "../language/language.tsx";
import { manageTexts } from "../language/manage-texts.ts";
import { MessageText } from "../parts/json-text.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { instantText } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly deed: string;
  readonly object: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function Audit() {
  const text = useTexts(manageTexts);
  const { workspace } = usePlace();
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["w", workspace, "audit"],
    queryFn: ({ pageParam, signal }) =>
      ask<AnswerPage<AuditRow>>("GET", workspacePath(workspace, `audit?limit=100${pageParam === "" ? "" : `&after=${pageParam}`}`), {
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const columns: TableColumnsType<AuditRow> = [
    { title: text.at, width: 180, render: (_, { at }) => instantText(at) },
    { title: text.actor, width: 180, dataIndex: "actor" },
    { title: text.deed, width: 180, render: (_, { deed }) => text.deeds[deed] ?? deed },
    { title: text.object, render: (_, { object }) => <span className="mono">{object}</span> },
  ];
  return (
    <Page title={text.audit} about={text.auditAbout}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Card size="small" styles={{ body: { padding: 0 } }}>
        <Table
          size="small"
          rowKey="id"
          loading={isPending}
          columns={columns}
          dataSource={data?.pages.flatMap(({ items }) => items) ?? []}
          pagination={false}
          scroll={{ x: "max-content" }}
          expandable={{
            rowExpandable: ({ before, after }) => before !== null || after !== null,
            expandedRowRender: ({ before, after }) => (
              <Flex gap={12} wrap>
                {before === null ? null : <Side title={text.before} value={before} />}
                {after === null ? null : <Side title={text.after} value={after} />}
              </Flex>
            ),
          }}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.auditNone} /> }}
        />
      </Card>
      {hasNextPage ? (
        <Typography.Paragraph style={{ textAlign: "center", marginTop: 12 }}>
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text.more}
          </Button>
        </Typography.Paragraph>
      ) : null}
    </Page>
  );
}

function Side({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <div style={{ flex: "1 1 360px", minWidth: 0 }}>
      <MessageText text={value} title={title} />
    </div>
  );
}
