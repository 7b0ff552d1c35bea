/**
 * Drops what is settled and old enough: source rows and documents as texts (`bodies`), or the records and documents themselves
 * (`rows`). Goes through a flow's documents by id, which is by age, in batches of a thousand, each a transaction of milliseconds that
 * skips whatever somebody else holds. Blocks that nothing names any more are deleted at the end.
 *
 * What a batch must never touch: a document that is pending, queued, sent or unknown; one with a task in the queue; a record one of
 * whose documents is such; a record that waits to be merged. A record shared by several documents goes when all of them can.
 */
import { STATUSES, type Status } from "@datong/core";
import type pg from "pg";
import { idAtMs } from "./id-source.ts";
import { forgetLookedUp } from "./lookup-rows.ts";
import { addDelta, addTo, countingRecords, type StatusDelta } from "./status-counts.ts";
import { transaction, type Queryable } from "./transaction.ts";

export interface PruneRequest {
  readonly lane: number;
  readonly flow: number;
  readonly part: "bodies" | "rows";
  /** Settled statuses, and the instant (epoch ms) before which what has them must have changed last. */
  readonly before: readonly { readonly status: Status; readonly beforeMs: number }[];
}

export interface PruneResult {
  readonly records: number;
  readonly documents: number;
  readonly blocks: number;
}

const BATCH = 1_000;
const SWEEP_BATCH = 2_000;

/** Prunes one flow. May be broken off and called again at any time. */
export async function pruneFlow(pool: pg.Pool, request: PruneRequest): Promise<PruneResult> {
  if (request.before.length === 0) return { records: 0, documents: 0, blocks: 0 };
  const written = await pruneDocuments(pool, request);
  const bare = await pruneBareRecords(pool, request);
  return { records: written.records + bare, documents: written.documents, blocks: await sweepBlocks(pool, request.lane, request.flow) };
}

/** A status' horizon as a table of two columns, for the statements below. */
const HORIZONS = "unnest($4::smallint[], $5::float8[]) as h(status, before_ms)";
const OLD_ENOUGH = "to_timestamp(h.before_ms / 1000.0)";
const SETTLED_NUMBERS = `(${[STATUSES.done, STATUSES.failed, STATUSES.skipped].map((status) => status.number).join(", ")})`;

/** Keys of the records that document `d` stands for. */
const KEYS_OF_DOCUMENT = `select d.record_key as key union all
  select s.record_key from document_source s where s.lane = $1 and s.flow = $2 and s.document = d.id`;

/** Whether record `m.key` still has a document that is not settled. */
const RECORD_IS_OPEN = `(exists (select 1 from document o where o.lane = $1 and o.flow = $2 and o.record_key = m.key and o.status not in ${SETTLED_NUMBERS})
  or exists (select 1 from document_source s join document o on o.lane = $1 and o.id = s.document
    where s.lane = $1 and s.flow = $2 and s.record_key = m.key and o.status not in ${SETTLED_NUMBERS})
  or exists (select 1 from merge_item w where w.lane = $1 and w.flow = $2 and w.record_key = m.key))`;

/** Rows that other flows look into stay as long as their record. */
const NOT_LOOKED_INTO = "not exists (select 1 from lookup_index i where i.lane = $1 and i.flow = $2)";

interface OldDocument {
  readonly id: string;
  readonly status: number;
  readonly number: string | null;
  readonly targetId: string | null;
}

async function pruneDocuments(pool: pg.Pool, request: PruneRequest): Promise<Pick<PruneResult, "records" | "documents">> {
  const end = idAtMs(Math.max(...request.before.map((each) => each.beforeMs)));
  let [records, documents, after] = [0, 0, "0"];
  for (;;) {
    const last = await batchEnd(pool, request, after, end);
    if (last === null) return { records, documents };
    const pruned = await transaction(pool, async (client) => {
      const old = await oldDocuments(client, request, after, last);
      if (old.length === 0) return { records: 0, documents: 0 };
      return request.part === "rows" ? deleteRows(client, request, old) : dropBodies(client, request, old);
    });
    records += pruned.records;
    documents += pruned.documents;
    after = last;
  }
}

async function batchEnd(client: Queryable, request: PruneRequest, after: string, end: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string | null }>(
    `select max(id) as id from (select id from document where lane = $1 and flow = $2 and id > $3 and id < $4 order by id limit ${BATCH}) x`,
    [request.lane, request.flow, after, end],
  );
  return rows[0]?.id ?? null;
}

