/** Memory holds pages, not the pull: what is read once is not kept. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runInChild } from "./lab/child-run.ts";
import { bill, openLab, type Lab } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test("20,000 bills pass through a process that has 128 MB", { timeout: 300_000 }, async () => {
  const scene = await lab.scene();
  const text = "客户备注".repeat(60);
  scene.vendor.rows = Array.from({ length: 20_000 }, (_, i) => bill(`n${i}`, { name: `${i} ${text}` }));
  const flow = scene.flow({ source: { pageSize: 500 }, target: { batch: 50, concurrency: 4 } });
  const run = runInChild({ dataDir: lab.dataDir, flow, connections: [...scene.connections.values()], options: {} }, [
    "--max-old-space-size=128",
  ]);
  expect(await run.ended).toMatchObject({ read: 20_000, written: 20_000, failed: 0, queued: 0, fault: null });
  expect(new Set(scene.vendor.ledger.map((entry) => entry.key)).size).toBe(20_000);
  expect(scene.vendor.ledger).toHaveLength(20_000);
});
