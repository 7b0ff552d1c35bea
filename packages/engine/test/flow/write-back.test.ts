/** Write-back (回写): the source is told of a bill once all its documents are done, exactly once, with a status and retries of its own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findRecords,
  listRecords,
  recordStory,
  retryRecords,
  retryWriteBacks,
  markDone,
  pushAgain,
  skipByHand,
  flowPosition,
} from "../../src/ledger/index.ts";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** Tells the vendor itself, under keys of their own. */
function back(more: Partial<NonNullable<FlowChange["writeBack"]>> = {}): FlowChange {
  return {
    writeBack: {
      api: "save",
      mapping: [
        { field: "k", value: "told-{{id}}" },
        { field: "name", value: "{{target.number}}" },
        { field: "extra", value: "{{no}}" },
      ],
      ...more,
    },
  };
}

const told = (scene: Scene): readonly { readonly k: string; readonly name: string; readonly extra: string }[] =>
  scene.vendor.ledger
    .filter((entry) => entry.key.startsWith("told-"))
    .map((entry) => JSON.parse(entry.text) as { k: string; name: string; extra: string })
    .toSorted((a, b) => (a.k < b.k ? -1 : 1));
const numberOf = (scene: Scene, key: string): string => scene.vendor.ledger.find((entry) => entry.key === key)?.number ?? "none";
const written = (scene: Scene): Promise<Awaited<ReturnType<Scene["documents"]>>> => scene.documents(`${scene.flow().id}:write-back`);
const refuseTold =
  (text: string): ((document: { readonly k?: unknown }) => string | undefined) =>
  (document) =>
    String(document["k"]).startsWith("told-") ? text : undefined;

describe("a bill that is done", () => {
  test("is told of once, with the row's fields and the target's number, in the API's batches", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(7);
    const result = await scene.run({ ...back({ batch: 3 }), target: { batch: 7 } });
    expect(result).toMatchObject({ written: 7, failed: 0, queued: 0, writeBack: { written: 7, failed: 0, unknown: 0, queued: 0 } });
    expect(told(scene)).toHaveLength(7);
    expect(told(scene)[0]).toEqual({ k: "told-b0001", name: numberOf(scene, "b0001"), extra: "N-b0001" });
    expect(scene.vendor.requests("save").length).toBeLessThanOrEqual(1 + 3 + 2);
    expect(await scene.run(back())).toMatchObject({ written: 0, writeBack: { written: 0 } });
    expect(told(scene)).toHaveLength(7);
  });

  test("with several documents is told of when the last one is done, with the numbers of all", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [{ text: JSON.stringify({ id: "1", no: "N-1", lines: [{ sku: "a" }, { sku: "b" }] }) }];
    const change: FlowChange = {
      ...back(),
      restructure: [{ kind: "explode", path: "lines" }],
      mapping: [{ field: "k", value: "{{id}}-{{lines_sku}}" }],
      target: { batch: 1, concurrency: 2 },
    };
    let open = true;
    scene.vendor.refuse = (document) => (open && document["k"] === "1-b" ? "不收" : undefined);
    expect(await scene.run(change)).toMatchObject({ written: 1, failed: 1, writeBack: { written: 0, queued: 0 } });
    expect(told(scene)).toEqual([]);
    open = false;
    await retryRecords(lab.engine, scene.flow(change), scene.connections, {});
    expect(await scene.run(change, { numbers: [] })).toMatchObject({ written: 1, writeBack: { written: 1 } });
    expect(told(scene)).toMatchObject([{ k: "told-1", name: `${numberOf(scene, "1-a")},${numberOf(scene, "1-b")}` }]);
  });

  test("only by sharing what another one brought is told of too", async () => {
    const scene = await lab.scene();
    const change: FlowChange = {
      ...back(),
      restructure: [{ kind: "distinct", by: ["shop"] }],
      mapping: [{ field: "k", value: "{{shop}}" }],
    };
    scene.vendor.rows = [bill("1", { shop: "s" })];
    await scene.run(change);
    scene.vendor.rows = [bill("1", { shop: "s" }), bill("2", { shop: "s" }), bill("3", { shop: "t" })];
    expect(await scene.run(change)).toMatchObject({ written: 1, writeBack: { written: 2 } });
    expect(told(scene).map((entry) => [entry.k, entry.name])).toEqual([
      ["told-1", numberOf(scene, "s")],
      ["told-2", numberOf(scene, "s")],
      ["told-3", numberOf(scene, "t")],
    ]);
  });

  test("that changes and is written again is told of again; a change that the write-back made itself is none", async () => {
    const scene = await lab.scene();
    const change: FlowChange = { ...back({ changes: ["note"] }), target: { changed: "update" } };
    scene.vendor.rows = bills(2);
    await scene.run(change);
    scene.vendor.rows = [bill("b0001", { name: "改", no: "N-new" }), bill("b0002", { note: "ERP 已建单" })];
    expect(await scene.run(change)).toMatchObject({ written: 1, unchanged: 1, writeBack: { written: 1 } });
    const entry = scene.vendor.ledger.filter((each) => each.key === "told-b0001");
    expect(entry).toMatchObject([{ updates: 1, text: expect.stringContaining("N-new") }]);
    expect(told(scene)).toHaveLength(2);
  });

  test("of a flow whose source is another flow is told of by that flow", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    await scene.run();
    const second: FlowChange = {
      ...back(),
      id: `${scene.flow().id}-b`,
      source: { flow: scene.flow().id },
      mapping: [{ field: "k", value: "second-{{id}}" }],
    };
    expect(await scene.run(second)).toMatchObject({ written: 3, writeBack: { written: 3 } });
    expect(told(scene).map((entry) => entry.name)).toEqual(["1", "2", "3"].map((n) => numberOf(scene, `second-b000${n}`)));
  });
});

