/** `datong db …` as a person uses it: backup, restore elsewhere, what is kept, what is dropped. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";
import { memoryTerminal } from "./memory-terminal.ts";

const FLOW = "kingdee-return-to-jushuitan-inout";
let example: ExampleWorkspace;
beforeAll(async () => {
  example = await openExample(6);
});
afterAll(async () => {
  await example.close();
});

test("a backup before the first run has nothing to save, and says so with a code", async () => {
  const { code, terminal } = await example.datong("db", "backup", "early.backup", "--data", join(example.dir, "other"));
  expect(code).toBe(1);
  expect(terminal.errText()).toContain("STORE_BACKUP_NOTHING");
});

test("a backup is restored into another data folder, where the records are the same; a second time it is refused", async () => {
  expect((await example.datong("run", FLOW)).code).toBe(0);
  const saved = await example.datong("db", "backup", "saved.backup");
  expect(saved.code).toBe(0);
  expect(saved.terminal.outText()).toMatch(/已备份到 .*saved\.backup：\d+ 行/);
  expect(saved.terminal.outText()).toContain("master.key");
  expect((await stat(join(example.dir, "saved.backup"))).size).toBeGreaterThan(1000);

  const other = ["--data", join(example.dir, "moved")];
  const restored = await example.datong("db", "restore", "saved.backup", "--moved", "--json", ...other);
  expect(restored.terminal.json()).toMatchObject({ ok: true, migrated: [], tasksDoubtful: 0, tables: { lane: 1024 } });
  const listed = async (...more: readonly string[]): Promise<unknown> =>
    (await example.datong("records", FLOW, "--json", ...more)).terminal.json();
  expect(await listed(...other)).toEqual(await listed());
  const again = await example.datong("db", "restore", "saved.backup", ...other);
  expect(again.code).toBe(1);
  expect(again.terminal.errText()).toContain("STORE_NOT_EMPTY");
});

test("settings are shown, set for all and for one flow, and taken back", async () => {
  expect((await example.datong("db", "keep")).terminal.outText()).toContain("请求与响应保留 30 天");
  await example.datong("db", "keep", "--part", "exchanges", "--days", "7");
  await example.datong("db", "keep", "--part", "bodies", "--status", "failed", "--days", "365", "--flow", FLOW);
  expect((await example.datong("db", "keep", "--json")).terminal.json()).toMatchObject({
    settings: [
      { flow: null, part: "exchanges", status: null, keepDays: 7 },
      { flow: FLOW, part: "bodies", status: "failed", keepDays: 365 },
    ],
  });
  expect((await example.datong("db", "keep", "--lang", "en")).terminal.outText()).toMatch(new RegExp(`${FLOW} +bodies +\\S.* +365`));
  await example.datong("db", "keep", "--part", "exchanges", "--forever");
  const left = await example.datong("db", "keep", "--part", "bodies", "--status", "failed", "--forever", "--flow", FLOW, "--json");
  expect(left.terminal.json()).toMatchObject({ settings: [] });
});

test("prune by hand drops bodies only, unless rows are asked for; nothing by the settings where nothing is set", async () => {
  const count = async (table: string): Promise<number> =>
    Number((await example.database.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);
  const before = { records: await count("record"), blocks: await count("block") };
  expect(before.records).toBeGreaterThan(0);
  expect((await example.datong("db", "prune", "--json")).terminal.json()).toMatchObject({ ok: true, records: 0, documents: 0, blocks: 0 });
  expect((await example.datong("db", "prune", "--keep-days", "1", "--json")).terminal.json()).toMatchObject({ records: 0, documents: 0 });
  const bodies = await example.datong("db", "prune", "--keep-days", "0", "--flow", FLOW, "--json");
  expect(bodies.terminal.json()).toMatchObject({ records: before.records });
  expect([await count("record"), await count("block")]).toEqual([before.records, 0]);
  expect((await example.datong("run", FLOW, "--json")).terminal.json()).toMatchObject({ flows: [{ written: 0 }] });
  await example.datong("db", "prune", "--keep-days", "0", "--rows");
  expect(await count("record")).toBe(0);
});

test.each([
  [["prune", "--status", "queued", "--keep-days", "1"], "没有可清理的状态 queued", 2],
  [["prune", "--rows"], "--keep-days", 2],
  [["keep", "--part", "everything", "--days", "1"], "没有 everything 这种内容", 2],
  [["keep", "--part", "rows"], "--days N", 2],
  [["prune", "--flow", "no-such-flow"], "没有方案 no-such-flow", 1],
  [["distribute"], "STORE_NOT_CITUS", 1],
  [["backup"], "缺少参数", 2],
  [["frobnicate"], "没有这个命令", 2],
] as const)("db %j is refused: %s", async (argv, told, expected) => {
  const { code, terminal } = await example.datong("db", ...argv);
  expect(code).toBe(expected);
  expect(terminal.errText()).toContain(told);
});

test("check holds the counts against the rows", async () => {
  expect((await example.datong("db", "check", "--json")).terminal.json()).toEqual({ ok: true, repaired: false, differences: [] });
});

test("distribute --print shows the script on any server", async () => {
  const { code, terminal } = await example.datong("db", "distribute", "--print");
  expect(code).toBe(0);
  expect(terminal.outText().split("\n")[0]).toBe("select create_distributed_table('lane', 'lane', shard_count := 32);");
});

test("the server's commands work on its data folder: doctor, backup, restore, doc, a scheduler that is stopped, a new master key", async () => {
  const data = ["--data", join(example.dir, ".datong")];
  const doctor = (await example.datong("doctor", "--json", ...data)).terminal.json() as { readonly findings: readonly unknown[] };
  expect(doctor.findings.length).toBeGreaterThan(5);
  expect((await example.datong("backup", "server.backup", ...data)).code).toBe(0);
  expect((await example.datong("restore", "server.backup", "--moved", "--data", join(example.dir, "elsewhere"))).code).toBe(0);
  expect((await example.datong("doc", FLOW)).terminal.outText()).toMatch(/^# [\s\S]*\n## /);
  expect((await example.datong("doc", "jushuitan", "--out", "jushuitan.xlsx")).code).toBe(0);
  expect((await stat(join(example.dir, "jushuitan.xlsx"))).size).toBeGreaterThan(1000);
  // It has no API; a signal is its good end.
  const terminal = memoryTerminal({ cwd: example.dir, env: example.env });
  const working = main(["serve", "--role", "scheduler", ...data], terminal);
  await expect.poll(() => terminal.outText(), { timeout: 30_000 }).not.toBe("");
  expect(terminal.outText()).not.toContain("http");
  terminal.stop("SIGTERM");
  expect(await working).toBe(0);
  const key = (): Promise<string> => readFile(join(example.dir, ".datong", "master.key"), "utf8");
  const before = await key();
  expect((await example.datong("secrets", "rotate", ...data)).code).toBe(0);
  expect(await key()).not.toBe(before);
}, 180_000);
