/** The embedded server from the outside: what a caller of openDatabase sees, folder by folder, error by error. */
import { existsSync } from "node:fs";
import { chmod, mkdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../../src/store/postgres/index.ts";
import { serversBelow, type TemporaryStore, temporaryStore, userOf } from "./temporary-store.ts";

let store: TemporaryStore;
beforeEach(() => {
  store = temporaryStore();
});
afterEach(() => {
  store.remove();
});

const isRoot = process.getuid?.() === 0;
const NOT_ROOT = "only root serves a store by another account";

describe("a new store", () => {
  test("is made, serves exact values, and stops when its only user closes it, twice if need be", async () => {
    const dataDir = join(store.folder, "深", "data");
    const lines: string[] = [];
    const database = await openDatabase({ dataDir, log: (line) => lines.push(line) });
    expect(database.kind).toBe("embedded");
    expect(database.serverVersion).toBeGreaterThanOrEqual(180_000);
    expect(database.describe()).toContain(dataDir);
    const { rows } = await database.pool.query(`select 9007199254740993::int8 as id, 1234567.10::numeric as amount,
      '{"n": 1.10}'::json as raw, '{"n": 1.10}'::jsonb as body, timestamptz '2026-11-21 08:00:00.1239+08' as at,
      array[9007199254740993::int8, null] as ids, array['{"n": 1.10}'::json] as raws, null::timestamptz as never, date '2026-11-21' as day`);
    expect(rows).toEqual([
      {
        id: "9007199254740993",
        amount: "1234567.10",
        raw: '{"n": 1.10}',
        body: '{"n": 1.10}',
        at: Date.UTC(2026, 10, 21, 0, 0, 0, 123),
        ids: ["9007199254740993", null],
        raws: ['{"n": 1.10}'],
        never: null,
        day: "2026-11-21",
      },
    ]);
    expect(lines).toEqual([expect.stringContaining("PostgreSQL started")]);
    await Promise.all([database.close(), database.close()]);
    await database.close();
    expect(serversBelow(store.folder)).toEqual([]);
  });

  test("keeps every commit, listens on no network port, and sorts by code point in UTF-8", async () => {
    const database = await openDatabase({ dataDir: join(store.folder, "data"), statementTimeoutMs: 1234 });
    const setting = async (name: string): Promise<unknown> =>
      (await database.pool.query<{ readonly value: string }>("select current_setting($1) as value", [name])).rows[0]?.value;
    for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) expect(await setting(name)).toBe("on");
    expect(await setting("listen_addresses")).toBe("");
    expect(await setting("server_encoding")).toBe("UTF8");
    expect(await setting("max_connections")).toBe("60");
    expect(await setting("statement_timeout")).toBe("1234ms");
    expect(await setting("idle_in_transaction_session_timeout")).toBe("1min");
    expect(await setting("application_name")).toBe("datong");
    const { rows } = await database.pool.query("select lower('ÄΩ') as lower, 'Z' < 'a' as byte_order, '订' < '金' as han");
    expect(rows).toEqual([{ lower: "äω", byte_order: true, han: true }]);
    await database.close();
  });

  test("run by root is served by an ordinary account that owns only its own folders", async ({ skip }) => {
    skip(!isRoot, NOT_ROOT);
    const dataDir = join(store.folder, "data");
    const database = await openDatabase({ dataDir });
    const [pid] = serversBelow(store.folder);
    expect(userOf(pid ?? 0)).not.toBe(0);
    expect(userOf(pid ?? 0)).toBe((await stat(join(dataDir, "postgres"))).uid);
    expect((await stat(join(dataDir, "postgres"))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, "run"))).mode & 0o777).toBe(0o700);
    expect((await stat(dataDir)).uid).toBe(0);
    expect((await stat(dataDir)).mode & 0o007).toBe(0);
    await database.close();
  });

  test("below a path too long for a socket has its socket in a private temporary folder", async () => {
    const dataDir = join(store.folder, "很长的文件夹名".repeat(6), "b".repeat(120));
    const database = await openDatabase({ dataDir });
    const folder = database.pool.options.host ?? "";
    expect(folder.startsWith(dataDir)).toBe(false);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await database.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await database.close();
    await rm(folder, { recursive: true });
  });

  test("reached through a link is the same store", async () => {
    await symlink(join(store.folder, "data"), join(store.folder, "link"));
    const direct = await openDatabase({ dataDir: join(store.folder, "data") });
    const linked = await openDatabase({ dataDir: join(store.folder, "link") });
    expect(serversBelow(store.folder)).toHaveLength(1);
    await direct.close();
    expect((await linked.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await linked.close();
  });

  test("removes the draft of a first start that was killed half-way", async () => {
    const dataDir = join(store.folder, "data");
    await mkdir(join(dataDir, "postgres.new-dead", "base"), { recursive: true });
    await writeFile(join(dataDir, "postgres.new-dead", "PG_VERSION"), "18\n");
    const database = await openDatabase({ dataDir });
    expect(existsSync(join(dataDir, "postgres.new-dead"))).toBe(false);
    await database.close();
  });
});

describe("a place that cannot be used", () => {
  test("is refused when the data folder is a file", async () => {
    await writeFile(join(store.folder, "data"), "");
    await expect(openDatabase({ dataDir: join(store.folder, "data") })).rejects.toMatchObject({ code: "STORE_FOLDER_REFUSED" });
  });

  test("is refused with the folder that keeps the server's account out", async ({ skip }) => {
    skip(!isRoot, NOT_ROOT);
    const closed = join(store.folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    await chmod(closed, 0o700);
    await expect(openDatabase({ dataDir: join(closed, "data") })).rejects.toMatchObject({
      code: "STORE_FOLDER_UNREACHABLE",
      details: { folder: closed },
    });
  });

  test("is refused before anything is created when the machine has no PostgreSQL", async () => {
    const failure = openDatabase({ dataDir: join(store.folder, "data"), binaries: [] });
    await expect(failure).rejects.toMatchObject({ code: "POSTGRES_NOT_FOUND" });
    expect(existsSync(join(store.folder, "data"))).toBe(false);
  });
});
