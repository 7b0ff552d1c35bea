/** A flow's stored records by their key, for a flow that asks its source once for each. */
import type pg from "pg";
import { STATUSES } from "@datong/core";
import { readPlaces, type Place } from "./stored-text.ts";

export interface KeyedRecord {
  readonly key: string;
  readonly number: string | null;
  /** The rows as they are stored. */
  readonly rows: string;
}

/** Up to `count` records behind a key; those that a rule has dropped, or whose rows are gone, are left out. Empty at the end alone. */
export async function recordsByKey(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly after: string; readonly count: number },
): Promise<readonly KeyedRecord[]> {
  for (let after = at.after; ;) {
    const { rows } = await pool.query<{ key: string; number: string | null } & Place>({
      name: "record_by_key",
      text: `select key, number, block, place from record
        where lane = $1 and flow = $2 and key > $3 and status <> $4 order by key limit $5`,
      values: [at.lane, at.flow, after, STATUSES.skipped.number, at.count],
    });
    const last = rows.at(-1);
    if (last === undefined) return [];
    const texts = await readPlaces(pool, at.lane, rows);
    const found = rows.flatMap(({ key, number }, i): readonly KeyedRecord[] => {
      const text = texts[i];
      return text === null || text === undefined ? [] : [{ key, number, rows: text }];
    });
    if (found.length > 0) return found;
    after = last.key;
  }
}
