/** 旺店通's bills and files behind 奇门: windows, pages, statuses, numbers; goods and suppliers that are written. */
import { afterEach, describe, expect, test } from "vitest";
import { parseChinaTime } from "../../src/china-time.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { simulator } from "../../src/wangdiantong-qimen/simulator.ts";
import { sendTopJson } from "../kit/top-client.ts";

const NOW = parseChinaTime("2026-11-22 05:00:00") ?? 0;
const MONTH = { start_time: "2026-10-24 05:00:00", end_time: "2026-11-22 05:00:00" };

type Row = Readonly<Record<string, unknown>>;

let up: RunningSimulator | undefined;
afterEach(async () => {
  await up?.stop();
});

async function start(bills = 30): Promise<RunningSimulator> {
  up = await startSimulator(simulator, { bills, seed: 5, now: () => NOW, settings: { callsPerSecond: 0 } });
  return up;
}

function call(method: string, parameters: Readonly<Record<string, string>>): Promise<Row> {
  const common = {
    app_key: "12345678",
    target_app_key: "21363512",
    timestamp: "2026-11-22 05:00:00",
    format: "json",
    v: "2.0",
    sign_method: "md5",
    sid: "demo2",
  };
  return sendTopJson({ origin: up?.origin ?? "", parameters: { ...common, method, ...parameters } });
}

describe("bills", () => {
  test.each([
    ["wdt.stockout.order.query.trade", "stockout_list", { status: "5,55,95,110" }],
    ["wdt.stockin.order.query.refund", "stockin_list", { status: "30,80" }],
    ["wdt.refund.query", "refunds", {}],
    ["wdt.stockin.order.query.purchase", "stockin_list", { status: "60,80" }],
    ["wdt.purchase.order.query", "purchase_list", {}],
    ["wdt.stock.transfer.query", "transfer_list", {}],
  ] as const)("%s: every bill once by pages from 0, the same as is held", async (method, list, more) => {
    const { vendor } = await start();
    const held = vendor.data(method);
    const pages = await Promise.all(
      [...Array(Math.ceil(held.length / 4) + 1).keys()].map((page) =>
        call(method, { ...MONTH, ...more, page_size: "4", page_no: String(page) }),
      ),
    );
    expect(pages.flatMap((page) => page[list] as Row[])).toEqual(held);
    expect(pages.map((page) => page["total_count"])).toEqual(pages.map(() => held.length));
  });

  test("amounts of lines add up to the bill's, to the cent", async () => {
    const { vendor } = await start();
    const cents = (value: unknown): bigint => BigInt(String(value).replace(".", ""));
    for (const bill of vendor.data("wdt.stockout.order.query.trade") as Row[]) {
      const lines = bill["details_list"] as Row[];
      expect(lines.reduce((sum, line) => sum + cents(line["share_amount"]), 0n)).toBe(cents(bill["receivable"]));
    }
  });

  test.each([
    ["no window", {}, 1020, "不能为空"],
    ["half a window", { start_time: MONTH.start_time }, 1020, "必须同时传入"],
    ["a window over 30 days", { ...MONTH, start_time: "2026-10-01 00:00:00" }, 1020, "最大跨度为30天"],
    ["a page over 100 rows", { ...MONTH, page_size: "101" }, 2220, "page_size超出范围"],
    ["a page below 0", { ...MONTH, page_no: "-1" }, 1020, "page_no"],
    ["another seller", { ...MONTH, sid: "nobody" }, 1001, "sid不存在"],
  ] as const)("refuses %s", async (_, parameters, errorcode, text) => {
    await start();
    const answer = await call("wdt.stockout.order.query.trade", parameters);
    expect(answer["errorcode"]).toBe(errorcode);
    expect(answer["message"]).toContain(text);
  });

  test("a number needs no window; without a status only what is dispatched or done is given", async () => {
    const { vendor } = await start();
    const [bill] = (vendor.data("wdt.stockout.order.query.trade") as Row[]).filter((row) => row["status"] === "110");
    const one = await call("wdt.stockout.order.query.trade", { stockout_no: String(bill?.["order_no"]) });
    expect(one["stockout_list"]).toEqual([bill]);
    const all = await call("wdt.stockout.order.query.trade", { ...MONTH, page_size: "100" });
    expect(new Set((all["stockout_list"] as Row[]).map((row) => row["status"]))).toEqual(new Set(["95", "110"]));
  });

  test("refunds come forty a page at most", async () => {
    await start();
    expect((await call("wdt.refund.query", { ...MONTH, page_size: "41" }))["errorcode"]).toBe(2220);
  });
});

