/**
 * How many records, documents and tasks stand in which status, by flow, without counting them: whoever changes a status adds a few rows
 * of differences in the same transaction (`status_delta`), which are folded into `status_count` now and then. The sum of both is exact
 * at every instant.
 *
 * A record's status is derived from its documents. In most flows each has one, so that its differences are the document's. Flows with
 * records of several documents, or documents of several records, stand in `regrouped_flow`: there the records are locked and looked at.
 * The order of locks is everywhere the same: tasks, documents, records.
 */
import { STATUSES } from "@datong/core";
import type pg from "pg";
import { transaction, type Queryable } from "./transaction.ts";

/** Differences by status number. */
export interface StatusDelta {
  readonly records: Map<number, number>;
  readonly documents: Map<number, number>;
  readonly tasks: number;
}

export function addTo(counts: Map<number, number>, status: number, n: number): void {
  counts.set(status, (counts.get(status) ?? 0) + n);
}

/** A document's status before and after; `before` is what the database had. */
export interface StatusChange {
  readonly id: string;
  readonly before: number;
  readonly after: number;
}

/** Statuses by weight: the first that one of its documents has is the record's (recordStatus of core). */
export const WEIGHT = "'{4,6,2,1,0,3,5}'::smallint[]";

/** Counts changes of documents that this transaction has written already, and tasks that it has added or taken. */
export async function countChanges(
  client: Queryable,
  lane: number,
  flow: number,
  changes: readonly StatusChange[],
  tasks: number,
): Promise<void> {
  const changed = changes.filter((change) => change.before !== change.after);
  const documents = new Map<number, number>();
  for (const { before, after } of changed) {
    addTo(documents, before, -1);
    addTo(documents, after, 1);
  }
  if (await addDelta(client, lane, flow, { records: documents, documents, tasks }, changed.length === 0)) return;
  await addDelta(client, lane, flow, { records: await changedRecords(client, lane, flow, changed), documents, tasks }, true);
}

/** Adds the differences. With `regrouped` false it adds nothing to flows whose records must be looked at, and says so. */
export async function addDelta(client: Queryable, lane: number, flow: number, delta: StatusDelta, regrouped: boolean): Promise<boolean> {
  const statuses = new Set([...delta.records.keys(), ...delta.documents.keys(), STATUSES.queued.number]);
  const rows = [...statuses]
    .map((status) => ({
      status,
      records: delta.records.get(status) ?? 0,
      documents: delta.documents.get(status) ?? 0,
      tasks: status === STATUSES.queued.number ? delta.tasks : 0,
    }))
    .filter((row) => row.records !== 0 || row.documents !== 0 || row.tasks !== 0);
  if (rows.length === 0) return regrouped;
  const { rowCount } = await client.query({
    name: "status_delta_insert",
    text: `insert into status_delta (lane, flow, status, records, documents, tasks)
      select l.lane, $2, x.s, x.r, x.d, x.t from lane l cross join unnest($3::smallint[], $4::int[], $5::int[], $6::int[]) as x(s, r, d, t)
      where l.lane = $1 and ($7 or not exists (select 1 from regrouped_flow g where g.lane = $1 and g.flow = $2))`,
    values: [
      lane,
      flow,
      rows.map((row) => row.status),
      rows.map((row) => row.records),
      rows.map((row) => row.documents),
      rows.map((row) => row.tasks),
      regrouped,
    ],
  });
  return rowCount !== 0;
}

/** From now on the flow's records are looked at. In the transaction that stores the first such document or link. */
export async function noteRegrouped(client: Queryable, lane: number, flow: number): Promise<void> {
  await client.query({
    name: "regrouped_note",
    text: "insert into regrouped_flow (lane, flow) values ($1, $2) on conflict (lane, flow) do nothing",
    values: [lane, flow],
  });
}

/** The statuses of documents of record `r`, its own and those that it shares. */
const STATUSES_OF_RECORD = `select d.id, d.status from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key
  union all select d.id, d.status from document_source s join document d on d.lane = $1 and d.id = s.document
    where s.lane = $1 and s.flow = $2 and s.record_key = r.key`;

