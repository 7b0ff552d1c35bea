import { expect, test } from "vitest";
import { createRandom } from "../../src/kit/random.ts";

test("one seed gives one row of numbers, another seed another", () => {
  const row = (seed: number): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.whole(0, 1_000_000));
  };
  expect(row(1)).toEqual(row(1));
  expect(row(2)).not.toEqual(row(1));
});

test("whole numbers reach both bounds and never pass them", () => {
  const random = createRandom(3);
  const seen = new Set(Array.from({ length: 500 }, () => random.whole(1, 6)));
  expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(random.digits(12)).toMatch(/^[1-9]\d{11}$/);
  expect(() => random.pick([])).toThrow("empty list");
});
