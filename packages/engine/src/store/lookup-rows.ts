/**
 * The index that lookups are answered from: for the fields that some flow looks a flow's records up by, which records have which values.
 * Kept up in the transaction that stores a page. Records that a rule dropped, or that were taken back, are in no index.
 */
import { createHash } from "node:crypto";
import { keysOfRow, readJson, storedPathOf, STATUSES, type Json, type RecordRows, type StoredPath } from "@datong/core";
import type pg from "pg";
import { numberArray, textArray } from "./parameters.ts";
import { readPlaces, type Place } from "./stored-text.ts";
import { ANY_HASH, wakeWaiters, type LookedUpValue } from "./lookup-waits.ts";
import { formRowsBy, type FormRows } from "./stored-form.ts";
import { transaction, type Queryable } from "./transaction.ts";

/** A flow's records by the values of some fields. */
export interface LookupIndex {
  readonly num: number;
  readonly fields: readonly StoredPath[];
  /** The form that the flow's rows are found in. */
  readonly form: FormRows;
}

/** A record as far as lookups are concerned. */
export interface LookedUpRecord {
  readonly key: string;
  readonly number: string | null;
  /** Number of the status table. */
  readonly status: number;
  readonly rows: string;
  /** Absent of a page's own records, as is the time at which they were stored. */
  readonly version?: number;
  readonly storedMs?: number;
}

interface IndexRow {
  readonly num: number;
  readonly fields: string;
  readonly form: string | null;
}

/** The indexes of a flow's records, held to the end of the transaction: none is filled meanwhile. */
export async function lookupIndexes(client: Queryable, lane: number, flow: number): Promise<readonly LookupIndex[]> {
  const { rows } = await client.query<IndexRow>({
    name: "lookup_index_hold",
    text: `select i.num, i.fields, f.stored_form as form from lookup_index i join flow f on f.num = i.flow
      where i.lane = $1 and i.flow = $2 order by i.num for share of i`,
    values: [lane, flow],
  });
  return rows.map(({ num, fields, form }) => ({ num, fields: fieldsOf(fields), form: formRowsBy(form) }));
}

/** `records` are a page's; those that the ledger had before leave their former values. */
export async function indexRecords(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  indexes: readonly LookupIndex[],
  records: readonly (LookedUpRecord & { readonly isNew: boolean })[],
): Promise<void> {
  if (indexes.length === 0 || records.length === 0) return;
  const former = records.filter((record) => !record.isNew).map((record) => record.key);
  if (former.length > 0) await forgetLookedUp(client, at.lane, at.flow, former);
  await wakeWaiters(client, at, await insertValues(client, at, indexes, records));
}

/** Records that are gone, or whose values are written anew. */
export async function forgetLookedUp(client: Queryable, lane: number, flow: number, keys: readonly string[]): Promise<void> {
  await client.query({
    name: "lookup_value_forget",
    text: "delete from lookup_value where lane = $1 and flow = $2 and record_key = any($3::text[])",
    values: [lane, flow, keys],
  });
}

async function insertValues(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  indexes: readonly LookupIndex[],
  records: readonly LookedUpRecord[],
): Promise<readonly LookedUpValue[]> {
  const form = indexes[0]?.form ?? formRowsBy(null);
  const values = records.flatMap((record) => {
    const { formed, read } = rowsOf(record, form);
    const rows = [...formed, ...read];
    return indexes.flatMap(({ num, fields }) => {
      if (fields.length === 0) return [];
      const hashes = new Set(rows.flatMap((row) => keysOfRow(row, fields)).map(hashOf));
      return [...hashes].map((hash) => ({ num, hash, key: record.key }));
    });
  });
  const any = indexes.flatMap(({ num, fields }) => (fields.length === 0 ? [{ num, hash: ANY_HASH }] : []));
  if (values.length === 0) return any;
  await client.query({
    name: "lookup_value_insert",
    text: `insert into lookup_value (lane, flow, num, hash, record_key)
      select l.lane, $2, x.n, x.h, x.k from lane l cross join unnest($3::int[], $4::bigint[], $5::text[]) as x(n, h, k) where l.lane = $1
      on conflict do nothing`,
    values: [
      at.lane,
      at.flow,
      numberArray(values.map((value) => value.num)),
      numberArray(values.map((value) => value.hash)),
      textArray(values.map((value) => value.key)),
    ],
  });
  return [...any, ...values];
}

/** A record's rows as lookups see them; none of one that was dropped or taken back. */
export function rowsOf(record: LookedUpRecord, form: FormRows): RecordRows {
  return record.status === STATUSES.skipped.number ? { formed: [], read: [] } : form(record);
}

export function hashOf(key: string): string {
  return createHash("sha256").update(key).digest().readBigInt64BE(0).toString();
}

const FILL_BATCH = 500;

/**
 * The index of these fields, made and filled where it is not there yet. Broken off it goes on where it was, from whatever process asks
 * next; who asks meanwhile helps filling it and waits.
 */
export async function readyIndex(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
  fields: readonly StoredPath[],
): Promise<number> {
  const text = JSON.stringify(fields.map((field) => field.text));
  const found = await findIndex(pool, at, text);
  // Without a field there is nothing to be filled: it only says that somebody may wait for any record.
  if (found !== undefined && (found.filled_to === null || fields.length === 0)) return found.num;
  const num = found?.num ?? (await makeIndex(pool, at, text));
  while (fields.length > 0 && (await fillOne(pool, at, { num, fields })));
  return num;
}

