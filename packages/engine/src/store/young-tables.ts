/**
 * Statistics for tables that have just begun to grow. The server's own analysis comes up to a minute after the first page (20 s on ours);
 * until then it guesses that a lane is a two-hundredth of a table, and reads the whole lane for each batch. So the first pages look
 * after it themselves: at the 1st, 2nd, 4th, 8th … page of a process, tables that have grown fourfold since are analysed.
 */
import type pg from "pg";
import { transaction } from "./transaction.ts";

/** What counts here is how large a table is; the server's own analysis follows with a sample ten times as large, in memory and time. */
const SAMPLE = 10;

const TABLES = ["record", "document", "task", "block", "document_number"];

/** Told of each page that was stored. */
export function analyseYoung(pool: pg.Pool): () => Promise<void> {
  let pages = 0;
  return async () => {
    pages += 1;
    if ((pages & (pages - 1)) !== 0) return;
    const { rows } = await pool.query<{ name: string }>(
      `select relname as name from pg_class
       where oid = any($1::regclass[]) and pg_relation_size(oid) / current_setting('block_size')::int > greatest(relpages, 1) * 4`,
      [TABLES],
    );
    if (rows.length > 0)
      await transaction(pool, async (client, later) => {
        later(client.query(`set local default_statistics_target = ${SAMPLE}`));
        await client.query(`analyze ${rows.map((row) => row.name).join(", ")}`);
      });
  };
}
