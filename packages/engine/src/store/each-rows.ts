/** A flow's stored records by their key, for a flow that asks its source once for each. */
import type pg from "pg";
import { STATUSES, type JsonObject } from "@datong/core";
import { formRowsBy, storedFormOfFlow } from "./stored-form.ts";
import { readPlaces, type Place } from "./stored-text.ts";

interface KeyedRecord {
  readonly key: string;
  readonly number: string | null;
  /** The rows as they are stored. */
  readonly rows: string;
  readonly storedMs: number;
}

/** A record as whoever asks for each sees it. */
interface HeadedRecord {
  readonly key: string;
  /** The first row in its stored form, with the fields of the row as it was read that the form lacks. */
  readonly head: JsonObject;
}

/** The same in the form in which lookups see them; a record whose rows the form has dropped is left out. */
export async function headsByKey(pool: pg.Pool, at: Parameters<typeof recordsByKey>[1]): Promise<readonly HeadedRecord[]> {
  const form = formRowsBy(await storedFormOfFlow(pool, at.flow));
  for (let { after } = at; ;) {
    const records = await recordsByKey(pool, { ...at, after });
    const heads = records.flatMap((record): readonly HeadedRecord[] => {
      const { formed, read } = form(record);
      // Rows that the steps cannot work on are seen as they were read.
      const head = formed[0] ?? read[0];
      return head === undefined ? [] : [{ key: record.key, head: { ...read[0]?.content, ...head.content } }];
    });
    const last = records.at(-1);
    if (heads.length > 0 || last === undefined) return heads;
    after = last.key;
  }
}

/** Up to `count` records behind a key; those that a rule has dropped, or whose rows are gone, are left out. Empty at the end alone. */
async function recordsByKey(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly after: string; readonly count: number },
): Promise<readonly KeyedRecord[]> {
  for (let after = at.after; ;) {
    const { rows } = await pool.query<{ key: string; number: string | null; storedMs: number } & Place>({
      name: "record_by_key",
      text: `select key, number, block, place, floor(extract(epoch from changed_at) * 1000)::float8 as "storedMs" from record
        where lane = $1 and flow = $2 and key > $3 and status <> $4 order by key limit $5`,
      values: [at.lane, at.flow, after, STATUSES.skipped.number, at.count],
    });
    const last = rows.at(-1);
    if (last === undefined) return [];
    const texts = await readPlaces(pool, at.lane, rows);
    const found = rows.flatMap(({ key, number, storedMs }, i): readonly KeyedRecord[] => {
      const text = texts[i];
      return text === null || text === undefined ? [] : [{ key, number, rows: text, storedMs }];
    });
    if (found.length > 0) return found;
    after = last.key;
  }
}