describe("other receipts and issues", () => {
  const LINE = { spec_no: "A-001", stockin_num: "2.5", num: "2.5" };
  const info = (more: Row = {}): Row => ({
    outer_no: "O-1",
    warehouse_no: "CK001",
    is_check: "1",
    goods_list: [LINE],
    detail_list: [LINE],
    ...more,
  });
  const push = (kind: string, document: Row): Promise<Row> =>
    call(`wdt.${kind}.order.push`, { [`${kind}_info`]: JSON.stringify(document) });

  test.each(["stockin", "stockout"])("%s takes an outer number once", async (kind) => {
    const { vendor } = await start();
    expect(await push(kind, info())).toMatchObject({ errorcode: 0, [`${kind}_no`]: expect.stringMatching(/^(RK|CK)\d{10}$/) });
    expect(await push(kind, info())).toMatchObject({ errorcode: 2003, message: "外部单号O-1已存在" });
    expect(vendor.ledger().map((entry) => [entry.kind, entry.key])).toEqual([[kind, "O-1"]]);
  });

  test.each([
    ["no outer number", { outer_no: "" }, 2001, "outer_no"],
    ["an outer number too long", { outer_no: "O".repeat(41) }, 1020, "长度不能超过40"],
    ["an unknown warehouse", { warehouse_no: "CK999" }, 7200, "仓库CK999不存在"],
    ["no lines", { goods_list: [] }, 2001, "goods_list不能为空"],
    ["an unknown spec", { goods_list: [{ ...LINE, spec_no: "X" }] }, 7201, "商家编码X不存在"],
    ["no quantity", { goods_list: [{ ...LINE, stockin_num: "0" }] }, 1020, "stockin_num应为大于0"],
    ["another way of checking", { is_check: "2" }, 1020, "is_check"],
  ] as const)("%s is refused", async (_, changes, errorcode, text) => {
    const { vendor } = await start();
    const answer = await push("stockin", info(changes));
    expect(answer["errorcode"]).toBe(errorcode);
    expect(answer["message"]).toContain(text);
    expect(vendor.ledger()).toEqual([]);
  });
});

describe("files", () => {
  const goods = (no: string, more: Row = {}): Row => ({
    goods_no: no,
    goods_type: "1",
    goods_name: `货品${no}`,
    spec_list: [{ spec_no: no }],
    ...more,
  });
  const push = (list: unknown): Promise<Row> => call("wdt.goods.push", { goods_list: JSON.stringify(list) });

  test("goods are added or changed by their number, each into the ledger", async () => {
    const { vendor } = await start();
    expect(await push([goods("N-1"), goods("HP-001")])).toMatchObject({ errorcode: 0, new_count: 1, chg_count: 1 });
    expect(vendor.ledger().map((entry) => [entry.kind, entry.key, entry.edit === true])).toEqual([
      ["goods", "N-1", false],
      ["goods", "HP-001", true],
    ]);
    const found = await call("wdt.goods.query", { goods_no: "HP-001" });
    expect(found["goods_list"]).toMatchObject([{ goods_id: "1", goods_name: "货品HP-001" }]);
  });

  test.each([
    ["no list", "{}", 1020],
    ["no JSON", "[", 1020],
    ["no name", JSON.stringify([goods("N-1"), goods("N-2", { goods_name: "" })]), 2001],
    ["no spec", JSON.stringify([goods("N-1", { spec_list: [] })]), 2001],
    ["a spec without a number", JSON.stringify([goods("N-1", { spec_list: [{ spec_no: " " }] })]), 2001],
  ])("goods are refused as a whole: %s", async (_, list, errorcode) => {
    const { vendor } = await start();
    expect((await call("wdt.goods.push", { goods_list: list }))["errorcode"]).toBe(errorcode);
    expect(vendor.ledger()).toEqual([]);
  });

  test("a supplier is created once; its number, name and lengths are checked", async () => {
    const { vendor } = await start();
    const create = (parameters: Readonly<Record<string, string>>): Promise<Row> => call("wdt.purchase.provider.create", parameters);
    expect((await create({ provider_no: "V-1", provider_name: "义乌𠮷祥" }))["errorcode"]).toBe(0);
    expect(await create({ provider_no: "V-1", provider_name: "义乌𠮷祥" })).toMatchObject({
      errorcode: 2002,
      message: "供应商编号V-1已存在",
    });
    expect((await create({ provider_no: "V-2" }))["errorcode"]).toBe(2001);
    expect((await create({ provider_no: "V".repeat(21), provider_name: "长" }))["errorcode"]).toBe(1020);
    expect((await create({ provider_no: "V-3", provider_name: "数", min_purchase_num: "一" }))["errorcode"]).toBe(1020);
    expect(vendor.ledger().map(({ kind, key, number }) => [kind, key, number])).toEqual([["provider", "V-1", "3"]]);
    expect((await call("wdt.purchase.provider.query", { provider_no: "V-1" }))["provider_list"]).toMatchObject([
      { provider_name: "义乌𠮷祥" },
    ]);
  });
});