describe("a write-back that fails", () => {
  test("leaves the bill done, is shown beside it, and goes out again when asked, without the document being written again", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    scene.vendor.refuse = refuseTold("备注太长");
    expect(await scene.run(back())).toMatchObject({ written: 2, failed: 0, writeBack: { written: 0, failed: 2 } });
    const at = await flowPosition(lab.engine.pool, scene.flow().id);
    if (at === null) throw new Error("no flow");
    const listed = await listRecords(lab.engine.pool, at, { limit: 10, writeBack: "failed" });
    expect(listed).toMatchObject([
      { status: "done", writeBack: { status: "failed", vendorText: "备注太长" } },
      { status: "done", writeBack: { status: "failed" } },
    ]);
    expect(await listRecords(lab.engine.pool, at, { limit: 10, writeBack: "done" })).toEqual([]);
    scene.vendor.refuse = () => undefined;
    const saves = scene.vendor.ledger.length;
    const shorter = back({ mapping: [{ field: "k", value: "told-{{id}}" }] });
    expect(await retryWriteBacks(lab.engine, scene.flow(shorter), scene.connections, {})).toMatchObject({ queued: 2, untouched: 0 });
    expect(await scene.run(shorter, { numbers: [] })).toMatchObject({ written: 0, writeBack: { written: 2, failed: 0 } });
    expect(scene.vendor.ledger).toHaveLength(saves + 2);
    const [ref] = await findRecords(lab.engine.pool, "told-b0001", scene.flow().id);
    const story = ref === undefined ? null : await recordStory(lab.engine.pool, ref);
    expect(story).toMatchObject({ key: "b0001", status: "done", writeBack: { status: "done", number: numberOf(scene, "told-b0001") } });
    expect(story?.documents).toHaveLength(1);
    expect(story?.writeBack?.exchanges).toHaveLength(2);
  });

  test("is left out by hand, and comes back with the bill's next version", async () => {
    const scene = await lab.scene();
    const change: FlowChange = { ...back(), target: { changed: "update" } };
    scene.vendor.rows = bills(1);
    scene.vendor.refuse = refuseTold("不收");
    await scene.run(change);
    const deed = { number: "N-b0001", reason: "源系统里已手工备注", person: "t" };
    expect(await skipByHand(lab.engine, scene.flow().id, deed, { isWriteBack: true })).toBe(1);
    expect(await written(scene)).toMatchObject([{ status: STATUS.skipped }]);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done }]);
    scene.vendor.refuse = () => undefined;
    scene.vendor.rows = [bill("b0001", { name: "改" })];
    expect(await scene.run(change)).toMatchObject({ written: 1, writeBack: { written: 1 } });
    expect(told(scene)).toHaveLength(1);
  });

  test("by a mapping that does not fit says why, and a vendor that is busy is asked again by its own retries", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("1"), { text: '{"id":"2","no":"N-2"}' }];
    const change = back({
      mapping: [
        { field: "k", value: "told-{{id}}" },
        { field: "name", value: "{{name}}", required: true },
      ],
      retries: { count: 2, delaysS: [0.05] },
    });
    let tries = 0;
    scene.vendor.script = (request) =>
      request.operation === "save" && request.body.includes("told-") && (tries += 1) === 1
        ? { kind: "reply", body: '{"ok":false,"code":"BUSY"}' }
        : undefined;
    expect(await scene.run({ ...change, mapping: [{ field: "k", value: "{{id}}" }] })).toMatchObject({
      written: 2,
      writeBack: { written: 1, failed: 1 },
    });
    expect(tries).toBe(2);
    expect((await written(scene)).map(({ record_key, status, code }) => [record_key, status, code])).toEqual([
      ["1", STATUS.done, null],
      ["2", STATUS.failed, "TARGET_FIELD_MISSING"],
    ]);
  });
});

