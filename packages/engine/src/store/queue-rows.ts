/** What waits in the queue, how fast it goes, when schedules fired, and which connections nobody reaches. */
import type pg from "pg";
import type { Queryable } from "./transaction.ts";
import { queuedCounts } from "./status-counts.ts";

/** A flow's queue. `before`: of what was not asked for by hand, only documents with smaller ids. */
export interface QueueBound {
  readonly flow: number;
  readonly before?: string;
}

/**
 * Those queues (flow and priority) of a lane that have due tasks: an index probe each. The limit keeps it so: `exists` is planned as a
 * join with all due tasks, which took as long as one flow's queue.
 */
export async function dueQueues(
  pool: pg.Pool,
  lane: number,
  flows: readonly QueueBound[],
): Promise<readonly { readonly flow: number; readonly priority: number }[]> {
  const { rows } = await pool.query<{ flow: number; priority: number }>({
    name: "queue_due",
    text: `select q.f as flow, p.p as priority from unnest($2::int[], $3::bigint[]) as q(f, b) cross join unnest('{0,1,2}'::smallint[]) as p(p)
      cross join lateral (select 1 from task t where t.lane = $1 and t.flow = q.f and t.priority = p.p and t.run_at <= now()
        and (q.b is null or p.p = 0 or t.documents[1] < q.b) limit 1) x`,
    values: [lane, flows.map(({ flow }) => flow), flows.map(({ before }) => before ?? null)],
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

/** So many tasks that may not be sent yet are looked at. */
const LATER_MAX = 10_000;

/**
 * Of some flows of a lane, in their order. Tasks and documents are counted as they come and go, so that empty queues are not looked at.
 * Looked at are the tasks that may not be sent yet, soonest first, which those in hand are; of very many, those that are due are counted
 * instead, so that `due` is right unless there are very many of both, and at least so many then.
 */
export async function queueDepths(pool: pg.Pool, lane: number, flows: readonly number[]): Promise<readonly QueueDepth[]> {
  const queued = await queuedCounts(pool, lane, flows);
  const waiting = queued.size === 0 ? new Map<number, Waiting>() : await waitingTasks(pool, lane, [...queued.keys()]);
  return Promise.all(
    flows.map(async (flow) => {
      const { tasks, documents } = queued.get(flow) ?? { tasks: 0, documents: 0 };
      const { later, hand, oldest } = waiting.get(flow) ?? { later: 0, hand: 0, oldest: null };
      const due = later < LATER_MAX ? tasks - later : await countDue(pool, lane, flow);
      return { tasks, documents, due: Math.max(0, due), inHand: hand, oldest };
    }),
  );
}

interface Waiting {
  readonly later: number;
  readonly hand: number;
  readonly oldest: string | null;
}

async function waitingTasks(pool: pg.Pool, lane: number, flows: readonly number[]): Promise<ReadonlyMap<number, Waiting>> {
  const { rows } = await pool.query<Waiting & { flow: number }>({
    name: "queue_depth",
    text: `select q.f as flow, sum(x.later)::int as later, sum(x.hand)::int as hand, min(o.id) as oldest
     from unnest($2::int[]) as q(f) cross join unnest('{0,1,2}'::smallint[]) as p(p)
     left join lateral (select t.id from task t where t.lane = $1 and t.flow = q.f and t.priority = p.p order by t.run_at, t.id limit 1) o on true
     cross join lateral (select count(*) as later, count(l.owner) as hand from (select t.owner from task t
       where t.lane = $1 and t.flow = q.f and t.priority = p.p and t.run_at > now() order by t.run_at, t.id limit $3) l) x
     group by q.f`,
    values: [lane, flows, LATER_MAX],
  });
  return new Map(rows.map(({ flow, ...waiting }) => [flow, waiting]));
}

async function countDue(pool: pg.Pool, lane: number, flow: number): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int as n from unnest('{0,1,2}'::smallint[]) as q(p)
     cross join lateral (select 1 from task t where t.lane = $1 and t.flow = $2 and t.priority = q.p and t.run_at <= now() limit $3) x`,
    [lane, flow, LATER_MAX],
  );
  return rows[0]?.n ?? 0;
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

/** Documents and calls a minute over the last minutes, of some flows of a lane; those that settled nothing are left out. */
export async function recentRates(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flows: readonly number[]; readonly nowMs: number; readonly minutes: number },
): Promise<ReadonlyMap<number, { readonly documents: number; readonly calls: number }>> {
  const { rows } = await pool.query<{ flow: number; documents: string; calls: string; first: string }>({
    name: "flow_rate_recent",
    text: `select flow, sum(documents) as documents, sum(calls) as calls, min(minute) as first from flow_rate
      where lane = $1 and flow = any($2::int[]) and minute > $3 group by flow`,
    values: [at.lane, at.flows, Math.floor(at.nowMs / 60_000) - at.minutes],
  });
  const spanOf = (first: string): number => Math.max(0.1, at.nowMs / 60_000 - Number(first));
  return new Map(
    rows.map(({ flow, documents, calls, first }) => [
      flow,
      { documents: Number(documents) / spanOf(first), calls: Number(calls) / spanOf(first) },
    ]),
  );
}

/**
 * Where a schedule stands: ticks up to `firedMs` (epoch ms) have fired. One that is seen for the first time starts now. `clockMs`: the time
 * that is played; the database's unless given.
 */
export async function firedUpTo(
  pool: pg.Pool,
  name: string,
  clockMs?: number,
): Promise<{ readonly firedMs: number; readonly nowMs: number }> {
  const clock = "coalesce(to_timestamp($2::float8 / 1000), now())";
  await pool.query(`insert into tick (flow, at) values ($1, ${clock}) on conflict (flow) do nothing`, [name, clockMs ?? null]);
  const { rows } = await pool.query<{ at: number; now: number }>(`select at, ${clock} as now from tick where flow = $1`, [
    name,
    clockMs ?? null,
  ]);
  return { firedMs: rows[0]?.at ?? 0, nowMs: rows[0]?.now ?? 0 };
}

/** Claims the tick of this instant with all up to `untilMs`; now unless given. False: another process has fired it. */
export async function claimTick(pool: Queryable, name: string, tickMs: number, untilMs?: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update tick set at = case when $3::float8 is null then now() else to_timestamp($3::float8 / 1000) end where flow = $1 and at < to_timestamp($2::float8 / 1000)`,
    [name, tickMs, untilMs ?? null],
  );
  return rowCount === 1;
}

/** `closed`: failures came in a row, but not yet enough of them. */
export interface CircuitRow {
  readonly connection: string;
  readonly state: "closed" | "open" | "half";
  readonly failures: number;
  /** Milliseconds until somebody may try. */
  readonly waitMs: number;
}

const CIRCUIT = `connection, state, failures, greatest(0, extract(epoch from until - now()) * 1000)::float8 as "waitMs"`;

export async function listCircuits(pool: pg.Pool): Promise<readonly CircuitRow[]> {
  const { rows } = await pool.query<CircuitRow>({ name: "circuit_all", text: `select ${CIRCUIT} from circuit` });
  return rows;
}

/** Counts a call that did not reach the other side. Opens the circuit at the last of many in a row, and for longer every time that a try fails. */
export async function failCircuit(
  pool: pg.Pool,
  connection: string,
  at: { readonly tried: boolean; readonly failuresMax: number; readonly firstMs: number; readonly longestMs: number },
): Promise<CircuitRow> {
  const { rows } = await pool.query<CircuitRow>(
    `insert into circuit as c (connection, state, failures, until)
       values ($1, case when $3 <= 1 then 'open' else 'closed' end, 1, now() + make_interval(secs => $4 / 1000.0))
     on conflict (connection) do update set
       failures = case when c.state = 'closed' or c.state = 'half' and $2 then c.failures + 1 else c.failures end,
       state = case when c.state = 'closed' and c.failures + 1 >= $3 or c.state = 'half' and $2 then 'open' else c.state end,
       until = case when c.state = 'closed' then excluded.until
         when c.state = 'half' and $2 then excluded.until
           + (excluded.until - excluded.opened_at) * (least($5 / $4, power(2, least(10, c.failures + 1 - $3))) - 1)
         else c.until end
     returning ${CIRCUIT}`,
    [connection, at.tried, at.failuresMax, at.firstMs, at.longestMs],
  );
  return rows[0] ?? { connection, state: "closed", failures: 1, waitMs: 0 };
}

/** True: this process is the one that tries. */
export async function tryCircuit(pool: pg.Pool, connection: string, tryMs: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    "update circuit set state = 'half', until = now() + make_interval(secs => $2) where connection = $1 and state <> 'closed' and until <= now()",
    [connection, tryMs / 1000],
  );
  return rowCount === 1;
}

export async function closeCircuit(pool: pg.Pool, connection: string): Promise<void> {
  await pool.query("delete from circuit where connection = $1", [connection]);
}

/** The try was not made: the next one who has something to call for may. */
export async function unTryCircuit(pool: pg.Pool, connection: string): Promise<void> {
  await pool.query("update circuit set state = 'open', until = now() where connection = $1 and state = 'half'", [connection]);
}
