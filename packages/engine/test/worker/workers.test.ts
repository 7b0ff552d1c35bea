/** Many workers on one store: deaths, limits, ticks, pauses, stops. The vendor's ledger judges. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "@datong/core";
import { pause, resume } from "../../src/worker/index.ts";
import { bills, connectionTo, flowOf, openLab, type Lab } from "../flow/lab/lab.ts";
import type { Vendor } from "../flow/lab/vendor.ts";
import { startWorker, until, type ChildWorker } from "./child-worker.ts";
import { surviveKills } from "./kills.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const EVERY_SECOND = "* * * * * *";
const scheduled = (flow: Flow, cron: string): Flow => ({ ...flow, dispatch: { ...flow.dispatch, source: { cron } } });
const stopAll = async (workers: readonly ChildWorker[]): Promise<void> => {
  for (const worker of workers) worker.kill("SIGTERM");
  await Promise.all(workers.map((worker) => worker.ended));
};
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("four workers, one killed every two seconds and replaced, lose nothing and write nothing twice", { timeout: 180_000 }, async () => {
  const { kills } = await surviveKills(lab, { bills: 1_500, batch: 5, delayMs: 40, killsMin: 4, waitMs: 160_000 });
  expect(kills).toBeGreaterThanOrEqual(4);
});

/** Refuses what comes too often, as the vendor counts it. */
function counting(vendor: Vendor, perSecond: number, perMinute: number): { readonly atMs: number[]; refused: number } {
  const seen = { atMs: [] as number[], refused: 0 };
  vendor.script = () => {
    const now = performance.now();
    const last = (spanMs: number): number => seen.atMs.filter((at) => at > now - spanMs).length;
    if (last(1_000) >= perSecond || last(60_000) >= perMinute) {
      seen.refused += 1;
      return { kind: "reply", status: 429, body: "" };
    }
    seen.atMs.push(now);
    return undefined;
  };
  return seen;
}

test("four workers together keep an account's calls a second and a minute, and use them up", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(60);
  const seen = counting(vendor, 5, 30);
  const connection = connectionTo(vendor, "limits", { limits: { callsPerSecond: 5, callsPerMinute: 30, concurrency: 4 } });
  const task = {
    dataDir: lab.dataDir,
    flows: [scheduled(flowOf("limits", { target: { batch: 1 } }), EVERY_SECOND)],
    connections: [connection],
  };
  const workers = Array.from({ length: 4 }, () => startWorker(task));
  try {
    await until(() => seen.atMs.length >= 30, 120_000);
    await sleep(2_500);
  } finally {
    await stopAll(workers);
  }
  expect(seen.refused).toBe(0);
  expect(seen.atMs).toHaveLength(30);
  // Thirty calls at five a second take five windows; more than a window lost would be less than the budget.
  expect((seen.atMs.at(-1) ?? 0) - (seen.atMs[0] ?? 0)).toBeLessThan(7_500);
  expect(vendor.openMax).toBeLessThanOrEqual(4);
});

test("an account's calls at once are shared by all processes", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(120);
  vendor.delayMs = 60;
  const connection = connectionTo(vendor, "share", { limits: { concurrency: 3 } });
  const flow = scheduled(flowOf("share", { target: { batch: 1 } }), EVERY_SECOND);
  const workers = Array.from({ length: 4 }, () => startWorker({ dataDir: lab.dataDir, flows: [flow], connections: [connection] }));
  try {
    await until(() => vendor.ledger.length >= 120, 120_000);
  } finally {
    await stopAll(workers);
  }
  expect(vendor.openMax).toBeLessThanOrEqual(3);
  expect(vendor.ledger).toHaveLength(120);
});

