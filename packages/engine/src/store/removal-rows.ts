/**
 * Removals in the store: bills added by hand at the target that a repair takes away. `planned`, then `sent` before each call, then `removed` or
 * `kept` with the reason. Bodies are JSON texts.
 */
import { numberArray, textArray } from "./parameters.ts";
import { SILENT_MS, type FlowPlace } from "./reconciliation-rows.ts";
import type { Queryable } from "./transaction.ts";

export type RemovalState = "planned" | "sent" | "removed" | "kept";

export interface PlannedRemoval {
  readonly id: string;
  readonly key: string;
  /** What the person saw, as a hash. */
  readonly seen: string;
}

export interface RemovalDeed {
  /** The report under which it is done. */
  readonly report: string;
  readonly reason: string;
  readonly person: string;
  readonly nowMs: number;
}

export async function planRemovals(client: Queryable, at: FlowPlace, rows: readonly PlannedRemoval[], deed: RemovalDeed): Promise<void> {
  await client.query(
    `insert into removal (lane, id, flow, reconciliation, key, seen, state, reason, person, begun_at, changed_at)
     select l.lane, x.i, $2, $3, x.k, x.s, 'planned', $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($6::float8 / 1000)
     from lane l cross join unnest($7::bigint[], $8::text[], $9::text[]) as x(i, k, s) where l.lane = $1`,
    [
      at.lane,
      at.flow,
      deed.report,
      deed.reason,
      deed.person,
      deed.nowMs,
      numberArray(rows.map((row) => row.id)),
      textArray(rows.map((row) => row.key)),
      textArray(rows.map((row) => row.seen)),
    ],
  );
}

/** What the target showed right before, and a call that is to be made, durable before it is. Gives the ids that are still open. */
export async function sendRemovals(
  client: Queryable,
  lane: number,
  rows: readonly {
    readonly id: string;
    readonly number: string | null;
    readonly targetId: string | null;
    readonly stage: string | null;
    readonly before: string;
  }[],
  call: { readonly api: string; readonly task: string; readonly nowMs: number },
): Promise<ReadonlySet<string>> {
  const { rows: open } = await client.query<{ id: string }>(
    `update removal r set state = 'sent', api = $2, tasks = r.tasks || $3::bigint, changed_at = to_timestamp($4::float8 / 1000),
       number = x.n, target_id = x.t, stage = x.g, before = coalesce(r.before, x.b)
     from unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[]) as x(i, n, t, g, b)
     where r.lane = $1 and r.id = any($5::bigint[]) and r.id = x.i and r.state in ('planned', 'sent') returning r.id::text as id`,
    [
      lane,
      call.api,
      call.task,
      call.nowMs,
      numberArray(rows.map((row) => row.id)),
      textArray(rows.map((row) => row.number)),
      textArray(rows.map((row) => row.targetId)),
      textArray(rows.map((row) => row.stage)),
      textArray(rows.map((row) => row.before)),
    ],
  );
  return new Set(open.map((row) => row.id));
}

export interface RemovalEnd {
  readonly id: string;
  readonly state: "removed" | "kept";
  readonly code: string | null;
  readonly text: string | null;
}

export async function endRemovals(client: Queryable, lane: number, ends: readonly RemovalEnd[], nowMs: number): Promise<void> {
  await client.query(
    `update removal r set state = x.s, code = x.c, text = x.t, changed_at = to_timestamp($2::float8 / 1000)
     from unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) as x(i, s, c, t)
     where r.lane = $1 and r.id = any($3::bigint[]) and r.id = x.i and r.state in ('planned', 'sent')`,
    [
      lane,
      nowMs,
      numberArray(ends.map((end) => end.id)),
      textArray(ends.map((end) => end.state)),
      textArray(ends.map((end) => end.code)),
      textArray(ends.map((end) => end.text)),
    ],
  );
}

export interface LeftRemoval {
  readonly id: string;
  readonly report: string;
  readonly key: string;
  readonly state: "planned" | "sent";
}

/** Of a flow what nobody works on any more: whoever did the report is silent, or has ended it. */
export async function leftRemovals(client: Queryable, at: FlowPlace, nowMs: number): Promise<readonly LeftRemoval[]> {
  const { rows } = await client.query<LeftRemoval>(
    `select r.id::text as id, r.reconciliation::text as report, r.key, r.state from removal r
       left join reconciliation c on c.lane = r.lane and c.id = r.reconciliation
     where r.lane = $1 and r.flow = $2 and r.state in ('planned', 'sent')
       and (c.id is null or c.state <> 'running' or c.touched_at < to_timestamp($3::float8 / 1000)) order by r.id`,
    [at.lane, at.flow, nowMs - SILENT_MS],
  );
  return rows;
}

/** Numbers of flows that have any open. */
export async function flowsWithOpenRemovals(client: Queryable): Promise<ReadonlySet<number>> {
  const { rows } = await client.query<{ flow: number }>(
    `select f.num as flow from flow f
     where exists (select 1 from removal r where r.lane = f.lane and r.flow = f.num and r.state in ('planned', 'sent'))`,
  );
  return new Set(rows.map((row) => row.flow));
}

export interface RemovalRow {
  readonly id: string;
  readonly key: string;
  readonly number: string | null;
  readonly state: RemovalState;
  /** The last call. */
  readonly api: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly reason: string;
  readonly person: string;
  /** JSON. */
  readonly before: string | null;
  readonly begunAt: number;
  readonly changedAt: number;
  /** Ids of what was said. */
  readonly exchanges: readonly string[];
}

/** Of one report, in the order in which they were begun, behind an id. */
export async function listRemovalRows(
  client: Queryable,
  at: FlowPlace,
  report: string,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly RemovalRow[]> {
  const { rows } = await client.query<RemovalRow>(
    `select r.id::text as id, r.key, r.number, r.state, r.api, r.code, r.text, r.reason, r.person, r.before,
       (extract(epoch from r.begun_at) * 1000)::float8 as "begunAt", (extract(epoch from r.changed_at) * 1000)::float8 as "changedAt",
       array(select e.id::text from exchange e where e.lane = r.lane and e.task = any(r.tasks) order by e.at, e.id) as exchanges
     from removal r where r.lane = $1 and r.flow = $2 and r.reconciliation = $3 and r.id > $4::bigint order by r.id limit $5`,
    [at.lane, at.flow, report, page.after, page.limit],
  );
  return rows;
}

/** Of these keys, numbers and ids at the target those that some flow to the same account has written or taken over; by what was asked. */
export async function writtenByFlows(
  client: Queryable,
  at: FlowPlace,
  { keys, ids }: { readonly keys: readonly string[]; readonly ids: readonly string[] },
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    `with same as (select f.num from flow f where f.account = (select account from flow where num = $2))
     select d.external_key as name from document d where d.external_key = any($3::text[]) and d.lane = $1 and d.flow in (select num from same)
     union select n.number from document_number n where n.number = any($3::text[]) and n.lane = $1 and n.flow in (select num from same)
     union select n.target_id from document_number n where n.target_id = any($4::text[]) and n.lane = $1 and n.flow in (select num from same)
     union select t.target_number from taken_over t where t.lane = $1 and t.target_number = any($3::text[]) and t.flow in (select num from same)`,
    [at.lane, at.flow, textArray(keys), textArray(ids)],
  );
  return new Set(rows.map((row) => row.name));
}