/** What changes of documents mean for the records that they stand for. */
async function changedRecords(
  client: Queryable,
  lane: number,
  flow: number,
  changes: readonly StatusChange[],
): Promise<Map<number, number>> {
  const ids = changes.map((change) => change.id);
  const keys = await keysOfDocuments(client, lane, flow, ids);
  await lockRecords(client, lane, flow, keys);
  const { rows } = await client.query<{ before: number; after: number; n: number }>({
    name: "status_of_records_changed",
    text: `select x.before, x.after, count(*)::int as n from (
        select coalesce((${WEIGHT})[(min(array_position(${WEIGHT}, coalesce(c.b, d.status))))], r.status) as before,
          coalesce((${WEIGHT})[(min(array_position(${WEIGHT}, d.status)))], r.status) as after
        from record r left join lateral (${STATUSES_OF_RECORD}) d on true left join unnest($4::bigint[], $5::smallint[]) as c(i, b) on c.i = d.id
        where r.lane = $1 and r.flow = $2 and r.key = any($3::text[]) group by r.key, r.status) x
      where x.before <> x.after group by x.before, x.after`,
    values: [lane, flow, keys, ids, changes.map((change) => change.before)],
  });
  const records = new Map<number, number>();
  for (const { before, after, n } of rows) {
    addTo(records, before, -n);
    addTo(records, after, n);
  }
  return records;
}

/** Keys of the records that the documents stand for. */
export async function keysOfDocuments(client: Queryable, lane: number, flow: number, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>({
    name: "record_of_documents",
    text: `select d.record_key as key from document d where d.lane = $1 and d.id = any($3::bigint[])
      union select s.record_key from document_source s where s.lane = $1 and s.flow = $2 and s.document = any($3::bigint[])`,
    values: [lane, flow, ids],
  });
  return rows.map((row) => row.key);
}

/**
 * Counts whatever `work` does to the records of the keys. The caller holds the locks of all documents that these records have, or will
 * have, and adds what becomes of documents and tasks itself.
 */
export async function countingRecords<T>(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly keys: readonly string[]; readonly delta: StatusDelta },
  work: () => Promise<T>,
): Promise<T> {
  await lockRecords(client, at.lane, at.flow, at.keys);
  const before = await recordsByStatus(client, at.lane, at.flow, at.keys);
  const result = await work();
  const after = await recordsByStatus(client, at.lane, at.flow, at.keys);
  for (const { status, n } of before) addTo(at.delta.records, status, -n);
  for (const { status, n } of after) addTo(at.delta.records, status, n);
  await addDelta(client, at.lane, at.flow, at.delta, true);
  return result;
}

/** Also before a flow's bills are queued to be written back: of two settlements of one record, the later one sees both. */
export async function lockRecords(client: Queryable, lane: number, flow: number, keys: readonly string[]): Promise<void> {
  await client.query({
    name: "record_lock",
    text: "select 1 from record where lane = $1 and flow = $2 and key = any($3::text[]) order by key for update",
    values: [lane, flow, keys],
  });
}

async function recordsByStatus(
  client: Queryable,
  lane: number,
  flow: number,
  keys: readonly string[],
): Promise<readonly { readonly status: number; readonly n: number }[]> {
  const { rows } = await client.query<{ status: number; n: number }>({
    name: "status_of_records",
    text: `select x.status, count(*)::int as n from (
        select coalesce((${WEIGHT})[(select min(array_position(${WEIGHT}, d.status)) from (${STATUSES_OF_RECORD}) d)], r.status) as status
        from record r where r.lane = $1 and r.flow = $2 and r.key = any($3::text[])) x group by x.status`,
    values: [lane, flow, keys],
  });
  return rows;
}

export interface StatusCount {
  readonly status: number;
  readonly records: number;
  readonly documents: number;
  readonly tasks: number;
}

/** Above so many rows of differences a reader folds them itself. */
const FOLD_MAX = 5_000;

/** Of one flow; statuses that nothing has are left out. */
export async function statusCounts(pool: pg.Pool, lane: number, flow: number): Promise<readonly StatusCount[]> {
  const { rows } = await pool.query<Record<keyof StatusCount | "deltas", string>>({
    name: "status_counts",
    text: `select x.status, sum(x.records) as records, sum(x.documents) as documents, sum(x.tasks) as tasks, sum(x.deltas) as deltas from (
        select c.status, c.records, c.documents, c.tasks, 0 as deltas from status_count c where c.lane = $1 and c.flow = $2
        union all select d.status, d.records, d.documents, d.tasks, 1 from status_delta d where d.lane = $1 and d.flow = $2) x
      group by x.status order by x.status`,
    values: [lane, flow],
  });
  if (rows.reduce((sum, row) => sum + Number(row.deltas), 0) > FOLD_MAX) await foldLane(pool, lane);
  return rows.map(numbers).filter((row) => row.records !== 0 || row.documents !== 0 || row.tasks !== 0);
}

