/** Backup and restore: consistent while others write, complete between major versions, and never half. */
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { explain } from "@datong/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkCounts } from "../../src/store/count-check.ts";
import { backupStore } from "../../src/store/backup-store.ts";
import { restoreStore } from "../../src/store/restore-store.ts";
import { openDatabase, type Database } from "../../src/store/postgres/index.ts";
import { openEngine } from "../../src/engine.ts";
import { LAB_CONNECTORS, LAB_SESSIONS } from "../flow/lab/connector.ts";
import { bills, openLab, STATUS, type Lab, type Scene } from "../flow/lab/lab.ts";
import { temporaryStore, type TemporaryStore } from "./postgres/temporary-store.ts";
import { contentOf, MAJORS, startServer, type StoreServer } from "./store-servers.ts";

let lab: Lab;
let scene: Scene;
let files: TemporaryStore;
let saved: string;
beforeAll(async () => {
  files = temporaryStore();
  lab = await openLab();
  scene = await lab.scene();
  // Texts that COPY must escape, and more than one frame of them.
  scene.vendor.rows = bills(60).map((row, i) => ({
    text: JSON.stringify({ ...(JSON.parse(row.text) as object), name: `\\N\t“${i}”\n\\.\r 𠮷` }),
  }));
  scene.vendor.refuse = (document) => (document["k"] === "b0003" ? "拒绝\t\\" : undefined);
  await scene.run();
  scene.vendor.rows = [...scene.vendor.rows, ...bills(2, 61)];
  scene.vendor.script = (request) => (/b006[12]/.test(request.body) ? { kind: "reply", status: 429, body: "" } : undefined);
  await scene.run({ retries: { count: 5, delaysS: [3600] } }, { waitMs: 0 });
  scene.vendor.script = () => undefined;
  // What was called is counted in memory until the next heartbeat, which would change the store behind the backup.
  const called = scene.vendor.seen.length;
  const folded = async (): Promise<number> =>
    (await lab.engine.pool.query<{ n: number }>("select coalesce(sum(calls), 0)::int as n from api_usage")).rows[0]?.n ?? 0;
  const allFolded = async (): Promise<void> => {
    const count = await folded();
    if (count < called) throw new Error(`${count} of ${called} calls are counted`);
  };
  await vi.waitFor(allFolded, { timeout: 15_000, interval: 200 });
  saved = join(files.folder, "saved.backup");
  // The process that runs the flow while the backup is made holds it for two minutes, in this store only.
  await lab.engine.pool.query(
    `insert into cursor (lane, flow, name, value) select lane, num, 'lease', '{"owner":"elsewhere:1:1:x","untilMs":9999999999999}' from flow`,
  );
  await backupStore(lab.engine.database, saved, Date.now());
  await lab.engine.pool.query("delete from cursor where name = 'lease'");
});
afterAll(async () => {
  await lab.close();
  files.remove();
});

const open: Database[] = [];
const empty = async (name: string): Promise<Database> => {
  const database = await openDatabase({ dataDir: join(files.folder, name) });
  open.push(database);
  return database;
};
const closeAll = async (): Promise<void> => {
  for (const database of open.splice(0)) await database.close();
};

