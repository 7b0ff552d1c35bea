/**
 * A flow's stored records in the order of their last change, for flows that have them as their source. The index that answers this is
 * made for the flow that is read, when it is first read: flows that nobody reads pay nothing for it.
 */
import type pg from "pg";
import { readPlaces, type Place } from "./stored-text.ts";

/** Behind which record the next page begins. `at`: PostgreSQL's text of an instant, exact to the microsecond. */
export interface ChangePlace {
  readonly at: string;
  readonly key: string;
}

export interface ChangedRecord extends ChangePlace {
  readonly number: string | null;
  /** JSON list of the source rows. */
  readonly rows: string;
}

/** Before the first change that there can be. */
export const FIRST_CHANGE: ChangePlace = { at: "-infinity", key: "" };

/** Outside of any transaction: the flow that is read goes on meanwhile. */
export async function ensureChangeIndex(pool: pg.Pool, flow: number): Promise<void> {
  const name = `record_change_${flow}`;
  const found = await pool.query("select 1 from pg_class where relname = $1", [name]);
  if (found.rows.length > 0) return;
  await pool.query(`create index concurrently if not exists ${name} on record (lane, changed_at, key) where flow = ${Math.trunc(flow)}`);
}

/**
 * Up to `count` records behind a place, with their rows; those whose rows are gone are left out, and `last` tells how far it went.
 * `backS`: seconds that the beginning is moved back, because changes are stamped when they begin and seen when they end.
 */
export async function recordsChanged(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly after: ChangePlace; readonly backS: number; readonly count: number },
): Promise<{ readonly records: readonly ChangedRecord[]; readonly last: ChangePlace | null }> {
  const { rows } = await pool.query<{ key: string; number: string | null; at: string } & Place>(
    `select key, number, changed_at::text as at, block, place from record
     where lane = $1 and flow = ${Math.trunc(at.flow)} and (changed_at, key) > ($2::timestamptz - make_interval(secs => $3), $4)
     order by changed_at, key limit $5`,
    [at.lane, at.after.at, at.backS, at.backS > 0 ? "" : at.after.key, at.count],
  );
  const texts = await readPlaces(pool, at.lane, rows);
  const last = rows.at(-1);
  return {
    records: rows.flatMap((row, i) => {
      const text = texts[i];
      return text === null || text === undefined ? [] : [{ key: row.key, number: row.number, at: row.at, rows: text }];
    }),
    last: last === undefined ? null : { at: last.at, key: last.key },
  };
}
