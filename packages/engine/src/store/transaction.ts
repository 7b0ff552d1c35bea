/**
 * One transaction on one connection of the pool: commits what `work` did, or rolls back and throws. Never held open during a call.
 *
 * Statements are sent without waiting for the answers to those before (pipelining): a statement whose answer nobody needs is handed to
 * `later`, costs no way to the server and back, and is waited for before the commit. The order is that in which they are started.
 */
import type pg from "pg";

export type Queryable = Pick<pg.ClientBase, "query">;

/** What somebody else adds to a transaction, from what came of it: an audit entry, a count. */
export type Also<T> = (client: Queryable, result: T) => Promise<unknown>;

/** Takes a statement that has been started. */
export type Later = (statement: Promise<unknown>) => void;

export async function transaction<T>(pool: pg.Pool, work: (client: Queryable, later: Later) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const started: Promise<unknown>[] = [];
  const later: Later = (statement) => {
    statement.catch(metLater);
    started.push(statement);
  };
  let broken: Error | undefined;
  try {
    later(client.query("begin"));
    const result = await work(client, later);
    // What is waited for may start more.
    for (let met = 0; met < started.length;) {
      met = started.length;
      await Promise.all(started);
    }
    await client.query("commit");
    return result;
  } catch (error) {
    // After the first failure the server refuses the others: that one is the cause.
    const failed = (await Promise.allSettled(started)).find((each) => each.status === "rejected");
    await client.query("rollback").catch((failure: unknown) => (broken = failure instanceof Error ? failure : new Error(String(failure))));
    throw failed?.reason ?? error;
  } finally {
    client.release(broken);
  }
}

/** The same promise is waited for before the commit, and throws there. */
function metLater(): undefined {
  return undefined;
}
