/**
 * Turns among queues: shares by weight, nobody starves, nobody catches up.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFairTurns, weightOf, type DueQueue, type FairTurns } from "../../src/worker/fair-turns.ts";

const ROOM = (): number => Number.POSITIVE_INFINITY;
const queue = (flow: number, priority = 1, flowPriority = 5): DueQueue => ({ flow, priority, weight: weightOf(priority, flowPriority) });

/** Plans one slot and takes it. */
function next(turns: FairTurns, due: readonly DueQueue[]): DueQueue | undefined {
  const [claim] = turns.plan(due, 1, ROOM);
  const chosen = due.find((each) => each.flow === claim?.flow && each.priority === claim.priority);
  if (chosen !== undefined) turns.charge(chosen, 1);
  return chosen;
}

describe("turns", () => {
  test("a flow that comes while another has hundreds of thousands waiting is served in the very next turns", () => {
    const turns = createFairTurns();
    const noisy = queue(1);
    for (let i = 0; i < 10_000; i += 1) next(turns, [noisy]);
    const served = Array.from({ length: 20 }, () => next(turns, [noisy, queue(2)])?.flow);
    expect(served.slice(0, 2)).toContain(2);
    expect(served.filter((flow) => flow === 2)).toHaveLength(10);
  });

  test("whoever was idle for long does not catch up", () => {
    const turns = createFairTurns();
    next(turns, [queue(1), queue(2)]);
    for (let i = 0; i < 1_000; i += 1) next(turns, [queue(1)]);
    const served = Array.from({ length: 10 }, () => next(turns, [queue(1), queue(2)])?.flow);
    expect(served.filter((flow) => flow === 1).length).toBeGreaterThanOrEqual(4);
  });

  test("go by weight: manual before scheduled before backfill, and none of them starves", () => {
    const turns = createFairTurns();
    const due = [queue(1, 2), queue(1, 1), queue(2, 0)];
    const served = Array.from({ length: 730 }, () => next(turns, due));
    const count = (priority: number): number => served.filter((each) => each?.priority === priority).length;
    expect([count(0), count(1), count(2)]).toEqual([640, 80, 10]);
  });

  test("within the room of each flow, all slots go to somebody while there is anybody", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ flow: fc.integer({ min: 1, max: 6 }), room: fc.integer({ min: 0, max: 5 }) }), { maxLength: 6 }),
        fc.integer({ min: 0, max: 20 }),
        (given, slots) => {
          const rooms = new Map(given.map(({ flow, room }) => [flow, room]));
          const due = [...rooms.keys()].map((flow) => queue(flow));
          const plan = createFairTurns().plan(due, slots, (flow) => rooms.get(flow) ?? 0);
          const total = plan.reduce((sum, claim) => sum + claim.count, 0);
          expect(total).toBe(
            Math.min(
              slots,
              [...rooms.values()].reduce((a, b) => a + b, 0),
            ),
          );
          for (const claim of plan) expect(claim.count).toBeLessThanOrEqual(rooms.get(claim.flow) ?? 0);
        },
      ),
    );
  });

  test("over any arrivals two queues of one weight that both wait are never more than one turn apart", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (bothWait) => {
        const turns = createFairTurns();
        let apart = 0;
        for (const both of bothWait) {
          const chosen = next(turns, both ? [queue(1), queue(2)] : [queue(1)]);
          apart = both ? apart + (chosen?.flow === 1 ? 1 : -1) : 0;
          expect(Math.abs(apart)).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});
