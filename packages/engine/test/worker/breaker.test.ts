/** A connection that nobody reaches: its circuit opens, waits, is tried with one call, and closes; for workers and for runs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { queueStates, runWorker } from "../../src/worker/index.ts";
import { listCircuits } from "../../src/store/queue-rows.ts";
import { bills, connectionTo, openLab, type Lab } from "../flow/lab/lab.ts";
import type { RunResult } from "../../src/flow/running.ts";
import { until } from "./child-worker.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ circuitMs: 1_500 });
});
afterAll(() => lab.close());

test("a target that is away is left alone, tried with one call, and then written to as before", { timeout: 180_000 }, async () => {
  const scene = await lab.scene();
  scene.vendor.rows = bills(40);
  const flow = scene.flow({ target: { batch: 1 }, retries: { count: 50, delaysS: [0.05] } });
  scene.vendor.script = (request) => (request.operation === "rows" ? undefined : { kind: "cut" });
  const stop = new AbortController();
  const worker = runWorker(lab.engine, {
    flows: [{ flow, connections: scene.connections }],
    once: true,
    signal: stop.signal,
  });
  await until(async () => (await listCircuits(lab.engine.pool)).length === 1, 30_000);
  expect(await listCircuits(lab.engine.pool)).toMatchObject([{ connection: flow.target.connection }]);
  const calls = (): number => scene.vendor.seen.filter((request) => request.operation !== "rows").length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = calls();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(calls()).toBe(before);
  // The first try fails as well, and is one call.
  await until(() => calls() > before, 30_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(calls()).toBe(before + 1);
  scene.vendor.script = () => undefined;
  expect(await worker).toMatchObject({ pulls: 1 });
  expect(await listCircuits(lab.engine.pool)).toEqual([]);
  expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toHaveLength(40);
  expect(new Set(scene.vendor.ledger.map((entry) => entry.key)).size).toBe(40);
});

test(
  "failures of several runs count together; a run leaves the target alone, says so, and burns no retries",
  { timeout: 180_000 },
  async () => {
    const scene = await lab.scene();
    const { pool } = lab.engine;
    const away = `away-${scene.flow().id}`;
    const connections = new Map([...scene.connections, [away, connectionTo(scene.vendor, away)]]);
    const flow = scene.flow({ target: { connection: away, batch: 1, concurrency: 1 }, retries: { count: 50, delaysS: [3_600] } });
    const run = (waitMs: number): Promise<RunResult> => lab.engine.run(flow, connections, { waitMs });
    const due = (): Promise<unknown> => pool.query("update task set run_at = now()");
    const calls = (): number => scene.vendor.seen.filter((request) => request.operation !== "rows").length;
    scene.vendor.script = (request) => (request.operation === "rows" ? undefined : { kind: "cut" });
    scene.vendor.rows = bills(3);
    expect(await run(0)).toMatchObject({ fault: null, written: 0 });
    expect(await listCircuits(pool)).toMatchObject([{ connection: away, state: "closed", failures: 3 }]);
    scene.vendor.rows = bills(20);
    expect((await run(0)).fault).toMatchObject({ code: "CIRCUIT_OPEN", details: { connection: away } });
    // The fifth failure opens it; on a busy machine the next call has begun before that is noted.
    const made = calls();
    expect([5, 6]).toContain(made);
    expect((await queueStates(lab.engine, [{ flow, connections }]))[0]?.unreached).toMatchObject([{ connection: away }]);
    expect((await pool.query("select 1 from task where attempts = 0 and action = 'write'")).rowCount).toBe(20 - made);
    // A run that may wait makes one call, which fails, waits for longer, and goes on when the target is back.
    await due();
    setTimeout(() => (scene.vendor.script = () => undefined), 3_000);
    expect(await run(20_000)).toMatchObject({ fault: null });
    expect(await listCircuits(pool)).toEqual([]);
    // What was in doubt is asked for first, then written.
    for (let i = 0; i < 3; i += 1) {
      await due();
      await run(0);
    }
    const ids = bills(20).map((row) => (JSON.parse(row.text) as { id: string }).id);
    expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(ids);
  },
);

test("a source that is away is not called by a run until its time is up", { timeout: 180_000 }, async () => {
  const scene = await lab.scene();
  scene.vendor.rows = bills(1);
  scene.vendor.script = () => ({ kind: "reply", status: 502, body: "<html>" });
  for (let i = 0; i < 5; i += 1) expect((await scene.run()).fault?.code).not.toBe("CIRCUIT_OPEN");
  expect((await scene.run()).fault?.code).toBe("CIRCUIT_OPEN");
  expect(scene.vendor.seen).toHaveLength(5);
  scene.vendor.script = () => undefined;
  await until(async () => (await scene.run()).fault === null, 30_000);
  expect(await listCircuits(lab.engine.pool)).toEqual([]);
});
