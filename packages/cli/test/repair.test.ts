/** The commands that repair, from the command line to the simulators' ledgers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const RETURNS = "kingdee-return-to-jushuitan-inout";
const FILE = `flows/${RETURNS}.yaml`;
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(16);
});
afterAll(async () => {
  await example.close();
});

interface Row {
  readonly number: string;
  readonly status: string;
  readonly documents: readonly { readonly number: string | null; readonly externalKey: string }[];
}

async function rows(): Promise<readonly Row[]> {
  const { terminal } = await example.datong("records", RETURNS, "--json");
  return (terminal.json() as { readonly records: readonly Row[] }).records;
}

// Unknown codes are taken for master data that is still to come: such documents wait, and a mended mapping sends them all the same.
const isOpen = (row: Row): boolean => row.status === "failed" || row.status === "pending";

test("all that failed go out again in bulk, after one was marked as done and one left out", async () => {
  await example.edit(FILE, "{{items.FMaterialId_FNumber}}", "NO-SUCH-{{items.FMaterialId_FNumber}}");
  await example.datong("run", RETURNS, "--json");
  const failed = (await rows()).filter(isOpen);
  expect(failed.length).toBeGreaterThan(3);
  const [one, two] = failed;
  const marked = await example.datong(
    "mark-done",
    RETURNS,
    "--number",
    one?.number ?? "",
    "--target-number",
    "IO-9",
    "--reason",
    "已手工入库",
  );
  expect(marked.terminal.outText()).toContain("IO-9");
  expect(marked.code).toBe(0);
  const skipped = await example.datong("skip", RETURNS, "--number", two?.number ?? "", "--reason", "测试单", "--json");
  expect(skipped.terminal.json()).toEqual({ ok: true, skipped: 1 });
  await example.edit(FILE, "NO-SUCH-", "");
  const { code } = await example.datong("retry", RETURNS, "--json");
  expect(code).toBe(0);
  const after = await rows();
  expect(after.filter(isOpen)).toEqual([]);
  expect(example.vendor("jushuitan").ledger()).toHaveLength(failed.length - 2);
  expect(after.find((row) => row.number === one?.number)).toMatchObject({ status: "done", documents: [{ number: "IO-9" }] });
  const again = await example.datong("retry", RETURNS, "--code", "NO-SUCH-CODE", "--json");
  expect(again.terminal.json()).toMatchObject({ ok: false, error: { code: "NOTHING_TO_RETRY" } });
});

test("push-again of a document that the target has writes nothing; the story tells who asked and why", async () => {
  const before = example.vendor("jushuitan").ledger();
  const row = (await rows()).find((each) => each.documents.some((document) => before.some((entry) => entry.key === document.externalKey)));
  const number = row?.number ?? "";
  const { code, terminal } = await example.datong("push-again", RETURNS, "--number", number, "--reason", "仓库说没收到", "--by", "小李");
  expect(terminal.outText()).toContain(row?.documents[0]?.number);
  expect(code).toBe(0);
  expect(example.vendor("jushuitan").ledger()).toHaveLength(before.length);
  const shown = await example.datong("show", number);
  expect(shown.terminal.outText()).toContain("人工处理：再推一次，小李：仓库说没收到");
});

test("wrong use says what is missing", async () => {
  for (const argv of [
    ["push-again", RETURNS, "--number", "1"],
    ["mark-done", RETURNS, "--number", "1", "--reason", "x"],
    ["retry", RETURNS, "--how", "again"],
    ["retry", RETURNS, "--status", "done"],
  ])
    expect((await example.datong(...argv)).code).toBe(2);
  const unknown = await example.datong("skip", RETURNS, "--number", "NOBODY", "--reason", "x", "--json");
  expect(unknown.code).toBe(1);
  expect(unknown.terminal.json()).toMatchObject({ error: { code: "REPAIR_UNKNOWN" } });
});
