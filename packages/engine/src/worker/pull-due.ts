/**
 * Pulls flows when their schedule says so. A tick is claimed in the database by whoever holds the flow's pull lease, so that no two
 * processes fire it twice; of ticks that were missed while nobody was there the side's misfire policy says what becomes.
 */
import { DatongError, dueTick, formatInstant, type SideSchedule } from "@datong/core";
import type { Engine } from "../engine.ts";
import type { Running } from "../flow/running.ts";
import { pullAll } from "../flow/source/pull-all.ts";
import { CallFault } from "../flow/source/read-page.ts";
import { ThrottleStopped } from "../connection/throttle.ts";
import { tellEnd } from "../flow/log/run-lines.ts";
import { isPassive } from "../flow/ready-flow.ts";
import { REAL_PORTS } from "../ports.ts";
import { wokenFlows } from "../store/lookup-waits.ts";
import { wakeWaiting } from "../flow/record/wake-waiting.ts";
import { waitingInboxes } from "../store/inbox-rows.ts";
import { claimTick, firedUpTo } from "../store/queue-rows.ts";
import { PRIORITY } from "../store/task-rows.ts";
import { knowRun, type Member } from "./member.ts";
import { lastGoodEnd, precedes } from "./predecessor.ts";
import { leave, presentSince } from "./presence.ts";

export type PullEnd = "done" | "failed" | "stopped" | "busy" | "waiting" | "not-due";

/** Until when nothing is due, by schedule: thousands of flows are looked at every second without asking the database for each. */
const notDueUntil = new WeakMap<Member, Map<string, number>>();

const remedyName = (flow: string): string => `${flow}:remedy`;

/** Names under which a flow's readings are fired. */
export function sourcePresences(flow: string): readonly string[] {
  return [flow, remedyName(flow)];
}

/** Nobody fires the flow's readings for now; ticks that come due meanwhile are missed. */
export function leaveSource(engine: Engine, member: Member): void {
  for (const name of sourcePresences(member.running.ready.flow.id)) leave(engine.pool, name);
}

/** Pulls the flow if a tick is due, the flow before it has succeeded and nobody else pulls it. */
export async function pullIfDue(engine: Engine, member: Member, signal: AbortSignal): Promise<PullEnd> {
  const { flow } = member.running.ready;
  const { source } = flow.dispatch;
  if (isPassive(member.running.ready)) return pullPushed(engine, member, signal);
  return source === undefined ? "not-due" : pullByTick(engine, member, signal, { name: flow.id, schedule: source, remedy: false });
}

/** Reads by the flow's remedy where its own schedule says so; its ticks are claimed like any, under a name of their own. */
export async function remedyIfDue(engine: Engine, member: Member, signal: AbortSignal): Promise<PullEnd> {
  const { id, source } = member.running.ready.flow;
  const { remedy } = source;
  return remedy === undefined ? "not-due" : pullByTick(engine, member, signal, { name: remedyName(id), schedule: remedy, remedy: true });
}

/** Reads once the flow that it comes after has been read well since. Of a flow that is new here the next such end counts. */
export async function afterIfDue(engine: Engine, member: Member, signal: AbortSignal): Promise<PullEnd> {
  const { id, dispatch } = member.running.ready.flow;
  if (dispatch.after === undefined) return "not-due";
  const name = `${id}:after`;
  // Runs end by the database's clock.
  const { firedMs } = await firedUpTo(engine.pool, name);
  const endedMs = await lastGoodEnd(engine.pool, dispatch.after);
  if (endedMs === null || endedMs <= firedMs) return "not-due";
  if (!reachable(engine, member)) return "waiting";
  if (!(await precedes(engine.pool, member, "last"))) return "waiting";
  return pullOnce(engine, member, signal, () => claimTick(engine.pool, name, endedMs, endedMs));
}

interface Ticking {
  /** What its ticks are claimed under. */
  readonly name: string;
  readonly schedule: Pick<SideSchedule, "cron" | "zone" | "windows" | "misfire">;
  readonly remedy: boolean;
}

async function pullByTick(engine: Engine, member: Member, signal: AbortSignal, ticking: Ticking): Promise<PullEnd> {
  const { pool, ports } = engine;
  const { name, schedule, remedy } = ticking;
  const quiet = notDueUntil.get(member) ?? new Map<string, number>();
  notDueUntil.set(member, quiet);
  const localMs = ports.nowMs();
  const presentMs = presentSince(pool, name, localMs);
  if (localMs < (quiet.get(name) ?? 0)) return "not-due";
  // All processes go by the database's clock, unless somebody plays with time.
  const { firedMs, nowMs } = await firedUpTo(pool, name, ports.nowMs === REAL_PORTS.nowMs ? undefined : localMs);
  const due = dueTick(schedule, { firedMs, nowMs, presentMs });
  if (!due.due) {
    quiet.set(name, due.nextMs === null ? Number.POSITIVE_INFINITY : localMs + due.nextMs - nowMs);
    return "not-due";
  }
  const { tickMs, untilMs } = due;
  if (!reachable(engine, member)) return "waiting";
  const { precondition } = member.running.ready.flow.dispatch;
  if (await precedes(pool, member, remedy ? "ever" : "last", nowMs))
    return pullOnce(engine, member, signal, () => claimTick(pool, name, tickMs, untilMs), remedy);
  if (precondition?.waitMinutes === undefined || nowMs < Math.max(tickMs, presentMs) + precondition.waitMinutes * 60_000) return "waiting";
  return giveUp(engine, member, () => claimTick(pool, name, tickMs, tickMs), tickMs);
}