async function findIndex(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  fields: string,
): Promise<{ readonly num: number; readonly filled_to: string | null } | undefined> {
  const { rows } = await client.query<{ num: number; filled_to: string | null }>({
    name: "lookup_index_find",
    text: "select num, filled_to from lookup_index where lane = $1 and flow = $2 and fields = $3",
    values: [at.lane, at.flow, fields],
  });
  return rows[0];
}

async function makeIndex(pool: pg.Pool, at: { readonly lane: number; readonly flow: number }, fields: string): Promise<number> {
  return transaction(pool, async (client) => {
    // No run of the flow begins meanwhile, and a page that is being stored is stored first: none can miss the index.
    await client.query("select num from flow where num = $1 for update", [at.flow]);
    await client.query("select 1 from cursor where lane = $1 and flow = $2 and name = 'lease' for update", [at.lane, at.flow]);
    const known = await findIndex(client, at, fields);
    if (known !== undefined) return known.num;
    const { rows } = await client.query<{ num: number }>(
      "select coalesce(max(num), 0) + 1 as num from lookup_index where lane = $1 and flow = $2",
      [at.lane, at.flow],
    );
    const num = rows[0]?.num ?? 1;
    await client.query("insert into lookup_index (lane, flow, num, fields) values ($1, $2, $3, $4)", [at.lane, at.flow, num, fields]);
    return num;
  });
}

/** Puts the next stored records in; false when there are none left. */
async function fillOne(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
  index: Pick<LookupIndex, "num" | "fields">,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ filled_to: string | null; form: string | null }>(
      `select i.filled_to, f.stored_form as form from lookup_index i join flow f on f.num = i.flow
        where i.lane = $1 and i.flow = $2 and i.num = $3 for update of i`,
      [at.lane, at.flow, index.num],
    );
    const after = rows[0]?.filled_to ?? null;
    if (after === null) return false;
    const records = await recordsBehind(client, at, after, FILL_BATCH);
    // What a former form had them found by.
    await client.query("delete from lookup_value where lane = $1 and flow = $2 and num = $3 and record_key = any($4::text[])", [
      at.lane,
      at.flow,
      index.num,
      textArray(records.map((record) => record.key)),
    ]);
    await insertValues(client, at, [{ ...index, form: formRowsBy(rows[0]?.form ?? null) }], records);
    const last = records.length < FILL_BATCH ? null : (records.at(-1)?.key ?? null);
    await client.query("update lookup_index set filled_to = $4 where lane = $1 and flow = $2 and num = $3", [
      at.lane,
      at.flow,
      index.num,
      last,
    ]);
    return last !== null;
  });
}

const STORED_MS = `floor(extract(epoch from r.changed_at) * 1000)::float8 as "storedMs"`;

/** The flow's records in the order of their keys, with their rows. */
export async function recordsBehind(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  after: string,
  count: number,
): Promise<readonly LookedUpRecord[]> {
  const { rows } = await client.query<Omit<LookedUpRecord, "rows"> & Place>({
    name: "lookup_record_behind",
    text: `select r.key, r.number, r.status, r.version, r.block, r.place, ${STORED_MS} from record r
      where r.lane = $1 and r.flow = $2 and r.key > $3 order by r.key limit $4`,
    values: [at.lane, at.flow, after, count],
  });
  return withRows(client, at.lane, rows);
}

/** Records by the hashes of the values that they are looked up by, at most `each` for a hash, in the order of their keys. */
export async function recordsOfHashes(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly num: number; readonly each: number },
  hashes: readonly string[],
): Promise<ReadonlyMap<string, readonly LookedUpRecord[]>> {
  const { rows } = await client.query<{ hash: string } & Omit<LookedUpRecord, "rows"> & Place>({
    name: "lookup_value_find",
    text: `select x.h as hash, r.key, r.number, r.status, r.version, r.block, r.place, ${STORED_MS} from unnest($4::bigint[]) as x(h)
      cross join lateral (select v.record_key from lookup_value v where v.lane = $1 and v.flow = $2 and v.num = $3 and v.hash = x.h
        order by v.record_key limit $5) v
      join record r on r.lane = $1 and r.flow = $2 and r.key = v.record_key order by x.h, r.key`,
    values: [at.lane, at.flow, at.num, numberArray(hashes), at.each],
  });
  const records = await withRows(client, at.lane, rows);
  const found = new Map<string, LookedUpRecord[]>();
  records.forEach((record, index) => {
    const hash = rows[index]?.hash ?? "";
    const known = found.get(hash);
    if (known === undefined) found.set(hash, [record]);
    else known.push(record);
  });
  return found;
}

/** Statuses of the records' documents. */
export async function statusesOfRecords(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await client.query<{ key: string; status: number }>({
    name: "lookup_status",
    text: "select distinct record_key as key, status from document where lane = $1 and flow = $2 and record_key = any($3::text[])",
    values: [at.lane, at.flow, keys],
  });
  return new Map([...Map.groupBy(rows, (row) => row.key)].map(([key, group]) => [key, group.map((row) => row.status)]));
}

async function withRows<R extends Omit<LookedUpRecord, "rows"> & Place>(
  client: Queryable,
  lane: number,
  rows: readonly R[],
): Promise<readonly LookedUpRecord[]> {
  const texts = await readPlaces(client, lane, rows);
  return rows.map(({ key, number, status, version = 0, storedMs = 0 }, index) => ({
    key,
    number,
    status,
    version,
    storedMs,
    rows: texts[index] ?? "[]",
  }));
}

function fieldsOf(text: string): readonly StoredPath[] {
  return (readJson(text) as readonly Json[]).map((field) => storedPathOf(String(field)));
}
