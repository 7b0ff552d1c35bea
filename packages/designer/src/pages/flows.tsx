/** The flows of the workspace: where from and to, what state each is in, switched and run from here. */
import { CopyOutlined, PlayCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Input, Segmented, Space, Tag, Tooltip, type TableColumnsType } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { FlowRow, Items } from "../api/answers.ts";
import { useAnswer, useConnections, useCounts, useFlows } from "../api/hooks.ts";
import { BulkBar } from "../flow/bulk-bar.tsx";
import { FlowState, FlowSwitch } from "../flow/flow-state.tsx";
import { assetTexts } from "../language/asset-texts.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useTexts } from "../language/language.tsx";
import { transportTexts } from "../language/transport-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { DemoOffer } from "../parts/demo-offer.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemAlert } from "../parts/problem-alert.tsx";
import { Rows } from "../parts/rows.tsx";
import { StatusTag } from "../parts/status-tag.tsx";
import { Ago } from "../parts/time.tsx";
import { usePlace } from "../shell/place.tsx";

const CopyDialog = lazy(async () => ({ default: (await import("../flow/copy-dialog.tsx")).CopyDialog }));
const ImportDialog = lazy(async () => ({ default: (await import("../flow/import-dialog.tsx")).ImportDialog }));
const RunDrawer = lazy(async () => ({ default: (await import("../flow/run-drawer.tsx")).RunDrawer }));

const SHOWN = ["all", "on", "off", "broken"] as const;
const FITS: Readonly<Record<(typeof SHOWN)[number], (flow: FlowRow) => boolean>> = {
  all: () => true,
  on: ({ isEnabled }) => isEnabled,
  off: ({ isEnabled }) => !isEnabled,
  broken: ({ isInOrder }) => !isInOrder,
};

export function Flows() {
  const text = useTexts(flowTexts);
  const { workspace, to, may } = usePlace();
  const { data, error, refetch, isPending } = useFlows(workspace);
  const [params, setParams] = useSearchParams();
  const find = params.get("find") ?? "";
  const shown = SHOWN.find((each) => each === params.get("show")) ?? "all";
  const [running, setRunning] = useState<FlowRow | null>(null);
  const transport = useTexts(transportTexts);
  const [isImporting, setImporting] = useState(false);
  const [copying, setCopying] = useState<FlowRow | null>(null);
  const make = may("saveFlow", "importFlow") ? (
    <>
      <Button onClick={() => setImporting(true)}>{transport.importFile}</Button>
      <Link to={to("flows/new")}>
        <Button type="primary" icon={<PlusOutlined />}>
          {text.make}
        </Button>
      </Link>
    </>
  ) : null;
  const all = data?.items ?? [];
  const told = (flow: FlowRow): string => `${flow.id} ${flow.name ?? ""}`.toLowerCase();
  const found = all.filter((flow) => told(flow).includes(find.toLowerCase()));
  const set = (changes: Readonly<Record<string, string>>): void => {
    const kept = Object.entries({ find, show: shown, ...changes }).filter(
      ([name, value]) => value !== "" && !(name === "show" && value === "all"),
    );
    setParams(Object.fromEntries(kept), { replace: true });
  };
  return (
    <Page title={text.title} about={text.about} actions={make}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Card size="small" styles={{ body: { padding: 0 } }}>
        {all.length > 5 || find !== "" || shown !== "all" ? (
          <Flex gap={12} wrap style={{ padding: 12 }}>
            <Input.Search
              allowClear
              aria-label={text.find}
              placeholder={text.find}
              defaultValue={find}
              onSearch={(value) => set({ find: value })}
              style={{ maxWidth: 280 }}
            />
            <Segmented
              aria-label={text.state}
              value={shown}
              options={SHOWN.map((value) => ({ value, label: `${text.shows[value]} ${found.filter(FITS[value]).length}` }))}
              onChange={(value) => set({ show: value })}
            />
          </Flex>
        ) : null}
        <FlowTable
          rows={found.filter(FITS[shown])}
          isPending={isPending}
          isNarrowed={find !== "" || shown !== "all"}
          onRun={setRunning}
          onCopy={setCopying}
        />
      </Card>
      {isImporting ? (
        <Suspense fallback={null}>
          <ImportDialog onClose={() => setImporting(false)} />
        </Suspense>
      ) : null}
      {copying === null ? null : (
        <Suspense fallback={null}>
          <CopyDialog
            flow={{
              id: copying.id,
              name: copying.name,
              connections: [copying.source, copying.target].flatMap((side) => (side === null ? [] : [side.connection])),
            }}
            onClose={() => setCopying(null)}
          />
        </Suspense>
      )}
      {running === null ? null : (
        <Suspense fallback={null}>
          <RunDrawer flow={running.id} name={running.name ?? running.id} onClose={() => setRunning(null)} />
        </Suspense>
      )}
    </Page>
  );
}

interface FlowTableProps {
  readonly rows: readonly FlowRow[];
  readonly isPending: boolean;
  /** By what was searched or chosen. */
  readonly isNarrowed: boolean;
  readonly onRun: (flow: FlowRow) => void;
  readonly onCopy: (flow: FlowRow) => void;
}

