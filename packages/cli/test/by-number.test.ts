/** Bills asked for by number, of every flow of the example workspace: the source is asked for these alone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

let example: ExampleWorkspace;
beforeAll(async () => {
  example = await openExample(40);
});
afterAll(async () => {
  await example.close();
});

const RETURNS = "kingdee-return-to-jushuitan-inout";
const FLOWS = [
  RETURNS,
  "wangdiantong-warehouse-to-kingdee-stock",
  "kingdee-customer-to-greatonce-distributor",
  "kingdee-stars-purchase-to-jackyun-customer",
  "jushuitan-saleout-to-kingdee-outstock",
] as const;

interface Listed {
  readonly records: readonly { readonly number: string; readonly key: string; readonly status: string }[];
}

async function json(...argv: readonly string[]): Promise<unknown> {
  return (await example.datong(...argv, "--json")).terminal.json();
}

describe.each(FLOWS)("%s", (flow) => {
  test("run --number writes that bill alone, and the cursor stays; show tells a number that is nowhere", async () => {
    const { records } = (await json("preview", flow, "--limit", "7")) as { records: readonly { number: string; dropped: unknown }[] };
    const number = records.findLast((record) => record.dropped === null)?.number ?? "";
    expect(number).not.toBe("");
    const { code, terminal } = await example.datong("run", flow, "--number", number, "--json");
    expect(terminal.json()).toMatchObject({ flows: [{ records: 1, failed: 0, unknown: 0 }], ok: true });
    expect(code).toBe(0);
    const listed = (await json("records", flow)) as Listed;
    expect(listed.records).toMatchObject([{ number, status: "done" }]);
    const { rows } = await example.database.pool.query<{ n: string }>(
      "select count(*) as n from cursor c join flow f on f.num = c.flow where f.id = $1",
      [flow],
    );
    expect(rows).toEqual([{ n: "0" }]);
    expect(await json("show", "99999999", "--flow", flow)).toMatchObject({ source: { answer: "not-in-source" } });
  });
});

test("a bill that the flow's own filter leaves out is never written by number, and show says that it is left out", async () => {
  const bills = example.vendor("kingdee-galaxy").data("SAL_RETURNSTOCK") as readonly { FBillNo: string; FDocumentStatus: string }[];
  const number = bills.find((bill) => bill.FDocumentStatus !== "C")?.FBillNo ?? "";
  expect(number).not.toBe("");
  expect(await json("run", RETURNS, "--number", number)).toMatchObject({ flows: [{ records: 0, written: 0 }] });
  expect(await json("show", number, "--flow", RETURNS)).toMatchObject({ source: { answer: "left-out" } });
});

describe("pull and refill", () => {
  const SALEOUTS = "jushuitan-saleout-to-kingdee-outstock";

  test("pull asks for these bills alone, and tells those that are not there", async () => {
    const { records } = (await json("preview", SALEOUTS, "--limit", "9")) as { records: readonly { number: string; dropped: unknown }[] };
    const numbers = records.flatMap((record) => (record.dropped === null ? [record.number] : [])).slice(-2);
    const { code, terminal } = await example.datong("pull", SALEOUTS, "--number", ...numbers, "99999999", "--json");
    expect(terminal.json()).toMatchObject({ ok: false, found: 2, changed: 0, failed: 0, absent: ["99999999"] });
    expect(code).toBe(1);
    expect(await json("pull", SALEOUTS, "--number", ...numbers)).toMatchObject({ ok: true, found: 2, there: 2, absent: [] });
  });

  test("a refill estimates first, then fills in what the ledger lacks; certificates tell it", async () => {
    expect(await json("certificates", SALEOUTS)).toMatchObject({ ok: true, reads: "windows" });
    const only = (await json("refill", SALEOUTS, "--from", "-7d")) as { estimates: readonly { rows: number; how: string }[]; refills: [] };
    expect(only).toMatchObject({ ok: true, refills: [], estimates: [{ how: "counted" }] });
    const done = (await json("refill", SALEOUTS, "--from", "-7d", "--yes")) as { refills: readonly { asked: number; there: number }[] };
    expect(done).toMatchObject({ ok: true, refills: [{ state: "done" }] });
    expect(done.refills[0]?.asked).toBeGreaterThan(2);
    const { terminal } = await example.datong("certificates", SALEOUTS, "--lang", "zh");
    expect(terminal.outText()).toMatch(/起点.*已读到/);
    expect(await json("refill", SALEOUTS, "--list")).toMatchObject({ refills: [{ state: "done" }] });
  });
});
