import { afterEach, describe, expect, test } from "vitest";
import { parseChinaTime } from "../../src/china-time.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { enterpriseSign } from "../../src/wangdiantong-qimen/enterprise-direct.ts";
import { FLAGSHIP_EPOCH_S, flagshipSign } from "../../src/wangdiantong-qimen/flagship-direct.ts";
import { flagshipInnerSign } from "../../src/wangdiantong-qimen/flagship-inner.ts";
import { simulator } from "../../src/wangdiantong-qimen/simulator.ts";
import { encodeForm } from "../captured/captured-request.ts";
import { sendTopJson } from "../kit/top-client.ts";

const NOW = parseChinaTime("2026-11-22 05:00:00") ?? 0;
const SECONDS = String(NOW / 1000);

type Row = Readonly<Record<string, unknown>>;

const running: RunningSimulator[] = [];
async function start(bills = 500, settings: Readonly<Record<string, unknown>> = {}, seed = 1): Promise<RunningSimulator> {
  const up = await startSimulator(simulator, {
    bills,
    seed,
    now: () => NOW,
    settings: { callsPerSecond: 0, directCallsPerMinute: 0, ...settings },
  });
  running.push(up);
  return up;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((up) => up.stop()));
});

function query(up: RunningSimulator, changes: Readonly<Record<string, string | undefined>> = {}): Promise<Row> {
  const all = {
    method: "wdt.warehouse.query",
    app_key: "12345678",
    target_app_key: "21363512",
    timestamp: "2026-11-22 05:00:00",
    format: "json",
    v: "2.0",
    sign_method: "md5",
    sid: "demo2",
    page_no: "0",
    page_size: "50",
    ...changes,
  };
  const parameters = Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined));
  return sendTopJson({ origin: up.origin, parameters });
}
const rowsOf = (answer: Row): readonly Row[] => answer["warehouses"] as readonly Row[];