test("two schedulers never fire one tick twice, and both live on", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(3);
  const flow = scheduled(flowOf("ticks"), EVERY_SECOND);
  const task = { dataDir: lab.dataDir, flows: [flow], connections: [connectionTo(vendor, "ticks")] };
  const workers = [startWorker(task), startWorker(task), startWorker(task)];
  await until(() => vendor.requests("rows").length > 0, 120_000);
  const firstMs = performance.now();
  await sleep(5_000);
  const seconds = (performance.now() - firstMs) / 1000;
  await stopAll(workers);
  const pulls = vendor.requests("rows").length;
  expect(pulls).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  expect(pulls).toBeGreaterThanOrEqual(3);
});

describe("a pause", () => {
  test.each(["target", "connection"] as const)(
    "of the %s is obeyed within a second, and so is its end",
    { timeout: 180_000 },
    async (kind) => {
      const id = `pause-${kind}`;
      const { vendor } = await lab.scene();
      vendor.rows = bills(400);
      vendor.delayMs = 20;
      const flow = scheduled(flowOf(id, { target: { batch: 1 } }), EVERY_SECOND);
      const worker = startWorker({ dataDir: lab.dataDir, flows: [flow], connections: [connectionTo(vendor, id)] });
      await until(() => vendor.ledger.length > 20, 120_000);
      await pause(lab.engine.pool, kind, id);
      await sleep(1_800);
      const at = vendor.ledger.length;
      expect(at).toBeLessThan(400);
      await sleep(1_000);
      expect(vendor.ledger).toHaveLength(at);
      await resume(lab.engine.pool, kind, id);
      await until(() => vendor.ledger.length > at, 120_000);
      await stopAll([worker]);
    },
  );

  test("of the source is obeyed by a run: it writes what waits and reads nothing", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    await pause(lab.engine.pool, "source", scene.flow().id);
    expect(await scene.run()).toMatchObject({ read: 0, written: 0, fault: null });
    await resume(lab.engine.pool, "source", scene.flow().id);
    await pause(lab.engine.pool, "target", scene.flow().id);
    expect(await scene.run()).toMatchObject({ records: 3, written: 0, queued: 3 });
    await resume(lab.engine.pool, "target", scene.flow().id);
    expect(await scene.run()).toMatchObject({ written: 3, queued: 0 });
  });
});

test("SIGTERM lets calls under way come back, returns the rest and ends within ten seconds", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(200);
  vendor.delayMs = 300;
  // Five calls a second: most of what is claimed waits for its turn.
  const connection = connectionTo(vendor, "drain", { limits: { concurrency: 4, callsPerSecond: 5 } });
  const flow = scheduled(flowOf("drain", { target: { batch: 1 } }), EVERY_SECOND);
  const worker = startWorker({ dataDir: lab.dataDir, flows: [flow], connections: [connection] });
  await until(() => vendor.ledger.length > 3, 120_000);
  const startedMs = performance.now();
  worker.kill("SIGTERM");
  const result = await worker.ended;
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(result?.written).toBe(vendor.ledger.length);
  const { rows } = await lab.engine.pool.query<{ owner: string | null; sent: string | null }>(
    "select t.owner, t.sent_at as sent from task t join flow f on f.num = t.flow where f.id = 'drain' and (t.owner is not null or t.sent_at is not null)",
  );
  expect(rows).toEqual([]);
  expect((await lab.engine.pool.query("select 1 from worker")).rows).toHaveLength(1);
});

test("every scheduled flow has its turn, however many a worker has", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(1);
  const ids = Array.from({ length: 12 }, (_, i) => `turn-${i}`);
  const flows = ids.map((id) =>
    scheduled(flowOf("turns", { id, target: { batch: 1 }, mapping: [{ field: "k", value: `${id}-{{id}}` }] }), EVERY_SECOND),
  );
  const worker = startWorker({ dataDir: lab.dataDir, flows, connections: [connectionTo(vendor, "turns")] });
  try {
    await until(() => vendor.ledger.length >= ids.length, 120_000);
  } finally {
    await stopAll([worker]);
  }
  expect(vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(ids.map((id) => `${id}-b0001`).toSorted());
});
