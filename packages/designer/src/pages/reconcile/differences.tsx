/** The differences of one kind, in pages from the server, accepted with a reason; and what has been accepted, with its reasons. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Flex, Input, Modal, Space, Table, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { STATUSES, type Page, type Status } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import type { AcceptedRow, DifferenceRow, Kind } from "../../api/reconcile-answers.ts";
import { useTexts } from "../../language/language.tsx";
import { reconcileTexts } from "../../language/reconcile-texts.ts";
import { ProblemAlert, useProblemLine } from "../../parts/problem-alert.tsx";
import { StatusTag } from "../../parts/status-tag.tsx";
import { instantText } from "../../parts/time.tsx";
import { recordPath, usePlace } from "../../shell/place.tsx";

const PAGE = 100;
const statusOf = (name: string | null): Status | undefined => STATUSES.find((status) => status === name);

/** A list that grows by a page at a time. */
function usePages<T>(path: string) {
  const { workspace } = usePlace();
  const separator = path.includes("?") ? "&" : "?";
  return useInfiniteQuery({
    queryKey: ["w", workspace, path],
    queryFn: ({ pageParam, signal }) => {
      const after = pageParam === "" ? "" : `&after=${encodeURIComponent(pageParam)}`;
      return ask<Page<T>>("GET", workspacePath(workspace, `${path}${separator}limit=${PAGE}${after}`), { signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
}

export function Differences({ flow, report, kind }: { readonly flow: string; readonly report: string; readonly kind: Kind }) {
  const text = useTexts(reconcileTexts);
  const { to, may } = usePlace();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const list = usePages<DifferenceRow>(`flows/${flow}/reconciliations/${report}/differences?kind=${kind}`);
  if (list.error !== null) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const columns: TableColumnsType<DifferenceRow> = [
    { title: text.targetKey, render: (_, { key }) => <span className="number-link">{key}</span> },
    {
      title: text.number,
      render: (_, { number, recordKey }) => {
        const shown = number ?? recordKey;
        if (shown === null) return "–";
        return recordKey === null || recordKey.startsWith("=") || recordKey.startsWith("+") ? (
          shown
        ) : (
          <Link className="number-link" to={to(recordPath(flow, recordKey))}>
            {shown}
          </Link>
        );
      },
    },
    {
      title: text.ledger,
      render: (_, { ledger }) => {
        const status = statusOf(ledger);
        return status === undefined ? text.notInLedger : <StatusTag status={status} />;
      },
    },
    { title: text.what, render: (_, row) => <What row={row} /> },
  ];
  return (
    <Flex vertical gap={8}>
      {may("acceptDifferences") && items.length > 0 ? (
        <AcceptButton flow={flow} report={report} keys={chosen} onAccepted={() => setChosen([])} />
      ) : null}
      <Table
        size="middle"
        rowKey="place"
        loading={list.isPending}
        columns={columns}
        dataSource={items}
        pagination={{ pageSize: 20, hideOnSinglePage: true, size: "small" }}
        scroll={{ x: "max-content" }}
        {...(may("acceptDifferences")
          ? {
              rowSelection: {
                selectedRowKeys: items.filter(({ key }) => chosen.includes(key)).map(({ place }) => place),
                onChange: (_: unknown, rows: readonly DifferenceRow[]) => setChosen(rows.map(({ key }) => key)),
                getCheckboxProps: ({ key }: DifferenceRow) => ({ name: key, "aria-label": key }) as object,
                columnTitle: <span />,
              },
            }
          : {})}
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

function What({ row: { reason, gaps } }: { readonly row: DifferenceRow }) {
  const text = useTexts(reconcileTexts);
  if (gaps.length === 0) return reason === null ? "–" : (text.reasons[reason] ?? reason);
  return (
    <Space orientation="vertical" size={0}>
      {gaps.map(({ path, source, target }) => (
        <span key={path}>
          <Typography.Text code>{path}</Typography.Text> {text.source} {source} ≠ {text.target} {target}
        </span>
      ))}
    </Space>
  );
}

interface AcceptProps {
  readonly flow: string;
  readonly report: string;
  readonly keys: readonly string[];
  readonly onAccepted: () => void;
}

function AcceptButton({ flow, report, keys, onAccepted }: AcceptProps) {
  const text = useTexts(reconcileTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const accept = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const path = workspacePath(workspace, `flows/${flow}/reconciliations/${report}/accept`);
      const { accepted } = await ask<{ readonly accepted: number }>("POST", path, { body: { keys, reason } });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      void message.success(text.acceptDone(accepted));
      setOpen(false);
      setReason("");
      onAccepted();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <div>
      <Button disabled={keys.length === 0} onClick={() => setOpen(true)}>
        {text.accept}
      </Button>
      <Modal
        open={isOpen}
        title={text.acceptAsk(keys.length)}
        okText={text.accept}
        okButtonProps={{ disabled: reason.trim() === "" }}
        confirmLoading={isBusy}
        onOk={() => void accept()}
        onCancel={() => setOpen(false)}
      >
        <Space orientation="vertical" style={{ width: "100%" }}>
          <Typography.Text type="secondary">{text.acceptHint}</Typography.Text>
          <Input.TextArea
            aria-label={text.reason}
            placeholder={text.reasonNeeded}
            maxLength={500}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          {error === null ? null : <ProblemAlert error={error} />}
        </Space>
      </Modal>
    </div>
  );
}

export function AcceptedList({ flow }: { readonly flow: string }) {
  const text = useTexts(reconcileTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const list = usePages<AcceptedRow>(`flows/${flow}/accepted-differences`);
  const forget = async (key: string): Promise<void> => {
    try {
      await ask("POST", workspacePath(workspace, `flows/${flow}/accepted-differences/forget`), { body: { keys: [key] } });
      await queries.invalidateQueries({ queryKey: ["w", workspace, `flows/${flow}/accepted-differences`] });
      void message.success(text.forgotten);
    } catch (error) {
      void message.error(line(error));
    }
  };
  if (list.error !== null) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  const columns: TableColumnsType<AcceptedRow> = [
    { title: text.targetKey, dataIndex: "key" },
    { title: text.reason, dataIndex: "reason" },
    { title: text.who, render: (_, { person }) => person.replace(/^\w+:/, "") },
    { title: text.started, render: (_, { acceptedAt }) => instantText(acceptedAt) },
    ...(may("forgetAccepted")
      ? [
          {
            title: "",
            render: (_: unknown, { key }: AcceptedRow) => (
              <Button size="small" onClick={() => void forget(key)}>
                {text.forget}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Flex vertical gap={8}>
      <Table
        size="middle"
        rowKey="key"
        loading={list.isPending}
        columns={columns}
        dataSource={list.data?.pages.flatMap((page) => page.items) ?? []}
        pagination={{ pageSize: 20, hideOnSinglePage: true, size: "small" }}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.nothingOf} /> }}
      />
      {list.hasNextPage ? <Button onClick={() => void list.fetchNextPage()}>{text.more}</Button> : null}
    </Flex>
  );
}
