/** Who may send: a lease by two clocks, of which either may be the one that has gone on. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdLeases, LeaseGone, tasksInHand } from "../../src/flow/target/hold-leases.ts";
import type { ClaimedTask } from "../../src/store/task-rows.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const task: ClaimedTask = { id: "7", action: "write", attempts: 1, maybeSent: false, documents: [] };

async function held(renewTasks: () => Promise<readonly string[]>) {
  let aheadMs = 0;
  const ports = { nowMs: () => Date.now() + aheadMs };
  const inHand = tasksInHand();
  const leases = holdLeases({ store: { renewTasks }, ports, lane: 1, owner: "me", inHand, log: undefined });
  await leases.claim(() => Promise.resolve([task]));
  return { leases, wallLeaps: (ms: number) => void (aheadMs += ms) };
}

test("a lease that is renewed lasts, however long its call waits", async () => {
  const { leases } = await held(() => Promise.resolve(["7"]));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(() => leases.leave("7")).not.toThrow();
  leases.close();
});

test("one that is another's by now, or that could not be renewed, ends by itself before the ledger gives it away", async () => {
  for (const renew of [() => Promise.resolve([]), () => Promise.reject(new Error("the database is away"))]) {
    const { leases } = await held(renew);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(() => leases.leave("7")).not.toThrow();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(() => leases.leave("7")).toThrow(LeaseGone);
    leases.close();
  }
});

test("a machine that slept is told by the clock on the wall, and one whose clock was set back by the other", async () => {
  const slept = await held(() => Promise.resolve([]));
  slept.wallLeaps(20_000);
  expect(() => slept.leases.leave("7")).toThrow(LeaseGone);
  slept.leases.close();
  const setBack = await held(() => Promise.resolve([]));
  setBack.wallLeaps(-3_600_000);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(() => setBack.leases.leave("7")).toThrow(LeaseGone);
  setBack.leases.close();
});

test("what is in hand is not taken twice, and what was put down does not leave", async () => {
  const { leases } = await held(() => Promise.resolve([]));
  expect(await leases.claim(() => Promise.resolve([task]))).toEqual([]);
  leases.drop("7");
  expect(() => leases.leave("7")).toThrow(LeaseGone);
  leases.close();
});

test("who waits for the questions that are open then finds in hand what they have brought", async () => {
  const inHand = tasksInHand();
  const parts = { store: {}, ports: { nowMs: Date.now }, lane: 1, owner: "me", inHand, log: undefined };
  const leases = holdLeases(parts);
  const answer = Promise.withResolvers<readonly ClaimedTask[]>();
  const claimed = leases.claim(() => answer.promise);
  const looked = Promise.allSettled(inHand.asking).then(() => [...inHand.ids]);
  answer.resolve([task]);
  expect(await looked).toEqual(["7"]);
  expect(await claimed).toEqual([task]);
  expect(inHand.asking.size).toBe(0);
  leases.close();
  expect(inHand.ids.size).toBe(0);
});
