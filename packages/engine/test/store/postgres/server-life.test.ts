/** The embedded server through crashes and crowds: killed parents, killed servers, several processes at once. */
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../src/store/postgres/index.ts";
import { openInChild, serversBelow, type TemporaryStore, temporaryStore } from "./temporary-store.ts";

let store: TemporaryStore;
let dataDir: string;
beforeEach(() => {
  store = temporaryStore();
  dataDir = join(store.folder, "data");
});
afterEach(() => {
  store.remove();
});

test("a server that outlived its killed process is found, joined, and stopped by the next one", async () => {
  const opener = openInChild(dataDir);
  const { serverPid, error } = await opener.opened;
  expect(error).toBeUndefined();
  expect(serverPid).toBeGreaterThan(0);
  const ended = once(opener.child, "exit");
  opener.child.kill("SIGKILL");
  await ended;
  expect(serversBelow(store.folder)).toEqual([serverPid]);
  const database = await openDatabase({ dataDir });
  expect(serversBelow(store.folder)).toEqual([serverPid]);
  await database.close();
  expect(serversBelow(store.folder)).toEqual([]);
});

test("four processes that start at once share one server, and the last to leave stops it", async () => {
  const openers = [1, 2, 3, 4].map(() => openInChild(dataDir));
  const opened = await Promise.all(openers.map((opener) => opener.opened));
  expect(opened.map((one) => one.error)).toEqual([undefined, undefined, undefined, undefined]);
  expect(new Set(opened.map((one) => one.serverPid)).size).toBe(1);
  for (const opener of openers.slice(1)) await opener.close();
  expect(serversBelow(store.folder)).toEqual([opened[0]?.serverPid]);
  await openers[0]?.close();
  expect(serversBelow(store.folder)).toEqual([]);
});

test("processes that come and go at once never fail and leave nothing running", async () => {
  const visits = Array.from({ length: 6 }, async (_, visit) => {
    for (let turn = 0; turn < 4; turn += 1) {
      await sleep(visit * 7);
      const database = await openDatabase({ dataDir });
      expect((await database.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
      await database.close();
    }
  });
  await Promise.all(visits);
  expect(serversBelow(store.folder)).toEqual([]);
});

test("a killed server comes back by itself with every committed row, also for a connection that was in use", async () => {
  const lines: string[] = [];
  const database = await openDatabase({ dataDir, log: (line) => lines.push(line) });
  await database.pool.query("create table kept(n int)");
  for (let n = 0; n < 50; n += 1) await database.pool.query("insert into kept values($1)", [n]);
  const inUse = await database.pool.connect();
  const [pid] = serversBelow(store.folder);
  process.kill(pid ?? 0, "SIGKILL");
  const until = performance.now() + 60_000;
  let count: unknown;
  while (count === undefined && performance.now() < until) {
    count = await database.pool.query("select count(*)::int as n from kept").then(
      (result) => result.rows[0]?.n,
      () => sleep(100),
    );
  }
  expect(count).toBe(50);
  await expect(inUse.query("select 1")).rejects.toThrow();
  inUse.release(true);
  // The dying server's last helpers may have served the query before; wait for the new server.
  while (!lines.some((line) => line.includes("starting it again")) && performance.now() < until) await sleep(50);
  await database.close();
  expect(lines).toContainEqual(expect.stringContaining("starting it again"));
});

test("a store whose server and user were both killed opens again with every committed row", async () => {
  const opener = openInChild(dataDir);
  const { serverPid, error } = await opener.opened;
  expect(error).toBeUndefined();
  const ended = once(opener.child, "exit");
  opener.child.kill("SIGKILL");
  process.kill(serverPid ?? 0, "SIGKILL");
  await ended;
  const startedAt = Date.now();
  const database = await openDatabase({ dataDir });
  expect(Date.now() - startedAt).toBeLessThan(15_000);
  expect(serversBelow(store.folder)).not.toContain(serverPid);
  await database.close();
});

test("the lock and lease of a dead process, and a pid file whose number was taken by another program, do not hinder", async () => {
  await (await openDatabase({ dataDir })).close();
  writeFileSync(join(dataDir, "postgres.lock"), "999999 12345 00000000-0000-0000-0000-000000000000 abc\n");
  mkdirSync(join(dataDir, "clients"), { recursive: true });
  // Our own number, but another start time: the number was reused.
  writeFileSync(join(dataDir, "clients", `${process.pid}-old`), `${process.pid} 1 00000000-0000-0000-0000-000000000000\n`);
  writeFileSync(join(dataDir, "clients", "cut-short"), "");
  writeFileSync(join(dataDir, "postgres", "postmaster.pid"), `999999\n${join(dataDir, "postgres")}\n1\n5432\n/nowhere\n\n1 1\nready\n`);
  const database = await openDatabase({ dataDir });
  await database.close();
  expect(serversBelow(store.folder)).toEqual([]);
});
