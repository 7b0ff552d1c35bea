/** `target.checkFirst`: what the target has already is done and never written; what it lacks is written once, whatever happens between. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryRecords } from "../../src/ledger/index.ts";
import type { ChildRun } from "./lab/child-run.ts";
import { crashing, killAt, untilDone } from "./lab/crashing.ts";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab } from "./lab/lab.ts";
import type { SeenRequest, Vendor } from "./lab/vendor.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const CHECKED: FlowChange = { target: { checkFirst: true, batch: 5, concurrency: 2 } };

/** What another system wrote before. */
function wrote(vendor: Vendor, key: string, stage = "audited"): void {
  vendor.ledger.push({ key, id: `old-${key}`, number: `OLD-${key}`, text: "{}", updates: 0, reversed: false, stage });
}

const keysOf = (vendor: Vendor): readonly string[] => vendor.ledger.map((entry) => entry.key).toSorted();

describe("checked before it is written", () => {
  test("asked in batches of the probe's size; found: done with the target's number; lacking: written in the flow's batches", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(45);
    for (const key of ["b0003", "b0021", "b0045"]) wrote(scene.vendor, key);
    expect(await scene.run(CHECKED)).toMatchObject({ written: 45, failed: 0, queued: 0 });
    expect(scene.vendor.requests("probe")).toHaveLength(3);
    const saves = scene.vendor.requests("save").map((request) => (request.json["documents"] as readonly unknown[]).length);
    expect(saves.reduce((a, b) => a + b, 0)).toBe(42);
    expect(Math.max(...saves)).toBe(5);
    expect(saves.length).toBeLessThanOrEqual(11);
    expect(keysOf(scene.vendor)).toEqual(bills(45).map((_, i) => `b${String(i + 1).padStart(4, "0")}`));
    const found = (await scene.documents()).filter((document) => document.code === "FOUND_AT_TARGET");
    expect(found).toMatchObject([
      { external_key: "b0003", number: "OLD-b0003", target_id: "old-b0003", status: STATUS.done, attempts: 0 },
      { external_key: "b0021", status: STATUS.done },
      { external_key: "b0045", status: STATUS.done },
    ]);
  });

  test("what stands at an early stage stays there: another system's document is not audited by us", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), bill("b")];
    wrote(scene.vendor, "a", "saved");
    await scene.run({ target: { api: "save-staged", checkFirst: true } });
    expect(await scene.documents()).toMatchObject([
      { status: STATUS.done, stage: "saved", number: "OLD-a" },
      { status: STATUS.done, stage: "audited" },
    ]);
    expect(scene.vendor.requests("audit")).toHaveLength(0);
  });

  test("a question that fails is asked again; nothing was sent, so nothing is in doubt", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    wrote(scene.vendor, "b0002");
    scene.vendor.script = ({ operation, nth }) => (operation === "probe" && nth < 2 ? { kind: "cut" } : undefined);
    expect(await scene.run(CHECKED)).toMatchObject({ written: 3, unknown: 0 });
    expect(keysOf(scene.vendor)).toEqual(["b0001", "b0002", "b0003"]);
  });

  test("asked in vain to the end, it fails and a retry asks again before it writes", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    wrote(scene.vendor, "b0002");
    scene.vendor.script = ({ operation }) => (operation === "probe" ? { kind: "reply", status: 400, body: "{}" } : undefined);
    const result = await scene.run(CHECKED);
    expect(result).toMatchObject({ written: 0, unknown: 0 });
    expect(scene.vendor.requests("save")).toHaveLength(0);
    scene.vendor.script = () => undefined;
    await retryRecords(lab.engine, scene.flow(CHECKED), scene.connections, {}, { how: "same" });
    await scene.makeDue();
    await scene.run(CHECKED, { numbers: [] });
    expect(keysOf(scene.vendor)).toEqual(["b0001", "b0002"]);
    expect((await scene.documents()).every((document) => document.status === STATUS.done)).toBe(true);
  });

  test("a bill that could not be mapped is asked for when its mapping is mended", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), bill("b")];
    wrote(scene.vendor, "a");
    const broken: FlowChange = {
      ...CHECKED,
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "amount", type: "float", value: "{{name}}" },
      ],
    };
    expect(await scene.run(broken)).toMatchObject({ failed: 2 });
    expect(await retryRecords(lab.engine, scene.flow(CHECKED), scene.connections, {})).toMatchObject({ queued: 2 });
    await scene.run(CHECKED, { numbers: [] });
    expect(keysOf(scene.vendor)).toEqual(["a", "b"]);
    expect((await scene.documents()).map((document) => document.number)).toEqual(["OLD-a", "T2"]);
  });

  test("a new version of what was found goes by the flow's policy, to the id that was found", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    wrote(scene.vendor, "a");
    await scene.run(CHECKED);
    scene.vendor.rows = [bill("a", { name: "changed" })];
    await scene.run({ target: { ...CHECKED.target, changed: "update" } });
    expect(scene.vendor.ledger).toMatchObject([{ key: "a", updates: 1 }]);
  });

  test("many bills to one, and order keys, are asked for too", async () => {
    const merged = await lab.scene();
    merged.vendor.rows = ["a", "b", "c"].map((id) => bill(id, { shop: "day", sku: id }));
    wrote(merged.vendor, "day");
    await merged.run({
      ...CHECKED,
      restructure: [{ kind: "merge", by: ["shop"], lines: "lines", header: ["shop"], lineFields: ["sku"] }],
      mapping: [{ field: "k", value: "{{shop}}" }],
    });
    expect(merged.vendor.requests("save")).toHaveLength(0);
    expect(await merged.documents()).toMatchObject([{ status: STATUS.done, code: "FOUND_AT_TARGET" }]);
    const ordered = await lab.scene();
    ordered.vendor.rows = ["a", "b", "c"].map((id) => bill(id, { order: "o1" }));
    wrote(ordered.vendor, "b");
    await ordered.run({ target: { ...CHECKED.target, orderKey: "{{order}}" } });
    expect(ordered.vendor.ledger.map((entry) => entry.key)).toEqual(["b", "a", "c"]);
  });
});

const moments: readonly (readonly [string, (request: SeenRequest) => boolean, boolean])[] = [
  ["when its first write after the question was taken", (r) => r.operation === "save" && r.nth === 0, true],
];

describe("a process killed", () => {
  test.each(moments.map((moment, i) => [...moment, i] as const))("%s writes nothing twice", async (_, moment, done, i) => {
    const at = await crashing(lab, `check-${i}`);
    at.vendor.rows = bills(12);
    wrote(at.vendor, "b0007");
    const run: { current: ChildRun | undefined } = { current: undefined };
    killAt(at, run, moment, done);
    run.current = at.start(CHECKED);
    await run.current.ended;
    const { outcome } = await untilDone(at, CHECKED);
    expect(outcome).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0 });
    expect(keysOf(at.vendor)).toEqual(bills(12).map((_row, n) => `b${String(n + 1).padStart(4, "0")}`));
  });
});
