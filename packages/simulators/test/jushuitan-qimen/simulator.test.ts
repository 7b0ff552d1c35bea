import { afterEach, describe, expect, test } from "vitest";
import { parseChinaTime } from "../../src/china-time.ts";
import { simulator } from "../../src/jushuitan-qimen/simulator.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { MATERIALS, SHOPS, STOCKS } from "../../src/kit/world.ts";
import { sendTop, sendTopJson } from "../kit/top-client.ts";

const NOW = parseChinaTime("2026-11-22 05:00:00") ?? 0;
const SALEOUTS = "jushuitan.saleout.list.query";
const ORDERS = "jushuitan.order.list.query";
const WEEK = { start_time: "2026-11-15 05:00:00", end_time: "2026-11-22 05:00:00" };

type Row = Readonly<Record<string, unknown>>;

const running: RunningSimulator[] = [];
async function start(bills = 500, settings: Readonly<Record<string, unknown>> = {}, seed = 1): Promise<RunningSimulator> {
  const simulatorUp = await startSimulator(simulator, { bills, seed, now: () => NOW, settings: { callsPerSecond: 0, ...settings } });
  running.push(simulatorUp);
  return simulatorUp;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulatorUp) => simulatorUp.stop()));
});

function parametersOf(changes: Readonly<Record<string, string | undefined>>, method = SALEOUTS): Readonly<Record<string, string>> {
  const all = {
    method,
    app_key: "12345678",
    target_app_key: "23060081",
    timestamp: "2026-11-22 05:00:00",
    format: "json",
    v: "2.0",
    sign_method: "hmac-sha256",
    customer_id: "10001",
    page_index: "1",
    page_size: "50",
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function query(up: RunningSimulator, changes: Readonly<Record<string, string | undefined>>, method = SALEOUTS): Promise<Row> {
  return sendTopJson({ origin: up.origin, parameters: parametersOf(changes, method) });
}

async function allRows(
  up: RunningSimulator,
  changes: Readonly<Record<string, string>>,
  listName = "datas",
  method = SALEOUTS,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const answer = await query(up, { ...changes, page_index: String(page) }, method);
    rows.push(...(answer[listName] as readonly Row[]));
    if (answer["has_next"] !== true) return rows;
  }
}

describe("paging through a window", () => {
  test("gives every sale-out of the week once, in the order of change time and io_id", async () => {
    const up = await start();
    const rows = await allRows(up, WEEK);
    const expected = (up.vendor.data("saleout") as readonly Row[]).filter((row) => String(row["modified"]) >= WEEK.start_time);
    expect(rows.length).toBeGreaterThan(90);
    expect(rows.map((row) => row["io_id"])).toEqual(expected.map((row) => row["io_id"]));
    const order = rows.map((row) => `${String(row["modified"])}/${String(row["io_id"])}`);
    expect(order).toEqual([...order].sort());
  });

  test("counts rows and pages, and leaves the count out when asked to", async () => {
    const up = await start();
    const first = await query(up, WEEK);
    const count = first["data_count"] as number;
    expect(first).toMatchObject({ page_index: 1, page_size: 50, page_count: Math.ceil(count / 50), has_next: true });
    expect((await query(up, { ...WEEK, page_index: String(Math.ceil(count / 50)) }))["has_next"]).toBe(false);
    expect((await query(up, { ...WEEK, page_index: "99" }))["datas"]).toEqual([]);
    expect(await query(up, { ...WEEK, is_get_total: "false" })).toMatchObject({ data_count: 0, page_count: 0, has_next: true });
  });

  test.each([
    ["no page_index", { ...WEEK, page_index: undefined }, 40],
    ["page 0", { ...WEEK, page_index: "0" }, 41],
    ["101 rows", { ...WEEK, page_size: "101" }, 41],
    ["no rows", { ...WEEK, page_size: "0" }, 41],
    ["only a beginning", { start_time: WEEK.start_time }, 40],
    ["only an end", { end_time: WEEK.end_time }, 40],
    ["no window", {}, 15],
    ["one second over seven days", { start_time: "2026-11-15 04:59:59", end_time: WEEK.end_time }, 15],
    ["a window backwards", { start_time: WEEK.end_time, end_time: WEEK.start_time }, 41],
    ["a crooked time", { ...WEEK, end_time: "2026-11-22" }, 41],
    ["an unknown status", { ...WEEK, status: "Sent" }, 41],
    ["an unknown date_type", { ...WEEK, date_type: "3" }, 41],
    ["no customer_id", { ...WEEK, customer_id: undefined }, 40],
    ["a stranger's customer_id", { ...WEEK, customer_id: "5" }, 15],
  ])("%s is refused", async (_, changes, code) => {
    const up = await start(10);
    expect(await query(up, changes)).toMatchObject({ flag: "failure", code });
  });

  test("a last page that is full has no next one", async () => {
    const up = await start(20);
    const ids = (up.vendor.data("saleout") as readonly Row[]).slice(0, 4).map((row) => String(row["io_id"]));
    const ask = (page_index: string): Promise<Row> => query(up, { io_ids: ids.join(","), page_index, page_size: "2" });
    expect(await ask("1")).toMatchObject({ has_next: true, data_count: 4, page_count: 2 });
    expect(await ask("2")).toMatchObject({ has_next: false, page_count: 2 });
  });

  test("100 rows are allowed, 100 are given", async () => {
    const up = await start(2000);
    expect((await query(up, { ...WEEK, page_size: "100" }))["datas"]).toHaveLength(100);
  });
});

describe("filters", () => {
  test("by status, shop, branch and numbers", async () => {
    const up = await start();
    const all = await allRows(up, WEEK);
    const confirmed = await allRows(up, { ...WEEK, status: "Confirmed" });
    expect(confirmed.length).toBe(all.filter((row) => row["status"] === "Confirmed").length);
    expect(confirmed.length).toBeGreaterThan(all.length * 0.7);
    expect(confirmed.length).toBeLessThan(all.length);
    expect((await allRows(up, { ...WEEK, shop_id: "10003" })).map((row) => row["shop_id"])).toSatisfy(
      (ids: readonly unknown[]) => ids.length > 0 && ids.every((id) => id === 10003),
    );
    expect((await allRows(up, { ...WEEK, wms_co_id: "0" })).every((row) => row["wms_co_id"] === 0)).toBe(true);
    const [one, two] = all;
    expect((await allRows(up, { so_ids: `${String(one?.["so_id"])},${String(two?.["so_id"])}` })).map((row) => row["io_id"])).toEqual([
      one?.["io_id"],
      two?.["io_id"],
    ]);
    expect(await allRows(up, { io_ids: String(one?.["io_id"]) })).toHaveLength(1);
    expect(await allRows(up, { o_ids: String(one?.["o_id"]) })).toHaveLength(1);
  });

  test("by io_date, in its order", async () => {
    const up = await start();
    const rows = await allRows(up, { ...WEEK, date_type: "2" });
    const dates = rows.map((row) => String(row["io_date"]));
    expect(dates).toEqual([...dates].sort());
    expect(dates.every((date) => date >= WEEK.start_time && date <= WEEK.end_time)).toBe(true);
  });
});

describe("the row version", () => {
  test("leads through everything and finds a late row that change times hide", async () => {
    const up = await start(150);
    const newest = (await allRows(up, WEEK)).at(-1);
    const [late] = up.vendor.insertRows(1, { late: true });
    const seen = new Set<unknown>();
    let from = 1;
    for (;;) {
      const answer = await query(up, { start_ts: String(from), is_get_total: "false" });
      const rows = answer["datas"] as readonly Row[];
      for (const row of rows) seen.add(row["io_id"]);
      const highest = Math.max(...rows.map((row) => row["ts"] as number));
      if (highest <= from) break;
      from = highest;
    }
    expect(seen.size).toBe(151);
    expect(seen.has(Number(late))).toBe(true);
    const [lateRow] = await allRows(up, { io_ids: String(late) });
    expect(String(lateRow?.["modified"]) < String(newest?.["modified"])).toBe(true);
    expect(lateRow?.["ts"]).toBe(from);
  });
});

describe("rows", () => {
  test("are the same bytes for the same seed and others for another", async () => {
    const texts = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const up = await start(60, {}, seed);
        return sendTop({ origin: up.origin, parameters: parametersOf(WEEK) });
      }),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });

  test("carry documented sale-out fields and the seed's order fields; a fifth has no pays", async () => {
    const up = await start(1000);
    const rows = up.vendor.data("saleout") as readonly Row[];
    const documented =
      "co_id shop_id shop_name io_id o_id so_id created modified status receiver_state pay_amount io_date batchs sns open_id order_date referrer_id seller_flag oaid wave_id items".split(
        " ",
      );
    expect(documented.filter((field) => !rows.every((row) => field in row))).toEqual([]);
    const without = rows.filter((row) => !("pays" in row)).length;
    expect(without).toBeGreaterThan(140);
    expect(without).toBeLessThan(260);
  });

  test("name goods, shops and branches of the shared company, with money that adds up", async () => {
    const up = await start(300);
    const codes = new Set(MATERIALS.map((material) => material.code));
    for (const row of up.vendor.data("saleout") as readonly Row[]) {
      const items = row["items"] as readonly Row[];
      expect(items.length).toSatisfy((length: number) => length >= 1 && length <= 5);
      expect(items.every((item) => codes.has(String(item["sku_id"])))).toBe(true);
      expect(SHOPS.some((shop) => Number(shop.shopId) === row["shop_id"])).toBe(true);
      expect(STOCKS.some((stock) => Number(stock.wmsCoId) === row["wms_co_id"])).toBe(true);
      expect(row["paid_amount"]).toMatch(/^\d+\.\d\d$/);
      const cents = (value: unknown): number => Math.round(Number(value) * 100);
      const total = items.reduce((sum, item) => sum + cents(item["sale_amount"]), 0);
      expect(cents(row["paid_amount"])).toBe(total - cents(row["free_amount"]) + cents(row["freight"]));
      for (const item of items) expect(item["is_gift"] === "true").toBe(item["sale_amount"] === "0.00");
    }
  });

  test("hold 19-digit numbers without quotes, rare characters and 19-digit texts", async () => {
    const up = await start(400);
    const text = await sendTop({ origin: up.origin, parameters: parametersOf({ ...WEEK, page_size: "100" }) });
    expect(text).toMatch(/"oi_id":9\d{18},/);
    expect(text).toMatch(/"so_id":"\d{19}"/);
    expect(text).toContain("𠮷");
    expect(text).toContain("龘");
  });

  test("of bills entered just now stand at the end of the window, and the ledger stays empty", async () => {
    const up = await start(50);
    const keys = up.vendor.insertRows(3);
    expect(up.vendor.ledger()).toEqual([]);
    expect((await allRows(up, WEEK)).slice(-3).map((row) => String(row["io_id"]))).toEqual(keys);
  });
});