describe("a backup", () => {
  test("is for its owner only, is not overwritten, and leaves nothing behind when it fails", async () => {
    expect((await stat(saved)).mode & 0o777).toBe(0o600);
    await expect(backupStore(lab.engine.database, saved, 0)).rejects.toMatchObject({ code: "STORE_BACKUP_EXISTS" });
    const nothing = await empty("nothing");
    // What a process left that was killed an hour ago goes with the next backup; what another machine is writing does not.
    const [dead, young] = ["dead", "young"].map((name) => join(files.folder, `${name}.backup.999999999-1.part`)) as [string, string];
    for (const part of [dead, young]) await writeFile(part, "");
    await utimes(dead, new Date(), new Date(Date.now() - 3_600_000));
    await expect(backupStore(nothing, join(files.folder, "no.backup"), 0)).rejects.toMatchObject({ code: "STORE_BACKUP_NOTHING" });
    expect((await readdir(files.folder)).filter((name) => name.endsWith(".part"))).toEqual([basename(young)]);
    await rm(young);
    await closeAll();
  });

  test("holds one instant, however much is written while it is made", async () => {
    const { pool } = lab.engine;
    const file = join(files.folder, "busy.backup");
    let going = true;
    // One transaction moves a marker from the first table that is saved to the last one, again and again.
    await pool.query("insert into attention (lane, flow, document, status) values (0, 0, -1, 0)");
    const writer = (async () => {
      for (let i = 0; going; i += 1) {
        await pool.query(
          i % 2 === 0
            ? "with gone as (delete from attention where document = -1 returning 1) insert into task (lane, id, flow, account, action, documents) select 0, -1, 0, '', 'x', '{}' from gone"
            : "with gone as (delete from task where id = -1 returning 1) insert into attention (lane, flow, document, status) select 0, 0, -1, 0 from gone",
        );
      }
    })();
    await backupStore(lab.engine.database, file, 0);
    going = false;
    await writer;
    await pool.query("delete from attention where document = -1");
    await pool.query("delete from task where id = -1");
    const target = await empty("busy");
    await restoreStore(target, file, { moved: true });
    const { rows } = await target.pool.query(
      "select (select count(*) from attention where document = -1) + (select count(*) from task where id = -1) as n",
    );
    expect(rows).toEqual([{ n: "1" }]);
    await closeAll();
  });
});

describe("a restored store", () => {
  test("has the same rows in every table, and a second backup of it has the same counts", async () => {
    const target = await empty("same");
    const result = await restoreStore(target, saved, { moved: true });
    expect(await contentOf(target)).toEqual(await contentOf(lab.engine.database));
    expect(result).toMatchObject({ migrated: [], tasksDoubtful: 0, fromVersion: lab.engine.database.serverVersion });
    expect(result.tables).toMatchObject({ record: 62, document: 62, lane: 1024 });
    const again = await backupStore(target, join(files.folder, "again.backup"), 0);
    // But for the lease of the process that held the flow.
    expect(again.tables).toEqual({ ...result.tables, cursor: (result.tables["cursor"] ?? 0) - 1 });
    // Exchanges lie in their days again, not in the default partition.
    expect((await target.pool.query("select count(*)::int as n from exchange_rest")).rows).toEqual([{ n: 0 }]);
    await closeAll();
  });

  test("goes on: what was done is not written again, what waited is asked about first unless the store was moved", async () => {
    for (const moved of [true, false]) {
      const dataDir = join(files.folder, `on-${moved}`);
      const target = await openDatabase({ dataDir });
      const { tasksDoubtful } = await restoreStore(target, saved, { moved });
      expect(tasksDoubtful > 0).toBe(!moved);
      await target.pool.query("update task set run_at = now()");
      await target.close();
      const before = { saves: scene.vendor.requests("save").length, probes: scene.vendor.requests("probe").length };
      const engine = await openEngine({ dataDir, connectors: LAB_CONNECTORS, sessionsOf: LAB_SESSIONS });
      const result = await engine.run(scene.flow(), scene.connections, { sourceRetryDelaysMs: [], waitMs: 3_000 });
      expect(await checkCounts(engine.pool, false)).toEqual([]);
      await engine.close();
      expect(result).toMatchObject({ fault: null, queued: 0, unknown: 0 });
      expect(scene.vendor.requests("probe").length > before.probes).toBe(!moved);
      // The second restore asks, learns that the first one has written them meanwhile, and writes nothing.
      expect(scene.vendor.requests("save").length - before.saves > 0).toBe(moved);
      expect(new Set(scene.vendor.ledger.map((entry) => entry.key)).size).toBe(scene.vendor.ledger.length);
      expect(scene.vendor.ledger).toHaveLength(61);
    }
  });

  test("must be empty before, and what is there stays", async () => {
    const target = await empty("full");
    await target.pool.query("create table mine (n int); insert into mine values (1)");
    const failure = restoreStore(target, saved, { moved: true });
    await expect(failure).rejects.toMatchObject({ code: "STORE_NOT_EMPTY", details: { tables: "mine" } });
    expect((await target.pool.query("select n from mine")).rows).toEqual([{ n: 1 }]);
    await expect(restoreStore(lab.engine.database, saved, { moved: true })).rejects.toMatchObject({
      code: "STORE_NOT_EMPTY",
    });
    await closeAll();
  });
});

