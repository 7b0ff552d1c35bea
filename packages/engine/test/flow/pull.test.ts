/** Pulling: grouping across pages, resuming, what comes twice, what lacks its key. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const grouped: FlowChange = {
  restructure: [{ kind: "group", by: ["id"], lines: "lines", lineFields: ["sku", "qty"] }],
  mapping: [
    { field: "k", value: "{{id}}" },
    {
      field: "lines",
      type: "array",
      value: "lines",
      children: [
        { field: "sku", value: "{{lines.sku}}" },
        { field: "qty", value: "{{lines.qty}}" },
      ],
    },
  ],
};

describe("rows and bills", () => {
  test("every bill of every page is written once, with its number and id", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(25);
    const result = await scene.run({ source: { pageSize: 10 } });
    expect(result).toMatchObject({ read: 25, records: 25, unchanged: 0, written: 25, failed: 0, queued: 0, fault: null });
    expect(scene.vendor.ledger.map((entry) => entry.key).sort()).toEqual(
      bills(25).map((row) => (JSON.parse(row.text) as { id: string }).id),
    );
    const documents = await scene.documents();
    expect(documents.every((document) => document.status === STATUS.done && document.target_id !== null)).toBe(true);
    expect(documents.map((document) => document.target_id).sort()).toEqual(scene.vendor.ledger.map((entry) => entry.id).sort());
    expect(scene.vendor.requests("rows").map((request) => request.json["page"])).toEqual([1, 2, 3]);
  });

  test("a bill whose rows are cut by a page is one document with all its lines, also over three pages", async () => {
    const scene = await lab.scene();
    const row = (id: string, line: number): { text: string } => bill(id, { line: `${id}-${line}`, sku: `S${line}`, qty: line });
    scene.vendor.rows = [row("a", 1), row("a", 2), row("b", 1), row("b", 2), row("b", 3), row("b", 4), row("b", 5), row("c", 1)];
    const result = await scene.run({ source: { pageSize: 3 }, ...grouped });
    expect(result).toMatchObject({ read: 8, records: 3, written: 3 });
    const b = scene.vendor.ledger.find((entry) => entry.key === "b");
    expect(JSON.parse(b?.text ?? "")).toMatchObject({ lines: [1, 2, 3, 4, 5].map((n) => ({ sku: `S${n}` })) });
  });
});

describe("what comes twice", () => {
  test("a second run over the same bills writes nothing and asks the target nothing", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(12);
    await scene.run();
    const again = await scene.run();
    expect(again).toMatchObject({ read: 12, records: 12, unchanged: 12, written: 0 });
    expect(scene.vendor.ledger).toHaveLength(12);
    expect(scene.vendor.requests("save")).toHaveLength(1);
    expect(scene.vendor.requests("probe")).toHaveLength(0);
  });

  test("a bill that comes on two pages in a row, changed meanwhile, is one document at the target, with what came last", async () => {
    const scene = await lab.scene();
    const later = [bill("b", { name: "after" }), bill("d"), bill("e")];
    // As when bills move while paging: the second page is staged while the first one is being stored.
    scene.vendor.rows = [bill("b", { name: "before" }), bill("a"), bill("c"), ...later];
    const change: FlowChange = { source: { pageSize: 3 }, target: { changed: "update" } };
    expect(await scene.run(change)).toMatchObject({ read: 6, records: 6, unchanged: 0, added: 5, fault: null });
    // Where its first version was on its way just then, it waits for the next run.
    scene.vendor.rows = [...later, bill("a"), bill("c")];
    expect(await scene.run(change)).toMatchObject({ read: 5, added: 0, failed: 0, queued: 0, fault: null });
    expect(await scene.documents()).toHaveLength(5);
    expect(scene.vendor.ledger.map((entry) => entry.key).sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(scene.vendor.ledger.find((entry) => entry.key === "b")?.text).toContain("after");
  });

  test("a line that is served on two pages is one line, and a bill carried over is the same bill to the next run", async () => {
    const scene = await lab.scene();
    const row = (id: string, line: number): { text: string } => bill(id, { line: `${id}-${line}`, sku: `S${line}`, qty: line });
    // Line a-2 is served twice, as when rows move while paging.
    scene.vendor.rows = [row("a", 1), row("a", 2), row("a", 2), row("a", 3), row("b", 1)];
    await scene.run({ source: { pageSize: 2 }, ...grouped });
    const body = JSON.parse(scene.vendor.ledger.find((entry) => entry.key === "a")?.text ?? "") as { lines: unknown[] };
    expect(body.lines).toHaveLength(3);
    // Another page size cuts elsewhere; the fingerprints do not change.
    expect(await scene.run({ source: { pageSize: 50 }, ...grouped })).toMatchObject({ records: 2, unchanged: 2, written: 0 });
  });
});

describe("a pull that breaks off", () => {
  test("keeps what it had stored, says why, and goes on with the next page and the unfinished bill", async () => {
    const scene = await lab.scene();
    const row = (id: string, line: number): { text: string } => bill(id, { line: `${id}-${line}`, sku: `S${line}`, qty: "1234567.10" });
    scene.vendor.rows = [row("a", 1), row("b", 1), row("b", 2), row("b", 3), row("c", 1)];
    scene.vendor.script = (request) =>
      request.operation === "rows" && request.json["page"] === 2 ? { kind: "reply", status: 500, body: "{}" } : undefined;
    const broken = await scene.run({ source: { pageSize: 2 }, ...grouped });
    expect(broken.fault?.code).toBe("VENDOR_UNWELL");
    expect(broken).toMatchObject({ read: 2, records: 1, written: 1 });
    expect(await scene.cursor("pull")).toContain("b-1");
    scene.vendor.script = () => undefined;
    const rest = await scene.run({ source: { pageSize: 2 }, ...grouped });
    expect(rest).toMatchObject({ read: 3, records: 2, unchanged: 0, written: 2, fault: null });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a", "b", "c"]);
    expect((JSON.parse(scene.vendor.ledger[1]?.text ?? "") as { lines: unknown[] }).lines).toHaveLength(3);
    // The bill that lay in the cursor has the fingerprint of one that was never cut.
    expect(await scene.run({ source: { pageSize: 50 }, ...grouped })).toMatchObject({ unchanged: 3, written: 0 });
    const { rows } = await lab.engine.pool.query(
      "select state, code from run r join flow f on f.num = r.flow where f.id = $1 order by r.id",
      [scene.flow().id],
    );
    expect(rows).toEqual([
      { state: "failed", code: "VENDOR_UNWELL" },
      { state: "done", code: null },
      { state: "done", code: null },
    ]);
  });

  test("waits and tries the page again before it gives up", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    scene.vendor.script = (request) =>
      request.operation === "rows" && request.nth < 2 ? { kind: "reply", status: 502, body: "bad gateway" } : undefined;
    const waits: unknown[] = [];
    const result = await scene.run(
      {},
      { sourceRetryDelaysMs: [20, 20], onProgress: (p) => (p.waiting === undefined ? undefined : waits.push(p.waiting)) },
    );
    expect(result).toMatchObject({ written: 3, fault: null });
    expect(waits).toHaveLength(2);
    expect(scene.vendor.requests("rows")).toHaveLength(3);
    // Every request that was made is kept, the failed ones too.
    expect((await scene.exchanges()).filter((exchange) => exchange.operation === "rows").map((exchange) => exchange.status)).toEqual([
      502, 502, 200,
    ]);
  });

  test("what was queued is written although the source has failed", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(20);
    scene.vendor.script = (request) => (request.operation === "rows" && request.json["page"] === 2 ? { kind: "cut" } : undefined);
    const result = await scene.run({ source: { pageSize: 10 } });
    expect(result.fault?.code).toBe("CALL_CUT");
    expect(result).toMatchObject({ written: 9, queued: 0 });
    expect(scene.vendor.ledger).toHaveLength(9);
  });
});

describe("a list whose bills are fetched one by one", () => {
  test("has each row with its own detail, in the list's order, a few at once", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(9);
    scene.vendor.delayMs = 5;
    expect(await scene.run({ source: { api: "rows-detailed", pageSize: 5 } })).toMatchObject({ records: 9, written: 9 });
    for (const entry of scene.vendor.ledger) expect(JSON.parse(entry.text)).toEqual({ k: entry.key, name: `明细 ${entry.key}` });
    expect(scene.vendor.requests("detail")).toHaveLength(9);
    // Members keep the order of list and detail, numbers as names too.
    expect((await scene.records())[0]?.rows).toBe('[{"id":"b0001","no":"N-b0001","name":"明细 b0001","extra":{"z":1},"7":"last"}]');
  });

  test("stores nothing of a page of which one detail failed, and keeps every call that was made", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(4);
    scene.vendor.script = (request) =>
      request.operation === "detail" && request.json["id"] === "b0003" ? { kind: "reply", status: 500, body: "{}" } : undefined;
    const broken = await scene.run({ source: { api: "rows-detailed" } });
    expect(broken.fault?.code).toBe("VENDOR_UNWELL");
    expect(await scene.records()).toEqual([]);
    expect(await scene.exchanges()).toHaveLength(scene.vendor.seen.length);
    scene.vendor.script = () => undefined;
    expect(await scene.run({ source: { api: "rows-detailed" } })).toMatchObject({ written: 4, fault: null });
  });
});

describe("bad rows", () => {
  test("a row without its key is kept as failed and the others go on", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), { text: '{"no":"N-x","name":"无主键"}' }, { text: '{"id":"","name":"空主键"}' }, bill("b")];
    const result = await scene.run();
    expect(result).toMatchObject({ records: 4, written: 2, fault: null });
    const failed = (await scene.records()).filter((record) => record.status === STATUS.failed);
    expect(failed).toHaveLength(2);
    expect(failed.every((record) => record.reason?.startsWith("SOURCE_KEY_MISSING") === true)).toBe(true);
    expect(failed.map((record) => record.rows).join()).toContain("无主键");
    expect(scene.vendor.ledger.map((entry) => entry.key).sort()).toEqual(["a", "b"]);
    expect(await scene.run()).toMatchObject({ unchanged: 4 });
  });

  test("two equal rows without a key in one page do not break the page", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), { text: '{"name":"无主键"}' }, { text: '{"name":"无主键"}' }, bill("b")];
    expect(await scene.run()).toMatchObject({ written: 2, fault: null });
    expect((await scene.records()).filter((record) => record.status === STATUS.failed)).toHaveLength(1);
  });

  test("a dropped bill keeps the name of the rule that dropped it", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { state: "open" }), bill("b", { state: "closed" })];
    const condition = [{ rule: "只要未关闭的单据", any: [[{ field: "state", logic: "eq", value: "open" }]] }] as const;
    const result = await scene.run({ source: { condition: [{ ...condition[0], any: [[{ ...condition[0].any[0][0] }]] }] } });
    expect(result).toMatchObject({ records: 2, written: 1 });
    expect(await scene.records()).toMatchObject([
      { key: "a", reason: null },
      { key: "b", status: STATUS.skipped, reason: "只要未关闭的单据" },
    ]);
  });

  test("a field that cannot be mapped fails its document with place and reason, the others go on", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { qty: "12" }), bill("b", { qty: "一打" }), bill("c", { qty: "3" })];
    const result = await scene.run({
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "amount", type: "float", value: "{{qty}}" },
      ],
    });
    expect(result).toMatchObject({ written: 2, failed: 1 });
    const failed = (await scene.documents()).find((document) => document.status === STATUS.failed);
    expect(failed).toMatchObject({ record_key: "b", body: "null" });
    expect(failed?.vendor_text).toContain("amount: ");
    expect(failed?.vendor_text).toContain("一打");
    expect(scene.vendor.ledger.map((entry) => entry.key).sort()).toEqual(["a", "c"]);
  });

  test("a document without its external key is never sent", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { code: "K-1" }), bill("b", { code: "" })];
    const result = await scene.run({ mapping: [{ field: "k", value: "{{code}}", required: false }] });
    expect(result).toMatchObject({ written: 1, failed: 1 });
    expect((await scene.documents()).find((document) => document.record_key === "b")?.code).toBe("DOCUMENT_KEY_MISSING");
  });
});
