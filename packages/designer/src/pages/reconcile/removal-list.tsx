/** The extra bills of a report as the target shows them now: those that would be taken away are chosen, the others say why they stay. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty, Flex, Table, Typography, type TableColumnsType } from "antd";
import { ask, workspacePath } from "../../api/ask.ts";
import type { PreviewedBill, RemovalPreview, SeenBill } from "../../api/reconcile-answers.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

const PAGE = 100;

interface ListProps {
  readonly flow: string;
  readonly report: string;
  readonly chosen: readonly SeenBill[];
  readonly onChoose: (bills: readonly SeenBill[]) => void;
}

export function RemovalList({ flow, report, chosen, onChoose }: ListProps) {
  const text = useTexts(reconcileTexts);
  const { language, told } = useLanguage();
  const { workspace } = usePlace();
  const path = `flows/${flow}/reconciliations/${report}/removal`;
  const list = useInfiniteQuery({
    queryKey: ["w", workspace, path],
    queryFn: ({ pageParam, signal }) => {
      const body = { limit: PAGE, ...(pageParam === "" ? {} : { after: pageParam }) };
      return ask<RemovalPreview>("POST", workspacePath(workspace, path), { body, signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    // What was seen is what is taken away: looked at anew each time the list is opened, and not behind one's back.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (list.error !== null) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const steps = list.data?.pages[0]?.steps ?? [];
  const columns: TableColumnsType<PreviewedBill> = [
    { title: text.targetKey, render: (_, { key }) => <span className="number-link">{key}</span> },
    { title: text.stage, render: (_, { stage }) => (stage === null ? "–" : (text.stages[stage] ?? stage)) },
    { title: text.lines, align: "right", render: (_, { lines }) => lines ?? "–" },
    { title: text.sums, align: "right", render: (_, { sums }) => sums.map((sum) => sum ?? "–").join(" / ") || "–" },
    { title: text.staysBecause, render: (_, { refusal }) => (refusal === null ? "" : told(refusal.text)) },
  ];
  return (
    <Flex vertical gap={8}>
      <Typography.Text type="secondary">{text.removeHint(steps.map((step) => step[language]))}</Typography.Text>
      <Table
        size="small"
        rowKey="key"
        loading={list.isPending}
        columns={columns}
        dataSource={items}
        pagination={{ pageSize: 10, hideOnSinglePage: true, size: "small" }}
        scroll={{ x: "max-content" }}
        rowSelection={{
          selectedRowKeys: chosen.map(({ key }) => key),
          preserveSelectedRowKeys: true,
          onChange: (_, rows) => onChoose(rows.map(({ key, seen }) => ({ key, seen }))),
          getCheckboxProps: ({ key, refusal }) => ({ name: key, disabled: refusal !== null, "aria-label": key }) as object,
        }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.nothingOf} /> }}
      />
      {list.hasNextPage ? (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {text.more}
        </Button>
      ) : null}
    </Flex>
  );
}