describe("a damaged file", () => {
  const text = async (): Promise<Buffer> => zstdDecompressSync(await readFile(saved));
  const cases: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ["cut off", async () => (await readFile(saved)).subarray(0, -40)],
    [
      "cut off between two tables",
      async () => {
        const bytes = await text();
        return zstdCompressSync(bytes.subarray(0, bytes.lastIndexOf("Z\0\0")));
      },
    ],
    [
      "with one letter changed",
      async () => {
        const bytes = Buffer.from(await text());
        bytes.write("X", bytes.indexOf("b0042\tN-b0042"), "latin1");
        return zstdCompressSync(bytes);
      },
    ],
    [
      "with a row missing",
      async () => {
        const bytes = (await text()).toString("latin1");
        return zstdCompressSync(Buffer.from(bytes.replace('"rows":62', '"rows":63'), "latin1"));
      },
    ],
    ["that is something else", async () => zstdCompressSync(Buffer.from("a text about something else altogether"))],
    ["that is not packed", async () => Buffer.from("-- PostgreSQL database dump")],
    ["that is empty", async () => Buffer.alloc(0)],
  ];
  test.each(cases)("%s is refused, and the database stays empty and of use", async (_, make) => {
    const file = join(files.folder, "damaged.backup");
    await writeFile(file, await make());
    const target = await empty("damaged");
    const error = await restoreStore(target, file, { moved: true }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "STORE_BACKUP_BROKEN" });
    for (const language of ["zh", "en"] as const)
      expect(explain(error as Parameters<typeof explain>[0], language).message).not.toMatch(/\{\w+\}/);
    expect(await contentOf(target)).toEqual({});
    await restoreStore(target, saved, { moved: true });
    await target.pool.query("drop schema public cascade; create schema public");
    await closeAll();
  });

  test("of a newer program is refused by name", async () => {
    const bytes = (await text()).toString("latin1");
    const file = join(files.folder, "newer.backup");
    await writeFile(file, zstdCompressSync(Buffer.from(bytes.replaceAll("0002-retention", "0002-invention"), "latin1")));
    const target = await empty("newer");
    await expect(restoreStore(target, file, { moved: true })).rejects.toMatchObject({
      code: "STORE_DATABASE_NEWER",
      details: { file: "0002-invention.sql" },
    });
    await closeAll();
  });
});

describe(`between major versions (this machine has ${MAJORS.join(" and ")})`, () => {
  let server: StoreServer | undefined;
  afterAll(() => server?.close());

  test("from the lab's to another and back again every row is the same", async ({ skip }) => {
    skip(MAJORS.length < 2, "one major version of PostgreSQL is here, and two are needed");
    // The lab's is the embedded one, or the one that DATONG_TEST_MAJOR names.
    const own = Math.floor(lab.engine.database.serverVersion / 10_000);
    server = await startServer(MAJORS.findLast((major) => major !== own) ?? own);
    const other = await openDatabase({ databaseUrl: await server.newDatabase(), dataDir: "/nowhere" });
    expect(Math.floor(other.serverVersion / 10_000)).toBe(server.major);
    expect(server.major).not.toBe(own);
    await restoreStore(other, saved, { moved: true });
    expect(await contentOf(other)).toEqual(await contentOf(lab.engine.database));
    const back = join(files.folder, "back.backup");
    await backupStore(other, back, 0);
    await other.close();
    const again = await empty("back");
    expect((await restoreStore(again, back, { moved: true })).fromVersion).toBe(other.serverVersion);
    expect(await contentOf(again)).toEqual(await contentOf(lab.engine.database));
    await closeAll();
  });
});

test("the flow's own rows tell that the case above is what it says", async () => {
  const statuses = (await scene.documents()).map((document) => document.status);
  expect(statuses.filter((status) => status === STATUS.failed)).toHaveLength(1);
  expect(statuses.filter((status) => status === STATUS.queued).length).toBeGreaterThan(0);
});