/** Locks and gives the documents of the batch that may go. */
async function oldDocuments(client: Queryable, request: PruneRequest, after: string, last: string): Promise<readonly OldDocument[]> {
  const { rows } = await client.query<OldDocument>(
    `select d.id, d.status, d.number, d.target_id as "targetId" from document d join ${HORIZONS} on h.status = d.status
     where d.lane = $1 and d.flow = $2 and d.id > $3 and d.id <= $6 and d.changed_at < ${OLD_ENOUGH}
       ${request.part === "bodies" ? "and d.block is not null" : ""}
       and not exists (select 1 from task t where t.lane = $1 and t.id = any(d.tasks))
       and not exists (select 1 from (${KEYS_OF_DOCUMENT}) m join record r on r.lane = $1 and r.flow = $2 and r.key = m.key
         where r.changed_at >= ${OLD_ENOUGH} or ${RECORD_IS_OPEN})
     order by d.id for update of d skip locked`,
    [request.lane, request.flow, after, ...horizons(request), last],
  );
  return rows;
}

function horizons(request: PruneRequest): readonly [readonly number[], readonly number[]] {
  return [request.before.map((each) => STATUSES[each.status].number), request.before.map((each) => each.beforeMs)];
}

async function keysOf(client: Queryable, request: PruneRequest, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(
    `select distinct m.key from document d cross join lateral (${KEYS_OF_DOCUMENT}) m where d.lane = $1 and d.flow = $2 and d.id = any($3::bigint[]) order by 1`,
    [request.lane, request.flow, ids],
  );
  return rows.map((row) => row.key);
}

async function deleteRows(
  client: Queryable,
  request: PruneRequest,
  old: readonly OldDocument[],
): Promise<Pick<PruneResult, "records" | "documents">> {
  const { lane, flow } = request;
  const ids = old.map((document) => document.id);
  const keys = await keysOf(client, request, ids);
  const delta: StatusDelta = { records: new Map(), documents: new Map(), tasks: 0 };
  for (const { status } of old) addTo(delta.documents, status, -1);
  return countingRecords(client, { lane, flow, keys, delta }, () => deleteCounted(client, { lane, flow, keys, ids }, old));
}

async function deleteCounted(
  client: Queryable,
  {
    lane,
    flow,
    keys,
    ids,
  }: { readonly lane: number; readonly flow: number; readonly keys: readonly string[]; readonly ids: readonly string[] },
  old: readonly OldDocument[],
): Promise<Pick<PruneResult, "records" | "documents">> {
  for (const column of ["number", "target_id"] as const) {
    const texts = old.map((document) => (column === "number" ? document.number : document.targetId));
    await client.query(
      `delete from document_number n using unnest($2::text[], $3::bigint[]) as x(t, document)
       where n.lane = $1 and n.${column} = any($2::text[]) and n.${column} = x.t and n.document = x.document`,
      [lane, texts, ids],
    );
  }
  await client.query("delete from attention where lane = $1 and document = any($2::bigint[])", [lane, ids]);
  await client.query("delete from missing_code where lane = $1 and document = any($2::bigint[])", [lane, ids]);
  await client.query("delete from document_source where lane = $1 and flow = $2 and document = any($3::bigint[])", [lane, flow, ids]);
  await client.query("delete from document where lane = $1 and id = any($2::bigint[])", [lane, ids]);
  const { rows } = await client.query<{ key: string }>(
    `delete from record r where r.lane = $1 and r.flow = $2 and r.key = any($3::text[])
       and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key)
       and not exists (select 1 from document_source s where s.lane = $1 and s.flow = $2 and s.record_key = r.key) returning r.key`,
    [lane, flow, keys],
  );
  await forgetWithRecords(
    client,
    lane,
    flow,
    rows.map((row) => row.key),
  );
  return { documents: old.length, records: rows.length };
}

/** What was done by hand to a bill is told as long as the bill is, and what is gone is not looked up. */
async function forgetWithRecords(client: Queryable, lane: number, flow: number, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await forgetLookedUp(client, lane, flow, keys);
  await client.query("delete from intervention where lane = $1 and flow = $2 and record_key = any($3::text[])", [lane, flow, keys]);
  await client.query("delete from record_extra where lane = $1 and flow = $2 and record_key = any($3::text[])", [lane, flow, keys]);
}

