/** Opening a store that exists: what is kept, and what is said when it is damaged, foreign or closed to us. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DatongError, explain } from "@datong/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findBinaries } from "../../../src/store/postgres/binaries.ts";
import { openDatabase } from "../../../src/store/postgres/index.ts";
import { serversBelow, type TemporaryStore, temporaryStore } from "./temporary-store.ts";

let store: TemporaryStore;
beforeEach(() => {
  store = temporaryStore();
});
afterEach(() => {
  store.remove();
});

describe("an existing store", () => {
  test("keeps its rows, a person's own settings, and its log without statements or values", async () => {
    const dataDir = join(store.folder, "data");
    const first = await openDatabase({ dataDir });
    await first.pool.query("create table kept(bill text primary key); insert into kept values('XSD-秘密-001')");
    await expect(first.pool.query("insert into kept values('XSD-秘密-001')")).rejects.toMatchObject({ code: "23505" });
    await first.close();
    const config = join(dataDir, "postgres", "postgresql.conf");
    await writeFile(config, `${await readFile(config, "utf8")}\nwork_mem = '5MB'\nmax_connections = 33\nfsync = off\n`);
    const second = await openDatabase({ dataDir });
    const { rows } = await second.pool.query(`select bill, current_setting('work_mem') as memory, current_setting('fsync') as fsync,
      current_setting('max_connections') as most, pg_read_file(pg_current_logfile()) as log from kept`);
    expect(rows).toMatchObject([{ bill: "XSD-秘密-001", memory: "5MB", most: "33", fsync: "on" }]);
    const logs = await second.pool.query<{ readonly text: string }>("select pg_read_file('log/' || name) as text from pg_ls_logdir()");
    const text = logs.rows.map((row) => row.text).join("");
    expect(text).toContain("duplicate key value");
    expect(text).not.toContain("秘密");
    await second.close();
  });

  test("made by another major version is refused and named", async () => {
    const dataDir = join(store.folder, "data");
    await mkdir(join(dataDir, "postgres"), { recursive: true });
    await writeFile(join(dataDir, "postgres", "PG_VERSION"), "13\n");
    const error = await openDatabase({ dataDir }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "STORE_DATA_VERSION", details: { dataVersion: 13 } });
    expect(explain(error as DatongError, "zh").todo).toContain("postgresql-13");
  });

  test("that lost its control file is called damaged, with PostgreSQL's own words", async () => {
    const dataDir = join(store.folder, "data");
    await (await openDatabase({ dataDir })).close();
    await rm(join(dataDir, "postgres", "global", "pg_control"));
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: "STORE_DATA_BROKEN",
      details: { reason: expect.stringContaining("pg_control") },
    });
  });

  test("that lost its version file is called damaged and never built anew", async () => {
    const dataDir = join(store.folder, "data");
    await mkdir(join(dataDir, "postgres", "base"), { recursive: true });
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: "STORE_DATA_BROKEN" });
    expect(existsSync(join(dataDir, "postgres", "base"))).toBe(true);
  });

  test("whose access rules were changed to keep us out is refused with the server's reason, and the server not left running", async () => {
    const dataDir = join(store.folder, "data");
    await (await openDatabase({ dataDir })).close();
    await writeFile(join(dataDir, "postgres", "pg_hba.conf"), "local all all reject\n");
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: "STORE_LOGIN_REFUSED",
      details: { reason: expect.stringContaining("pg_hba.conf") },
    });
    expect(serversBelow(store.folder)).toEqual([]);
  });

  test("with a wrong line in postgresql.conf is refused with that line", async () => {
    const dataDir = join(store.folder, "data");
    await (await openDatabase({ dataDir })).close();
    await writeFile(join(dataDir, "postgres", "postgresql.conf"), "max_conections = 5\n");
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: "STORE_START_FAILED",
      details: { reason: expect.stringContaining("max_conections") },
    });
  });
});

const debian = findBinaries().filter((binaries) => binaries.kind === "debian");
test("Debian's PostgreSQL serves a store too, and keeps serving it when newer programs appear", async ({ skip }) => {
  skip(debian.length === 0, "Debian's PostgreSQL is not installed here");
  const dataDir = join(store.folder, "data");
  const first = await openDatabase({ dataDir, binaries: debian });
  expect(first.kind).toBe("debian");
  await first.pool.query("create table kept(n int)");
  await first.close();
  const second = await openDatabase({ dataDir });
  expect(second.kind).toBe("debian");
  expect((await second.pool.query("select n from kept")).rows).toEqual([]);
  await second.close();
});
