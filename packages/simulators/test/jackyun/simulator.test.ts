import { afterEach, describe, expect, test } from "vitest";
import { formatChinaTime, parseChinaTime } from "../../src/china-time.ts";
import { simulator } from "../../src/jackyun/simulator.ts";
import { signJackyun } from "../../src/jackyun/sign.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import vectors from "../captured/jackyun-greatonce-vectors.json" with { type: "json" };
import { readCapture, sendCapture } from "../captured/read-capture.ts";
import type { CapturedRequest } from "../captured/read-capture.ts";

const NOW = Date.UTC(2026, 10, 21, 13, 0, 0);
let clock = NOW;
let running: RunningSimulator | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
  clock = NOW;
});

async function start(settings: Record<string, unknown> = {}): Promise<RunningSimulator> {
  running = await startSimulator(simulator, { seed: 7, bills: 5, now: () => clock, settings });
  return running;
}

interface Answer {
  code: number | string;
  msg: string;
  subCode: string;
  result: { contextId: string; data: unknown };
}

async function post(body: string): Promise<Answer> {
  const answer = await fetch(`${running?.origin}/open/openapi/do`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  return (await answer.json()) as Answer;
}

function signed(method: string, content: unknown, more: Record<string, string> = {}): Record<string, string> {
  const fields = {
    method,
    appkey: "12345678",
    version: "v1.0",
    contenttype: "json",
    timestamp: formatChinaTime(clock),
    bizcontent: typeof content === "string" ? content : JSON.stringify(content),
    ...more,
  };
  return { ...fields, sign: signJackyun(fields, "DemoSecret01") };
}

const call = (method: string, content: unknown, more: Record<string, string> = {}) =>
  post(new URLSearchParams(signed(method, content, more)).toString());

describe("signature", () => {
  const own = vectors.filter((vector) => vector.id.startsWith("JK"));
  test.each(own.map((vector) => [vector.id, vector] as const))("vector %s is reproduced", (_, vector) => {
    const fields = vector.params as Record<string, string>;
    expect(signJackyun(fields, vector.secret)).toBe(vector.sign);
    expect(signJackyun({ ...fields, token: "t", contextid: "c", sign: "s" }, vector.secret)).toBe(vector.sign);
    expect(signJackyun({ ...fields, bizcontent: `${fields["bizcontent"]} ` }, vector.secret)).not.toBe(vector.sign);
  });

  test("there are two vectors", () => expect(own).toHaveLength(2));

  test("the vectors' requests are accepted at their time", async () => {
    clock = parseChinaTime("2023-11-15 06:13:20") ?? 0;
    await start();
    for (const vector of own) {
      const body = new URLSearchParams({ ...(vector.params as Record<string, string>), sign: vector.sign }).toString();
      expect(await post(body)).toMatchObject({ code: 200, subCode: "" });
    }
  });
});

describe("captured request of a client in the field", () => {
  const captured = readCapture("jackyun-node-client.txt")[0] as CapturedRequest;

  test("its timestamp holds a raw blank", () => expect(captured.body).toContain("timestamp=2026-11-21 21:18:54&"));

  // The secret of the capture was not kept, so its own signature cannot be checked; every other byte is replayed as it came.
  test("signed with this app's secret it is accepted at its own time, and refused as stale later", async () => {
    clock = parseChinaTime("2026-11-21 21:18:54") ?? 0;
    const { origin, vendor } = await start();
    expect((await sendCapture(origin, captured)).body).toMatchObject({ code: 500, subCode: "0858030801" });
    const own = resign(captured, clock);
    expect((await sendCapture(origin, own)).body).toMatchObject({ code: 200, result: { data: { customerCode: "C0001" } } });
    expect(vendor.ledger()).toMatchObject([{ kind: "customer", key: "C0001", body: { nickname: "示例客户" } }]);
    clock += 601_000;
    expect((await sendCapture(origin, own)).body).toMatchObject({ code: 500, subCode: "0050030002" });
  });

  test("signed anew with a fresh time it is accepted", async () => {
    const { origin } = await start();
    expect((await sendCapture(origin, resign(captured, clock))).body).toMatchObject({ code: 200 });
  });

  test("one changed byte of signature or content refuses it and writes nothing", async () => {
    const { origin, vendor } = await start();
    const fresh = resign(captured, clock);
    const changes = [
      fresh.body.replace(/sign=(.)/, (_, digit: string) => `sign=${digit === "0" ? "1" : "0"}`),
      fresh.body.replace("13800000000", "13800000001"),
      fresh.body.replace("version=v1.0", "version=v1.1"),
      fresh.body.replace(/sign=([0-9a-f]+)/, (_, hex: string) => `sign=${hex.toUpperCase()}`),
    ];
    for (const body of changes) {
      expect(body).not.toBe(fresh.body);
      expect((await sendCapture(origin, { ...fresh, body })).body).toMatchObject({ code: 500, subCode: "0858030801" });
    }
    expect(vendor.ledger()).toEqual([]);
    expect(vendor.data("customer")).toEqual([]);
  });
});

/** Puts a fresh time and its signature into the captured text, leaving every other byte, the raw blank included. */
function resign(captured: CapturedRequest, at: number): CapturedRequest {
  const body = captured.body.replace(/timestamp=[^&]*/, `timestamp=${formatChinaTime(at)}`).replace(/&sign=.*/, "");
  const sign = signJackyun(Object.fromEntries(new URLSearchParams(body)), "DemoKeySecret");
  return { ...captured, body: `${body}&sign=${sign}` };
}

describe("gateway refusals", () => {
  test("an unknown app, a missing field, a bad time and an unknown API each have their sub-code", async () => {
    await start();
    expect(await call("crm.customer.add", {}, { appkey: "999" })).toMatchObject({ code: 500, subCode: "0858030802" });
    const { version: _, ...withoutVersion } = signed("crm.customer.add", {});
    expect(await post(new URLSearchParams(withoutVersion).toString())).toMatchObject({ subCode: "0040139996" });
    expect(await call("crm.customer.add", {}, { timestamp: "2026-02-30 00:00:00" })).toMatchObject({ subCode: "0050030002" });
    expect(await call("no.such.api", {})).toMatchObject({ subCode: "0130020310", result: { data: null } });
    expect(await call("crm.customer.add", "[1]")).toMatchObject({ subCode: "0050030002" });
    expect(await call("crm.customer.add", "{")).toMatchObject({ subCode: "0050030002" });
  });

  test("the time may be off by the window either way, and no more", async () => {
    await start({ timestampWindowS: 60 });
    for (const [offsetMs, subCode] of [
      [-60_000, ""],
      [60_000, ""],
      [-61_000, "0050030002"],
      [61_000, "0050030002"],
    ] as const) {
      expect(await call("erp.warehouse.get", {}, { timestamp: formatChinaTime(clock + offsetMs) })).toMatchObject({ subCode });
    }
  });

  test("an API that is not subscribed is refused", async () => {
    await start({ subscribed: ["erp.warehouse.get"] });
    expect(await call("crm.customer.add", { nickname: "甲" })).toMatchObject({ subCode: "0130020310" });
    expect(await call("erp.warehouse.get", {})).toMatchObject({ code: 200 });
  });

  test("a tenant with tokens refuses a call without", async () => {
    await start({ token: "demo-token" });
    expect(await call("erp.warehouse.get", {})).toMatchObject({ subCode: "0858030803" });
    expect(await call("erp.warehouse.get", {}, { token: "demo-token" })).toMatchObject({ code: 200 });
  });

  test("ten calls a second go through, the eleventh does not, and a second later there is room", async () => {
    await start();
    for (let i = 0; i < 10; i += 1) expect(await call("erp.warehouse.get", {})).toMatchObject({ code: 200 });
    expect(await call("erp.warehouse.get", {})).toMatchObject({ subCode: "0859999999" });
    clock += 999;
    expect(await call("erp.warehouse.get", {})).toMatchObject({ subCode: "0859999999" });
    clock += 1;
    expect(await call("erp.warehouse.get", {})).toMatchObject({ code: 200 });
  });
});

describe("crm.customer.add", () => {
  test("a customer is kept with the fields given, and its ids pass 2^53", async () => {
    const { vendor } = await start();
    const added = await call("crm.customer.add", {
      customerCode: "GYS1",
      nickname: "𠮷祥䶮行",
      gender: "1",
      age: 40,
      junk: "x",
      email: "",
    });
    const data = added.result.data as { customerId: string; customerCode: string };
    expect(data.customerCode).toBe("GYS1");
    expect(BigInt(data.customerId)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    expect(vendor.data("customer")).toMatchObject([{ customerCode: "GYS1", nickname: "𠮷祥䶮行", age: "40", customerId: data.customerId }]);
    expect(vendor.data("customer")[0]).not.toHaveProperty("junk");
    expect(vendor.ledger()).toMatchObject([{ sequence: 1, kind: "customer", key: "GYS1", number: data.customerId }]);
  });

  test.each([
    [{ customerCode: "A" }, "0040139996"],
    [{ nickname: "   " }, "0040139996"],
    [{ nickname: "甲", gender: "2" }, "0050030002"],
    [{ nickname: "甲", calendarType: "solar" }, "0050030002"],
    [{ nickname: "甲", age: "old" }, "0050030002"],
    [{ nickname: "甲", birthday: "1990-13-01" }, "0050030002"],
    [{ nickname: ["甲"] }, "0050030002"],
    [{ nickname: "甲", phone: { number: "1" } }, "0050030002"],
    [{ nickname: "甲", alias: true }, "0050030002"],
  ])("%j is refused", async (content, subCode) => {
    const { vendor } = await start();
    expect(await call("crm.customer.add", content)).toMatchObject({ code: 500, subCode });
    expect(vendor.ledger()).toEqual([]);
  });

  test("without a code the vendor makes one up, unless the tenant requires it", async () => {
    const { vendor } = await start();
    expect(await call("crm.customer.add", { nickname: "甲" })).toMatchObject({ code: 200, result: { data: { customerCode: "KH000001" } } });
    expect(vendor.ledger()).toHaveLength(1);
    await running?.stop();
    await start({ codeRequired: true });
    expect(await call("crm.customer.add", { nickname: "甲" })).toMatchObject({ subCode: "0040139996" });
  });

  test("a repeated code is refused with the tenant's sub-code; letter case tells codes apart", async () => {
    const { vendor } = await start({ duplicateSubCode: "0040130999" });
    await call("crm.customer.add", { customerCode: "a1", nickname: "甲" });
    const again = await call("crm.customer.add", { customerCode: "a1", nickname: "乙" });
    expect(again).toMatchObject({ code: 500, subCode: "0040130999" });
    expect(again.msg).toContain("客户编号已存在");
    expect(await call("crm.customer.add", { customerCode: "A1", nickname: "丙" })).toMatchObject({ code: 200 });
    expect(vendor.ledger().map((entry) => entry.key)).toEqual(["a1", "A1"]);
  });

  test("a number past 2^53 in the content stays exact in the ledger", async () => {
    const { vendor } = await start();
    await call("crm.customer.add", '{"customerCode":"Z","nickname":"甲","refereeId":9007199254740993}');
    expect(vendor.ledger()[0]?.body).toMatchObject({ refereeId: "9007199254740993" });
  });
});

describe("crm.customer.list (assumed)", () => {
  test("it finds by codes and pages from 0", async () => {
    const { vendor } = await start();
    const keys = vendor.insertRows(5);
    expect(vendor.ledger()).toEqual([]);
    const byText = await call("crm.customer.list", { customerCodes: `${keys[1]},${keys[3]},none` });
    expect(byText.result.data).toMatchObject({ customers: [{ customerCode: keys[1] }, { customerCode: keys[3] }], totalCount: 2 });
    expect((await call("crm.customer.list", { customerCodes: [keys[0]] })).result.data).toMatchObject({ totalCount: 1 });
    expect((await call("crm.customer.list", { customerCode: keys[4] })).result.data).toMatchObject({
      customers: [{ customerCode: keys[4] }],
    });
    const last = await call("crm.customer.list", { pageIndex: 2, pageSize: "2" });
    expect(last.result.data).toMatchObject({ customers: [{ customerCode: keys[4] }], totalCount: 5 });
    expect((await call("crm.customer.list", { pageIndex: 3, pageSize: 2 })).result.data).toMatchObject({ customers: [], totalCount: 5 });
  });

  test.each([
    { pageSize: 51 },
    { pageSize: 0 },
    { pageIndex: -1 },
    { customerCodes: 5 },
    { customerCodes: Array.from({ length: 51 }, (_, i) => `C${i}`) },
  ])("out of bounds is refused: %j", async (content) => {
    await start();
    expect(await call("crm.customer.list", content)).toMatchObject({ subCode: "0050030002" });
  });

  test("its name is a setting, and a tenant may have none", async () => {
    await start({ queryMethod: "crm.customer.query" });
    expect(await call("crm.customer.query", {})).toMatchObject({ code: 200 });
    expect(await call("crm.customer.list", {})).toMatchObject({ subCode: "0130020310" });
    await running?.stop();
    await start({ queryMethod: "" });
    expect(await call("crm.customer.query", {})).toMatchObject({ subCode: "0130020310" });
  });
});

describe("answers", () => {
  test("data may be a JSON text and the code a text", async () => {
    await start({ dataAsText: true, codeAsText: true, successSubCode: "0000000000" });
    const answer = await call("crm.customer.add", { customerCode: "C1", nickname: "甲" });
    expect(answer).toMatchObject({ code: "200", subCode: "0000000000" });
    expect(JSON.parse(answer.result.data as string)).toMatchObject({ customerCode: "C1" });
  });

  test("a cut answer leaves the customer written, and typed-in customers collide too", async () => {
    const { origin, vendor } = await start();
    await fetch(`${origin}/_sim/faults`, {
      method: "POST",
      body: JSON.stringify([{ api: "crm.customer.add", kind: "cut-after", times: 1 }]),
    });
    await expect(call("crm.customer.add", { customerCode: "C1", nickname: "甲" })).rejects.toThrow();
    expect(vendor.ledger()).toHaveLength(1);
    expect(await call("crm.customer.add", { customerCode: "C1", nickname: "甲" })).toMatchObject({ code: 500 });
    vendor.control?.("enter", { customerCode: "C2", nickname: "手工" });
    expect(await call("crm.customer.add", { customerCode: "C2", nickname: "甲" })).toMatchObject({ code: 500 });
    expect(vendor.ledger()).toHaveLength(1);
  });

  test("a misspelt setting stops the start", async () => {
    await expect(start({ dataAsTexts: true })).rejects.toThrow(/Unknown setting/);
    await expect(start({ dataAsText: "yes" })).rejects.toThrow(/must be like/);
  });
});
