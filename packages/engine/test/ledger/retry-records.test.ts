/** Retries by hand: mapped again, queued once, never a second document for what the target has. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryRecords } from "../../src/ledger/index.ts";
import { bill, bills, openLab, STATUS, type FlowChange, type Lab, type Scene } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const retry = (scene: Scene, numbers: readonly string[], change?: FlowChange) =>
  retryRecords(lab.engine, scene.flow(change), scene.connections, { numbers });
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
    expect(await retry(scene, ["N-a", "N-c", "N-nobody"], mended)).toEqual({ queued: 1, unmapped: 0, untouched: 1, missing: 0 });
    expect(await retry(scene, ["N-a"], mended)).toEqual({ queued: 0, unmapped: 0, untouched: 1, missing: 0 });
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
    expect(await retry(scene, ["a"], broken)).toEqual({ queued: 0, unmapped: 1, untouched: 0, missing: 0 });
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
    await lab.recount();
    const saves = scene.vendor.requests("save").length;
    expect(await retry(scene, ["N-a"], staged)).toEqual({ queued: 1, unmapped: 0, untouched: 0, missing: 0 });
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

describe("many at once", () => {
  const codes = async (scene: Scene): Promise<Readonly<Record<string, number>>> => {
    const counts: Record<string, number> = {};
    for (const document of await scene.documents()) {
      const name = `${document.status} ${document.code ?? ""}`.trim();
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };

  test("all failed ones over more than a page are mapped by the flow as it is now and written once, in batches", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(1_234);
    scene.vendor.refuse = (document) => (document["name"] === "好" || document["k"] === "b0007" ? undefined : "名称不对");
    await scene.run();
    const mended: FlowChange = {
      mapping: [
        { field: "k", value: "{{id}}" },
        { field: "name", value: "好" },
      ],
    };
    const saves = scene.vendor.requests("save").length;
    const sums: number[] = [];
    const retried = await retryRecords(
      lab.engine,
      scene.flow(mended),
      scene.connections,
      { status: "failed" },
      { onProgress: (sum) => sums.push(sum.queued) },
    );
    expect(retried).toEqual({ queued: 1_233, unmapped: 0, untouched: 0, missing: 0 });
    expect(sums).toEqual([500, 1_000, 1_233, ...sums.slice(3)]);
    expect(await writeQueue(scene, mended)).toMatchObject({ written: 1_233, failed: 0 });
    expect(scene.vendor.requests("save").length - saves).toBeLessThan(60);
    expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(
      bills(1_234).map((row) => (JSON.parse(row.text) as { id: string }).id),
    );
    expect(await codes(scene)).toEqual({ "3": 1_234 });
  });

  test("only those of a code, of a cause, and no more than the limit", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(40);
    scene.vendor.refuse = () => "不要";
    await scene.run();
    const { pool } = lab.engine;
    const [first] = await scene.documents();
    await pool.query("update document set vendor_code = 'E1', cause = 'period-closed' where id <= $1 and id >= $2", [
      (await scene.documents())[9]?.id,
      first?.id,
    ]);
    const some = (selection: Parameters<typeof retryRecords>[3]) =>
      retryRecords(lab.engine, scene.flow(), scene.connections, { status: "failed", ...selection }, { how: "same" });
    expect(await some({ code: "E2" })).toMatchObject({ queued: 0 });
    expect(await some({ code: "E1", limit: 3 })).toMatchObject({ queued: 3 });
    expect(await some({ cause: "period-closed" })).toMatchObject({ queued: 7 });
    expect(await some({ limit: 5 })).toMatchObject({ queued: 5 });
    expect(await scene.queued()).toBe(3);
  });

  test("the same request goes out as it was, whatever the flow says now", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    scene.vendor.refuse = () => "不要";
    await scene.run();
    scene.vendor.refuse = () => undefined;
    const broken: FlowChange = { mapping: [{ field: "k", value: "{{nowhere}}" }] };
    const retried = await retryRecords(lab.engine, scene.flow(broken), scene.connections, { status: "failed" }, { how: "same" });
    expect(retried).toMatchObject({ queued: 3, unmapped: 0 });
    expect(await writeQueue(scene, broken)).toMatchObject({ written: 3 });
    expect(scene.vendor.ledger.map((entry) => JSON.parse(entry.text))).toMatchObject([{ k: "b0001", name: "单据 b0001" }, {}, {}]);
  });

  test("a document that was never mapped has no request to repeat and is left alone", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    const broken: FlowChange = { mapping: [{ field: "k", value: "{{nowhere}}" }] };
    await scene.run(broken);
    const same = await retryRecords(lab.engine, scene.flow(), scene.connections, { status: "failed" }, { how: "same" });
    expect(same).toEqual({ queued: 0, unmapped: 0, untouched: 2, missing: 0 });
    expect(await retryRecords(lab.engine, scene.flow(), scene.connections, {})).toMatchObject({ queued: 2 });
  });

  test("fetched again it is mapped from what the source has now; a bill that is gone there is told", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    scene.vendor.refuse = (document) => (document["name"] === "改好" ? undefined : "名称不对");
    await scene.run();
    scene.vendor.rows = [bill("b0001", { name: "改好" }), bill("b0003", { name: "改好" })];
    const retried = await retryRecords(lab.engine, scene.flow(), scene.connections, { status: "failed" }, { how: "fetch" });
    expect(retried).toEqual({ queued: 2, unmapped: 0, untouched: 1, missing: 1 });
    expect(await writeQueue(scene)).toMatchObject({ written: 2 });
    expect((await scene.records()).map((record) => record.version)).toEqual([2, 1, 2]);
    // The next pull finds the rows that were fetched unchanged.
    expect(await scene.run()).toMatchObject({ unchanged: 2, written: 0 });
    expect(scene.vendor.ledger).toHaveLength(2);
  });

  test("what a rule dropped is looked at again by the rule as it is now", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("a", { off: "1" }), bill("b")];
    const strict: FlowChange = { source: { condition: [{ rule: "停用不写", any: [[{ field: "off", logic: "isnull" }]] }] } };
    await scene.run(strict);
    const again = (change?: FlowChange) => retryRecords(lab.engine, scene.flow(change), scene.connections, { status: "skipped" });
    expect(await again(strict)).toMatchObject({ queued: 0, unmapped: 0 });
    expect(await again()).toMatchObject({ queued: 1 });
    expect(await writeQueue(scene)).toMatchObject({ written: 1 });
    expect(await scene.records()).toMatchObject([{ key: "a", reason: null }, { key: "b" }]);
  });

  test("a document in doubt is asked for, never sent blindly; without a probe it is left to a person", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(2);
    await scene.run();
    const held = async (): Promise<void> => {
      await lab.engine.pool.query(
        `with d as (update document d set status = 6, number = null, target_id = null from flow f where f.num = d.flow and f.id = $1 returning d.lane, d.flow, d.id)
         insert into attention select lane, flow, id, 6 from d`,
        [scene.flow().id],
      );
      await lab.recount();
    };
    await held();
    const blind: FlowChange = { target: { api: "save-blind" } };
    const unknown = (change?: FlowChange) => retryRecords(lab.engine, scene.flow(change), scene.connections, { status: "unknown" });
    expect(await unknown(blind)).toEqual({ queued: 0, unmapped: 0, untouched: 2, missing: 0 });
    expect(await unknown()).toMatchObject({ queued: 2 });
    expect(await unknown()).toMatchObject({ queued: 0, untouched: 2 });
    expect(await writeQueue(scene)).toMatchObject({ written: 2 });
    expect(scene.vendor.ledger).toHaveLength(2);
    expect(await scene.documents()).toMatchObject([
      { status: STATUS.done, number: "T1" },
      { status: STATUS.done, number: "T2" },
    ]);
  });
});
