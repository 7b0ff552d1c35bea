/** A grant that comes too late to be used in its window is let go, and asked for again. */
import type pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { shareLimits, windowsOf } from "../../src/connection/shared-limits.ts";

let nowMs = 1_000;
beforeEach(() => {
  nowMs = 1_000;
  vi.stubGlobal("performance", { now: () => nowMs });
});
afterEach(() => vi.unstubAllGlobals());

/** A database that grants whatever is asked for, and takes so long for each answer. */
function slowPool(answersMs: readonly number[]): { readonly pool: pg.Pool; readonly asked: () => number } {
  let asked = 0;
  const query = (): Promise<{ rows: { granted: number; wait: string }[] }> => {
    nowMs += answersMs[asked++] ?? 0;
    return Promise.resolve({ rows: [{ granted: 2, wait: "0" }] });
  };
  return { pool: { query } as unknown as pg.Pool, asked: () => asked };
}

function limitsOn(pool: pg.Pool, limits: Parameters<typeof shareLimits>[2]): ReturnType<typeof shareLimits> {
  return shareLimits({ pool, worker: "w", log: () => undefined }, { lane: 1, key: "account" }, limits);
}

describe("a grant", () => {
  test("that comes in time is used", async () => {
    const { pool, asked } = slowPool([0]);
    expect(await limitsOn(pool, { concurrency: 2, callsPerSecond: 5 }).take(2)).toEqual({ granted: 2, waitMs: 0 });
    expect(asked()).toBe(1);
  });

  test("that was longer on its way than half of the margin is let go and asked for again", async () => {
    const { pool, asked } = slowPool([60, 0]);
    expect(await limitsOn(pool, { concurrency: 2, callsPerSecond: 5 }).take(2)).toEqual({ granted: 2, waitMs: 0 });
    expect(asked()).toBe(2);
  });

  test("is used late rather than never", async () => {
    const { pool, asked } = slowPool([60, 60, 60, 60]);
    expect(await limitsOn(pool, { concurrency: 2, callsPerSecond: 5 }).take(2)).toEqual({ granted: 2, waitMs: 0 });
    expect(asked()).toBe(3);
  });

  test("may take longer where the minute binds: the second's margin is wide there", async () => {
    expect(windowsOf({ callsPerSecond: 5, callsPerMinute: 100 }).map(({ marginMs }) => marginMs)).toEqual([250, 500]);
    const { pool, asked } = slowPool([60]);
    await limitsOn(pool, { concurrency: 2, callsPerSecond: 5, callsPerMinute: 100 }).take(2);
    expect(asked()).toBe(1);
  });
});
