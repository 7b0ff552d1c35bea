/** Goods, suppliers and the bills that the company made by itself: what is asked for, what is uploaded, what is refused. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startClient, type Client } from "./jushuitan-client.ts";

let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.simulator.stop());

type Row = Readonly<Record<string, unknown>>;
const datas = (data: unknown): readonly Row[] => {
  const { datas: rows, orders } = data as { readonly datas?: readonly Row[]; readonly orders?: readonly Row[] };
  return rows ?? orders ?? [];
};
const WEEK = { modified_begin: "2026-11-15 05:00:00", modified_end: "2026-11-22 05:00:00" };
const QUERIES = [
  "orders.out.simple.query",
  "purchasein.query",
  "purchaseout.query",
  "aftersale.received.query",
  "allocate.query",
  "sku.query",
];

describe.each(QUERIES)("%s", (query) => {
  test("wants a window of seven days or numbers, and at most fifty rows", async () => {
    expect(await client.call(query, {})).toMatchObject({ code: 130, msg: expect.stringContaining("不能同时为空") as string });
    expect(await client.call(query, { modified_begin: WEEK.modified_begin })).toMatchObject({ code: 130 });
    expect((await client.call(query, { ...WEEK, modified_begin: "2026-11-15 04:59:59" })).msg).toContain("七天");
    expect((await client.call(query, { ...WEEK, page_size: 51 })).code).toBe(130);
  });

  test("gives each bill of the window once, page by page, and by its number without a window", async () => {
    const key = { "sku.query": "sku_id", "orders.single.query": "o_id" }[query] ?? "io_id";
    const found: string[] = [];
    for (let page = 1, next = true; next; page += 1) {
      const { data } = await client.call(query, { ...WEEK, page_index: page, page_size: 10 });
      found.push(...datas(data).map((row) => String(row[key])));
      next = (data as { readonly has_next: boolean }).has_next;
    }
    expect(found.length).toBeGreaterThan(10);
    expect(new Set(found).size).toBe(found.length);
    const [first = ""] = found;
    const { data } = await client.call(query, { [`${key}s`]: query === "sku.query" ? first : [first] });
    expect(datas(data).map((row) => String(row[key]))).toEqual([first]);
  });
});

test("receipts are those in force unless asked otherwise; a status that is none is refused", async () => {
  const statuses = async (more: Row): Promise<readonly unknown[]> => [
    ...new Set(datas((await client.call("purchasein.query", { ...WEEK, page_size: 50, ...more })).data).map((row) => row["status"])),
  ];
  expect(await statuses({})).toEqual(["Confirmed"]);
  expect(await statuses({ statuss: ["Cancelled"] })).toEqual(["Cancelled"]);
  expect((await client.call("purchasein.query", { ...WEEK, statuss: ["Gone"] })).msg).toContain("Gone");
});

test("a transfer comes as two, which name each other", async () => {
  const { data } = await client.call("allocate.query", { ...WEEK, type: "调拨出", page_size: 50 });
  const [out] = datas(data);
  const { data: other } = await client.call("allocate.query", { io_ids: [out?.["link_io_id"]] });
  expect(datas(other)[0]).toMatchObject({ type: "调拨入", link_io_id: out?.["io_id"], link_wms_co_id: out?.["wms_co_id"] });
});

test("goods are added and changed item by item; a bad one says why and harms no other", async () => {
  const items = [
    { sku_id: "N-1", i_id: "N", name: "新品", s_price: "12.50" },
    { sku_id: "A-001", properties_value: "红;500ml" },
    { sku_id: "N-2", name: "没有款式" },
    { sku_id: "N-3", i_id: "N", name: "状态不对", enabled: 7 },
  ];
  const { code, data } = await client.call("jushuitan.itemsku.upload", { items });
  expect([code, datas(data).map((row) => [row["is_success"], row["sku_id"]])]).toEqual([
    0,
    [
      [true, "N-1"],
      [true, "A-001"],
      [false, "N-2"],
      [false, "N-3"],
    ],
  ]);
  expect(datas(data)[2]?.["msg"]).toContain("款式编码");
  const { data: now } = await client.call("sku.query", { sku_ids: "N-1,A-001" });
  expect(datas(now).map((row) => [row["sku_id"], row["name"], row["sale_price"]])).toContainEqual(["N-1", "新品", 12.5]);
  expect(client.simulator.vendor.ledger().map((entry) => [entry.key, entry.edit === true])).toEqual([
    ["N-1", false],
    ["A-001", true],
  ]);
  const sent = { is_confirm: "true", type: "in", external_id: "E1", warehouse: "1", items: [{ sku_id: "N-1", qty: "1" }] };
  expect((await client.call("jushuitan.otherinout.upload", sent)).code).toBe(0);
  expect((await client.call("jushuitan.itemsku.upload", { items: [] })).code).toBe(130);
});

test("suppliers come as a list; a known code is changed, a new one gets an id", async () => {
  const { data } = await client.call("supplier.upload", [
    { supplier_code: "VEN00001", name: "顺丰速运", enabled: "true" },
    { supplier_code: "VEN9", name: "新厂" },
    { supplier_code: "VEN10" },
  ]);
  expect(datas(data)).toMatchObject([
    { id: 20001, issuccess: true },
    { issuccess: true, supplier_code: "VEN9" },
    { issuccess: false, msg: "供应商名称不能为空", supplier_code: "VEN10" },
  ]);
  expect(client.simulator.vendor.data("supplier")).toHaveLength(4);
  expect((await client.call("supplier.upload", { name: "x" })).code).toBe(130);
});

test("a purchase order is taken once, changed with is_edit, and found by its external number", async () => {
  const order = { external_id: "PO-1", supplier_id: "20001", is_confirm: "true", items: [{ sku_id: "A-001", qty: "3", price: "9.90" }] };
  const { data } = await client.call("jushuitan.purchase.upload", order);
  expect(data).toMatchObject({ data: { external_id: "PO-1" } });
  expect((await client.call("jushuitan.purchase.upload", order)).msg).toContain("已存在");
  expect((await client.call("jushuitan.purchase.upload", { ...order, is_edit: "true", remark: "改" })).code).toBe(0);
  const { data: found } = await client.call("purchase.query", { so_ids: ["PO-1", "PO-2"] });
  expect(datas(found)).toMatchObject([
    { so_id: "PO-1", status: "Confirmed", remark: "改", items: [{ sku_id: "A-001", qty: 3, price: 9.9 }] },
  ]);
  expect((await client.call("purchase.query", {})).code).toBe(130);
});

test.each([
  ["an unknown supplier", { supplier_id: "99999" }, "供应商编号【99999】不存在"],
  ["unknown goods", { items: [{ sku_id: "没有", qty: "1" }] }, "商品编码【没有】不存在"],
  ["no quantity", { items: [{ sku_id: "A-001", qty: "0" }] }, "数量"],
  ["no lines", { items: [] }, "items"],
])("a purchase order with %s is refused", async (_, changes, text) => {
  const order = { external_id: `PO-${text}`, supplier_id: "20001", items: [{ sku_id: "A-001", qty: "3" }], ...changes };
  expect((await client.call("jushuitan.purchase.upload", order)).msg).toContain(text);
});
