/**
 * Holds the calls of one account to its limits: so many at once, so many in any second, so many in any minute (sliding windows).
 * Waiters are served in order. Limits of this process only; budgets shared by many processes live in the store.
 */
import type { Ports } from "../ports.ts";

export interface ThrottleLimits {
  readonly concurrency: number;
  readonly callsPerSecond?: number;
  readonly callsPerMinute?: number;
}

export interface Throttle {
  /** Runs `work` when the limits allow it. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** Nobody calls before this instant: what a "too many calls" answer asks for. */
  readonly holdUntil: (atMs: number) => void;
}

/** Vendors count by their own clock and the line has jitter; a window is kept a little longer than it says. */
const MARGIN_MS = 50;

export function createThrottle(limits: ThrottleLimits, ports: Ports): Throttle {
  const windows = [
    ...(limits.callsPerSecond === undefined ? [] : [window(limits.callsPerSecond, 1_000)]),
    ...(limits.callsPerMinute === undefined ? [] : [window(limits.callsPerMinute, 60_000)]),
  ];
  let running = 0;
  let heldUntil = 0;
  let turn: Promise<void> = Promise.resolve();
  const freed: (() => void)[] = [];

  async function enter(): Promise<void> {
    while (running >= limits.concurrency) await new Promise<void>((resolve) => freed.push(resolve));
    running += 1;
    for (;;) {
      const now = ports.nowMs();
      const wait = Math.max(heldUntil - now, ...windows.map((w) => w.waitMs(now)), 0);
      if (wait === 0) break;
      await ports.sleep(wait);
    }
    for (const w of windows) w.take(ports.nowMs());
  }

  return {
    run: async (work) => {
      const mine = turn.then(enter);
      turn = mine;
      await mine;
      try {
        return await work();
      } finally {
        running -= 1;
        freed.shift()?.();
      }
    },
    holdUntil: (atMs) => {
      heldUntil = Math.max(heldUntil, atMs);
    },
  };
}

/** A fractional rate (0.5 calls a second) is one call in a longer window. */
function window(rate: number, spanMs: number): { readonly waitMs: (now: number) => number; readonly take: (now: number) => void } {
  const count = Math.max(1, Math.floor(rate));
  const span = (rate < 1 ? spanMs / rate : spanMs) + MARGIN_MS;
  const taken: number[] = [];
  return {
    waitMs: (now) => {
      while (taken.length > 0 && (taken[0] ?? 0) <= now - span) taken.shift();
      return taken.length < count ? 0 : (taken[taken.length - count] ?? 0) + span - now;
    },
    take: (now) => {
      taken.push(now);
    },
  };
}
