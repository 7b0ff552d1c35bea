/** The pool that stays small: on a real server, because what matters is who gets a connection and when. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../src/store/postgres/index.ts";
import { SparingPool } from "../../../src/store/postgres/sparing-pool.ts";
import { type TemporaryStore, temporaryStore } from "./temporary-store.ts";

let store: TemporaryStore;
let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: SparingPool;
beforeAll(async () => {
  store = temporaryStore();
  database = await openDatabase({ dataDir: store.folder });
  const { host, port, user, database: name } = database.pool.options;
  pool = new SparingPool({ host, port, user, database: name, idleTimeoutMillis: 20 }, 2, 4, 5);
});
afterAll(async () => {
  await pool.end();
  await database.close();
  store.remove();
});

async function take(count: number): Promise<readonly pg.PoolClient[]> {
  return Promise.all(Array.from({ length: count }, () => pool.connect()));
}

test("whoever waits gets a connection more, up to the most; then everybody waits for his turn, and later it is few again", async () => {
  const few = await take(2);
  expect(pool.totalCount).toBe(2);
  // Nobody gives one back: these come because they waited.
  const more = await take(2);
  expect(pool.totalCount).toBe(4);
  const fifth = pool.query<{ one: number }>("select 1 as one");
  await sleep(100);
  expect([pool.totalCount, pool.waitingCount]).toEqual([4, 1]);
  for (const client of [...few, ...more]) client.release();
  expect((await fifth).rows).toEqual([{ one: 1 }]);
  await expect.poll(() => [pool.options.max, pool.totalCount], { timeout: 20_000 }).toEqual([2, 0]);
});

test("many short questions are answered by the few", async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => pool.query<{ i: number }>("select $1::int as i", [i])));
  expect(answers.map(({ rows }) => rows[0]?.i)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(pool.totalCount).toBeLessThanOrEqual(4);
});
