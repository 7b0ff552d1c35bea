/**
 * As crash.test.ts, at moments that nobody chose.
 *
 * @module-tag one-attempt
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { crashing, expectOnce, untilDone } from "./lab/crashing.ts";
import { bills, openLab, type FlowChange, type Lab } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  // The lab's engine keeps the server up while the processes that use it come and go.
  lab = await openLab();
});
afterAll(() => lab.close());

test("a process killed at random moments, over and over, ends with each document once", { timeout: 300_000 }, async () => {
  const at = await crashing(lab, "random");
  at.vendor.rows = bills(60);
  at.vendor.delayMs = 5;
  const change: FlowChange = { source: { pageSize: 7 }, target: { batch: 3, concurrency: 3 } };
  // The moments are random, but the same on every run of this test.
  let seed = 20_261_101;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  for (let i = 0; i < 6; i += 1) {
    const run = at.start(change);
    const target = at.vendor.seen.length + 1 + Math.floor(random() * 9);
    const afterMs = random() * 12;
    at.vendor.script = async (request) => {
      if (request.index + 1 < target) return undefined;
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      run.kill();
      return undefined;
    };
    await run.ended;
  }
  at.vendor.script = () => undefined;
  const { outcome } = await untilDone(at, change);
  expect(outcome).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0 });
  await expectOnce(lab, "random", at, 60);
});
