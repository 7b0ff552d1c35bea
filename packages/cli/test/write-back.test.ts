/** The example with a write-back, over real HTTP: orders become bills in Kingdee, and 聚水潭's own ledger tells what was written back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const FLOW = "jushuitan-order-to-kingdee-outstock";
const FILE = `flows/${FLOW}.yaml`;
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(24);
});
afterAll(async () => {
  await example.close();
});

interface OrderRow {
  readonly o_id: number | string;
  readonly status: string;
}

const sent = (): readonly string[] =>
  (example.vendor("jushuitan-qimen").data("order") as readonly OrderRow[])
    .filter((order) => order.status === "Sent")
    .map((order) => String(order.o_id))
    .toSorted();
const remarks = (): readonly (readonly [string, string])[] =>
  (example.vendor("jushuitan").data("order-remark") as readonly { readonly o_id: number; readonly remark: string }[])
    .map(({ o_id, remark }): readonly [string, string] => [String(o_id), remark])
    .toSorted();
const calls = (): readonly string[] =>
  example
    .vendor("jushuitan")
    .ledger()
    .filter((entry) => entry.kind === "order-remark")
    .map((entry) => entry.key)
    .toSorted();

describe("orders that become bills in Kingdee", () => {
  test("a write-back that is refused leaves the bills done; run ends with 1 and says where to look", async () => {
    await example.edit(FILE, 'value: "{{o_id}}"\n    - field: remark', 'value: "{{o_id}}9"\n    - field: remark');
    const { code, terminal } = await example.datong("run", FLOW, "--limit", "3");
    expect(code).toBe(1);
    expect(terminal.outText()).toMatch(/回写：完成 0，失败 [123]，/);
    expect(terminal.outText()).toContain(`datong retry ${FLOW} --write-back`);
    const listed = (await example.datong("records", FLOW, "--write-back", "failed", "--json")).terminal.json() as {
      readonly records: readonly { readonly status: string; readonly writeBack: { readonly vendorText: string } }[];
    };
    expect(listed.records.length).toBeGreaterThan(0);
    for (const record of listed.records)
      expect(record).toMatchObject({ status: "done", writeBack: { status: "failed", vendorText: expect.stringContaining("不存在") } });
    expect(calls()).toEqual([]);
  });

  test("retry --write-back tells the source by the mended flow, and writes no bill again", async () => {
    await example.edit(FILE, 'value: "{{o_id}}9"\n    - field: remark', 'value: "{{o_id}}"\n    - field: remark');
    const bills = example.vendor("kingdee-galaxy").ledger().length;
    const { code, terminal } = await example.datong("retry", FLOW, "--write-back");
    expect([code, terminal.outText()]).toEqual([0, expect.stringContaining("回写：完成")]);
    expect(calls().length).toBeGreaterThan(0);
    expect(example.vendor("kingdee-galaxy").ledger()).toHaveLength(bills);
  });

  test("the rest follows: every order that was sent carries its bill's number, told once", async () => {
    const { code, terminal } = await example.datong("run", FLOW, "--json");
    expect(code).toBe(0);
    expect(terminal.json()).toMatchObject({ ok: true, flows: [{ id: FLOW, failed: 0, writeBack: { failed: 0, unknown: 0, queued: 0 } }] });
    expect(remarks()).toEqual(sent().map((oId) => [oId, `金蝶出库单 JSTO${oId}`]));
    expect(calls()).toEqual(sent());
    const again = await example.datong("run", FLOW, "--json");
    expect(again.terminal.json()).toMatchObject({ ok: true, flows: [{ written: 0, writeBack: { written: 0 } }] });
    expect(calls()).toEqual(sent());
  });

  test("show tells the story with the write-back behind the document; records has a column for it", async () => {
    const number = sent()[0] ?? "";
    const { terminal } = await example.datong("show", `JSTO${number}`);
    expect(terminal.outText()).toMatch(new RegExp(`回写 ${number} {2}已回写`));
    expect(terminal.outText()).toContain("order/remark/upload");
    expect((await example.datong("records", FLOW)).terminal.outText()).toMatch(/各状态回写数：完成 \d+/);
    const listed = (await example.datong("records", FLOW, "--write-back", "done", "--json")).terminal.json() as {
      readonly records: readonly unknown[];
    };
    expect(listed.records).toHaveLength(sent().length);
  });
});

describe("distributionOrg: base data is allocated to organisations once it is saved and audited", () => {
  const WAREHOUSES = "wangdiantong-warehouse-to-kingdee-stock";
  const allocations = (): readonly string[] =>
    example
      .vendor("kingdee-galaxy")
      .ledger()
      .filter((entry) => entry.kind === "BD_STOCK allocation")
      .map((entry) => entry.key);
  const allocate = (orgs: string): string =>
    `writeBack:\n  connection: kingdee-galaxy\n  api: allocate\n  options: { FormId: BD_STOCK, TOrgIds: "${orgs}" }\n  mapping: [{ field: Id, value: "{{target.id}}" }]\n\ndispatch:`;

  test("as a write-back with a status of its own: refused it leaves the saving done, corrected it is done alone", async () => {
    await example.edit(`flows/${WAREHOUSES}.yaml`, "dispatch:", allocate("7"));
    const refused = await example.datong("run", WAREHOUSES, "--json");
    expect(refused.terminal.json()).toMatchObject({ flows: [{ failed: 0, writeBack: { written: 0, unknown: 0 } }] });
    expect(refused.code).toBe(1);
    expect(allocations()).toEqual([]);
    const orgs = (example.vendor("kingdee-galaxy").data("ORG_Organizations") as readonly { FOrgID: number }[])
      .slice(0, 2)
      .map((org) => org.FOrgID);
    await example.edit(`flows/${WAREHOUSES}.yaml`, 'TOrgIds: "7"', `TOrgIds: "${orgs.join(",")}"`);
    expect((await example.datong("retry", WAREHOUSES, "--write-back")).code).toBe(0);
    const saved = example
      .vendor("kingdee-galaxy")
      .ledger()
      .filter((entry) => entry.kind === "BD_STOCK");
    expect(saved.length).toBeGreaterThan(0);
    expect(allocations().toSorted()).toEqual(saved.flatMap((entry) => orgs.map((org) => `${entry.key}@${org}`)).toSorted());
    expect(new Set(saved.map((entry) => entry.key)).size).toBe(saved.length);
  });
});
