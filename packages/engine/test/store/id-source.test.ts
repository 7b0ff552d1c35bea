/**
 * Ids: unique, in order, within 63 bits, also when the clock stands still or goes back.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createIdSource } from "../../src/store/id-source.ts";

test("whatever the clock does, ids grow and none comes twice", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 30 }), fc.nat(5_000), (steps, perStep) => {
      let nowMs = Date.UTC(2026, 10, 1);
      const ids = createIdSource(() => nowMs, 7);
      let last = 0n;
      for (const step of steps) {
        nowMs += step;
        for (let i = 0; i <= perStep % 300; i += 1) {
          const id = BigInt(ids.next());
          expect(id > last).toBe(true);
          last = id;
        }
      }
    }),
    { numRuns: 50, seed: 20261101 },
  );
});

test("more ids than a millisecond holds borrow from the next one", () => {
  const ids = createIdSource(() => Date.UTC(2026, 10, 1), 1);
  const made = Array.from({ length: 20_000 }, () => BigInt(ids.next()));
  expect(new Set(made).size).toBe(20_000);
  expect(made.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(made);
});

test("ids fit a bigint of the store until 2089, and two processes differ", () => {
  const late = createIdSource(() => Date.UTC(2089, 0, 1), 1023);
  expect(BigInt(late.next()) < 2n ** 63n).toBe(true);
  const at = (): number => Date.UTC(2026, 10, 1);
  expect(createIdSource(at, 1).next()).not.toBe(createIdSource(at, 2).next());
});
