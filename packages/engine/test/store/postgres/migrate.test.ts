/** Migrations against a real server: once each, in order, whole or not at all, also when two programs start together. */
import { mkdtemp, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { migrate } from "../../../src/store/migrate.ts";
import { type Database, openDatabase } from "../../../src/store/postgres/index.ts";
import { temporaryStore, type TemporaryStore } from "./temporary-store.ts";

let store: TemporaryStore;
let own: Database;
let pools: pg.Pool[] = [];
let folder: string;
let count = 0;

beforeAll(async () => {
  store = temporaryStore();
  own = await openDatabase({ dataDir: join(store.folder, "data") });
});
afterAll(async () => {
  await own.close();
  store.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(join(store.folder, "migrations-"));
  count += 1;
  await own.pool.query(`create database case_${count}`);
  return async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    pools = [];
  };
});

function newPool(): pg.Pool {
  const { host, user } = own.pool.options;
  const pool = new pg.Pool({ host: host ?? "", user: user ?? "", port: 5432, database: `case_${count}`, statement_timeout: 300 });
  // An idle connection may still be closing when the server stops; what a test asks for fails by itself.
  pool.on("error", (error) => process.stderr.write(`idle connection: ${error.message}\n`));
  pools.push(pool);
  return pool;
}

const put = (name: string, sql: string): Promise<void> => writeFile(join(folder, name), sql);

test("files are applied in order, each once, and recorded with checksum and time", async () => {
  await put("0001-first.sql", "create table a(n int); insert into a values(1);");
  await put("0002-second-step.sql", "alter table a add m int not null default 7;");
  await put("notes.md", "not a migration");
  const pool = newPool();
  expect(await migrate(pool, folder)).toEqual({ applied: ["0001-first.sql", "0002-second-step.sql"], total: 2 });
  expect(await migrate(pool, folder)).toEqual({ applied: [], total: 2 });
  await put("0003-third.sql", "insert into a values(2, 8);");
  expect(await migrate(pool, folder)).toEqual({ applied: ["0003-third.sql"], total: 3 });
  expect((await pool.query("select n, m from a order by n")).rows).toEqual([
    { n: 1, m: 7 },
    { n: 2, m: 8 },
  ]);
  const { rows } = await pool.query(
    "select name, length(checksum) as length, applied_at <= now() as past from datong_migration order by name",
  );
  expect(rows[0]).toEqual({ name: "0001-first.sql", length: 64, past: true });
  expect(rows).toHaveLength(3);
});

test("programs that start at once apply each file exactly once, also when one takes longer than a statement may", async () => {
  await put("0001-slow.sql", "select pg_sleep(0.5); create table a(n int);");
  await put("0002-once.sql", "insert into a values(1);");
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(newPool(), folder)));
  expect(results.flatMap((result) => result.applied).sort()).toEqual(["0001-slow.sql", "0002-once.sql"]);
  expect((await newPool().query("select count(*)::int as n from a")).rows).toEqual([{ n: 1 }]);
});

test("a failing file is rolled back whole, named with its line, and the earlier ones stay", async () => {
  await put("0001-good.sql", "create table a(n int);");
  await put("0002-bad.sql", "create table b(n int);\ninsert into b values(1);\ninsert into absent values(1);");
  const pool = newPool();
  await expect(migrate(pool, folder)).rejects.toMatchObject({
    code: "STORE_MIGRATION_FAILED",
    details: { file: "0002-bad.sql", line: 3, reason: expect.stringContaining("absent") },
  });
  const { rows } = await pool.query(
    "select to_regclass('a')::text as a, to_regclass('b')::text as b, (select count(*)::int from datong_migration) as n",
  );
  expect(rows).toEqual([{ a: "a", b: null, n: 1 }]);
  await put("0002-bad.sql", "create table b(n int);");
  expect((await migrate(pool, folder)).applied).toEqual(["0002-bad.sql"]);
});

test("a file changed after it was applied is refused, but other line ends are not a change", async () => {
  await put("0001-first.sql", "create table a(\n n int);\n");
  await migrate(newPool(), folder);
  await put("0001-first.sql", "create table a(\r\n n int);\r\n");
  expect((await migrate(newPool(), folder)).applied).toEqual([]);
  await put("0001-first.sql", "create table a(\n n bigint);\n");
  await put("0002-next.sql", "create table b(n int);");
  const pool = newPool();
  await expect(migrate(pool, folder)).rejects.toMatchObject({ code: "STORE_MIGRATION_CHANGED", details: { file: "0001-first.sql" } });
  expect((await pool.query("select to_regclass('b')::text as b")).rows).toEqual([{ b: null }]);
});

test("a database that knows a later migration is refused, and so is one whose migration was renamed", async () => {
  await put("0001-first.sql", "create table a(n int);");
  await put("0002-later.sql", "create table b(n int);");
  await migrate(newPool(), folder);
  await rename(join(folder, "0002-later.sql"), join(folder, "0002-other.sql"));
  await expect(migrate(newPool(), folder)).rejects.toMatchObject({ code: "STORE_DATABASE_NEWER", details: { file: "0002-later.sql" } });
  await rename(join(folder, "0002-other.sql"), join(store.folder, "away.sql"));
  await expect(migrate(newPool(), folder)).rejects.toMatchObject({ code: "STORE_DATABASE_NEWER", details: { file: "0002-later.sql" } });
});

test.each([
  ["a gap in the numbers", "0003-third.sql", "select 1"],
  ["a number used twice", "0001-again.sql", "select 1"],
  ["a name without a number", "second.sql", "select 1"],
  ["a commit inside", "0002-second.sql", "create table b(n int);\n  COMMIT;\n"],
])("%s is refused before anything is run", async (_, name, sql) => {
  await put("0001-aaa.sql", "create table a(n int);");
  await put(name, sql);
  const pool = newPool();
  await expect(migrate(pool, folder)).rejects.toMatchObject({ code: "STORE_MIGRATION_INVALID", details: { file: name } });
  expect((await pool.query("select to_regclass('a')::text as a")).rows).toEqual([{ a: null }]);
});
