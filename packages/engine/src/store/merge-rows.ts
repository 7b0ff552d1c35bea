/** Records that wait to be put together with others of the same key. */
import type pg from "pg";
import { readPlaces, type Place } from "./stored-text.ts";

/** The next group's key; null when none waits. */
export async function nextMergeKey(pool: pg.Pool, lane: number, flow: number): Promise<string | null> {
  const { rows } = await pool.query<{ key: string }>(
    "select merge_key as key from merge_item where lane = $1 and flow = $2 order by merge_key limit 1",
    [lane, flow],
  );
  return rows[0]?.key ?? null;
}

/** The records of one group, in the order of their keys, with their stored rows. */
export async function loadMergeGroup(
  pool: pg.Pool,
  lane: number,
  flow: number,
  mergeKey: string,
): Promise<readonly { readonly key: string; readonly number: string | null; readonly rows: string }[]> {
  const { rows } = await pool.query<{ key: string; number: string | null } & Place>(
    `select r.key, r.number, r.block, r.place from merge_item m join record r on r.lane = $1 and r.flow = $2 and r.key = m.record_key
      where m.lane = $1 and m.flow = $2 and m.merge_key = $3 order by r.key`,
    [lane, flow, mergeKey],
  );
  const texts = await readPlaces(pool, lane, rows);
  return rows.map((row, i) => ({ key: row.key, number: row.number, rows: texts[i] ?? "[]" }));
}