function FlowTable({ rows, isPending, isNarrowed, onRun, onCopy }: FlowTableProps) {
  const text = useTexts(flowTexts);
  const words = useTexts(wordTexts);
  const { workspace, to, may } = usePlace();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const pauses = useAnswer<Items<Pause>>(workspace, "pauses").data?.items ?? [];
  const counts = useCounts(workspace).data?.items ?? [];
  const connections = useConnections(workspace).data?.items ?? [];
  const nameOf = (side: FlowRow["source"]): string =>
    side === null ? "–" : (connections.find(({ id }) => id === side.connection)?.name ?? side.connection);
  const columns: TableColumnsType<FlowRow> = [
    {
      title: text.name,
      fixed: "left",
      width: 200,
      render: (_, { id, name }) => (
        <Space orientation="vertical" size={0}>
          <Link to={to(`flows/${id}`)}>{name ?? id}</Link>
          {name === null ? null : <span className="mono">{id}</span>}
        </Space>
      ),
    },
    {
      title: text.way,
      width: 170,
      render: (_, { source, target }) => (
        <Tooltip title={source === null || target === null ? "" : `${source.api} → ${target.api}`}>
          {nameOf(source)} → {nameOf(target)}
        </Tooltip>
      ),
    },
    {
      title: text.state,
      width: 115,
      render: (_, flow) => <State flow={flow} pauses={pauses} />,
    },
    { title: text.enabled, width: 70, render: (_, flow) => <FlowSwitch flow={flow} /> },
    {
      title: text.bills,
      width: 180,
      render: (_, { id }) => (
        <Space size={4} wrap>
          {counts
            .filter(({ flow, records }) => flow === id && records > 0)
            .map(({ status, records }) => (
              <Link key={status} to={to(`records?flow=${id}&status=${status}`)}>
                <StatusTag status={status} suffix={records.toLocaleString()} />
              </Link>
            ))}
        </Space>
      ),
    },
    {
      title: text.changed,
      width: 90,
      render: (_, { changedAt, changedBy }) => (
        <span title={changedBy}>
          <Ago at={changedAt} />
        </span>
      ),
    },
    ...(may("startRun")
      ? [
          {
            title: words.actions,
            width: 150,
            fixed: "right" as const,
            render: (_: unknown, flow: FlowRow) => <RowActions flow={flow} onRun={onRun} onCopy={onCopy} />,
          },
        ]
      : []),
  ];
  return (
    <>
      <BulkBar flows={chosen} onDone={(done) => setChosen((now) => now.filter((id) => !done.includes(id)))} />
      <Rows
        isBare
        rowKey="id"
        isPending={isPending}
        columns={columns}
        rows={rows}
        {...(may("switchFlows") && rows.length > 0
          ? {
              rowSelection: {
                selectedRowKeys: [...chosen],
                preserveSelectedRowKeys: true,
                onChange: (keys: readonly unknown[]) => setChosen(keys.map(String)),
              },
            }
          : {})}
        none={
          isNarrowed ? (
            text.noneFits
          ) : (
            <>
              {text.empty}
              <br />
              {text.emptyTodo}
            </>
          )
        }
        todo={
          may("saveFlow") && !isNarrowed ? (
            <>
              <Link to={to("flows/new")}>
                <Button type="primary">{text.make}</Button>
              </Link>
              <DemoOffer isCentred />
            </>
          ) : null
        }
      />
    </>
  );
}

interface Pause {
  readonly kind: string;
  readonly id: string;
}

function State({ flow, pauses }: { readonly flow: FlowRow; readonly pauses: readonly Pause[] }) {
  const asset = useTexts(assetTexts);
  return (
    <Space size={[4, 4]} wrap>
      <FlowState flow={flow} />
      {pauses
        .filter(({ kind, id }) => id === flow.id && (kind === "source" || kind === "target"))
        .map(({ kind }) => (
          <Tag key={kind} color="gold">
            {asset.pausedSide[kind as "source" | "target"]}
          </Tag>
        ))}
    </Space>
  );
}

type RowActionsProps = Pick<FlowTableProps, "onRun" | "onCopy"> & { readonly flow: FlowRow };

function RowActions({ flow, onRun, onCopy }: RowActionsProps) {
  const text = useTexts(flowTexts);
  const transport = useTexts(transportTexts);
  const { may } = usePlace();
  return (
    <Space size={4}>
      {flow.publishedRevision === null ? null : (
        <Button size="small" icon={<PlayCircleOutlined />} onClick={() => onRun(flow)}>
          {text.runNow}
        </Button>
      )}
      {may("copyFlow") && flow.source !== null ? (
        <Button
          size="small"
          icon={<CopyOutlined />}
          aria-label={transport.copyTitle(flow.name ?? flow.id)}
          title={transport.copyTitle(flow.name ?? flow.id)}
          onClick={() => onCopy(flow)}
        />
      ) : null}
    </Space>
  );
}
