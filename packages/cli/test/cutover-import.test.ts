/** `datong cutover import`: numbers from a file, told by row, and the bills that are never written. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const FLOW = "kingdee-return-to-jushuitan-inout";
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(8);
});
afterAll(async () => {
  await example.close();
});

interface Return {
  readonly FBillNo: string;
  readonly FDocumentStatus: string;
  readonly FCancelStatus: string;
}

const due = (): readonly string[] =>
  (example.vendor("kingdee-galaxy").data("SAL_RETURNSTOCK") as readonly Return[])
    .filter((bill) => bill.FDocumentStatus === "C" && bill.FCancelStatus === "A")
    .map((bill) => bill.FBillNo);

async function imported(text: string, ...argv: readonly string[]): Promise<{ readonly code: number; readonly json: unknown }> {
  const file = join(example.dir, "written.csv");
  await writeFile(file, text);
  const { code, terminal } = await example.datong("cutover", "import", FLOW, file, "--json", ...argv);
  return { code, json: terminal.json() };
}

test("columns by name or letter; blank, repeated and contradicting rows are told; what is taken is never written", async () => {
  const [first = "", second = "", ...others] = due();
  expect(others.length).toBeGreaterThan(0);
  const text = `日期,单号,聚水潭单号\n2026-01-01,${first},IO1\n,,\n2026-01-02,${first},IO1\n2026-01-03,${second},IO2\n2026-01-04,${second},IO3\n`;
  const { code, json } = await imported(text, "--source-column", "单号", "--number-column", "C");
  expect(code).toBe(1);
  expect(json).toMatchObject({ ok: false, flow: FLOW, taken: 1, stored: 0, alreadyThere: 0, blank: 1, repeated: 1 });
  expect(json).toMatchObject({ conflicts: [{ row: 6, number: second, targetNumber: "IO3", kind: "contradicts", found: "5: IO2" }] });
  const run = await example.datong("run", FLOW, "--json");
  expect(run.code).toBe(0);
  expect(example.vendor("jushuitan").ledger()).toHaveLength(due().length - 1);
  const shown = await example.datong("show", first);
  expect(shown.terminal.outText()).toContain("✓ TAKEN_OVER");
  expect(shown.terminal.outText()).toContain(`单号对照：${first} → IO1`);
});

test("in words: counts, and a table of what contradicts", async () => {
  const file = join(example.dir, "again.csv");
  const [first = ""] = due();
  await writeFile(file, `a,b\n${first},OTHER\nX-1,Y-1\n`);
  const { code, terminal } = await example.datong("cutover", "import", FLOW, file);
  expect(code).toBe(1);
  expect(terminal.outText()).toContain("已记为完成 1 张");
  expect(terminal.outText()).toMatch(new RegExp(`2 +${first} +OTHER +已有另一个目标单号 IO1`));
});

test.each([
  ["a column that is not there", "单号,目标\nA,B\n", ["--source-column", "单据号"], "COLUMN_UNKNOWN"],
  ["a sheet that is not there", "单号\nA\n", ["--sheet", "二"], "SHEET_UNKNOWN"],
])("refuses %s", async (_, text, argv, error) => {
  expect(await imported(text, ...argv)).toMatchObject({ code: 1, json: { ok: false, error: { code: error } } });
});