/** The rows stay, as narrow as they are: what was written, under which numbers, and when. */
async function dropBodies(
  client: Queryable,
  request: PruneRequest,
  old: readonly OldDocument[],
): Promise<Pick<PruneResult, "records" | "documents">> {
  const { lane, flow } = request;
  const ids = old.map((document) => document.id);
  await client.query("update document set block = null, place = null where lane = $1 and id = any($2::bigint[])", [lane, ids]);
  // A record's rows are needed as long as one of its documents may be mapped again: one that has a body.
  const { rowCount } = await client.query(
    `update record r set block = null, place = null where r.lane = $1 and r.flow = $2 and r.key = any($3::text[]) and r.block is not null
       and ${NOT_LOOKED_INTO}
       and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key and d.block is not null)
       and not exists (select 1 from document_source s join document d on d.lane = $1 and d.id = s.document
         where s.lane = $1 and s.flow = $2 and s.record_key = r.key and d.block is not null)`,
    [lane, flow, await keysOf(client, request, ids)],
  );
  return { documents: old.length, records: rowCount ?? 0 };
}

/** Records that never had a document: dropped by a rule, or failed before the mapping. */
async function pruneBareRecords(pool: pg.Pool, request: PruneRequest): Promise<number> {
  const change =
    request.part === "rows"
      ? "delete from record r using old where r.lane = $1 and r.flow = $2 and r.key = old.key"
      : `update record r set block = null, place = null from old where r.lane = $1 and r.flow = $2 and r.key = old.key and ${NOT_LOOKED_INTO}`;
  for (let [pruned, after] = [0, ""]; ;) {
    const row = await transaction(pool, async (client) => {
      const { rows } = await client.query<{ n: string; last: string | null; keys: string[]; statuses: number[] }>(
        `with page as materialized (
         select r.key, r.status, r.changed_at, r.block from record r
         where r.lane = $1 and r.flow = $2 and r.key > $3 and r.status in (${STATUSES.failed.number}, ${STATUSES.skipped.number})
         order by r.key limit ${BATCH}),
       old as materialized (
         select m.key from page m join ${HORIZONS} on h.status = m.status
         where m.changed_at < ${OLD_ENOUGH} ${request.part === "bodies" ? "and m.block is not null" : ""} and not ${RECORD_IS_OPEN}
           and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = m.key)
           and not exists (select 1 from document_source s where s.lane = $1 and s.flow = $2 and s.record_key = m.key)),
       changed as (${change} and r.status in (${STATUSES.failed.number}, ${STATUSES.skipped.number}) returning r.key, r.status)
       select (select count(*) from page) as n, (select max(key) from page) as last,
         array(select key from changed order by key) as keys, array(select status from changed order by key) as statuses`,
        [request.lane, request.flow, after, ...horizons(request)],
      );
      const [page] = rows;
      if (request.part === "rows" && page !== undefined && page.keys.length > 0) {
        const records = new Map<number, number>();
        for (const status of page.statuses) addTo(records, status, -1);
        await addDelta(client, request.lane, request.flow, { records, documents: new Map(), tasks: 0 }, true);
        await forgetWithRecords(client, request.lane, request.flow, page.keys);
      }
      return page;
    });
    pruned += row?.keys.length ?? 0;
    if (row === undefined || row.last === null || Number(row.n) < BATCH) return pruned;
    after = row.last;
  }
}

/**
 * Deletes the flow's blocks that neither a record nor a document names. A block and what names it are stored in one transaction, and no
 * row is ever pointed at an older block: what is unnamed once stays so.
 */
async function sweepBlocks(pool: pg.Pool, lane: number, flow: number): Promise<number> {
  const unnamed = await transaction(pool, async (client) => {
    // One pass over the flow's narrow rows; it reads only and holds nobody up, however long it takes.
    await client.query("set local statement_timeout = 0");
    const { rows } = await client.query<{ id: string }>(
      `select b.id from block b where b.lane = $1 and b.flow = $2
         and not exists (select 1 from record r where r.lane = $1 and r.flow = $2 and r.block = b.id)
         and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.block = b.id)`,
      [lane, flow],
    );
    return rows.map((row) => row.id);
  });
  for (let from = 0; from < unnamed.length; from += SWEEP_BATCH)
    await pool.query("delete from block where lane = $1 and id = any($2::bigint[])", [lane, unnamed.slice(from, from + SWEEP_BATCH)]);
  return unnamed.length;
}
