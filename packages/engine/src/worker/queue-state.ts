/** How full a flow's queue is, how fast it goes, and when it will be empty. Spans are milliseconds, rates per minute. */
import type { Connection, Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import { windowsOf } from "../connection/shared-limits.ts";
import { calledApis } from "../flow/called-apis.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { findFlows, writeBackId, type FlowRow } from "../store/flow-rows.ts";
import { idMs } from "../store/id-source.ts";
import { listPauses, pausedSides } from "../store/pause-rows.ts";
import { listCircuits, queueDepths, recentRates, type QueueDepth } from "../store/queue-rows.ts";

export interface QueueState extends Omit<QueueDepth, "oldest"> {
  readonly flow: string;
  readonly oldestAgeMs: number | null;
  /** Documents a minute that were settled over the last minutes; null when none were. */
  readonly perMinute: number | null;
  /** Until the queue is empty: by the rate just now, or by what the account's limits allow, whichever is later; null: nobody can tell. */
  readonly emptyInMs: number | null;
  readonly paused: { readonly source: boolean; readonly target: boolean };
  /** Connections of the flow that nobody reaches just now, and when one call tries again. */
  readonly unreached: readonly { readonly connection: string; readonly tryInMs: number }[];
}

const RATE_MINUTES = 5;

interface Queue {
  readonly id: string;
  readonly ready: ReadyFlow;
}

/** What a flow costs is a row of a few statements, so that a thousand of them can be looked at every few seconds. */
export async function queueStates(
  engine: Engine,
  flows: readonly { readonly flow: Flow; readonly connections: ReadonlyMap<string, Connection> }[],
): Promise<readonly QueueState[]> {
  const { pool, ports } = engine;
  const queues = queuesOf(engine, flows);
  const [pauses, circuits, rows] = await Promise.all([
    listPauses(pool),
    listCircuits(pool),
    findFlows(
      pool,
      queues.map(({ id }) => id),
    ),
  ]);
  const figures = await figuresOf(engine, [...rows.values()]);
  return queues.map(({ id, ready }) => {
    const { flow } = ready;
    const { oldest, documentsPerMinute, ...depth } = figures.get(rows.get(id)?.num ?? null) ?? NONE;
    return {
      flow: id,
      ...depth,
      oldestAgeMs: oldest === null ? null : Math.max(0, ports.nowMs() - idMs(oldest)),
      perMinute: documentsPerMinute,
      emptyInMs: emptyIn(depth, documentsPerMinute, callsPerMinute(ready)),
      paused: pausedSides(pauses, calledApis(ready)),
      unreached: circuits
        .filter((c) => c.state !== "closed" && (c.connection === flow.source.connection || c.connection === flow.target.connection))
        .map(({ connection, waitMs }) => ({ connection, tryInMs: Math.round(waitMs) })),
    };
  });
}

type Figures = QueueDepth & { readonly documentsPerMinute: number | null };
/** Of a flow that has never run. */
const NONE: Figures = { tasks: 0, documents: 0, due: 0, inHand: 0, oldest: null, documentsPerMinute: null };

/** Lane by lane: a lane's rows lie together. */
async function figuresOf({ pool, ports }: Engine, rows: readonly FlowRow[]): Promise<ReadonlyMap<number | null, Figures>> {
  const figures = new Map<number | null, Figures>();
  for (const [lane, own] of Map.groupBy(rows, (row) => row.lane)) {
    const flows = own.map(({ num }) => num);
    const [depths, rates] = await Promise.all([
      queueDepths(pool, lane, flows),
      recentRates(pool, { lane, flows, nowMs: ports.nowMs(), minutes: RATE_MINUTES }),
    ]);
    for (const [i, flow] of flows.entries())
      figures.set(flow, { ...(depths[i] ?? NONE), documentsPerMinute: rates.get(flow)?.documents ?? null });
  }
  return figures;
}

/** A flow's own queue, and that of its write-backs behind it. */
function queuesOf(
  engine: Engine,
  flows: readonly { readonly flow: Flow; readonly connections: ReadonlyMap<string, Connection> }[],
): readonly Queue[] {
  return flows.flatMap(({ flow, connections }) => {
    const ready = engine.ready(flow, connections);
    const told = ready.writeBack === undefined ? [] : [{ id: writeBackId(flow.id), ready: ready.writeBack }];
    return [{ id: flow.id, ready }, ...told];
  });
}

/** What the declared limits of the target allow at most; null without any. */
function callsPerMinute(ready: ReadyFlow): number | null {
  const { connection, connector } = ready.target.connection;
  const rates = windowsOf({ ...connector.limits, ...connection.limits }).map((window) => (window.calls / window.spanMs) * 60_000);
  return rates.length === 0 ? null : Math.min(...rates);
}

function emptyIn(depth: Omit<QueueDepth, "oldest">, documentsPerMinute: number | null, allowedPerMinute: number | null): number | null {
  if (depth.tasks === 0) return 0;
  const spans = [
    ...(documentsPerMinute === null || documentsPerMinute === 0 ? [] : [(depth.documents / documentsPerMinute) * 60_000]),
    ...(allowedPerMinute === null ? [] : [(depth.tasks / allowedPerMinute) * 60_000]),
  ];
  return spans.length === 0 ? null : Math.max(...spans);
}
