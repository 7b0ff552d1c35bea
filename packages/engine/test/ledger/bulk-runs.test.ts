/** Bulk work beside the flow's own runs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { addBulk, findBulk, workBulk, type FlowNow } from "../../src/ledger/index.ts";
import { bill, openLab, STATUS, type Lab } from "../flow/lab/lab.ts";

const WAIT_MS = 15_000;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test("a run that begins and ends before its pages does not keep them from being stored", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = [bill("a"), bill("b"), bill("c")];
  scene.vendor.refuse = () => "不要";
  await scene.run();
  const { id } = await addBulk(lab.engine.pool, {
    id: lab.engine.ids.next(),
    workspace: "main",
    flowId: scene.flow().id,
    kind: "retry",
    asked: { status: "failed" },
    person: "person:li",
  });
  const flowNow: FlowNow = async () => {
    await scene.run();
    return { flow: scene.flow(), connections: scene.connections };
  };
  expect(await workBulk(lab.engine, flowNow, AbortSignal.timeout(WAIT_MS))).toBe(true);
  expect(await findBulk(lab.engine.pool, "main", id)).toMatchObject({ state: "done", total: 3, queued: 3 });
  expect((await scene.documents()).map((document) => document.status)).toEqual([STATUS.queued, STATUS.queued, STATUS.queued]);
});
