import { afterEach, describe, expect, test } from "vitest";
import { formatChinaTime, parseChinaTime } from "../../src/china-time.ts";
import { simulator } from "../../src/greatonce/simulator.ts";
import { signGreatonce } from "../../src/greatonce/sign.ts";
import { parseForm } from "../../src/kit/form-parameters.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import vectors from "../captured/jackyun-greatonce-vectors.json" with { type: "json" };
import { readCapture, sendCapture } from "../captured/read-capture.ts";
import type { CapturedRequest } from "../captured/read-capture.ts";

const SYNC = "greatonce.distributor.single.sync";
const LIST = "greatonce.distributor.list";
const NOW = Date.UTC(2026, 10, 21, 13, 0, 0);
let clock = NOW;
let running: RunningSimulator | undefined;

afterEach(async () => {
  await stop();
  clock = NOW;
});

async function start(settings: Record<string, unknown> = {}): Promise<RunningSimulator> {
  running = await startSimulator(simulator, { seed: 7, now: () => clock, settings });
  return running;
}

async function stop(): Promise<void> {
  const stopping = running;
  running = undefined;
  await stopping?.stop();
}

async function call(method: string, content: unknown, more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  const parameters = new Map(
    Object.entries({
      appKey: "demoApp",
      customerId: "demoCust",
      timestamp: formatChinaTime(clock),
      method,
      format: "json",
      sign_method: "md5",
      ...more,
    }),
  );
  if (!parameters.has("sign")) parameters.set("sign", signGreatonce(parameters, Buffer.from(body), "demoSecret"));
  const answer = await fetch(`${running?.origin}/api/api.do?${new URLSearchParams([...parameters])}`, { method: "POST", body });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

describe("signature", () => {
  const own = vectors.filter((vector) => vector.id.startsWith("GO"));
  test.each(own.map((vector) => [vector.id, vector] as const))("vector %s is reproduced", (_, vector) => {
    const parameters = new Map(Object.entries(vector.params as Record<string, string>));
    const body = Buffer.from(vector.body ?? "", "utf8");
    expect(signGreatonce(parameters, body, vector.secret)).toBe(vector.sign);
    expect(signGreatonce(new Map([...parameters, ["v", ""], ["sign", "x"]]), body, vector.secret)).toBe(vector.sign);
    expect(signGreatonce(parameters, Buffer.concat([body, Buffer.from(" ")]), vector.secret)).not.toBe(vector.sign);
  });

  test("there are three vectors", () => expect(own).toHaveLength(3));

  test("the vectors' requests are accepted at their time, escaped or raw", async () => {
    clock = parseChinaTime("2023-11-15 06:13:20") ?? 0;
    for (const vector of own) {
      await start();
      expect(await call(SYNC, vector.body ?? "", { sign: vector.sign })).toMatchObject({ flag: "success", code: "0" });
      await stop();
    }
  });
});

describe("captured request of the PHP SDK", () => {
  const captured = readCapture("greatonce-php-sdk.txt")[0] as CapturedRequest;

  // The secret of the capture was not kept, so its own signature cannot be checked; every other byte is replayed as it came.
  test("signed with this app's secret it is accepted at its own time, and refused as stale later", async () => {
    clock = parseChinaTime("2026-11-22 05:18:45") ?? 0;
    const { origin, vendor } = await start();
    expect((await sendCapture(origin, captured)).body).toMatchObject({ flag: "failure", sub_code: "sign-check-failure" });
    const own = resign(captured);
    expect((await sendCapture(origin, own)).body).toMatchObject({ flag: "success" });
    expect(vendor.ledger()).toMatchObject([{ kind: "distributor", key: "D001", body: { distributorName: "示例分销商" } }]);
    clock += 601_000;
    expect((await sendCapture(origin, own)).body).toMatchObject({ flag: "failure", sub_code: "invalid-timestamp" });
  });

  test("signed anew with a fresh time it is accepted; one changed byte refuses it and writes nothing", async () => {
    const { origin, vendor } = await start();
    const fresh = resign(captured);
    const changed = [
      { ...fresh, body: fresh.body.replace("D001", "D002") },
      { ...fresh, body: fresh.body.replace("\\u793a", "示") },
      { ...fresh, target: fresh.target.replace(/sign=(.)/, (_, digit: string) => `sign=${digit === "0" ? "1" : "0"}`) },
      { ...fresh, target: fresh.target.replace(/&sign=([0-9A-F]+)/, (_, hex: string) => `&sign=${hex.toLowerCase()}`) },
      { ...fresh, target: `${fresh.target}&v=1` },
    ];
    for (const request of changed) {
      expect(request).not.toEqual(fresh);
      expect((await sendCapture(origin, request)).body).toMatchObject({
        flag: "failure",
        sub_code: "sign-check-failure",
        sub_message: "Illegal request",
      });
    }
    expect(vendor.ledger()).toEqual([]);
    expect((await sendCapture(origin, fresh)).body).toMatchObject({ flag: "success", code: "0" });
  });
});

function resign(captured: CapturedRequest): CapturedRequest {
  const time = encodeURIComponent(formatChinaTime(clock)).replace("%20", "+");
  const target = captured.target.replace(/timestamp=[^&]*/, `timestamp=${time}`).replace(/&sign=.*/, "");
  const sign = signGreatonce(parseForm(target.slice(target.indexOf("?") + 1)), Buffer.from(captured.body), "demoKeySecret");
  return { ...captured, target: `${target}&sign=${sign}` };
}

describe("system checks", () => {
  test("milliseconds are taken as a time as well", async () => {
    await start();
    expect(await call(LIST, {}, { timestamp: String(clock) })).toMatchObject({ flag: "success" });
    expect(await call(LIST, {}, { timestamp: String(clock - 600_001) })).toMatchObject({ sub_code: "invalid-timestamp" });
    expect(await call(LIST, {}, { timestamp: String(Math.trunc(clock / 1000)) })).toMatchObject({ flag: "failure" });
  });

  test("an unknown app, a foreign customer, a wrong method, form or missing parameter is refused", async () => {
    await start();
    for (const more of [
      { appKey: "other" },
      { customerId: "demoCustomer" },
      { format: "xml" },
      { sign_method: "hmac" },
      { timestamp: "" },
    ]) {
      expect(await call(LIST, {}, more)).toMatchObject({ flag: "failure" });
    }
    expect(await call("greatonce.nothing", {})).toMatchObject({ flag: "failure", sub_code: "invalid-method" });
    expect(await call(SYNC, "[]")).toMatchObject({ flag: "failure", code: "400" });
    expect(await call(SYNC, "{oops")).toMatchObject({ flag: "failure", code: "400" });
  });

  test("twenty calls a second go through, the next does not until a second has passed", async () => {
    await start();
    for (let i = 0; i < 20; i += 1) expect(await call(LIST, {})).toMatchObject({ flag: "success" });
    expect(await call(LIST, {})).toMatchObject({ flag: "failure", message: "调用频率超限" });
    clock += 1000;
    expect(await call(LIST, {})).toMatchObject({ flag: "success" });
  });
});

describe("greatonce.distributor.single.sync", () => {
  const base = { actionType: "add", distributorCode: "D1", distributorName: "甲" };

  test("an added distributor is held once; adding again is refused", async () => {
    const { vendor } = await start();
    expect(await call(SYNC, { ...base, balance_deduct_type: "1", mobile: "张三" })).toMatchObject({
      flag: "success",
      code: "0",
      message: "",
    });
    const again = await call(SYNC, base);
    expect(again).toMatchObject({ flag: "failure", code: "1001", sub_code: "distributor-exists" });
    expect(again["message"]).toContain("分销商编码已存在");
    expect(vendor.ledger()).toMatchObject([{ key: "D1", kind: "distributor" }]);
    expect(vendor.data("distributor")).toMatchObject([{ distributorCode: "D1", balance_deduct_type: "1", mobile: "张三" }]);
    expect(vendor.ledger()[0]?.number).toBe((vendor.data("distributor")[0] as { distributorId: string }).distributorId);
  });

  test("an update changes the given fields only, keeps the id and counts as an edit", async () => {
    const { vendor } = await start();
    await call(SYNC, { ...base, address: "旧址" });
    const before = vendor.data("distributor")[0] as Record<string, string>;
    expect(await call(SYNC, { ...base, actionType: "update", distributorName: "乙" })).toMatchObject({ flag: "success" });
    expect(vendor.data("distributor")).toMatchObject([{ distributorName: "乙", address: "旧址", distributorId: before["distributorId"] }]);
    expect(vendor.ledger()).toMatchObject([{ sequence: 1 }, { sequence: 2, edit: true }]);
    const report = (await (await fetch(`${running?.origin}/_sim/ledger`)).json()) as { duplicates: string[] };
    expect(report.duplicates).toEqual([]);
  });

  test("an update of an absent distributor is refused", async () => {
    await start();
    expect(await call(SYNC, { ...base, actionType: "update" })).toMatchObject({ flag: "failure", sub_code: "distributor-not-found" });
  });

  test("with upsert both are carried out", async () => {
    const { vendor } = await start({ upsert: true });
    expect(await call(SYNC, { ...base, actionType: "update" })).toMatchObject({ flag: "success" });
    expect(await call(SYNC, base)).toMatchObject({ flag: "success" });
    expect(vendor.data("distributor")).toHaveLength(1);
    expect(vendor.ledger().map((entry) => entry.edit)).toEqual([undefined, true]);
  });

  test.each([
    { ...base, actionType: "delete" },
    { ...base, actionType: undefined },
    { ...base, distributorCode: " " },
    { ...base, distributorName: "" },
    { ...base, address: ["x"] },
    { ...base, mobile: true },
  ])("%j is refused", async (body) => {
    const { vendor } = await start();
    expect(await call(SYNC, body)).toMatchObject({ flag: "failure", code: "400" });
    expect(vendor.ledger()).toEqual([]);
  });
});

describe("greatonce.distributor.list (assumed)", () => {
  test("it finds by codes and pages from 1; typed-in rows are not in the ledger", async () => {
    const { vendor } = await start();
    const keys = vendor.insertRows(5);
    expect(vendor.ledger()).toEqual([]);
    expect(await call(LIST, { distributorCodes: [keys[2], "none"] })).toMatchObject({
      distributorList: [{ distributorCode: keys[2] }],
      total: 1,
    });
    const last = await call(LIST, { pageNo: 3, pageSize: 2 });
    expect(last).toMatchObject({ flag: "success", code: "0", distributorList: [{ distributorCode: keys[4] }], total: 5 });
    expect(await call(LIST, { pageNo: 4, pageSize: 2 })).toMatchObject({ distributorList: [], total: 5 });
    expect(await call(SYNC, { actionType: "add", distributorCode: keys[0], distributorName: "甲" })).toMatchObject({ flag: "failure" });
  });

  test.each([
    { pageNo: 0 },
    { pageSize: 101 },
    { pageSize: 0 },
    { distributorCodes: "D1" },
    { distributorCodes: Array.from({ length: 51 }, (_, i) => `D${i}`) },
  ])("out of bounds is refused: %j", async (body) => {
    await start();
    expect(await call(LIST, body)).toMatchObject({ flag: "failure", code: "400" });
  });
});

test("older releases answer with code or status only", async () => {
  await start({ answerForm: "status" });
  expect(await call(LIST, {})).toMatchObject({ status: "0" });
  expect(await call(SYNC, {})).toMatchObject({ status: "400" });
  await stop();
  await start({ answerForm: "code" });
  const answer = await call(LIST, {});
  expect(answer).toMatchObject({ code: "0" });
  expect(answer).not.toHaveProperty("flag");
});
