/** A customer that 金蝶 lacks: the bills wait for its code, nothing is sent meanwhile, and they go on when somebody creates it there. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const FLOW = "jushuitan-saleout-to-kingdee-outstock";
const CUSTOMER = "KH10001";
let example: ExampleWorkspace;
beforeAll(async () => {
  example = await openExample(30);
});
afterAll(() => example.close());

const json = async (...argv: readonly string[]): Promise<unknown> => (await example.datong(...argv, "--json")).terminal.json();
const rename = (from: string, to: string, status = "C"): unknown =>
  example
    .vendor("kingdee-galaxy")
    .control?.("change", { formId: "BD_Customer", number: from, values: { FNumber: to, FDocumentStatus: status } });
/** Of calls that went out; the two minutes between questions are over. */
async function runLater(): Promise<{ readonly calls: readonly string[]; readonly counts: unknown }> {
  const { pool } = example.database;
  await pool.query("update missing_ask set asked_at = asked_at - interval '1 hour'");
  const { rows: before } = await pool.query<{ id: string }>("select coalesce(max(id), 0) as id from exchange");
  const counts = await json("run", FLOW);
  const { rows } = await pool.query<{ operation: string }>("select distinct operation from exchange where id > $1 order by 1", [
    before[0]?.id,
  ]);
  return {
    calls: rows.map((row) => row.operation).filter((name) => name.startsWith("executeBillQuery") || name.startsWith("batchSave")),
    counts,
  };
}

test("bills of a customer that is not there wait for it and burn no retries", { timeout: 180_000 }, async () => {
  rename(CUSTOMER, "GONE");
  const first = await json("run", FLOW);
  expect(first).toMatchObject({ flows: [{ failed: 0, unknown: 0 }] });
  const listed = (await json("missing", "--flow", FLOW)) as { missing: readonly { kind: string; code: string; count: number }[] };
  expect(listed.missing).toMatchObject([{ kind: "客户", code: CUSTOMER }]);
  const waiting = listed.missing[0]?.count ?? 0;
  expect(waiting).toBeGreaterThan(0);
  // Asked for in one call, and nothing is sent.
  expect((await runLater()).calls).toEqual(["executeBillQuery:master-data"]);
  // A code that is there but not audited cannot be named yet.
  rename("GONE", CUSTOMER, "A");
  expect((await runLater()).calls).toEqual(["executeBillQuery:master-data"]);
  rename(CUSTOMER, CUSTOMER);
  const last = await runLater();
  expect(last.counts).toMatchObject({ flows: [{ written: waiting, failed: 0, unknown: 0 }], ok: true });
  expect(await json("missing", "--flow", FLOW)).toMatchObject({ missing: [] });
  const { rows } = await example.database.pool.query("select max(attempts) as most from document where status = 3");
  expect(rows).toEqual([{ most: 1 }]);
});
