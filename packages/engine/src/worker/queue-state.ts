/** How full a flow's queue is, how fast it goes, and when it will be empty. Spans are milliseconds, rates per minute. */
import type { Connection, Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import { windowsOf } from "../connection/shared-limits.ts";
import { calledApis } from "../flow/called-apis.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { findFlow, writeBackId } from "../store/flow-rows.ts";
import { idMs } from "../store/id-source.ts";
import { listPauses, pausedSides } from "../store/pause-rows.ts";
import { listCircuits, queueDepth, recentRate, type QueueDepth } from "../store/queue-rows.ts";

export interface QueueState extends Omit<QueueDepth, "oldest"> {
  readonly flow: string;
  readonly oldestAgeMs: number | null;
  /** Documents a minute that workers settled over the last minutes; null when none were. */
  readonly perMinute: number | null;
  /** Until the queue is empty: by the rate just now, or by what the account's limits allow, whichever is later; null: nobody can tell. */
  readonly emptyInMs: number | null;
  readonly paused: { readonly source: boolean; readonly target: boolean };
  /** Connections of the flow that nobody reaches just now, and when one call tries again. */
  readonly unreached: readonly { readonly connection: string; readonly tryInMs: number }[];
}

const RATE_MINUTES = 5;
const AT_ONCE = 6;

export async function queueStates(
  engine: Engine,
  flows: readonly { readonly flow: Flow; readonly connections: ReadonlyMap<string, Connection> }[],
): Promise<readonly QueueState[]> {
  const { pool } = engine;
  const [pauses, circuits] = await Promise.all([listPauses(pool), listCircuits(pool)]);
  const queues = queuesOf(engine, flows);
  const states: QueueState[] = [];
  // Side by side, a few at a time: others want the database too.
  for (let from = 0; from < queues.length; from += AT_ONCE)
    states.push(...(await Promise.all(queues.slice(from, from + AT_ONCE).map((queue) => stateOf(engine, queue, { pauses, circuits })))));
  return states;
}

async function stateOf(
  { pool, ports }: Engine,
  { id, ready }: { readonly id: string; readonly ready: ReadyFlow },
  {
    pauses,
    circuits,
  }: { readonly pauses: Awaited<ReturnType<typeof listPauses>>; readonly circuits: Awaited<ReturnType<typeof listCircuits>> },
): Promise<QueueState> {
  const { flow } = ready;
  const row = await findFlow(pool, id);
  const none = { tasks: 0, documents: 0, due: 0, inHand: 0, oldest: null };
  const [{ oldest, ...depth }, rate] =
    row === null
      ? [none, null]
      : await Promise.all([
          queueDepth(pool, row.lane, row.num),
          recentRate(pool, { ...row, flow: row.num, nowMs: ports.nowMs(), minutes: RATE_MINUTES }),
        ]);
  return {
    flow: id,
    ...depth,
    oldestAgeMs: oldest === null ? null : Math.max(0, ports.nowMs() - idMs(oldest)),
    perMinute: rate === null ? null : rate.documents,
    emptyInMs: emptyIn(depth, rate?.documents ?? null, callsPerMinute(ready)),
    paused: pausedSides(pauses, calledApis(ready)),
    unreached: circuits
      .filter((c) => c.state !== "closed" && (c.connection === flow.source.connection || c.connection === flow.target.connection))
      .map(({ connection, waitMs }) => ({ connection, tryInMs: Math.round(waitMs) })),
  };
}

/** A flow's own queue, and that of its write-backs behind it. */
function queuesOf(
  engine: Engine,
  flows: readonly { readonly flow: Flow; readonly connections: ReadonlyMap<string, Connection> }[],
): readonly { readonly id: string; readonly ready: ReadyFlow }[] {
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
