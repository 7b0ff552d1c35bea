/** One transaction on one connection of the pool: commits what `work` did, or rolls back and throws. Never held open during a call. */
import type pg from "pg";

export type Queryable = Pick<pg.ClientBase, "query">;

export async function transaction<T>(pool: pg.Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((failure: unknown) => (broken = failure instanceof Error ? failure : new Error(String(failure))));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A text as PostgreSQL can hold it: well-formed and without NUL; U+FFFD stands for what cannot be held. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}

/** JSON for json_to_recordset, every text storable. */
export function rowsJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "string" ? storableText(value) : value));
}
