/** A target that nobody reaches: its circuit opens, waits, is tried with one call, and closes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runWorker } from "../../src/worker/index.ts";
import { listCircuits } from "../../src/store/queue-rows.ts";
import { bills, openLab, type Lab } from "../flow/lab/lab.ts";
import { until } from "./child-worker.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test("a target that is away is left alone, tried with one call, and then written to as before", { timeout: 60_000 }, async () => {
  const scene = await lab.scene();
  scene.vendor.rows = bills(40);
  const flow = scene.flow({ target: { batch: 1 }, retries: { count: 50, delaysS: [0.05] } });
  scene.vendor.script = (request) => (request.operation === "rows" ? undefined : { kind: "cut" });
  const stop = new AbortController();
  const worker = runWorker(lab.engine, {
    flows: [{ flow, connections: scene.connections }],
    once: true,
    signal: stop.signal,
    circuitMs: 1_500,
  });
  await until(async () => (await listCircuits(lab.engine.pool)).length === 1, 10_000);
  expect(await listCircuits(lab.engine.pool)).toMatchObject([{ connection: flow.target.connection }]);
  const calls = (): number => scene.vendor.seen.filter((request) => request.operation !== "rows").length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = calls();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(calls()).toBe(before);
  // The first try fails as well, and is one call.
  await until(() => calls() > before, 10_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(calls()).toBe(before + 1);
  scene.vendor.script = () => undefined;
  expect(await worker).toMatchObject({ pulls: 1 });
  expect(await listCircuits(lab.engine.pool)).toEqual([]);
  expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toHaveLength(40);
  expect(new Set(scene.vendor.ledger.map((entry) => entry.key)).size).toBe(40);
});
