/** Records that wait to be put together with others of the same key. */
import type pg from "pg";
import { mergedRecords, OPEN_AGAIN } from "./known-rows.ts";
import { readPlaces, type Place } from "./stored-text.ts";

/** The next group's key; null when none waits. */
export async function nextMergeKey(pool: pg.Pool, lane: number, flow: number): Promise<string | null> {
  const { rows } = await pool.query<{ key: string }>(
    "select merge_key as key from merge_item where lane = $1 and flow = $2 order by merge_key limit 1",
    [lane, flow],
  );
  return rows[0]?.key ?? null;
}

/** A document that failed, or waits, without the target having taken it. */
export interface FailedDocument {
  readonly status: number;
  readonly id: string;
  readonly unit: string;
  readonly version: number;
}

/**
 * The failed documents of a group (`base` begins their units) that can be put together anew, with the keys of their records: none of
 * these records is counted in a document that the target has, or may have.
 */
export async function failedGroup(
  pool: pg.Pool,
  lane: number,
  flow: number,
  base: string,
): Promise<{ readonly documents: readonly FailedDocument[]; readonly records: readonly string[] }> {
  const { rows } = await pool.query<FailedDocument & { records: string[] }>(
    `select d.id, d.status, d.unit, d.version, array_prepend(d.record_key, array(
        select s.record_key from document_source s where s.lane = $1 and s.flow = $2 and s.document = d.id)) as records
      from attention a join document d on d.lane = $1 and d.id = a.document
      where a.lane = $1 and a.flow = $2 and a.status in (0, 4) and starts_with(d.unit, $3) and substr(d.unit, length($3) + 1, 1) in ('', '/', '#')
        and ${OPEN_AGAIN}
      order by d.unit`,
    [lane, flow, base],
  );
  const counted = await mergedRecords(
    pool,
    lane,
    flow,
    rows.flatMap((row) => row.records),
  );
  const open = rows.filter((row) => !row.records.some((key) => counted.has(key)));
  return { documents: open, records: [...new Set(open.flatMap((row) => row.records))] };
}

/** The records of one group, those that wait and `more`, in the order of their keys, with their stored rows. */
export async function loadMergeGroup(
  pool: pg.Pool,
  lane: number,
  flow: number,
  mergeKey: string,
  more: readonly string[] = [],
): Promise<readonly { readonly key: string; readonly number: string | null; readonly rows: string }[]> {
  const { rows } = await pool.query<{ key: string; number: string | null } & Place>(
    `select r.key, r.number, r.block, r.place from (
        select record_key as key from merge_item where lane = $1 and flow = $2 and merge_key = $3 union select unnest($4::text[])) m
      join record r on r.lane = $1 and r.flow = $2 and r.key = m.key order by r.key`,
    [lane, flow, mergeKey, more],
  );
  const texts = await readPlaces(pool, lane, rows);
  return rows.map((row, i) => ({ key: row.key, number: row.number, rows: texts[i] ?? "[]" }));
}
