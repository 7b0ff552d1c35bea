/** 吉客云's trades, goods documents and goods: fields that must be named, windows, the cursor, and goods that are imported. */
import { afterEach, describe, expect, test } from "vitest";
import { formatChinaTime } from "../../src/china-time.ts";
import { simulator } from "../../src/jackyun/simulator.ts";
import { signJackyun } from "../../src/jackyun/sign.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";

const NOW = Date.UTC(2026, 10, 21, 13, 0, 0);
const DAY_MS = 86_400_000;

type Row = Readonly<Record<string, unknown>>;
interface Answer {
  readonly code: number;
  readonly msg: string;
  readonly subCode: string;
  readonly result: { readonly data: unknown };
}

let up: RunningSimulator | undefined;
afterEach(async () => {
  await up?.stop();
});

async function start(bills = 40): Promise<RunningSimulator> {
  up = await startSimulator(simulator, { seed: 7, bills, now: () => NOW, settings: { callsPerSecond: 1_000 } });
  return up;
}

async function call(method: string, content: unknown): Promise<Answer> {
  const fields = {
    method,
    appkey: "12345678",
    version: "v1.0",
    contenttype: "json",
    timestamp: formatChinaTime(NOW),
    bizcontent: JSON.stringify(content),
  };
  const body = new URLSearchParams({ ...fields, sign: signJackyun(fields, "DemoSecret01") });
  return (await (await fetch(`${up?.origin}/open/openapi/do`, { method: "POST", body })).json()) as Answer;
}

const week = (daysAgo: number): Row => ({
  startModified: formatChinaTime(NOW - daysAgo * DAY_MS),
  endModified: formatChinaTime(NOW - (daysAgo - 7) * DAY_MS),
});

describe("trades", () => {
  const TRADES = "oms.trade.fullinfoget";

  test("the cursor gives every trade of the window once, and an empty page at the end", async () => {
    const { vendor } = await start();
    const read: Row[] = [];
    for (let scrollId = ""; ;) {
      const data = (await call(TRADES, { ...week(7), fields: "tradeNo,scrollId", pageSize: 3, scrollId })).result.data as {
        readonly scrollId: string;
        readonly trades: readonly Row[];
      };
      if (data.trades.length === 0) break;
      read.push(...data.trades);
      scrollId = data.scrollId;
    }
    const since = formatChinaTime(NOW - 7 * DAY_MS);
    const held = (vendor.data("trade") as Row[]).filter((row) => String(row["gmtModified"]) >= since);
    expect(read.length).toBeGreaterThan(5);
    expect(read.map((row) => row["tradeNo"])).toEqual(held.map((row) => row["tradeNo"]));
  });

  test("only the named fields are given, those of lines by their path", async () => {
    await start();
    const answer = await call(TRADES, { ...week(7), fields: "tradeNo,goodsDetail.goodsNo", pageSize: "1" });
    const { trades, ...rest } = answer.result.data as { readonly trades: readonly Row[] };
    expect(rest).toEqual({});
    expect(Object.keys(trades[0] ?? {})).toEqual(["tradeNo", "goodsDetail"]);
    expect(Object.keys((trades[0]?.["goodsDetail"] as Row[] | undefined)?.[0] ?? {})).toEqual(["goodsNo"]);
  });

  test("returns count below zero, and their sums too", async () => {
    const { vendor } = await start();
    const returns = (vendor.data("trade") as Row[]).filter((row) => row["tradeType"] === 8);
    expect(returns.length).toBeGreaterThan(0);
    for (const trade of returns) {
      expect(Number(trade["payment"])).toBeLessThan(0);
      for (const line of trade["goodsDetail"] as Row[]) expect(Number(line["sellCount"])).toBeLessThan(0);
    }
  });

  test.each([
    ["without fields", { ...week(7) }, "0040139996"],
    ["without a window or a number", { fields: "tradeNo" }, "0050030002"],
    ["over seven days", { ...week(7), startModified: formatChinaTime(NOW - 8 * DAY_MS), fields: "tradeNo" }, "0050030002"],
    ["over 200 rows", { ...week(7), fields: "tradeNo", pageSize: 201 }, "0050030002"],
    ["with a cursor of its own making", { ...week(7), fields: "tradeNo", scrollId: "x" }, "0050030002"],
  ] as const)("%s is refused", async (_, content, subCode) => {
    await start();
    expect(await call(TRADES, content)).toMatchObject({ code: 500, subCode });
  });
});

describe("goods documents", () => {
  test("the data is the list itself, times in epoch ms, one kind where it is named", async () => {
    await start(120);
    const window = { gmtModifiedStart: week(7)["startModified"], gmtModifiedEnd: week(7)["endModified"] };
    const content = { ...window, pageIndex: 0, pageSize: 50, selelctFields: "goodsdocNo,inouttype,inOutDate,goodsDocDetailList.goodsNo" };
    const all = (await call("erp.storage.goodsdocin.v2", content)).result.data as Row[];
    const bought = (await call("erp.storage.goodsdocin.v2", { ...content, inouttype: "101" })).result.data as Row[];
    expect(all.length).toBeGreaterThan(bought.length);
    expect(bought.every((row) => row["inouttype"] === 101 && Number.isSafeInteger(row["inOutDate"]))).toBe(true);
    expect(await call("erp.storage.goodsdocin.v2", { pageIndex: 0, pageSize: 50 })).toMatchObject({ subCode: "0040139996" });
  });
});

describe("goods", () => {
  const goods = (code: string, more: Row = {}): Row => ({
    outSkuCode: code,
    goodsNo: code,
    goodsName: `货品${code}`,
    unitName: "件",
    ...more,
  });

  test("each of an import is told for itself; a known outer code is changed", async () => {
    const { vendor } = await start();
    const data = (
      await call("erp.goods.skuimportbatch", [
        goods("N-1", { skuBarcode: "777" }),
        goods("N-2", { skuBarcode: "777" }),
        goods("N-3", { unitName: "" }),
        goods("JK-001"),
      ])
    ).result.data;
    expect(data).toMatchObject([
      { outSkuCode: "N-1", success: true },
      { outSkuCode: "N-2", success: false, subCode: "0031310400" },
      { outSkuCode: "N-3", success: false, errorMessage: "unitName不能为空" },
      { outSkuCode: "JK-001", success: true },
    ]);
    expect(vendor.ledger().map(({ key, edit }) => [key, edit === true])).toEqual([
      ["N-1", false],
      ["JK-001", true],
    ]);
    const found = (await call("erp-goods.goods.getforqimen", { pageIndex: 0, pageSize: 50, goodsCode: "N-1" })).result.data;
    expect(found).toMatchObject({ data: [{ goodsCode: "N-1", itemName: "货品N-1", barCode: "777" }], pageInfo: { total: 1 } });
  });

  test("more than 200 are refused, and so is what is no list", async () => {
    await start();
    expect(
      await call(
        "erp.goods.skuimportbatch",
        Array.from({ length: 201 }, (_, at) => goods(`N-${at}`)),
      ),
    ).toMatchObject({ code: 500 });
    expect(await call("erp.goods.skuimportbatch", {})).toMatchObject({ code: 500, subCode: "0050030002" });
  });
});
