/**
 * Pulls flows when their schedule says so. A tick is claimed in the database by whoever holds the flow's pull lease, so that no two
 * processes fire it twice; ticks that were missed while nobody was there fire once, together.
 */
import { DatongError, nextTick } from "@datong/core";
import type { Engine } from "../engine.ts";
import type { Running } from "../flow/running.ts";
import { pullAll } from "../flow/source/pull-all.ts";
import { CallFault } from "../flow/source/read-page.ts";
import { ThrottleStopped } from "../connection/throttle.ts";
import { isPassive } from "../flow/ready-flow.ts";
import { waitingInboxes } from "../store/inbox-rows.ts";
import { claimTick, firedUpTo } from "../store/queue-rows.ts";
import { PRIORITY } from "../store/task-rows.ts";
import type { Member } from "./member.ts";

export type PullEnd = "done" | "failed" | "stopped" | "busy" | "waiting" | "not-due";

/** Until when (of performance.now) nothing is due: thousands of flows are looked at every second without asking the database for each. */
const notDueUntil = new WeakMap<Member, number>();
const remedyNotDueUntil = new WeakMap<Member, number>();

/** Pulls the flow if a tick is due, the flow before it has succeeded and nobody else pulls it. */
export async function pullIfDue(engine: Engine, member: Member, signal: AbortSignal): Promise<PullEnd> {
  const { flow } = member.running.ready;
  const { source, precondition } = flow.dispatch;
  if (isPassive(member.running.ready)) return pullPushed(engine, member, signal);
  if (source === undefined || performance.now() < (notDueUntil.get(member) ?? 0)) return "not-due";
  const { firedMs, nowMs } = await firedUpTo(engine.pool, flow.id);
  const tickMs = nextTick(source, firedMs);
  if (tickMs === null || tickMs > nowMs) {
    notDueUntil.set(member, tickMs === null ? Number.POSITIVE_INFINITY : performance.now() + tickMs - nowMs);
    return "not-due";
  }
  if (!reachable(engine, member)) return "waiting";
  if (precondition !== undefined && !(await hasSucceeded(engine, precondition))) return "waiting";
  return pullOnce(engine, member, signal, () => claimTick(engine.pool, flow.id, tickMs));
}

/** Reads by the flow's remedy where its own schedule says so; its ticks are claimed like any, under a name of their own. */
export async function remedyIfDue(engine: Engine, member: Member, signal: AbortSignal): Promise<PullEnd> {
  const { id, source, dispatch } = member.running.ready.flow;
  const { remedy } = source;
  if (remedy === undefined || performance.now() < (remedyNotDueUntil.get(member) ?? 0)) return "not-due";
  const name = `${id}:remedy`;
  const { firedMs, nowMs } = await firedUpTo(engine.pool, name);
  const tickMs = nextTick(remedy, firedMs);
  if (tickMs === null || tickMs > nowMs) {
    remedyNotDueUntil.set(member, tickMs === null ? Number.POSITIVE_INFINITY : performance.now() + tickMs - nowMs);
    return "not-due";
  }
  if (!reachable(engine, member)) return "waiting";
  if (dispatch.precondition !== undefined && !(await hasSucceeded(engine, dispatch.precondition))) return "waiting";
  return pullOnce(engine, member, signal, () => claimTick(engine.pool, name, tickMs), true);
}

const WAITING_MS = 500;
/** By database and lane: thousands of passive flows are looked after with a statement a lane. */
const looked = new WeakMap<Engine["pool"], Map<number, { readonly atMs: number; readonly flows: Promise<ReadonlySet<number>> }>>();

function waitingNow(pool: Engine["pool"], lane: number): Promise<ReadonlySet<number>> {
  const lanes = looked.get(pool) ?? new Map<number, { readonly atMs: number; readonly flows: Promise<ReadonlySet<number>> }>();
  looked.set(pool, lanes);
  const last = lanes.get(lane);
  if (last !== undefined && performance.now() - last.atMs < WAITING_MS) return last.flows;
  const flows = waitingInboxes(pool, lane);
  lanes.set(lane, { atMs: performance.now(), flows });
  return flows;
}

/** Rows that were pushed are read at once, whatever the schedule says; the flow before it must have succeeded all the same. */
async function pullPushed(engine: Engine, member: Member, signal: AbortSignal): Promise<PullEnd> {
  const { ready, row, pool } = member.running;
  const { precondition } = ready.flow.dispatch;
  if (!(await waitingNow(pool, row.lane)).has(row.num)) return "not-due";
  if (precondition !== undefined && !(await hasSucceeded(engine, precondition))) return "waiting";
  return pullOnce(engine, member, signal);
}

/** Whether the source may be called now; where not, that it is wanted is noted. */
export function reachable(engine: Engine, member: Member): boolean {
  const { source } = member.running.ready.flow;
  return source.flow !== undefined || engine.breaker.room(source.connection) > 0;
}

/** Pulls the flow unless another process does. `claim`: asked under the lease, false ends it. */
export async function pullOnce(
  engine: Engine,
  member: Member,
  signal: AbortSignal,
  claim: () => Promise<boolean> = () => Promise.resolve(true),
  remedy = false,
): Promise<PullEnd> {
  const { ready, row } = member.running;
  try {
    return await engine.alone(ready.flow.id, row, async () =>
      (await claim()) ? pullUnderLease(engine, member, signal, remedy) : "not-due",
    );
  } catch (error) {
    if (error instanceof DatongError && error.code === "FLOW_RUNNING") return "busy";
    throw error;
  }
}

async function pullUnderLease(engine: Engine, member: Member, signal: AbortSignal, remedy: boolean): Promise<PullEnd> {
  const { store, row, ready, revision } = member.running;
  // The first reading of a flow that has a watermark is all that lies behind: it must not hold up what is new elsewhere.
  const backfill = ready.flow.source.watermark !== undefined && (await store.loadCursor(row.lane, row.num, "watermark")) === null;
  const running: Running = {
    ...member.running,
    run: engine.ids.next(),
    options: { signal, priority: backfill ? PRIORITY.backfill : PRIORITY.scheduled, remedy },
    counts: { read: 0, records: 0, unchanged: 0, dropped: 0, done: 0, failed: 0 },
    warnings: [],
    pulling: true,
  };
  await store.startRun({ lane: row.lane, id: running.run, flow: row.num, revision });
  const end = async (state: "done" | "failed" | "stopped", fault: DatongError | null): Promise<PullEnd> => {
    const details = fault === null ? null : JSON.stringify(fault.details);
    await store.endRun({ lane: row.lane, id: running.run, state, code: fault?.code ?? null, details });
    return state;
  };
  try {
    await pullAll(running);
    return await end(signal.aborted ? "stopped" : "done", null);
  } catch (error) {
    if (error instanceof ThrottleStopped) return end("stopped", null);
    const fault = error instanceof CallFault ? error.error : error;
    if (!(fault instanceof DatongError)) throw error;
    member.running.log?.(`${ready.flow.id}: ${fault.code}`);
    return end("failed", fault);
  }
}

/** Whether the flow before has come to a good end, lately enough. */
async function hasSucceeded(engine: Engine, before: { readonly flow: string; readonly withinMinutes?: number }): Promise<boolean> {
  const { rowCount } = await engine.pool.query(
    `select 1 from flow f join run r on r.lane = f.lane and r.flow = f.num
     where f.id = $1 and r.state = 'done' and ($2::float8 is null or r.ended_at > now() - make_interval(secs => $2 * 60)) limit 1`,
    [before.flow, before.withinMinutes ?? null],
  );
  return rowCount === 1;
}
