/** What waits in the queue, how fast it goes, when schedules fired, and which connections nobody reaches. */
import { STATUSES } from "@datong/core";
import type pg from "pg";
import { statusCounts } from "./status-counts.ts";

/** Those queues (flow and priority) of a lane that have due tasks: an index probe each. */
export async function dueQueues(
  pool: pg.Pool,
  lane: number,
  flows: readonly number[],
): Promise<readonly { readonly flow: number; readonly priority: number }[]> {
  const { rows } = await pool.query<{ flow: number; priority: number }>({
    name: "queue_due",
    text: `select q.f as flow, p.p as priority from unnest($2::int[]) as q(f) cross join unnest('{0,1,2}'::smallint[]) as p(p)
      where exists (select 1 from task t where t.lane = $1 and t.flow = q.f and t.priority = p.p and t.run_at <= now())`,
    values: [lane, flows],
  });
  return rows;
}

export interface QueueDepth {
  readonly tasks: number;
  readonly documents: number;
  /** Tasks that may be sent now. */
  readonly due: number;
  /** Tasks that a process has in hand. */
  readonly inHand: number;
  /** Id of the oldest task; its age is in it. */
  readonly oldest: string | null;
}

/** Tasks and documents are counted as they come and go; looked at are only the tasks that may not be sent yet. */
export async function queueDepth(pool: pg.Pool, lane: number, flow: number): Promise<QueueDepth> {
  const queued = (await statusCounts(pool, lane, flow)).find((count) => count.status === STATUSES.queued.number);
  const { rows } = await pool.query<{ later: string; hand: string; oldest: string | null }>(
    `select count(*) as later, count(*) filter (where t.owner is not null) as hand,
       (select o.id from task o where o.lane = $1 and o.flow = $2 order by o.run_at, o.id limit 1) as oldest
     from unnest('{0,1,2}'::smallint[]) as q(p) join task t on t.lane = $1 and t.flow = $2 and t.priority = q.p and t.run_at > now()`,
    [lane, flow],
  );
  const tasks = queued?.tasks ?? 0;
  const { later = "0", hand = "0", oldest = null } = rows[0] ?? {};
  return { tasks, documents: queued?.documents ?? 0, due: Math.max(0, tasks - Number(later)), inHand: Number(hand), oldest };
}

/** Adds what was settled since the last time, and forgets what is older than an hour. `minute` is the epoch minute. */
export async function addRate(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly minute: number; readonly documents: number; readonly calls: number },
): Promise<void> {
  await pool.query({
    name: "rate_add",
    text: `insert into flow_rate as r (lane, flow, minute, documents, calls) values ($1, $2, $3, $4, $5)
      on conflict (lane, flow, minute) do update set documents = r.documents + excluded.documents, calls = r.calls + excluded.calls`,
    values: [at.lane, at.flow, at.minute, at.documents, at.calls],
  });
  await pool.query("delete from flow_rate where lane = $1 and flow = $2 and minute < $3", [at.lane, at.flow, at.minute - 60]);
}

/** Documents and calls a minute over the last minutes; null when nothing was settled. */
export async function recentRate(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly nowMs: number; readonly minutes: number },
): Promise<{ readonly documents: number; readonly calls: number } | null> {
  const { rows } = await pool.query<{ documents: string | null; calls: string | null; first: string | null }>(
    "select sum(documents) as documents, sum(calls) as calls, min(minute) as first from flow_rate where lane = $1 and flow = $2 and minute > $3",
    [at.lane, at.flow, Math.floor(at.nowMs / 60_000) - at.minutes],
  );
  const row = rows[0];
  if (row?.documents === null || row?.documents === undefined) return null;
  const spanMinutes = Math.max(0.1, at.nowMs / 60_000 - Number(row.first));
  return { documents: Number(row.documents) / spanMinutes, calls: Number(row.calls) / spanMinutes };
}

/** Where a flow's schedule stands: ticks up to this instant (epoch ms) have fired. A flow that is seen for the first time starts now. */
export async function firedUpTo(pool: pg.Pool, flow: string): Promise<{ readonly firedMs: number; readonly nowMs: number }> {
  await pool.query("insert into tick (flow, at) values ($1, now()) on conflict (flow) do nothing", [flow]);
  const { rows } = await pool.query<{ at: number; now: number }>("select at, now() as now from tick where flow = $1", [flow]);
  return { firedMs: rows[0]?.at ?? 0, nowMs: rows[0]?.now ?? 0 };
}

/** Claims the tick of this instant with all that were missed up to now. False: another process has fired it. */
export async function claimTick(pool: pg.Pool, flow: string, tickMs: number): Promise<boolean> {
  const { rowCount } = await pool.query("update tick set at = now() where flow = $1 and at < to_timestamp($2 / 1000.0)", [flow, tickMs]);
  return rowCount === 1;
}

export interface CircuitRow {
  readonly connection: string;
  readonly state: "open" | "half";
  readonly failures: number;
  /** Milliseconds until somebody may try. */
  readonly waitMs: number;
}

export async function listCircuits(pool: pg.Pool): Promise<readonly CircuitRow[]> {
  const { rows } = await pool.query<Omit<CircuitRow, "waitMs"> & { wait: string }>({
    name: "circuit_all",
    text: "select connection, state, failures, greatest(0, extract(epoch from until - now()) * 1000) as wait from circuit",
  });
  return rows.map(({ wait, ...row }) => ({ ...row, waitMs: Number(wait) }));
}

/** Opens a connection's circuit, for longer every time that a try fails. */
export async function openCircuit(pool: pg.Pool, connection: string, failures: number, firstMs: number, maxMs: number): Promise<void> {
  await pool.query(
    `insert into circuit as c (connection, state, failures, until) values ($1, 'open', $2, now() + make_interval(secs => $3 / 1000.0))
     on conflict (connection) do update set state = 'open', failures = c.failures + 1,
       until = excluded.until + (excluded.until - excluded.opened_at) * (least($4 / $3, power(2, least(10, c.failures + 1 - $2))) - 1)
     where c.state = 'half'`,
    [connection, failures, firstMs, maxMs],
  );
}

/** True: this process is the one that tries. */
export async function tryCircuit(pool: pg.Pool, connection: string, tryMs: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    "update circuit set state = 'half', until = now() + make_interval(secs => $2) where connection = $1 and until <= now()",
    [connection, tryMs / 1000],
  );
  return rowCount === 1;
}

export async function closeCircuit(pool: pg.Pool, connection: string): Promise<void> {
  await pool.query("delete from circuit where connection = $1", [connection]);
}
