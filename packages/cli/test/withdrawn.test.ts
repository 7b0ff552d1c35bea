/** The commented lines of the example flow: what is un-audited in Kingdee is taken back in 聚水潭, and written anew once it is audited again. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const RETURNS = "kingdee-return-to-jushuitan-inout";
let example: ExampleWorkspace;
beforeAll(async () => {
  example = await openExample(12);
  // As the comments of the example say.
  const file = join(example.dir, "flows", `${RETURNS}.yaml`);
  const text = await readFile(file, "utf8");
  const opened = text
    .replace(
      /FilterString: >-\n(?: {6}.*\n)+/,
      "FilterString: \"FModifyDate>='{{LAST_SYNC_TIME|datetime}}' and FModifyDate<='{{CURRENT_TIME|datetime}}'\"\n",
    )
    .replace(/^ {2}# (columns:|withdrawn:)$/gm, "  $1")
    .replace(/^ {2}# ( {2}(?:FDocumentStatus|FCancelStatus|when|action):.*| {4}- - .*)$/gm, "  $1")
    .replace("action: alert", "action: reverse")
    .replace('field: is_confirm\n    value: "true"', 'field: is_confirm\n    value: "false"')
    .replace("start: -31d", "start: -31d\n    lagS: 0\n    overlapS: 3000000");
  await writeFile(file, opened);
});
afterAll(async () => {
  await example.close();
});

async function run(): Promise<object> {
  const { terminal } = await example.datong("run", RETURNS, "--json");
  return (terminal.json() as { flows: readonly object[] }).flows[0] ?? {};
}

test("un-audited is taken back, audited again is written anew", async () => {
  const first = (await run()) as { written: number };
  expect(first).toMatchObject({ failed: 0, unknown: 0 });
  expect(first.written).toBeGreaterThan(3);
  const kingdee = example.vendor("kingdee-galaxy");
  const bills = kingdee.data("SAL_RETURNSTOCK") as readonly { FBillNo: string; FDocumentStatus: string; FCancelStatus: string }[];
  const number = bills.find((bill) => bill.FDocumentStatus === "C" && bill.FCancelStatus === "A")?.FBillNo ?? "";
  const change = (status: string): unknown =>
    kingdee.control?.("change", { formId: "SAL_RETURNSTOCK", number, values: { FDocumentStatus: status } });
  const stage = async (): Promise<unknown> =>
    ((await example.datong("show", number, "--json", "--flow", RETURNS)).terminal.json() as { records: { documents: object[] }[] })
      .records[0]?.documents;
  change("D");
  expect(await run()).toMatchObject({ failed: 0, unknown: 0 });
  expect(await stage()).toMatchObject([{ status: "done", stage: "reversed" }]);
  change("C");
  expect(await run()).toMatchObject({ written: 1, failed: 0 });
  expect(await stage()).toMatchObject([{ status: "done", stage: null, version: 3 }]);
});