/** Documents and tasks in the queues of some flows of a lane; those with an empty one are left out. */
export async function queuedCounts(
  pool: pg.Pool,
  lane: number,
  flows: readonly number[],
): Promise<ReadonlyMap<number, { readonly documents: number; readonly tasks: number }>> {
  const { rows } = await pool.query<{ flow: number; documents: string; tasks: string }>({
    name: "queued_counts",
    text: `select x.flow, sum(x.documents) as documents, sum(x.tasks) as tasks from (
        select c.flow, c.documents, c.tasks from status_count c where c.lane = $1 and c.flow = any($2::int[]) and c.status = $3
        union all select d.flow, d.documents, d.tasks from status_delta d where d.lane = $1 and d.flow = any($2::int[]) and d.status = $3) x
      group by x.flow having sum(x.documents) <> 0 or sum(x.tasks) <> 0`,
    values: [lane, flows, STATUSES.queued.number],
  });
  return new Map(rows.map(({ flow, documents, tasks }) => [flow, { documents: Number(documents), tasks: Number(tasks) }]));
}

/** Of every flow, by its id. */
export async function allStatusCounts(pool: pg.Pool): Promise<readonly (StatusCount & { readonly flowId: string })[]> {
  const { rows } = await pool.query<Record<keyof StatusCount, string> & { flowId: string }>(
    `select f.id as "flowId", x.status, sum(x.records) as records, sum(x.documents) as documents, sum(x.tasks) as tasks from flow f
      cross join lateral (select c.status, c.records, c.documents, c.tasks from status_count c where c.lane = f.lane and c.flow = f.num
        union all select d.status, d.records, d.documents, d.tasks from status_delta d where d.lane = f.lane and d.flow = f.num) x
      group by f.id, x.status order by f.id, x.status`,
  );
  return rows
    .map((row) => ({ flowId: row.flowId, ...numbers(row) }))
    .filter((row) => row.records !== 0 || row.documents !== 0 || row.tasks !== 0);
}

function numbers(row: Record<keyof StatusCount, string>): StatusCount {
  return { status: Number(row.status), records: Number(row.records), documents: Number(row.documents), tasks: Number(row.tasks) };
}

/** Folds the differences of every lane that has more than `atLeast`; with the heartbeat. */
export async function foldCounts(pool: pg.Pool, atLeast = 200): Promise<void> {
  const { rows } = await pool.query<{ lane: number }>(
    "select d.lane from (select distinct lane from flow) f join status_delta d on d.lane = f.lane group by d.lane having count(*) > $1",
    [atLeast],
  );
  for (const { lane } of rows) await foldLane(pool, lane);
}

/** One at a time does it: the lane's anchor row is the token. What is added meanwhile is folded the next time. */
async function foldLane(pool: pg.Pool, lane: number): Promise<void> {
  await transaction(pool, async (client) => {
    const token = await client.query("select 1 from lane where lane = $1 for update skip locked", [lane]);
    if (token.rowCount === 0) return;
    const { rows } = await client.query<Record<"flow" | keyof StatusCount, string>>({
      name: "status_delta_take",
      text: `with gone as (delete from status_delta d where d.lane = $1 returning d.flow, d.status, d.records, d.documents, d.tasks)
        select flow, status, sum(records) as records, sum(documents) as documents, sum(tasks) as tasks from gone group by flow, status order by flow, status`,
      values: [lane],
    });
    if (rows.length === 0) return;
    await client.query({
      name: "status_count_add",
      text: `insert into status_count as c (lane, flow, status, records, documents, tasks)
        select l.lane, x.f, x.s, x.r, x.d, x.t
        from lane l cross join unnest($2::int[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[]) as x(f, s, r, d, t) where l.lane = $1
        on conflict (lane, flow, status) do update set records = c.records + excluded.records, documents = c.documents + excluded.documents,
          tasks = c.tasks + excluded.tasks`,
      values: [
        lane,
        rows.map((row) => row.flow),
        rows.map((row) => row.status),
        rows.map((row) => row.records),
        rows.map((row) => row.documents),
        rows.map((row) => row.tasks),
      ],
    });
  });
}