describe("orders", () => {
  test("come under `orders`, with their own status and always with pays", async () => {
    const up = await start();
    const rows = await allRows(up, { ...WEEK, status: "Sent" }, "orders", ORDERS);
    const confirmed = await allRows(up, { ...WEEK, status: "Confirmed" });
    expect(rows.map((row) => row["o_id"])).toEqual(confirmed.map((row) => row["o_id"]));
    expect(rows.every((row) => Array.isArray(row["pays"]) && !("io_id" in row))).toBe(true);
    expect((await allRows(up, { ...WEEK, date_type: "3" }, "orders", ORDERS)).every((row) => row["send_date"] !== null)).toBe(true);
  });
});

test("the limit is on by default and can be met", async () => {
  const up = await startSimulator(simulator, { bills: 10, now: () => NOW });
  running.push(up);
  const codes: unknown[] = [];
  for (let call = 0; call < 21; call++) codes.push((await query(up, WEEK))["code"]);
  expect(codes.filter((code) => code === 7)).toHaveLength(1);
});

test("100 000 bills are paged through at their end", async () => {
  const up = await start(100_000);
  expect(await query(up, { ...WEEK, page_index: "200", status: "Confirmed" })).toMatchObject({ page_index: 200 });
});

test("after-sale documents go by change time, status and what has become of the goods; received quantities only of what came back", async () => {
  const REFUNDS = "jushuitan.refund.list.query";
  const up = await start(200);
  const all = await allRows(up, WEEK, "datas", REFUNDS);
  expect(new Set(all.map((row) => row["as_id"])).size).toBe(all.length);
  const back = await allRows(up, { ...WEEK, good_status: "SELLER_RECEIVED", status: "Confirmed" }, "datas", REFUNDS);
  expect(back.length).toBe(all.filter((row) => row["good_status"] === "SELLER_RECEIVED").length);
  const counted = (row: Row) => (row["items"] as readonly Row[]).every((item) => item["r_qty"] === item["qty"]);
  expect([all.length > back.length, back.every(counted), all.every(counted)]).toEqual([true, true, false]);
  expect(await query(up, { ...WEEK, status: "Archive" }, REFUNDS)).toMatchObject({ flag: "failure", code: 41 });
});