describe("wdt.warehouse.query behind 奇门", () => {
  test("pages count from 0, the total is on every page, and every warehouse comes once", async () => {
    const up = await start(600);
    const pages = await Promise.all(["0", "1", "2", "3"].map((page_no) => query(up, { page_no })));
    expect(pages.map((page) => [page["errorcode"], page["message"], page["total_count"], rowsOf(page).length])).toEqual([
      [0, "OK", 120, 50],
      [0, "OK", 120, 50],
      [0, "OK", 120, 20],
      [0, "OK", 120, 0],
    ]);
    expect(pages.flatMap(rowsOf)).toEqual(up.vendor.data("warehouse"));
    expect(pages[0]).not.toHaveProperty("flag");
  });

  test("the total may be on the first page only", async () => {
    const up = await start(500, { onlyFirst: true });
    expect(await query(up)).toHaveProperty("total_count", 100);
    expect(await query(up, { page_no: "1" })).not.toHaveProperty("total_count");
  });

  test("filters by number, either type name, disabled and change time", async () => {
    const up = await start();
    const all = up.vendor.data("warehouse") as readonly Row[];
    expect(rowsOf(await query(up, { warehouse_no: "主仓01" }))).toEqual(all.filter((row) => row["warehouse_no"] === "主仓01"));
    const outer = all.filter((row) => row["type"] === "11");
    expect(outer.length).toBeGreaterThan(5);
    expect(rowsOf(await query(up, { type: "11" }))).toEqual(outer);
    expect(rowsOf(await query(up, { warehouse_type: "11" }))).toEqual(outer);
    const disabled = all.filter((row) => row["is_disabled"] === "1");
    expect(disabled.length).toBeGreaterThan(5);
    expect(rowsOf(await query(up, { is_disabled: "1" }))).toEqual(disabled);
    const window = { start_time: "2026-10-01 00:00:00", end_time: "2026-11-22 05:00:00" };
    expect(rowsOf(await query(up, window))).toEqual(all.filter((row) => String(row["modified"]) >= window.start_time));
    const moment = String(all[5]?.["modified"]);
    expect(rowsOf(await query(up, { start_time: moment, end_time: moment }))).toEqual(all.filter((row) => row["modified"] === moment));
    expect(await query(up, { warehouse_no: "nowhere" })).toMatchObject({ errorcode: 0, total_count: 0, warehouses: [] });
  });

  test.each([
    ["101 rows", { page_size: "101" }, 2220],
    ["a page before the first", { page_no: "-1" }, 1020],
    ["half a window", { start_time: "2026-10-01 00:00:00" }, 1020],
    ["an unknown seller", { sid: "demo9" }, 1001],
  ])("%s is an errorcode", async (_, changes, errorcode) => {
    const up = await start(10);
    expect(await query(up, changes)).toMatchObject({ errorcode, message: expect.stringMatching(/./) as string });
  });

  test("no seller at all is TOP's 40, another vendor's target app 41", async () => {
    const up = await start(10);
    expect(await query(up, { sid: undefined })).toMatchObject({ flag: "failure", code: 40 });
    expect(await query(up, { target_app_key: "23060081" })).toMatchObject({ flag: "failure", code: 41 });
  });

  test("there are 40 to 400 warehouses, named alike and placed differently under every seed", async () => {
    const [few, many, other] = await Promise.all([start(0), start(100_000), start(0, {}, 2)]);
    expect([few.vendor.data("warehouse").length, many.vendor.data("warehouse").length]).toEqual([40, 400]);
    const column = (up: RunningSimulator, field: string): readonly unknown[] =>
      (up.vendor.data("warehouse") as readonly Row[]).map((row) => row[field]);
    expect(column(few, "warehouse_no")).toEqual(column(other, "warehouse_no"));
    expect(column(few, "name")).toEqual(column(other, "name"));
    expect(column(few, "address")).not.toEqual(column(other, "address"));
    expect(new Set(column(many, "warehouse_no")).size).toBe(400);
    expect(column(few, "warehouse_no")).toEqual(expect.arrayContaining(["W01", "主仓01", "上海仓"]));
    expect(column(few, "is_defect")).toContain("1");
  });

  test("new rows come last, late ones with an older change time", async () => {
    const up = await start(10);
    const [late] = up.vendor.insertRows(1, { late: true });
    const [fresh] = up.vendor.insertRows(1);
    const rows = rowsOf(await query(up)).slice(-2);
    expect(rows.map((row) => row["warehouse_no"])).toEqual([late, fresh]);
    expect(String(rows[0]?.["modified"]) < String(rows[1]?.["modified"])).toBe(true);
  });
});

describe("企业版 direct", () => {
  async function call(
    up: RunningSimulator,
    changes: Readonly<Record<string, string>>,
    lengths: "characters" | "bytes" = "characters",
  ): Promise<Row> {
    const fields = { sid: "demo2", appkey: "demo2-ot", timestamp: SECONDS, ...changes };
    const sign = enterpriseSign(new Map(Object.entries(fields)), "demoSecret", lengths);
    const response = await fetch(`${up.origin}/openapi2/warehouse_query.php`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: encodeForm(Object.entries({ sign, ...fields })),
    });
    return (await response.json()) as Row;
  }

  test("answers 40 rows by default and the total on page 0 only", async () => {
    const up = await start();
    const first = await call(up, {});
    expect(first).toMatchObject({ code: 0, message: "", total_count: 100 });
    expect(rowsOf(first)).toHaveLength(40);
    expect(await call(up, { page_no: "1" })).not.toHaveProperty("total_count");
  });

  test.each([
    [2220, { page_size: "101" }],
    [7200, { warehouse_no: "nowhere" }],
    [1001, { sid: "nobody" }],
    [1002, { appkey: "nothing" }],
    [1003, { timestamp: String(Number(SECONDS) - 301) }],
    [1004, { sign: "0" }],
  ])("code %i for %j", async (code, changes) => {
    const up = await start(10);
    expect((await call(up, changes))["code"]).toBe(code);
  });

  test("a client that counts bytes passes with a warning, or not at all", async () => {
    const tolerant = await start();
    expect(await call(tolerant, { warehouse_no: "上海仓" }, "bytes")).toMatchObject({ code: 0, total_count: 1 });
    expect(tolerant.vendor.data("warnings")).toHaveLength(1);
    const strict = await start(10, { acceptByteLengths: false });
    expect(await call(strict, { warehouse_no: "上海仓" }, "bytes")).toMatchObject({ code: 1004 });
  });

  test("the sixty-first call within a minute is 1012", async () => {
    const up = await start(10, { directCallsPerMinute: 60 });
    const codes: unknown[] = [];
    for (let nth = 0; nth < 61; nth++) codes.push((await call(up, {}))["code"]);
    expect(codes.filter((code) => code === 1012)).toHaveLength(1);
    expect(codes.at(-1)).toBe(1012);
  });
});

