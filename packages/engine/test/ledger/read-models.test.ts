/** What the ledger tells about records: by which numbers they are found, where they stand, their story. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  countRecords,
  findRecords,
  flowPosition,
  listRecords,
  recordStory,
  type FlowPosition,
  type ListedRecord,
} from "../../src/ledger/index.ts";
import { bill, bills, openLab, SECRET, type Lab, type Scene } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

async function positionOf(scene: Scene): Promise<FlowPosition> {
  const position = await flowPosition(lab.engine.pool, scene.flow().id);
  if (position === null) throw new Error("the flow has not run");
  return position;
}

describe("finding a record", () => {
  test("works by source number, key, external key, target number, target id and document id, within a flow or over all", async () => {
    const [one, other] = [await lab.scene(), await lab.scene()];
    for (const scene of [one, other]) {
      scene.vendor.rows = bills(3);
      await scene.run();
    }
    const flow = one.flow().id;
    const document = (await one.documents())[0];
    for (const text of ["N-b0001", "b0001", document?.external_key, document?.number, document?.target_id, document?.id])
      expect(await findRecords(lab.engine.pool, text ?? "", flow)).toMatchObject([{ flowId: flow, key: "b0001" }]);
    expect(await findRecords(lab.engine.pool, "N-b0001")).toHaveLength(2);
    expect(await findRecords(lab.engine.pool, "N-b9999")).toEqual([]);
    expect(await findRecords(lab.engine.pool, "' or true --")).toEqual([]);
    expect(await findRecords(lab.engine.pool, "9".repeat(40))).toEqual([]);
  });
});

describe("lists and counts", () => {
  test("show the status that the documents give, the target's words and the rule that dropped a record", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), bill("b"), bill("c", { off: "1" })];
    scene.vendor.refuse = (document) => (document["k"] === "b" ? "库存不足" : undefined);
    await scene.run({ source: { condition: [{ rule: "停用不写", any: [[{ field: "off", logic: "isnull" }]] }] } });
    const at = await positionOf(scene);
    expect(Object.fromEntries(await countRecords(lab.engine.pool, at))).toEqual({ done: 1, failed: 1, skipped: 1 });
    expect(await listRecords(lab.engine.pool, at, { limit: 10 })).toMatchObject([
      { key: "a", number: "N-a", status: "done", documents: [{ externalKey: "a", attempts: 1, code: null }] },
      { key: "b", status: "failed", documents: [{ vendorText: "库存不足" }] },
      { key: "c", status: "skipped", reason: "停用不写", documents: [] },
    ]);
    expect(await listRecords(lab.engine.pool, at, { limit: 10, status: "failed" })).toMatchObject([{ key: "b" }]);
    expect(await listRecords(lab.engine.pool, at, { limit: 10, status: "unknown" })).toEqual([]);
    expect(await listRecords(lab.engine.pool, at, { limit: 10, number: "N-a" })).toMatchObject([{ key: "a" }]);
    const [refused] = await listRecords(lab.engine.pool, at, { limit: 1, status: "failed" });
    const code = refused?.documents[0]?.code ?? "";
    expect(code).not.toBe("");
    const keysOf = async (filter: object): Promise<readonly string[]> =>
      (await listRecords(lab.engine.pool, at, { limit: 10, ...filter })).map(({ key }) => key);
    expect(await keysOf({ status: "failed", code })).toEqual(["b"]);
    expect(await keysOf({ number: "N-b", code })).toEqual(["b"]);
    expect(await keysOf({ status: "failed", code: "OTHER" })).toEqual([]);
    const changed = refused?.changedAt ?? 0;
    expect(await keysOf({ status: "failed", fromMs: changed, toMs: changed + 1 })).toEqual(["b"]);
    expect(await keysOf({ fromMs: changed + 3_600_000 })).toEqual([]);
    expect(await keysOf({ toMs: changed + 3_600_000 })).toEqual(["a", "b", "c"]);
  });

  test("go on behind a key, over more than one page of keys, each record once", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(1_203);
    await scene.run();
    const at = await positionOf(scene);
    const all = await listRecords(lab.engine.pool, at, { limit: 5_000, status: "done" });
    expect(new Set(all.map((record) => record.key)).size).toBe(1_203);
    const behind = await listRecords(lab.engine.pool, at, { limit: 5, after: all[999]?.key ?? "" });
    expect(behind.map((record) => record.key)).toEqual(all.slice(1_000, 1_005).map((record) => record.key));
  });

  test("of a status go on where the page before ended, each record once: by document, then those without one", async () => {
    const scene = await lab.scene();
    const ids = Array.from({ length: 1_210 }, (_, i) => `m${String(i).padStart(4, "0")}`);
    scene.vendor.rows = ids.map((id, i) => bill(id, i % 2 === 0 ? {} : { off: "1" }));
    scene.vendor.refuse = () => "库存不足";
    await scene.run({ source: { condition: [{ rule: "停用不写", any: [[{ field: "off", logic: "isnull" }]] }] } });
    const at = await positionOf(scene);
    for (const status of ["failed", "skipped"] as const) {
      const keys: string[] = [];
      for (let after: string | undefined = ""; after !== undefined;) {
        const page: readonly ListedRecord[] = await listRecords(lab.engine.pool, at, { limit: 100, status, after });
        keys.push(...page.map((record) => record.key));
        after = page.length < 100 ? undefined : page.at(-1)?.place;
      }
      expect(keys.toSorted()).toEqual(ids.filter((_, i) => i % 2 === (status === "failed" ? 0 : 1)));
    }
  });

  test("of what is queued go on within a task, and behind it", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(25);
    await lab.engine.pool.query("insert into pause (kind, id) values ('target', $1)", [scene.flow().id]);
    await scene.run({ target: { batch: 10 } }, { waitMs: 0 });
    await lab.engine.pool.query("delete from pause where id = $1", [scene.flow().id]);
    const at = await positionOf(scene);
    const all = await listRecords(lab.engine.pool, at, { limit: 100, status: "queued" });
    expect(new Set(all.map((record) => record.key)).size).toBe(25);
    const first = await listRecords(lab.engine.pool, at, { limit: 7, status: "queued" });
    const next = await listRecords(lab.engine.pool, at, { limit: 7, status: "queued", after: first.at(-1)?.place ?? "" });
    expect([...first, ...next].map((record) => record.key)).toEqual(all.slice(0, 14).map((record) => record.key));
    expect(await listRecords(lab.engine.pool, at, { limit: 5, status: "queued", after: all.at(-1)?.place ?? "" })).toEqual([]);
    expect(await listRecords(lab.engine.pool, at, { limit: 5, status: "sent" })).toEqual([]);
  });

  test("a record that shares its document with others has that document's status and names the others", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { customer: "C1" }), bill("b", { customer: "C1" })];
    await scene.run({ restructure: [{ kind: "distinct", by: ["customer"] }], mapping: [{ field: "k", value: "{{customer}}" }] });
    const at = await positionOf(scene);
    expect(await listRecords(lab.engine.pool, at, { limit: 10, status: "done" })).toMatchObject([{ key: "a" }, { key: "b" }]);
    const story = await recordStory(lab.engine.pool, { ...at, flowId: scene.flow().id, key: "b" });
    expect(story?.documents).toMatchObject([{ externalKey: "C1", records: ["a", "b"] }]);
  });
});

describe("the story of a record", () => {
  test("holds rows to the letter, the read, each exchange in order, both numbers, and no secret", async () => {
    const scene = await lab.scene();
    const text = '{"id":"x","no":"N-x","name":"单据","amount":1234567.10,"big":9007199254740993}';
    scene.vendor.rows = [{ text }];
    scene.vendor.script = (request) =>
      request.operation === "save" && request.nth === 0 ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"稍后"}' } : undefined;
    await scene.run();
    const at = await positionOf(scene);
    const story = await recordStory(lab.engine.pool, { ...at, flowId: scene.flow().id, key: "x" });
    expect(story).toMatchObject({ number: "N-x", status: "done", version: 1, rows: `[${text}]`, read: { operation: "rows" } });
    const [document] = story?.documents ?? [];
    expect(document).toMatchObject({ externalKey: "x", status: "done", waiting: [], records: [] });
    expect(document?.exchanges.map((exchange) => exchange.operation)).toEqual(["save", "save"]);
    expect(document?.exchanges[0]?.response).toContain("稍后");
    expect(document?.number).toBe(scene.vendor.ledger[0]?.number);
    expect(document).not.toHaveProperty("block");
    expect(JSON.stringify(story)).not.toContain(SECRET);
  });

  test("of a document that waits names the task; an unknown record has none", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("w")];
    scene.vendor.script = (request) =>
      request.operation === "save" ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"稍后"}' } : undefined;
    await scene.run({ retries: { count: 3, delaysS: [600] } }, { waitMs: 100 });
    const at = await positionOf(scene);
    const story = await recordStory(lab.engine.pool, { ...at, flowId: scene.flow().id, key: "w" });
    expect(story?.documents[0]?.waiting).toMatchObject([{ action: "write" }]);
    expect(await recordStory(lab.engine.pool, { ...at, flowId: scene.flow().id, key: "nobody" })).toBeNull();
    expect(await flowPosition(lab.engine.pool, "never-ran")).toBeNull();
  });
});
