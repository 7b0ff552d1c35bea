/** Retries by hand: mapped again, queued once, never a second document for what the target has. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryRecords } from "../../src/ledger/index.ts";
import { bill, openLab, STATUS, type FlowChange, type Lab, type Scene } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const retry = (scene: Scene, numbers: readonly string[], change?: FlowChange) =>
  retryRecords(lab.engine, scene.flow(change), scene.connections, numbers);
const writeQueue = (scene: Scene, change?: FlowChange) => scene.run(change, { numbers: [] });
const statuses = async (scene: Scene): Promise<readonly number[]> => (await scene.documents()).map((document) => document.status);

describe("a document that the target refused", () => {
  test("is mapped by the flow as it is now and written once; others are left alone", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a"), bill("b"), bill("c")];
    scene.vendor.refuse = (document) => (document["name"] === "好" || document["k"] === "c" ? undefined : "名称不对");
    await scene.run();
    expect(await statuses(scene)).toEqual([STATUS.failed, STATUS.failed, STATUS.done]);
    const mended: FlowChange = {
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "name", value: "好" },
      ],
    };
    expect(await retry(scene, ["N-a", "N-c", "N-nobody"], mended)).toEqual({ queued: 1, unmapped: 0, untouched: 1 });
    expect(await retry(scene, ["N-a"], mended)).toEqual({ queued: 0, unmapped: 0, untouched: 1 });
    expect(await writeQueue(scene, mended)).toMatchObject({ read: 0, written: 1 });
    expect(await statuses(scene)).toEqual([STATUS.done, STATUS.failed, STATUS.done]);
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["c", "a"]);
    // The source has not changed: the next run writes nothing again.
    expect(await scene.run(mended)).toMatchObject({ unchanged: 3, written: 0 });
  });

  test("that still cannot be mapped stays failed with the new reason, and nothing is queued", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a")];
    scene.vendor.refuse = () => "不要";
    await scene.run();
    const broken: FlowChange = { mapping: [{ field: "k", value: "{{nowhere}}" }] };
    expect(await retry(scene, ["a"], broken)).toEqual({ queued: 0, unmapped: 1, untouched: 0 });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.failed, code: "TARGET_FIELD_MISSING" }]);
    expect(await scene.queued()).toBe(0);
  });
});

describe("a document that the target saved before it failed", () => {
  test("goes on from its stage and is not saved again", async () => {
    const scene = await lab.scene();
    const staged: FlowChange = { target: { api: "save-staged" }, retries: { count: 0 } };
    scene.vendor.rows = [bill("a")];
    scene.vendor.script = (request) =>
      request.operation === "audit" && request.nth === 0
        ? { kind: "reply", body: '{"ok":false,"code":"NO","text":"不许审核"}' }
        : undefined;
    await scene.run(staged);
    // The save answers with the whole way taken; what stopped between the two is put into the ledger as a probe would.
    await lab.engine.pool.query("update document d set status = $2, stage = 'saved' from flow f where f.num = d.flow and f.id = $1", [
      scene.flow().id,
      STATUS.failed,
    ]);
    const saves = scene.vendor.requests("save").length;
    expect(await retry(scene, ["N-a"], staged)).toEqual({ queued: 1, unmapped: 0, untouched: 0 });
    expect(await scene.documents()).toMatchObject([{ status: STATUS.queued, stage: "saved", attempts: 0 }]);
    scene.vendor.script = () => undefined;
    await writeQueue(scene, staged);
    expect(scene.vendor.requests("save")).toHaveLength(saves);
    expect(scene.vendor.requests("audit").length).toBeGreaterThan(0);
    expect(await scene.documents()).toMatchObject([{ status: STATUS.done, stage: "audited" }]);
  });
});

test("while the flow runs a retry is refused, so that nothing is queued twice", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = [bill("a")];
  scene.vendor.refuse = () => "不要";
  await scene.run();
  scene.vendor.delayMs = 300;
  const running = scene.run();
  await expect.poll(() => scene.vendor.requests("rows").length).toBe(2);
  await expect(retry(scene, ["a"])).rejects.toMatchObject({ code: "FLOW_RUNNING" });
  await running;
  expect(await scene.queued()).toBe(0);
  scene.vendor.delayMs = 0;
  expect(await retry(scene, ["a"])).toMatchObject({ queued: 1 });
});