describe("旗舰版", () => {
  async function direct(up: RunningSimulator, changes: Readonly<Record<string, string>>, body = "[{}]"): Promise<Row> {
    const fields = {
      sid: "demo3",
      key: "demo-ot",
      salt: "demosalt",
      method: "setting.Warehouse.queryWarehouse",
      timestamp: String(Number(SECONDS) - FLAGSHIP_EPOCH_S),
      v: "1.0",
      page_size: "50",
      page_no: "0",
      calc_total: "1",
      ...changes,
    };
    const sign = flagshipSign(new Map(Object.entries(fields)), body, "demosecret");
    const response = await fetch(`${up.origin}/openapi?${encodeForm(Object.entries({ sign, ...fields }))}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    return (await response.json()) as Row;
  }

  test("direct: answers details with real booleans, and the total only when asked", async () => {
    const up = await start(10);
    expect(await direct(up, {}, '[{"warehouse_no":"主仓01"}]')).toMatchObject({
      status: 0,
      data: { total_count: 1, details: [{ warehouse_id: 2, warehouse_no: "主仓01", is_disabled: false }] },
    });
    expect((await direct(up, { calc_total: "0" }))["data"]).not.toHaveProperty("total_count");
  });

  test.each([
    [1, { sid: "nobody" }, "sid is not exists"],
    [1, { salt: "other" }, "app auth fail"],
    [1, { sign: "0" }, "验证失败"],
    [7, { timestamp: String(Number(SECONDS) - FLAGSHIP_EPOCH_S - 121) }, "timestamp"],
    [8, { v: "2.0" }, "version"],
    [100, { page_no: "" }, "分页"],
  ])("direct: status %i for %j", async (status, changes, text) => {
    const up = await start(10);
    expect(await direct(up, changes)).toMatchObject({ status, message: expect.stringContaining(text) as string });
  });

  test("behind 奇门 both signatures must fit", async () => {
    const up = await start(10);
    const inner = {
      params: '{"warehouse_no":"上海仓","hide_deleted":true,"remark":null}',
      pager: '{"page_no":0,"page_size":50}',
      datetime: "2026-11-22 05:00:00",
      wdt_appkey: "demo-ot",
      wdt_salt: "demosalt",
      wdt3_customer_id: "demo3",
    };
    const method = "3ldsmu02o9.wdt.setting.warehouse.querywarehouse";
    const wdt_sign = flagshipInnerSign(new Map(Object.entries({ ...inner, method })), "demosecret");
    const whole = { method, sid: undefined, page_no: undefined, page_size: undefined, ...inner };
    expect(await query(up, { ...whole, wdt_sign })).toMatchObject({ status: 0, data: { total_count: 1, details: [{ name: "上海仓" }] } });
    expect(await query(up, { ...whole, wdt_sign, params: "{}" })).toMatchObject({ status: 1, message: "验证失败" });
    expect(await query(up, { ...whole, wdt_sign, wdt_salt: "other" })).toMatchObject({ status: 1, message: "app auth fail" });
  });
});