describe("a write-back in doubt", () => {
  const cut = (scene: Scene): void => {
    let left = 1;
    scene.vendor.script = (request) =>
      request.operation === "save" && request.body.includes("told-") && left-- > 0 ? { kind: "cut-after" } : undefined;
  };

  test("is asked for by its key and not told twice", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    cut(scene);
    expect(await scene.run(back())).toMatchObject({ written: 2, writeBack: { written: 2, unknown: 0 } });
    expect(told(scene)).toHaveLength(2);
    expect(scene.vendor.requests("probe")).toHaveLength(1);
  });

  test("is told again at once where the API takes it twice, and held for a person where nobody can be asked", async () => {
    const twice = await lab.scene();
    twice.vendor.rows = bills(1);
    cut(twice);
    expect(await twice.run(back({ api: "save-idempotent" }))).toMatchObject({ writeBack: { written: 1, unknown: 0 } });
    expect(told(twice)).toHaveLength(2);

    const blind = await lab.scene();
    blind.vendor.rows = bills(1);
    cut(blind);
    const change: FlowChange = { ...back({ api: "save-blind" }), target: { changed: "update" } };
    expect(await blind.run(change)).toMatchObject({ written: 1, unknown: 0, writeBack: { written: 0, unknown: 1 } });
    blind.vendor.rows = [bill("b0001", { name: "改" })];
    await blind.run(change);
    expect(told(blind)).toHaveLength(1);
    expect(await retryWriteBacks(lab.engine, blind.flow(change), blind.connections, { status: "unknown" })).toMatchObject({
      queued: 0,
      untouched: 1,
    });
    expect(await written(blind)).toMatchObject([{ status: STATUS.unknown, code: "PROBE_MISSING" }]);
  });
});

describe("by hand", () => {
  test("a bill that a person calls done is told of; one that was done before the flow had a write-back when it is named", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    scene.vendor.refuse = (document) => (document["k"] === "b0003" ? "不收" : undefined);
    await scene.run();
    const flow = scene.flow(back());
    const queue = await lab.engine.writeBack(lab.engine.ready(flow, scene.connections));
    await markDone(lab.engine, flow.id, { number: "b0003", reason: "手工录入", person: "t", targetNumber: "HAND-3" }, queue);
    expect(await retryWriteBacks(lab.engine, flow, scene.connections, { numbers: ["b0001"] })).toMatchObject({ queued: 1 });
    expect(await scene.run(back(), { numbers: [] })).toMatchObject({ written: 0, writeBack: { written: 2 } });
    expect(told(scene).map((entry) => [entry.k, entry.name])).toEqual([
      ["told-b0001", numberOf(scene, "b0001")],
      ["told-b0003", "HAND-3"],
    ]);
  });

  test("a document that is pushed again under another number is told of again, and what was told in the same words is not", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(1);
    await scene.run(back());
    const [first] = scene.vendor.ledger;
    if (first !== undefined) first.reversed = true;
    await pushAgain(lab.engine, scene.flow(back()), scene.connections, { number: "b0001", reason: "被删", person: "t" });
    expect(await scene.run(back(), { numbers: [] })).toMatchObject({ written: 1, writeBack: { written: 1 } });
    expect(scene.vendor.ledger.filter((entry) => entry.key === "told-b0001")).toMatchObject([
      { updates: 1, text: expect.stringContaining("T3") },
    ]);
    const saves = scene.vendor.requests("save").length;
    const flow = scene.flow(back());
    const queue = await lab.engine.writeBack(lab.engine.ready(flow, scene.connections));
    await lab.engine.pool.query("update document d set status = 4 from flow f where f.num = d.flow and f.id = $1", [flow.id]);
    await lab.recount();
    await markDone(lab.engine, flow.id, { number: "b0001", reason: "r", person: "t", targetNumber: "T3" }, queue);
    expect(await scene.run(back(), { numbers: [] })).toMatchObject({ writeBack: { written: 0, failed: 0, queued: 0 } });
    expect(scene.vendor.requests("save")).toHaveLength(saves);
  });
});
