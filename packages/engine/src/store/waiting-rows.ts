/** Records whose stored version has not been acted on, because a document was under way or in doubt. */
import type pg from "pg";
import { readPlaces, type Place } from "./stored-text.ts";

/** Those that need wait no longer, or those of them with these keys, in the order of their keys, with their stored rows. */
export async function waitingRecords(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly after: string; readonly count: number; readonly keys?: readonly string[] },
): Promise<readonly { readonly key: string; readonly number: string | null; readonly rows: string }[]> {
  // The literal lets the partial index answer.
  const { rows } = await pool.query<{ key: string; number: string | null } & Place>(
    `select r.key, r.number, r.block, r.place from record r
      where r.lane = $1 and r.flow = $2 and r.key > $3 ${at.keys === undefined ? "" : "and r.key = any($5::text[])"} and r.fingerprint = '\\x00'::bytea
        and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key and d.status in (1, 2, 6))
      order by r.key limit $4`,
    [at.lane, at.flow, at.after, at.count, ...(at.keys === undefined ? [] : [at.keys])],
  );
  const texts = await readPlaces(pool, at.lane, rows);
  return rows.map((row, i) => ({ key: row.key, number: row.number, rows: texts[i] ?? "[]" }));
}
