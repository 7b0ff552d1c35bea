/** Documents that wait for master data wait for the code to appear, and burn no retries meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listMissing, retryRecords } from "../../src/ledger/index.ts";
import { bill, openLab, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const ORDERS: FlowChange = {
  mapping: [
    { field: "k", value: "{{id}}" },
    { field: "code", value: "{{sku}}" },
  ],
};
const PATIENT = { missingTryMs: 3_600_000 };

/** A target that takes an order only when the item's code is among its documents. */
async function shop(): Promise<Scene> {
  const scene = await lab.scene();
  scene.vendor.refuse = (document) => {
    const code = String(document["code"] ?? "");
    return code === "" || scene.vendor.standing().some((entry) => entry.key === code) ? undefined : `没有编码“${code}”的物料，请先建立`;
  };
  scene.vendor.rows = [bill("o1", { sku: "M1" }), bill("o2", { sku: "M1" }), bill("o3", { sku: "M2" })];
  return scene;
}

const statuses = async (scene: Scene): Promise<readonly number[]> => (await scene.documents()).map((document) => document.status);
const missing = async (scene: Scene) =>
  (await listMissing(lab.engine.pool, scene.flow().id)).map(({ kind, code, count }) => [kind, code, count]);

/** Another flow to the same account writes master data. */
async function writeItems(scene: Scene, ...codes: readonly string[]): Promise<void> {
  const orders = scene.vendor.rows;
  scene.vendor.rows = codes.map((code) => bill(code));
  await scene.run({ id: `${scene.flow().id}-items` });
  scene.vendor.rows = orders;
}

describe("a document whose master data is missing", () => {
  test("is pending with the code, not failed, and is sent again only when another flow has written the code", async () => {
    const scene = await shop();
    expect(await scene.run(ORDERS, PATIENT)).toMatchObject({ written: 0, failed: 0, queued: 3 });
    expect(await statuses(scene)).toEqual([STATUS.pending, STATUS.pending, STATUS.pending]);
    expect(await missing(scene)).toEqual([
      ["物料", "M1", 2],
      ["物料", "M2", 1],
    ]);
    expect((await listMissing(lab.engine.pool)).filter((item) => item.flowId === scene.flow().id)).toMatchObject([
      { numbers: ["N-o1", "N-o2"] },
      { numbers: ["N-o3"] },
    ]);
    const saves = scene.vendor.requests("save").length;
    await scene.run(ORDERS, PATIENT);
    await scene.run(ORDERS, PATIENT);
    expect(scene.vendor.requests("save")).toHaveLength(saves);
    await writeItems(scene, "M1");
    expect(await scene.run(ORDERS, PATIENT)).toMatchObject({ written: 2 });
    expect(await statuses(scene)).toEqual([STATUS.done, STATUS.done, STATUS.pending]);
    expect(await missing(scene)).toEqual([["物料", "M2", 1]]);
    await writeItems(scene, "M2");
    expect(await scene.run(ORDERS, PATIENT)).toMatchObject({ written: 1 });
    expect(await missing(scene)).toEqual([]);
    expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(["M1", "M2", "o1", "o2", "o3"]);
  });

  test("of a code that nobody writes here one document tries now and then; when it is taken, the others follow", async () => {
    const scene = await shop();
    scene.vendor.rows = Array.from({ length: 30 }, (_, i) => bill(`p${i}`, { sku: "M9" }));
    await scene.run({ ...ORDERS, target: { batch: 1 } }, PATIENT);
    const saves = (): number => scene.vendor.requests("save").length;
    const before = saves();
    await scene.run(ORDERS, { missingTryMs: 0 });
    expect(saves() - before).toBe(1);
    expect(await scene.run(ORDERS, PATIENT)).toMatchObject({ written: 0 });
    expect(saves() - before).toBe(1);
    // A person enters the item at the target by hand.
    scene.vendor.refuse = () => undefined;
    expect(await scene.run(ORDERS, { missingTryMs: 0 })).toMatchObject({ written: 1 });
    expect(await scene.run(ORDERS, PATIENT)).toMatchObject({ written: 29 });
    expect(scene.vendor.ledger).toHaveLength(30);
    expect(await missing(scene)).toEqual([]);
    await scene.run(ORDERS, PATIENT);
    const { rows } = await lab.engine.pool.query("select 1 from missing_code m join flow f on f.num = m.flow where f.id = $1", [
      scene.flow().id,
    ]);
    expect(rows).toEqual([]);
  });

  test("goes out by hand too, and a new version of the bill takes its place", async () => {
    const scene = await shop();
    await scene.run(ORDERS, PATIENT);
    scene.vendor.refuse = () => undefined;
    expect(await retryRecords(lab.engine, scene.flow(ORDERS), scene.connections, { status: "pending", numbers: ["N-o1"] })).toMatchObject({
      queued: 1,
    });
    await scene.run(ORDERS, { numbers: [] });
    expect(await statuses(scene)).toEqual([STATUS.done, STATUS.pending, STATUS.pending]);
    scene.vendor.rows = [bill("o1", { sku: "M1" }), bill("o2", { sku: "" }), bill("o3", { sku: "M2" })];
    expect(await scene.run(ORDERS, PATIENT)).toMatchObject({ written: 1 });
    // The first one that was taken with the code says that it is there.
    await scene.run(ORDERS, PATIENT);
    expect(await statuses(scene)).toEqual([STATUS.done, STATUS.done, STATUS.pending]);
  });

  test("with another thing wrong besides is left to a person", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.script = (request) =>
      request.operation === "save"
        ? {
            kind: "reply",
            body: '{"ok":true,"done":[],"refused":[{"index":0,"code":"NO","text":"没有编码“X”的客户"},{"index":0,"code":"NO","text":"名称必填"}]}',
          }
        : undefined;
    expect(await scene.run()).toMatchObject({ failed: 1, queued: 0 });
    expect(await statuses(scene)).toEqual([STATUS.failed]);
    expect(await missing(scene)).toEqual([]);
  });
});
