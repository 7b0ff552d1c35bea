/** One noisy flow and a small one of the same target account; an account that is away; a queue that tells when it will be empty. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "@datong/core";
import { queueStates, runWorker } from "../../src/worker/index.ts";
import { bills, connectionTo, flowOf, openLab, type Lab } from "../flow/lab/lab.ts";
import { until } from "./child-worker.ts";
import { openNoisyQueue, SLOTS } from "./noisy.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const only = (connection: Connection): ReadonlyMap<string, Connection> => new Map([[connection.id, connection]]);

// First: a worker within this process ends its calls for good.
test("new documents of other flows, and many flows with a few each, do not wait behind a long queue", { timeout: 300_000 }, async () => {
  const queue = await openNoisyQueue(lab, 2_000, 5);
  try {
    const { documents, noisyCalls } = await queue.arrivals(10, 3_000);
    expect(documents).toBeGreaterThan(0);
    expect(noisyCalls.median).toBeLessThanOrEqual(SLOTS);
    const { roundsLate } = await queue.turns(20, 3);
    expect(roundsLate).toBeLessThanOrEqual(1);
    expect(queue.vendor.doubles).toEqual([]);
  } finally {
    await queue.stop();
  }
});

test("a flow with thousands waiting delays another of the same account by no more than a round", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  const connection = connectionTo(vendor, "fair", { limits: { concurrency: 4 } });
  const target = { batch: 1 };
  const noisy = flowOf("fair", { id: "noisy", target, mapping: [{ field: "k", value: "noisy-{{id}}" }] });
  const small = flowOf("fair", { id: "small", target, mapping: [{ field: "k", value: "small-{{id}}" }] });
  // Both queues are filled before anything is written: the noisy one first.
  const stopped = { sourceRetryDelaysMs: [], waitMs: 0 };
  await lab.engine.pool.query("insert into pause (kind, id) values ('target', 'noisy'), ('target', 'small')");
  vendor.rows = bills(1_500);
  await lab.engine.run(noisy, only(connection), stopped);
  vendor.rows = bills(20);
  await lab.engine.run(small, only(connection), stopped);
  const states = await queueStates(lab.engine, [{ flow: noisy, connections: only(connection) }]);
  expect(states[0]).toMatchObject({ tasks: 1_500, documents: 1_500, inHand: 0, perMinute: null, paused: { source: false, target: true } });
  await lab.engine.pool.query("delete from pause");
  vendor.delayMs = 3;
  const stop = new AbortController();
  const flows = [noisy, small].map((flow) => ({ flow, connections: only(connection) }));
  const worker = runWorker(lab.engine, { flows, signal: stop.signal });
  await until(() => vendor.ledger.filter((entry) => entry.key.startsWith("small")).length === 20, 30_000);
  stop.abort();
  const result = await worker;
  const places = vendor.ledger.flatMap((entry, place) => (entry.key.startsWith("small") ? [place] : []));
  // Turn by turn, of four calls that are open at once: the last of twenty comes after about forty.
  expect(places[0]).toBeLessThan(8);
  expect(places.at(-1)).toBeLessThan(20 * 2 + 8);
  expect(result.written).toBe(vendor.ledger.length);
  const [after] = await queueStates(lab.engine, [{ flow: noisy, connections: only(connection) }]);
  expect(after?.tasks).toBe(1_500 - (vendor.ledger.length - 20));
  expect(after?.perMinute).toBeGreaterThan(0);
  expect(after?.emptyInMs).toBeGreaterThan(0);
});