/** A tick that has waited long enough is over: told in the log, and a run that failed. */
async function giveUp(engine: Engine, member: Member, claim: () => Promise<boolean>, tickMs: number): Promise<PullEnd> {
  const { ready, row, store, revision, log } = member.running;
  const { precondition } = ready.flow.dispatch;
  return underLease(engine, member, async () => {
    if (!(await claim())) return "not-due";
    const details = { flow: precondition?.flow ?? "", at: formatInstant(tickMs, "datetime"), minutes: precondition?.waitMinutes ?? 0 };
    const id = engine.ids.next();
    await store.startRun({ lane: row.lane, id, flow: row.num, revision });
    await store.endRun({ lane: row.lane, id, state: "failed", code: "PRECONDITION_UNMET", details: JSON.stringify(details) });
    log?.(`${ready.flow.id}: PRECONDITION_UNMET ${details.flow} (${details.at})`);
    return "failed";
  });
}

/** By database, as of a moment ago. */
const lookedWoken = new WeakMap<Engine["pool"], { readonly atMs: number; readonly flows: Promise<ReadonlySet<number>> }>();

function wokenNow(pool: Engine["pool"]): Promise<ReadonlySet<number>> {
  const last = lookedWoken.get(pool);
  if (last !== undefined && performance.now() - last.atMs < WAITING_MS) return last.flows;
  const flows = wokenFlows(pool);
  lookedWoken.set(pool, { atMs: performance.now(), flows });
  return flows;
}

/** What waited for a record of another flow goes on at once; the source is not asked, and the schedule has no say. */
export async function wakeIfDue(engine: Engine, member: Member, signal: AbortSignal): Promise<void> {
  const { pool, row, writeBackRow } = member.running;
  const woken = await wokenNow(pool);
  if (!woken.has(row.num) && (writeBackRow === undefined || !woken.has(writeBackRow.num))) return;
  await underLease(engine, member, async () => {
    if (!(await isLatest(member, signal))) return "not-due";
    await knowRun(member);
    await wakeWaiting({ ...member.running, options: { signal, priority: PRIORITY.scheduled } });
    return "done";
  });
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
  const { row, pool } = member.running;
  if (!(await waitingNow(pool, row.lane)).has(row.num)) return "not-due";
  if (!(await precedes(pool, member, "ever"))) return "waiting";
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
  return underLease(engine, member, async () =>
    (await isLatest(member, signal)) && (await claim()) ? pullUnderLease(engine, member, signal, remedy) : "not-due",
  );
}

/** What was published before a reading begins is what it reads by: asked at its beginning, for looking now and then comes half a second late. */
async function isLatest(member: Member, signal: AbortSignal): Promise<boolean> {
  await member.refresh?.();
  return !signal.aborted;
}

async function underLease(engine: Engine, member: Member, work: () => Promise<PullEnd>): Promise<PullEnd> {
  const { ready, row } = member.running;
  try {
    return await engine.alone(ready.flow.id, row, work);
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
    counts: { read: 0, records: 0, unchanged: 0, added: 0, dropped: 0, done: 0, failed: 0 },
    warnings: [],
    pulling: true,
  };
  await store.startRun({ lane: row.lane, id: running.run, flow: row.num, revision });
  const end = async (state: "done" | "failed" | "stopped", fault: DatongError | null): Promise<PullEnd> => {
    const details = fault === null ? null : JSON.stringify(fault.details);
    if (running.counts.read > 0 || fault !== null) tellEnd(running, state, fault);
    await store.endRun({ lane: row.lane, id: running.run, state, code: fault?.code ?? null, details });
    return state;
  };
  try {
    await pullAll(running);
    // Broken off where the side was paused or its hours were over, it is read on afterwards.
    return await end(signal.aborted || running.paused.source ? "stopped" : "done", null);
  } catch (error) {
    if (error instanceof ThrottleStopped) return end("stopped", null);
    const fault = error instanceof CallFault ? error.error : error;
    if (!(fault instanceof DatongError)) throw error;
    member.running.log?.(`${ready.flow.id}: ${fault.code}`);
    return end("failed", fault);
  }
}
