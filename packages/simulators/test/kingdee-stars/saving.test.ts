/** 金蝶云星辰's saves: what a bill needs, what it may point to, that a number is taken once; and the lists and files beside them. */
import { afterEach, describe, expect, test } from "vitest";
import { simulator } from "../../src/kingdee-stars/simulator.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { ACCOUNT, accessToken, send } from "./client.ts";

const NOW = Date.UTC(2026, 10, 21, 13, 0, 0);

type Body = Readonly<Record<string, unknown>>;

let up: RunningSimulator | undefined;
let token = "";
afterEach(async () => {
  await up?.stop();
});

async function start(settings: Body = {}): Promise<RunningSimulator> {
  up = await startSimulator(simulator, { seed: 3, bills: 12, now: () => NOW, settings });
  token = await accessToken(up.origin);
  return up;
}

async function post(path: string, body: Body): Promise<Body> {
  return (await send(up?.origin ?? "", "POST", `/jdy/${path}?access_token=${token}`, ACCOUNT, body)).body;
}

const LINE = { materialid_number: "A-001", stockid_number: "CK001", qty: "2.5", price: "12.345678" };
const RECEIPT = { billno: "R-1", billdate: "2026-11-20", transtype: "2", supplierid_number: "GYS00001", material_entity: [LINE] };

describe("saving", () => {
  test("a receipt joins those that are there: in the list, in its detail, in the ledger", async () => {
    const { vendor } = await start();
    const answer = await post("pur/pur_inbound_save", RECEIPT);
    expect(answer).toMatchObject({ errcode: 0, data: { successPkIds: [expect.stringMatching(/^\d{19}$/)] } });
    const [id] = (answer["data"] as { readonly successPkIds: readonly string[] }).successPkIds;
    expect(await post("pur/pur_inbound_list", { search: "R-1", page: 1, pagesize: 10 })).toMatchObject({
      data: { rows: [{ id, billno: "R-1", billstatus: "Z", supplierid_number: "GYS00001" }], count: 1 },
    });
    expect(await post("pur/pur_inbound_detail", { id })).toMatchObject({
      data: {
        material_entity: [{ materialid_number: "A-001", stockid_number: "CK001", qty: "2.500", price: "12.35" }],
        totalamount: "30.86",
      },
    });
    expect(vendor.ledger()).toMatchObject([{ kind: "pur_inbound", key: "R-1", number: id }]);
  });

  test.each(["pur/pur_inbound", "pur/pur_order"])("%s_save with an id changes that bill and keeps its number", async (bill) => {
    const { vendor } = await start();
    const first = (await post(`${bill}_save`, RECEIPT))["data"] as { readonly successPkIds: readonly string[] };
    const id = first.successPkIds[0];
    expect(await post(`${bill}_save`, { ...RECEIPT, id, remark: "改" })).toMatchObject({ errcode: 0, data: { successPkIds: [id] } });
    expect(await post(`${bill}_list`, { search: "R-1" })).toMatchObject({
      data: { rows: [{ id, billno: "R-1", remark: "改" }], count: 1 },
    });
    expect(vendor.ledger().map(({ key, edit }) => [key, edit === true])).toEqual([
      ["R-1", false],
      ["R-1", true],
    ]);
    expect((await post(`${bill}_save`, { ...RECEIPT, id: "1" }))["description_cn"]).toBe("id【1】不存在");
  });

  test.each([
    ["pur/pur_order_save", "pur/pur_order_list", { supplierid_number: "GYS00002" }],
    ["sal/sal_outbound_save", "sal/sal_outbound_list", { customerid_number: "KH10001" }],
    ["sal/sal_inbound_save", "sal/sal_inbound_list", { customerid_number: "KH10002" }],
  ] as const)("%s takes a bill once, and its list finds it by number", async (save, list, party) => {
    const { vendor } = await start();
    const bill = { billno: "B-1", billdate: "2026-11-20", ...party, material_entity: [LINE] };
    expect(await post(save, bill)).toMatchObject({ errcode: 0 });
    expect(await post(save, bill)).toMatchObject({ errcode: 2000002001, description_cn: "单据编码B-1已存在" });
    expect(await post(list, { search: "B-1" })).toMatchObject({ data: { rows: [{ billno: "B-1" }] } });
    expect(vendor.ledger()).toHaveLength(1);
  });

  test.each([
    ["no date", { billdate: "" }, "billdate不能为空"],
    ["a date that is none", { billdate: "2026-02-30" }, "billdate格式错误"],
    ["no kind of business", { transtype: undefined }, "transtype不能为空"],
    ["another kind of business", { transtype: "9" }, "transtype取值错误"],
    ["no supplier", { supplierid_number: "" }, "supplierid_id不能为空"],
    ["an unknown supplier", { supplierid_number: "X-9" }, "supplierid【X-9】不存在"],
    ["no lines", { material_entity: [] }, "material_entity不能为空"],
    ["unknown goods", { material_entity: [{ ...LINE, materialid_number: "X-9" }] }, "第1行materialid【X-9】不存在"],
    ["goods by another's id", { material_entity: [{ ...LINE, materialid_id: "1" }] }, "第1行materialid【1】不存在"],
    ["a quantity of nothing", { material_entity: [{ ...LINE, qty: "0" }] }, "qty应为大于0"],
    ["a quantity with four decimals", { material_entity: [{ ...LINE, qty: "1.2345" }] }, "小数不超过3位"],
    ["a price of nothing that is not confirmed", { material_entity: [{ ...LINE, price: "0" }] }, "ignoreconfirm"],
  ] as const)("%s is refused and nothing is kept", async (_, changes, text) => {
    const { vendor } = await start();
    const answer = await post("pur/pur_inbound_save", { ...RECEIPT, ...changes });
    expect(answer["errcode"]).toBe(2000002001);
    expect(answer["description_cn"]).toContain(text);
    expect(vendor.ledger()).toEqual([]);
  });

  test("a confirmed price of nothing is taken; numbers are not where the account set wants ids", async () => {
    await start();
    expect(
      await post("pur/pur_inbound_save", { ...RECEIPT, ignoreconfirm: "true", material_entity: [{ ...LINE, price: "0" }] }),
    ).toMatchObject({ errcode: 0 });
    await up?.stop();
    await start({ numbersTaken: false });
    expect((await post("pur/pur_inbound_save", RECEIPT))["description_cn"]).toBe("supplierid_id不能为空");
  });
});

test.each([
  ["basedata/material_list", 200, { number: "A-001", baseunitid_name: "Pcs" }],
  ["basedata/customer_list", 6, { number: "KH10001" }],
  ["basedata/supplier_list", 23, { number: "GYS00001" }],
] as const)("%s is read by pages of at most 100, and searched by number or name", async (path, count, first) => {
  await start();
  expect(await post(path, { page: 1, pagesize: 1 })).toMatchObject({ data: { count, rows: [first] } });
  expect(await post(path, { page: count + 1, pagesize: 1 })).toMatchObject({ data: { rows: [] } });
  expect(await post(path, { search: first.number, pagesize: 100 })).toMatchObject({ data: { count: 1 } });
  expect((await post(path, { pagesize: 101 }))["errcode"]).not.toBe(0);
});
