/**
 * As crash-points.test.ts, of a flow with a write-back: killed before and after the settlement that queues it, while it is mapped, and at
 * its own calls, a bill is neither forgotten nor told of twice, and its document is not written again.
 *
 * @module-tag one-attempt
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WRITE_BACK_CRASH_POINTS } from "../../src/crash-point.ts";
import { crashing, untilDone, type Crashing } from "../flow/lab/crashing.ts";
import { bills, connectionTo, flowOf, openLab, type FlowChange, type Lab } from "../flow/lab/lab.ts";
import { startWorker, until } from "../worker/child-worker.ts";
import { dieAt } from "./die-at.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const COUNT = 7;
const CHANGE: FlowChange = {
  target: { batch: 3, concurrency: 1 },
  writeBack: {
    api: "save",
    batch: 2,
    mapping: [
      { field: "k", value: "told-{{id}}" },
      { field: "name", value: "{{target.number}}" },
    ],
  },
};

function expectTold({ vendor }: Pick<Crashing, "vendor">, count: number): void {
  const own = vendor.ledger.filter((entry) => !entry.key.startsWith("told-"));
  expect(own.map((entry) => entry.key).toSorted()).toEqual(bills(count).map((row) => (JSON.parse(row.text) as { id: string }).id));
  const told = vendor.ledger.filter((entry) => entry.key.startsWith("told-"));
  expect(told.map((entry) => [entry.key, (JSON.parse(entry.text) as { name: string }).name, entry.updates]).toSorted()).toEqual(
    own.map((entry) => [`told-${entry.key}`, entry.number, 0]).toSorted(),
  );
}

describe("a process killed", () => {
  test.each([
    "outcome.inside#1",
    "outcome.after#1",
    ...WRITE_BACK_CRASH_POINTS.map((point) => `${point}#1`),
    "call.after#5",
    // Settlements that wait together share a transaction; of this many there are at least four.
    "outcome.inside#4",
  ])("at %s tells of each bill once", async (point) => {
    const at = await crashing(lab, point.replace(/[.#]/g, "-"));
    at.vendor.rows = bills(COUNT);
    expect(await dieAt(at, point, CHANGE)).toBe("SIGKILL");
    const { outcome } = await untilDone(at, CHANGE);
    expect(outcome).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0, writeBack: { failed: 0, unknown: 0, queued: 0 } });
    expectTold(at, COUNT);
  });
});

test("workers tell of each bill once, though one of them is killed while it does", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  const count = 60;
  vendor.rows = bills(count);
  vendor.delayMs = 30;
  const connection = connectionTo(vendor, "told", { limits: { concurrency: 4 } });
  const base = flowOf("told", { ...CHANGE, retries: { count: 20, delaysS: [0.2] } });
  const flow = { ...base, dispatch: { ...base.dispatch, source: { cron: "* * * * * *" } } };
  const task = { dataDir: lab.dataDir, flows: [flow], connections: [connection] };
  const workers = [startWorker(task), startWorker(task)];
  let settled = false;
  try {
    await until(() => vendor.ledger.some((entry) => entry.key.startsWith("told-")), 20_000);
    workers[0]?.kill("SIGKILL");
    const open = "select 1 from task t join flow f on f.num = t.flow where f.id like 'told%'";
    await until(async () => vendor.ledger.length >= 2 * count && (await lab.engine.pool.query(open)).rows.length === 0, 40_000);
    settled = true;
  } finally {
    for (const worker of workers) worker.kill("SIGTERM");
    await Promise.all(workers.map((worker) => worker.ended));
  }
  expect(settled).toBe(true);
  expectTold({ vendor }, count);
});

test("a worker that goes through its flows once ends when what there is to tell is told", async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(COUNT);
  const worker = startWorker({
    dataDir: lab.dataDir,
    flows: [flowOf("once", CHANGE)],
    connections: [connectionTo(vendor, "once")],
    once: true,
  });
  expect(await worker.ended).toMatchObject({ written: COUNT, failed: 0, writtenBack: COUNT, writeBacksFailed: 0 });
  expectTold({ vendor }, COUNT);
});
