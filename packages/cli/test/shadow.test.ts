/** `datong shadow`: against a file of requests and against what the target has, with nothing written and nothing stored. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const SALEOUTS = "jushuitan-saleout-to-kingdee-outstock";
const RETURNS = "kingdee-return-to-jushuitan-inout";
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(10);
});
afterAll(async () => {
  await example.close();
});

interface Shadow {
  readonly ok: boolean;
  readonly records: number;
  readonly same: number;
  readonly different: readonly { readonly key: string; readonly fields: readonly { readonly path: string }[] }[];
  readonly onlyOurs: readonly { readonly key: string; readonly number: string }[];
  readonly onlyTheirs: readonly string[];
  readonly notCompared: readonly string[];
}

async function shadow(flow: string, ...argv: readonly string[]): Promise<{ readonly code: number; readonly result: Shadow }> {
  const { code, terminal } = await example.datong("shadow", flow, "--json", ...argv);
  return { code, result: terminal.json() as Shadow };
}

async function rowsInLedger(): Promise<unknown> {
  const { rows } = await example.database.pool.query<{ n: string }>(
    "select (select count(*) from record) + (select count(*) from document) + (select count(*) from exchange) + (select count(*) from run) + (select count(*) from flow) as n",
  );
  return rows[0]?.n;
}

describe("before anything is written", () => {
  test("the target has none of ours: each is only ours, and nothing was written or stored", async () => {
    const { code, result } = await shadow(SALEOUTS);
    expect(code).toBe(1);
    expect(result).toMatchObject({ ok: false, same: 0, different: [], onlyTheirs: [] });
    expect(result.onlyOurs.length).toBeGreaterThan(3);
    expect(example.vendor("kingdee-galaxy").ledger()).toEqual([]);
    expect(await rowsInLedger()).toBe("0");
  });

  test("a span of time and single numbers narrow it", async () => {
    const { result } = await shadow(SALEOUTS, "--limit", "2");
    expect(result.records).toBe(2);
    const [number = ""] = result.onlyOurs.map((each) => each.number);
    expect((await shadow(SALEOUTS, "--number", number)).result.onlyOurs).toMatchObject([{ number }]);
    expect((await shadow(SALEOUTS, "--from", "-40d", "--to", "-39d")).result.records).toBe(0);
    expect((await example.datong("shadow", SALEOUTS, "--to", "-1d")).code).toBe(2);
  });
});

describe("against what the target has", () => {
  test("what was written by the same flow is the same, line by line, by the columns that the target shows", async () => {
    expect((await example.datong("run", SALEOUTS)).code).toBe(0);
    const written = example.vendor("kingdee-galaxy").ledger().length;
    const { result, code } = await shadow(SALEOUTS);
    expect(result.different).toEqual([]);
    expect(result).toMatchObject({ same: written, onlyOurs: [], different: [] });
    expect(code).toBe(0);
    // Quantities and prices were really looked at.
    for (const path of ["FEntity.FRealQty", "FEntity.FTaxPrice", "FEntity.FMaterialID.FNumber", "FCustomerID.FNumber"])
      expect(result.notCompared).not.toContain(path);
    expect(example.vendor("kingdee-galaxy").ledger()).toHaveLength(written);
  });

  test("another mapping shows as differences of just that field, in words too", async () => {
    await example.edit(`flows/${SALEOUTS}.yaml`, 'value: "{{items.qty}}"', 'value: "_function {{items.qty}} + 1"');
    // A field that the target does not know would fail the whole query; it is left out by its name, and nothing else with it.
    const custom = "  - field: F_NOWHERE\n    label: 自定义\n    value: x\n";
    await example.edit(`flows/${SALEOUTS}.yaml`, "  - field: FSaleOrgId\n", `${custom}  - field: FSaleOrgId\n`);
    const { code, result } = await shadow(SALEOUTS, "--limit", "3");
    expect(code).toBe(1);
    expect(result.different.length).toBeGreaterThan(0);
    for (const { fields } of result.different) for (const { path } of fields) expect(path).toMatch(/^FEntity\[\d\]\.FRealQty$/);
    expect(result.notCompared).toContain("F_NOWHERE");
    expect(result.notCompared).not.toContain("FCustomerID.FNumber");
    const { terminal } = await example.datong("shadow", SALEOUTS, "--limit", "3");
    expect(terminal.outText()).toMatch(/JST\d+ +FEntity\[0\]\.FRealQty +\d+ +\d+/);
    expect(terminal.errText()).toContain("没有写入任何系统");
    await example.edit(`flows/${SALEOUTS}.yaml`, 'value: "_function {{items.qty}} + 1"', 'value: "{{items.qty}}"');
  });
});

describe("against a file of requests", () => {
  test("same, different, only ours, only theirs; the file may hold any envelope", async () => {
    const file = join(example.dir, "qeasy.json");
    const ours = (await shadow(RETURNS)).result.onlyOurs;
    expect(ours.length).toBeGreaterThan(2);
    // What the flow itself would send stands in for the other system's requests.
    expect((await example.datong("run", RETURNS)).code).toBe(0);
    const bodies = example
      .vendor("jushuitan")
      .ledger()
      .map((entry) => entry.body as { external_id: string; items: { qty: unknown }[] });
    const [first, second, ...rest] = structuredClone(bodies);
    if (first === undefined || second === undefined) throw new Error("too few returns");
    for (const item of first.items.slice(0, 1)) item.qty = 12345;
    const theirs = [{ data: first }, ...rest.map((body) => ({ request: JSON.stringify(body) })), { ...second, external_id: "ELSEWHERE" }];
    await writeFile(file, `\uFEFF${JSON.stringify(theirs)}`);
    const { code, result } = await shadow(RETURNS, "--against", file);
    expect(code).toBe(1);
    expect(result).toMatchObject({
      same: rest.length,
      different: [{ key: first.external_id, fields: [{ path: "items[0].qty", theirs: 12345 }] }],
      onlyOurs: [{ key: second.external_id }],
      onlyTheirs: ["ELSEWHERE"],
      notCompared: [],
    });
    expect(await readFile(file, "utf8")).toContain("ELSEWHERE");
  });

  test.each([
    ["no JSON", "{broken", "REQUESTS_UNREADABLE"],
    ["no document in it", '{"a":[1,2]}', "SHADOW_REQUESTS_NONE"],
  ])("refuses a file with %s", async (_, text, error) => {
    const file = join(example.dir, "bad.json");
    await writeFile(file, text);
    const { code, terminal } = await example.datong("shadow", RETURNS, "--against", file, "--json");
    expect([code, terminal.json()]).toMatchObject([1, { ok: false, error: { code: error } }]);
  });
});
