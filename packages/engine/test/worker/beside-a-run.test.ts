/** A run by hand in a process whose worker is writing the same flow, as in `datong serve`. The vendor takes a document twice. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "@datong/core";
import { runWorker } from "../../src/worker/index.ts";
import { bills, openLab, type Lab } from "../flow/lab/lab.ts";
import { until } from "./child-worker.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test("a run does not take from its own process what that one is sending", { timeout: 120_000 }, async () => {
  const scene = await lab.scene();
  scene.vendor.rows = bills(3);
  const base = scene.flow({ target: { batch: 1, concurrency: 4 }, retries: { count: 50, delaysS: [0.2] } });
  const flow: Flow = { ...base, dispatch: { ...base.dispatch, source: { cron: "* * * * * *" } } };
  let held = 0;
  const open: (() => void)[] = [];
  scene.vendor.script = async (request) => {
    if (!request.operation.startsWith("save") || held >= 3) return undefined;
    held += 1;
    await new Promise<void>((resolve) => open.push(resolve));
    return undefined;
  };
  const stop = new AbortController();
  const worker = runWorker(lab.engine, { flows: [{ flow, connections: scene.connections }], signal: stop.signal });
  await until(() => held === 3, 60_000);
  const run = lab.engine.run(flow, scene.connections, { waitMs: 6_000 });
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  for (const go of open) go();
  await run;
  await until(async () => (await scene.documents()).every(({ status }) => status === 3), 30_000);
  stop.abort();
  await worker;
  expect(scene.vendor.ledger.map(({ key }) => key).toSorted()).toEqual(["b0001", "b0002", "b0003"]);
});
