/**
 * Refills (补漏) in the store: begun, kept alive while somebody works on them, ended, listed with the counts of their runs. One that is running
 * and that nobody has touched for a while is interrupted: whoever takes it up goes on where its last stored page ended.
 */
import type { FlowPlace } from "./reconciliation-rows.ts";
import type { Queryable } from "./transaction.ts";

export interface RefillRow {
  readonly id: string;
  /** `interrupted`: whoever did it is gone. `stopped`: a person has ended it. */
  readonly state: "running" | "done" | "failed" | "stopped" | "interrupted";
  readonly person: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** JSON; null where none was made. */
  readonly estimate: string | null;
  /** JSON; why it failed. */
  readonly problem: string | null;
  /** Rows and bills that the source gave. */
  readonly rows: number;
  readonly asked: number;
  readonly there: number;
  readonly added: number;
  readonly changed: number;
  /** Where its reading stands (a pull's state as text); empty once all has been read. */
  readonly cursor: string | null;
}

/** A refill that says nothing for so long has nobody who does it. */
export const REFILL_SILENT_MS = 30_000;

const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export async function beginRefillRow(
  client: Queryable,
  { lane, flow }: FlowPlace,
  row: {
    readonly id: string;
    readonly person: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly nowMs: number;
    readonly estimate: string | null;
  },
): Promise<void> {
  await client.query(
    `insert into refill (lane, flow, id, state, person, from_at, to_at, started_at, touched_at, estimate)
     values ($1, $2, $3, 'running', $4, to_timestamp($5::float8 / 1000), to_timestamp($6::float8 / 1000),
       to_timestamp($7::float8 / 1000), to_timestamp($7::float8 / 1000), $8)`,
    [lane, flow, row.id, row.person, row.fromMs, row.toMs, row.nowMs, row.estimate],
  );
}

/** False where it is not running any more: a person has stopped it. */
export async function touchRefill(client: Queryable, { lane, flow }: FlowPlace, id: string, nowMs: number): Promise<boolean> {
  const { rowCount } = await client.query(
    "update refill set touched_at = to_timestamp($4::float8 / 1000) where lane = $1 and flow = $2 and id = $3 and state = 'running'",
    [lane, flow, id, nowMs],
  );
  return rowCount === 1;
}

/** False where it had ended already. */
export async function endRefillRow(
  client: Queryable,
  { lane, flow }: FlowPlace,
  id: string,
  end: { readonly state: "done" | "failed" | "stopped"; readonly nowMs: number; readonly problem: string | null },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update refill set state = $4, problem = $5, ended_at = to_timestamp($6::float8 / 1000)
     where lane = $1 and flow = $2 and id = $3 and state = 'running'`,
    [lane, flow, id, end.state, end.problem, end.nowMs],
  );
  await client.query("delete from cursor where lane = $1 and flow = $2 and name = 'refill ' || $3::text", [lane, flow, id]);
  return rowCount === 1;
}

/** True: nobody else works on it any more, and this process does now. */
export async function takeUpRefill(client: Queryable, { lane, flow }: FlowPlace, id: string, nowMs: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update refill set touched_at = to_timestamp($4::float8 / 1000)
     where lane = $1 and flow = $2 and id = $3 and state = 'running' and touched_at < to_timestamp($5::float8 / 1000)`,
    [lane, flow, id, nowMs, nowMs - REFILL_SILENT_MS],
  );
  return rowCount === 1;
}

/** Refills of all flows that are running and silent. */
export async function silentRefills(
  client: Queryable,
  nowMs: number,
): Promise<readonly (FlowPlace & { readonly id: string; readonly flowId: string })[]> {
  const lanes = await client.query<{ lane: number }>("select distinct lane from flow");
  const { rows } = await client.query<FlowPlace & { id: string; flowId: string }>(
    `select r.lane, r.flow, r.id, f.id as "flowId" from refill r join flow f on f.num = r.flow
     where r.lane = any($1::int[]) and r.state = 'running' and r.touched_at < to_timestamp($2::float8 / 1000) order by r.id`,
    [lanes.rows.map((row) => row.lane), nowMs - REFILL_SILENT_MS],
  );
  return rows;
}

/** The newest first; `before`: only older ones; `id`: that one alone. */
export async function listRefillRows(
  client: Queryable,
  { lane, flow }: FlowPlace,
  page: { readonly nowMs: number; readonly before?: string; readonly id?: string; readonly limit: number },
): Promise<readonly RefillRow[]> {
  const { rows } = await client.query<RefillRow>(
    `select x.id, case when x.state = 'running' and x.touched_at < to_timestamp($3::float8 / 1000) then 'interrupted' else x.state end as state,
       x.person, ${MS("x.from_at")} as "fromMs", ${MS("x.to_at")} as "toMs", ${MS("x.started_at")} as "startedAt", ${MS("x.ended_at")} as "endedAt",
       x.estimate, x.problem, c.value as cursor, coalesce(n.read, 0) as "rows", coalesce(n.records, 0) as asked, coalesce(n.unchanged, 0) as there,
       coalesce(n.added, 0) as added, coalesce(n.changed, 0) as changed
     from (select r.* from refill r where r.lane = $1 and r.flow = $2 and ($4::bigint is null or r.id < $4::bigint)
       and ($5::bigint is null or r.id = $5::bigint) order by r.id desc limit $6) x
     left join cursor c on c.lane = $1 and c.flow = $2 and c.name = 'refill ' || x.id::text
     left join lateral (select sum(u.read)::float8 as read, sum(u.records)::float8 as records, sum(u.unchanged)::float8 as unchanged,
       sum(u.added)::float8 as added, sum(u.changed)::float8 as changed from run u where u.lane = $1 and u.flow = $2 and u.refill = x.id) n on true
     order by x.id desc`,
    [lane, flow, page.nowMs - REFILL_SILENT_MS, page.before ?? null, page.id ?? null, page.limit],
  );
  return rows;
}
