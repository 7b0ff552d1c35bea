/**
 * From the source's bytes to the target's bytes nothing is rounded, moved or lost; and bytes that are no answer are not taken for one.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorToJson } from "@datong/core";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";
import type { Interference } from "./lab/vendor.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const withExtra: FlowChange = {
  mapping: [
    { field: "k", value: "{{id}}" },
    { field: "name", value: "{{name}}" },
    { field: "amount", type: "float", value: "{{amount}}" },
    { field: "extra", type: "object", value: "{{extra}}" },
  ],
};

describe("exact values", () => {
  test("19-digit ids, decimals and the order of keys arrive to the letter, also from a bill that lay in the cursor", async () => {
    const scene = await lab.scene();
    const extra = '{"z":1,"1033":"x","1":9007199254740993,"a":{"10":1234567.10,"2":1e400,"b":0.10},"0":-0.0}';
    scene.vendor.rows = ["1234567890123456789", "1234567890123456790"].map((id) => ({
      text: `{"id":${id},"no":"N","name":"n","amount":1234567.10,"extra":${extra}}`,
    }));
    scene.vendor.script = (request) => (request.operation === "rows" && request.nth === 1 ? { kind: "cut" } : undefined);
    await scene.run({ source: { pageSize: 2 }, ...withExtra });
    scene.vendor.script = () => undefined;
    expect(await scene.run({ source: { pageSize: 2 }, ...withExtra })).toMatchObject({ fault: null, queued: 0, failed: 0 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["1234567890123456789", "1234567890123456790"]);
    for (const request of scene.vendor.requests("save")) expect(request.body).toContain(`"amount":1234567.10,"extra":${extra}`);
    const records = await scene.records();
    expect(records.map((record) => record.rows)).toEqual(scene.vendor.rows.map((row) => `[${row.text}]`));
  });

  test("whatever a source can write as JSON is stored to the letter and arrives as the same JSON", async () => {
    const scene = await lab.scene();
    // Objects that hold something: a mapping leaves empty ones out.
    const values = fc.sample(fc.dictionary(fc.string({ minLength: 1, unit: "grapheme" }), fc.jsonValue(), { minKeys: 1, maxKeys: 5 }), {
      numRuns: 200,
      seed: 20261101,
    });
    scene.vendor.rows = values.map((extra, i) => bill(`v${String(i).padStart(3, "0")}`, { extra }));
    const only: FlowChange = {
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "extra", type: "object", value: "{{extra}}" },
      ],
    };
    expect(await scene.run({ source: { pageSize: 30 }, ...only })).toMatchObject({ written: 200, failed: 0 });
    const records = await scene.records();
    expect(records.map((record) => record.rows)).toEqual(scene.vendor.rows.map((row) => `[${row.text}]`));
    const taken = new Map(scene.vendor.ledger.map((entry) => [entry.key, JSON.parse(entry.text) as { extra: unknown }]));
    values.forEach((extra, i) => expect(taken.get(`v${String(i).padStart(3, "0")}`)?.extra).toEqual(JSON.parse(JSON.stringify(extra))));
  });

  test("rare characters arrive as they are", async () => {
    const scene = await lab.scene();
    const name = '𠮷野家 䶮 㐂 e\u0301 👩‍👩‍👧 \u2028 ‏עברית \\ " / \t';
    scene.vendor.rows = [bill("a", { name })];
    expect(await scene.run()).toMatchObject({ written: 1 });
    expect(JSON.parse(scene.vendor.ledger[0]?.text ?? "")).toEqual({ k: "a", name });
  });

  test("an answer in GB18030, with and without its charset named, is read", async () => {
    for (const headers of [{}, { "content-type": "application/json; charset=GBK" }]) {
      const scene = await lab.scene();
      scene.vendor.rows = [bill("a", { name: "上海㐂䶮有限公司" })];
      scene.vendor.script = (request) =>
        request.operation === "rows" ? { kind: "maim", headers, maim: (text) => iconv.encode(text, "gb18030") } : undefined;
      expect(await scene.run()).toMatchObject({ written: 1 });
      expect(scene.vendor.ledger[0]?.text).toContain("上海㐂䶮有限公司");
    }
  });

  test("NUL and lone surrogates in one bill do not break its page", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [
      bill("a"),
      { text: '{"id":"b","no":"N\\u0000","name":"x\\u0000y \\ud800 z"}' },
      { text: '{"id":"c\\u0000","no":"c","name":"key"}' },
      bill("d"),
    ];
    expect(await scene.run()).toMatchObject({ records: 4, failed: 0, fault: null });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(expect.arrayContaining(["a", "b", "d"]));
    expect(await scene.run()).toMatchObject({ records: 4, unchanged: 4, written: 0 });
  });

  test("ten megabytes in one field pass through whole", async () => {
    const scene = await lab.scene();
    const name = "长".repeat(3_500_000);
    const shortened: FlowChange = {
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "extra", type: "object", value: "{{extra}}" },
      ],
    };
    scene.vendor.rows = [bill("a", { extra: { name } }), bill("b", { extra: { name: "short" } })];
    expect(await scene.run(shortened)).toMatchObject({ written: 2, fault: null });
    const taken = JSON.parse(scene.vendor.ledger.find((entry) => entry.key === "a")?.text ?? "") as { extra: { name: string } };
    expect(taken.extra.name === name).toBe(true);
    expect(await scene.run(shortened)).toMatchObject({ unchanged: 2 });
  });

  test("a text longer than a field may be fails its own document, with the reason, and no other", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { name: "长".repeat(3_500_000) }), bill("b")];
    expect(await scene.run()).toMatchObject({ written: 1, failed: 1, fault: null });
    expect((await scene.documents()).find((document) => document.record_key === "a")).toMatchObject({ code: "VALUE_TOO_LARGE" });
    expect((await scene.records())[0]?.rows.length).toBeGreaterThan(3_500_000);
  });
});

describe("bytes that are no answer", () => {
  const cases: readonly (readonly [string, Interference, string])[] = [
    ["a web page", { kind: "reply", headers: { "content-type": "text/html" }, body: "<html>登录</html>" }, "REPLY_IS_HTML"],
    ["JSON that was cut off", { kind: "maim", maim: (text) => text.slice(0, -20) }, "REPLY_NOT_JSON"],
    ["an empty body", { kind: "reply", body: "" }, "REPLY_NOT_JSON"],
    ["an answer without its list", { kind: "reply", body: '{"ok":true}' }, "SOURCE_ROWS_MISSING"],
    ["a list of something else", { kind: "reply", body: '{"ok":true,"rows":[1,2]}' }, "SOURCE_ROW_SHAPE"],
    ["a refusal", { kind: "reply", body: '{"ok":false,"code":"X1","text":"账套已停用"}' }, "VENDOR_REFUSED"],
    ["a server error", { kind: "reply", status: 500, body: "oops" }, "VENDOR_UNWELL"],
    ["a locked door", { kind: "reply", status: 403, body: "{}" }, "VENDOR_FORBIDDEN"],
    ["a broken line", { kind: "cut" }, "CALL_CUT"],
  ];
  test.each(cases)("%s ends the pull with its code, keeps what was stored, and the next run goes on", async (_, interference, code) => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(6);
    scene.vendor.script = (request) => (request.operation === "rows" && request.json["page"] === 2 ? interference : undefined);
    const broken = await scene.run({ source: { pageSize: 4 } });
    expect(broken).toMatchObject({ written: 3, queued: 0 });
    expectTold(broken.fault, code);
    await expectWholeLedger(scene);
    // What came instead of an answer is kept for whoever looks for the reason.
    expect((await scene.exchanges()).filter((exchange) => exchange.operation === "rows")).toHaveLength(2);
    scene.vendor.script = () => undefined;
    expect(await scene.run({ source: { pageSize: 4 } })).toMatchObject({ written: 3, fault: null });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b0001", "b0002", "b0003", "b0004", "b0005", "b0006"]);
  });

  test("a page that repeats is noticed instead of being read forever", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(4);
    scene.vendor.script = (request) =>
      request.operation === "rows"
        ? {
            kind: "reply",
            body: `{"ok":true,"rows":[${bills(2)
              .map((row) => row.text)
              .join(",")}]}`,
          }
        : undefined;
    const broken = await scene.run({ source: { api: "rows-endless", pageSize: 2 } });
    expectTold(broken.fault, "SOURCE_PAGE_REPEATED");
    expect(scene.vendor.requests("rows")).toHaveLength(2);
    scene.vendor.script = () => undefined;
    expect(await scene.run({ source: { api: "rows-endless", pageSize: 2 } })).toMatchObject({ fault: null });
    expect(scene.vendor.ledger.map((entry) => entry.key).sort()).toEqual(["b0001", "b0002", "b0003", "b0004"]);
  });

  test("an expression that leads to another host is stopped before anything is sent", async () => {
    const scene = await lab.scene();
    const elsewhere = await lab.scene();
    const broken = await scene.run({ source: { api: "rows-elsewhere", params: { note: `${elsewhere.vendor.url}/rows` } } });
    expectTold(broken.fault, "HOST_NOT_ALLOWED");
    expect([...scene.vendor.seen, ...elsewhere.vendor.seen]).toEqual([]);
  });

  test("a host that cannot be reached is named, and the next run goes on as if nothing had been", async () => {
    const scene = await lab.scene();
    const nowhere = await lab.scene();
    await nowhere.vendor.stop();
    const both = new Map([...scene.connections, ...nowhere.connections]);
    const flow = { ...scene.flow(), source: { ...scene.flow().source, connection: nowhere.flow().source.connection } };
    const broken = await lab.engine.run(flow, both, { sourceRetryDelaysMs: [] });
    expectTold(broken.fault, "HOST_UNREACHABLE");
    expect(broken.fault?.details["host"]).toBe(new URL(nowhere.vendor.url).host);
    scene.vendor.rows = bills(2);
    expect(await scene.run()).toMatchObject({ written: 2, fault: null });
  });

  test("an answer that does not come in time ends as timed out", async () => {
    const scene = await lab.scene({ limits: { timeoutMs: 150 } });
    scene.vendor.rows = bills(2);
    scene.vendor.delayMs = 400;
    expectTold((await scene.run()).fault, "CALL_TIMED_OUT");
    scene.vendor.delayMs = 0;
    expect(await scene.run()).toMatchObject({ written: 2, fault: null });
  });
});

/** The code, and texts in both languages in which every place is filled. */
function expectTold(fault: Parameters<typeof errorToJson>[0] | null, code: string): void {
  expect(fault?.code).toBe(code);
  if (fault === null) return;
  const told = errorToJson(fault);
  for (const text of [told.zh, told.en]) expect(text).not.toMatch(/\{[a-zA-Z]+\}/);
  expect(told.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(told.en.length).toBeGreaterThan(10);
  expect(told.todoZh).toMatch(/[\u4e00-\u9fff]/);
}

/** No record without its body, no done document without its target's id, no task that points nowhere. */
async function expectWholeLedger(scene: Scene): Promise<void> {
  expect(await scene.queued()).toBe(0);
  const documents = await scene.documents();
  expect(documents.every((document) => document.status === STATUS.done && document.target_id !== null)).toBe(true);
  const records = await scene.records();
  expect(records.map((record) => record.key)).toEqual(documents.map((document) => document.record_key).toSorted());
}
