/**
 * Reconciles flows when they declare it (`reconcile.schedule`). A tick is claimed in the transaction that begins the report, so that no two
 * processes fire it twice and none is lost between; a report whose process died is taken up by another, which begins it anew. Two at a time
 * in a process: a reconciliation reads for minutes and must not hold up what moves bills.
 */
import {
  dueTick,
  latestTick,
  readJson,
  spanOfTick,
  writeJson,
  DatongError,
  type Json,
  type Range,
  type ReconcileSchedule,
} from "@datong/core";
import type { Engine } from "../engine.ts";
import { CallFault } from "../flow/source/read-page.ts";
import { workReconciliation } from "../reconcile/reconcile-flow.ts";
import { settleLeft } from "../reconcile/removal/settle-left.ts";
import { REAL_PORTS } from "../ports.ts";
import { claimTick, firedUpTo } from "../store/queue-rows.ts";
import { beginReconciliation, takeUpReconciliation } from "../store/reconciliation-rows.ts";
import { flowsWithOpenRemovals } from "../store/removal-rows.ts";
import { transaction } from "../store/transaction.ts";
import type { Member } from "./member.ts";
import { presentSince } from "./presence.ts";

/** Who did it, in the report. */
export const BY_SCHEDULE = "schedule";

const AT_ONCE = 2;
/** How often silent reports of a flow are looked for. */
const SILENT_LOOK_MS = 60_000;

const nameOf = (flow: string, schedule: ReconcileSchedule): string => `${flow}:reconcile:${schedule.cron}:${schedule.span ?? ""}`;

/** Names under which a flow's reconciliations are fired. */
export function reconcilePresences(flow: {
  readonly id: string;
  readonly reconcile?: { readonly schedule?: readonly ReconcileSchedule[] };
}): readonly string[] {
  return (flow.reconcile?.schedule ?? []).map((schedule) => nameOf(flow.id, schedule));
}

interface Begun {
  readonly id: string;
  readonly range?: Range;
}

/** What is due of a flow, begun under its tick; null where nothing is. */
export async function beginIfDue(engine: Engine, member: Member, quiet: Map<string, number> = new Map()): Promise<Begun | null> {
  const { pool, ports, ids } = engine;
  const { ready, row } = member.running;
  const at = { lane: row.lane, flow: row.num };
  const localMs = ports.nowMs();
  for (const schedule of ready.flow.reconcile?.schedule ?? []) {
    const name = nameOf(ready.flow.id, schedule);
    const presentMs = presentSince(pool, name, localMs);
    if (localMs < (quiet.get(name) ?? 0)) continue;
    // All processes go by the database's clock, unless somebody plays with time.
    const { firedMs, nowMs } = await firedUpTo(pool, name, ports.nowMs === REAL_PORTS.nowMs ? undefined : localMs);
    const due = dueTick(schedule, { firedMs, nowMs, presentMs });
    if (!due.due) {
      quiet.set(name, due.nextMs === null ? Number.POSITIVE_INFINITY : localMs + due.nextMs - nowMs);
      continue;
    }
    const { tickMs, untilMs } = due;
    // Of several that were missed the last one counts: its span is what people wait for.
    const lastMs = latestTick(schedule, untilMs) ?? tickMs;
    const range = spanOfTick(schedule.span, lastMs, ready.source.connection.connector.zone);
    const id = ids.next();
    const asked = writeJson((range === undefined ? {} : { range }) as Json);
    const isOurs = await transaction(pool, async (client) => {
      if (!(await claimTick(client, name, tickMs, untilMs))) return false;
      await beginReconciliation(client, at, { id, person: BY_SCHEDULE, nowMs, tickMs: lastMs, asked });
      return true;
    });
    if (isOurs) return { id, ...(range === undefined ? {} : { range }) };
  }
  const silent = `${ready.flow.id}:reconcile`;
  if ((ready.flow.reconcile?.schedule ?? []).length === 0 || localMs < (quiet.get(silent) ?? 0)) return null;
  quiet.set(silent, localMs + SILENT_LOOK_MS);
  const left = await takeUpReconciliation(pool, at, localMs);
  return left === null ? null : { id: left.id, ...(readJson(left.asked) as { readonly range?: Range }) };
}

/** Does what was begun. What went wrong stands in its report. */
export async function workBegun(engine: Engine, member: Member, { id, range }: Begun, signal: AbortSignal): Promise<void> {
  const { ready, row, log } = member.running;
  const options = { person: BY_SCHEDULE, signal, ...(range === undefined ? {} : { range }) };
  try {
    await workReconciliation(engine, ready, { lane: row.lane, flow: row.num }, id, options);
  } catch (error) {
    if (signal.aborted) return;
    const known = error instanceof CallFault ? error.error : error;
    log?.(`${ready.flow.id}: reconciliation ${id}: ${known instanceof DatongError ? known.code : String(known)}`);
  }
}

/** Once in a while asks which flows have removals that nobody works on, in one statement for all, and settles those of a member. */
function createLeftLook(engine: Engine): (member: Member) => void {
  let nextMs = 0;
  let flows: ReadonlySet<number> = new Set();
  const settling = new Set<number>();
  const refresh = async (): Promise<void> => {
    flows = await flowsWithOpenRemovals(engine.pool);
  };
  return ({ running: { ready, row, log } }) => {
    const tell = (error: unknown): void => log?.(`${ready.flow.id}: removals: ${String(error)}`);
    if (engine.ports.nowMs() >= nextMs) {
      nextMs = engine.ports.nowMs() + SILENT_LOOK_MS;
      void refresh().catch(tell);
    }
    if (!flows.has(row.num) || settling.has(row.num)) return;
    settling.add(row.num);
    flows = new Set([...flows].filter((num) => num !== row.num));
    void settleLeft(engine, ready, { lane: row.lane, flow: row.num })
      .catch(tell)
      .finally(() => settling.delete(row.num));
  };
}

/** Looks after the flows of a worker, a few reconciliations at a time, until it is stopped. */
export function createReconciler(
  engine: Engine,
  signal: AbortSignal,
): { readonly look: (member: Member) => void; readonly ended: () => Promise<unknown> } {
  const quiet = new WeakMap<Member, Map<string, number>>();
  const left = createLeftLook(engine);
  const under = new Map<Member, Promise<void>>();
  return {
    look: (member) => {
      left(member);
      if ((member.running.ready.flow.reconcile?.schedule ?? []).length === 0) return;
      if (under.size >= AT_ONCE || under.has(member)) return;
      const known = quiet.get(member) ?? new Map<string, number>();
      quiet.set(member, known);
      const work = async (): Promise<void> => {
        const begun = await beginIfDue(engine, member, known);
        if (begun !== null) await workBegun(engine, member, begun, signal);
      };
      const ended = work()
        .catch((error: unknown) => member.running.log?.(`${member.running.ready.flow.id}: reconciliation: ${String(error)}`))
        .finally(() => under.delete(member));
      under.set(member, ended);
    },
    ended: () => Promise.all(under.values()),
  };
}
