/**
 * The throttle against its limits, by chance and in virtual time.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createThrottle, type ThrottleLimits } from "../../src/connection/throttle.ts";
import type { Ports } from "../../src/ports.ts";

/** Time that moves to the next sleeper when nothing else can be done. */
function virtualTime(): { readonly ports: Ports; readonly finish: (work: Promise<unknown>) => Promise<void> } {
  let nowMs = 0;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  return {
    ports: {
      nowMs: () => nowMs,
      random: () => 0,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          sleepers.push({ atMs: nowMs + ms, wake: resolve });
          signal?.addEventListener("abort", () => resolve(), { once: true });
        }),
    },
    finish: async (work) => {
      let done = false;
      void work.finally(() => (done = true));
      for (;;) {
        for (let i = 0; i < 50; i += 1) await Promise.resolve();
        if (done) return;
        sleepers.sort((a, b) => a.atMs - b.atMs);
        const next = sleepers.shift();
        if (next === undefined) throw new Error("nobody sleeps and the work is not done");
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
    },
  };
}

interface Call {
  readonly startMs: number;
  readonly endMs: number;
}

async function play(limits: ThrottleLimits, tookMs: readonly number[], hold?: number): Promise<readonly Call[]> {
  const time = virtualTime();
  const throttle = createThrottle(limits, time.ports);
  const calls: Call[] = [];
  if (hold !== undefined) throttle.holdUntil(hold);
  const all = Promise.all(
    tookMs.map((ms) =>
      throttle.run(async () => {
        const startMs = time.ports.nowMs();
        await time.ports.sleep(ms);
        calls.push({ startMs, endMs: time.ports.nowMs() });
      }),
    ),
  );
  await time.finish(all);
  return calls.toSorted((a, b) => a.startMs - b.startMs);
}

const mostIn = (calls: readonly Call[], spanMs: number): number =>
  Math.max(
    0,
    ...calls.map((call) => calls.filter((other) => other.startMs >= call.startMs && other.startMs < call.startMs + spanMs).length),
  );

describe("whatever is asked of it", () => {
  test("no second, no minute and no instant sees more calls than allowed, and every call is made", async () => {
    const limits = fc.record(
      {
        concurrency: fc.integer({ min: 1, max: 5 }),
        callsPerSecond: fc.integer({ min: 1, max: 10 }),
        callsPerMinute: fc.integer({ min: 1, max: 60 }),
      },
      { requiredKeys: ["concurrency"] },
    );
    await fc.assert(
      fc.asyncProperty(limits, fc.array(fc.integer({ min: 0, max: 2_500 }), { minLength: 1, maxLength: 40 }), async (given, tookMs) => {
        const { callsPerSecond, callsPerMinute, concurrency } = given;
        const calls = await play(
          {
            concurrency,
            ...(callsPerSecond === undefined ? {} : { callsPerSecond }),
            ...(callsPerMinute === undefined ? {} : { callsPerMinute }),
          },
          tookMs,
        );
        expect(calls).toHaveLength(tookMs.length);
        expect(mostIn(calls, 1_000)).toBeLessThanOrEqual(callsPerSecond ?? tookMs.length);
        expect(mostIn(calls, 60_000)).toBeLessThanOrEqual(callsPerMinute ?? tookMs.length);
        for (const call of calls) {
          const open = calls.filter((other) => other.startMs <= call.startMs && other.endMs > call.startMs);
          expect(open.length).toBeLessThanOrEqual(concurrency);
        }
      }),
      { numRuns: 150, seed: 20261101 },
    );
  });

  test("no time is wasted: as many calls as allowed are made in each second", async () => {
    const calls = await play(
      { concurrency: 100, callsPerSecond: 5 },
      Array.from({ length: 20 }, () => 0),
    );
    expect(calls.at(-1)?.startMs).toBeLessThanOrEqual(3 * 1_100);
  });
});

test("half a call a second is one call in two seconds", async () => {
  const calls = await play({ concurrency: 4, callsPerSecond: 0.5 }, [0, 0, 0]);
  expect((calls[1]?.startMs ?? 0) - (calls[0]?.startMs ?? 0)).toBeGreaterThanOrEqual(2_000);
  expect((calls[2]?.startMs ?? 0) - (calls[1]?.startMs ?? 0)).toBeGreaterThanOrEqual(2_000);
});

test("nobody calls before the instant that the other side asked for", async () => {
  const calls = await play({ concurrency: 4 }, [0, 0], 7_000);
  expect(calls.map((call) => call.startMs)).toEqual([7_000, 7_000]);
});

test("a call that throws frees its place", async () => {
  const time = virtualTime();
  const throttle = createThrottle({ concurrency: 1 }, time.ports);
  await expect(throttle.run(() => Promise.reject(new Error("broken line")))).rejects.toThrow("broken line");
  expect(await throttle.run(() => Promise.resolve("next"))).toBe("next");
});

test("waiters are served in the order in which they came", async () => {
  const time = virtualTime();
  const throttle = createThrottle({ concurrency: 1, callsPerSecond: 2 }, time.ports);
  const order: number[] = [];
  await time.finish(Promise.all([1, 2, 3, 4, 5].map((n) => throttle.run(() => Promise.resolve(order.push(n))))));
  expect(order).toEqual([1, 2, 3, 4, 5]);
});

describe("limits that change", () => {
  test("hold at once for who waits already: a day's budget that is used up, then raised, keeps nobody until tomorrow", async () => {
    const time = virtualTime();
    const throttle = createThrottle({ concurrency: 4, callsPerDay: 2 }, time.ports);
    const startsMs: number[] = [];
    const call = (): Promise<unknown> => throttle.run(() => Promise.resolve(startsMs.push(time.ports.nowMs())));
    await time.finish(Promise.all([call(), call()]));
    const waiting = Promise.all([call(), call()]);
    await time.finish(time.ports.sleep(3_000));
    expect(startsMs).toEqual([0, 0]);
    throttle.limit({ concurrency: 4, callsPerDay: 3 });
    await time.finish(waiting);
    // Calls made before stay counted: the raised limit has room for one, the fourth waits for the day to pass.
    expect(startsMs[2]).toBeLessThanOrEqual(3_000);
    expect(startsMs[3]).toBeGreaterThanOrEqual(86_400_000);
  });

  test("lowered, no more calls begin than they allow", async () => {
    const time = virtualTime();
    const throttle = createThrottle({ concurrency: 4 }, time.ports);
    let open = 0;
    const seen: number[] = [];
    const all = Promise.all(
      Array.from({ length: 12 }, () =>
        throttle.run(async () => {
          seen.push((open += 1));
          await time.ports.sleep(100);
          open -= 1;
        }),
      ),
    );
    await time.finish(time.ports.sleep(10));
    throttle.limit({ concurrency: 1 });
    await time.finish(all);
    expect(seen.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(Math.max(...seen.slice(4))).toBe(1);
  });
});
