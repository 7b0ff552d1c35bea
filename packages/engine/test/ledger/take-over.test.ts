/** What another system wrote: bills that are pulled later are done at once, bills that are stored and not written become done. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRecords, recordStory, retryRecords, takeOver } from "../../src/ledger/index.ts";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab, type Scene } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const DEED = { reason: "切换", person: "小王" };
type Pair = readonly [string, string | null];
const take = (scene: Scene, pairs: readonly Pair[], change?: FlowChange) =>
  takeOver(
    lab.engine,
    scene.flow(change),
    scene.connections,
    pairs.map(([number, targetNumber]) => ({ number, targetNumber })),
    DEED,
  );
const NOTHING = { taken: 0, stored: 0, alreadyThere: 0, conflicts: [] };

describe("bills that are pulled later", () => {
  test("are done with the target's number and never written, by number or by key, mapped or not; in few statements", async () => {
    const scene = await lab.scene();
    const pairs = Array.from({ length: 1_200 }, (_, i): Pair => [`N-old${i}`, `OLD${i}`]);
    expect(await take(scene, [...pairs, ["N-b0002", "OLD-2"], ["b0003", null]])).toMatchObject({ taken: 1_202, stored: 0 });
    scene.vendor.rows = bills(4);
    expect(await scene.run()).toMatchObject({ written: 2, failed: 0, queued: 0 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b0001", "b0004"]);
    expect(await scene.documents()).toMatchObject([
      { external_key: "b0001", number: "T1" },
      { external_key: "b0002", number: "OLD-2", status: STATUS.done, code: "TAKEN_OVER", attempts: 0 },
      { external_key: "b0003", number: null, status: STATUS.done, code: "TAKEN_OVER" },
      { external_key: "b0004", number: "T2" },
    ]);
    expect(await findRecords(lab.engine.pool, "OLD-2", scene.flow().id)).toMatchObject([{ key: "b0002" }]);
    expect(await scene.run()).toMatchObject({ written: 0, unchanged: 4 });
  });

  test("even where the flow cannot map them", async () => {
    const scene = await lab.scene();
    await take(scene, [["N-a", "OLD-a"]]);
    scene.vendor.rows = [bill("a")];
    const change: FlowChange = {
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "amount", type: "float", value: "{{name}}" },
      ],
    };
    expect(await scene.run(change)).toMatchObject({ failed: 0 });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, number: "OLD-a", vendor_text: null }]);
  });

  test("a changed one goes by the flow's policy like any that was written", async () => {
    const scene = await lab.scene();
    await take(scene, [["N-a", "OLD-a"]]);
    scene.vendor.rows = [bill("a")];
    await scene.run();
    scene.vendor.rows = [bill("a", { name: "changed" })];
    const result = await scene.run({ target: { changed: "update" } });
    // The import knows no id by which the target could be told which document to change.
    expect(result.warnings).toMatchObject([{ code: "BILL_CHANGED" }]);
    expect(scene.vendor.ledger).toEqual([]);
  });

  test("of a flow that merges are left out of the summary", async () => {
    const scene = await lab.scene();
    const merging: FlowChange = {
      restructure: [{ kind: "merge", by: ["shop"], lines: "lines", header: ["shop"], lineFields: ["sku"] }],
      mapping: [
        { field: "k", value: "{{shop}}" },
        { field: "lines", type: "array", value: "lines", children: [{ field: "sku", value: "{{lines.sku}}" }] },
      ],
    };
    await take(scene, [["N-b", "OLD"]], merging);
    scene.vendor.rows = ["a", "b", "c"].map((id) => bill(id, { shop: "s1", sku: id }));
    await scene.run(merging);
    expect(scene.vendor.ledger.map((entry) => entry.text)).toMatchObject([expect.not.stringContaining('"b"')]);
    expect((await scene.records()).find((record) => record.key === "b")).toMatchObject({ status: STATUS.skipped, reason: "TAKEN_OVER" });
  });

  test("an order key is no hindrance: those behind go on", async () => {
    const scene = await lab.scene();
    await take(scene, [["N-a", "OLD-a"]]);
    scene.vendor.rows = ["a", "b"].map((id) => bill(id, { order: "o" }));
    await scene.run({ target: { orderKey: "{{order}}", onFailedHead: "block" } });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["b"]);
  });
});

describe("bills that are stored", () => {
  test("failed, waiting and queued ones become done, with who and why; what was written is there already or contradicts", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(4);
    scene.vendor.refuse = (document) => (["b0001", "b0002"].includes(String(document["k"])) ? "不要" : undefined);
    await scene.run();
    const result = await take(scene, [
      ["N-b0001", "OLD-1"],
      ["b0002", null],
      ["N-b0003", "T1"],
      ["N-b0004", "T9"],
      ["N-later", "OLD-9"],
    ]);
    expect(result).toEqual({
      taken: 3,
      stored: 2,
      alreadyThere: 1,
      conflicts: [{ number: "N-b0004", targetNumber: "T9", kind: "other-number", found: "T2" }],
    });
    expect((await scene.documents()).map((document) => [document.status, document.number, document.code])).toEqual([
      [STATUS.done, "OLD-1", "TAKEN_OVER"],
      [STATUS.done, null, "TAKEN_OVER"],
      [STATUS.done, "T1", null],
      [STATUS.done, "T2", null],
    ]);
    const [ref] = await findRecords(lab.engine.pool, "OLD-1", scene.flow().id);
    const story = ref === undefined ? null : await recordStory(lab.engine.pool, ref);
    expect(story?.interventions).toMatchObject([{ action: "take-over", person: "小王", reason: "切换" }]);
    expect(await retryRecords(lab.engine, scene.flow(), scene.connections, {})).toMatchObject({ queued: 0 });
    expect(scene.vendor.ledger).toHaveLength(2);
  });

  test("a queued one leaves its task, the others of the task are written", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    scene.vendor.script = ({ operation }) => (operation === "save" ? { kind: "reply", status: 503, body: "{}" } : undefined);
    await scene.run({ retries: { count: 3, delaysS: [3_600] } }, { waitMs: 0 });
    expect(await scene.queued()).toBeGreaterThan(0);
    expect(await take(scene, [["N-b0002", "OLD-2"]])).toMatchObject({ taken: 1, stored: 1, conflicts: [] });
    scene.vendor.script = () => undefined;
    await scene.makeDue();
    await scene.run(undefined, { numbers: [] });
    const standing = scene.vendor.standing().map((entry) => entry.key);
    expect(standing).not.toContain("b0002");
  });

  test("the same file again changes nothing; another number for a bill that was taken over is told", async () => {
    const scene = await lab.scene();
    const pairs: readonly Pair[] = [
      ["N-a", "OLD-a"],
      ["N-b", null],
    ];
    await take(scene, pairs);
    expect(await take(scene, pairs)).toEqual({ ...NOTHING, alreadyThere: 2 });
    expect(await take(scene, [["N-a", "OTHER"]])).toEqual({
      ...NOTHING,
      conflicts: [{ number: "N-a", targetNumber: "OTHER", kind: "other-number", found: "OLD-a" }],
    });
  });

  test("a record that could not be restructured is left out for good", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [{ text: '{"id":"a","no":"N-a","lines":"no list"}' }];
    const change: FlowChange = { restructure: [{ kind: "explode", path: "lines", number: "n" }] as never };
    await scene.run(change);
    const [record] = await scene.records();
    expect(record?.status).toBe(STATUS.failed);
    await take(scene, [["N-a", "OLD-a"]], change);
    expect(await scene.records()).toMatchObject([{ status: STATUS.skipped, reason: "TAKEN_OVER" }]);
    await retryRecords(lab.engine, scene.flow(), scene.connections, { status: "skipped" });
    await scene.run(undefined, { numbers: [] });
    expect(scene.vendor.ledger).toEqual([]);
  });
});

test("an import waits for nobody: while the flow runs it is refused", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = bills(1);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  scene.vendor.script = async ({ operation }) => {
    if (operation === "rows") await held;
    return undefined;
  };
  const running = scene.run();
  await expect.poll(() => scene.vendor.requests("rows").length, { timeout: 20_000 }).toBe(1);
  await expect(take(scene, [["N-b0001", "OLD"]])).rejects.toMatchObject({ code: "FLOW_RUNNING" });
  release();
  await running;
});
