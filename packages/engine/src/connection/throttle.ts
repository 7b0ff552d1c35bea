/**
 * Holds the calls of one account to its limits: so many at once, so many in any second, minute and day (sliding windows). Waiters are
 * served in order. Alone it keeps the limits of this process; with `shared` those of all processes on one database.
 */
import type { Ports } from "../ports.ts";

export interface ThrottleLimits {
  readonly concurrency: number;
  readonly callsPerSecond?: number;
  readonly callsPerMinute?: number;
  readonly callsPerDay?: number;
}

/** What all processes have in common. */
export interface SharedLimits {
  /** Tells what this process has under way, and is told when more may be. */
  readonly attach: (heard: { readonly busy: () => number; readonly changed: () => void }) => void;
  /** How many calls this process may have open; asks for more in the background when there are none. */
  readonly allowed: () => number;
  /** Takes calls that start at once; undefined where no rates are declared. */
  readonly take: (wanted: number) => Promise<{ readonly granted: number; readonly waitMs: number }> | undefined;
  /** From now on these limits hold. */
  readonly limit: (limits: ThrottleLimits) => void;
  readonly hold: (holdMs: number) => void;
  readonly close: () => void;
}

export interface Throttle {
  /** Runs `work` when the limits allow it. Throws ThrottleStopped, without having run it, when the process is to end. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** How many calls may be open at once, now and here. */
  readonly allowed: () => number;
  /** Nobody calls before this instant: what a "too many calls" answer asks for. */
  readonly holdUntil: (atMs: number) => void;
  /** From now on these limits hold, for calls that wait already too. */
  readonly limit: (limits: ThrottleLimits) => void;
  readonly close: () => void;
}

/** A call that was not made because the process is to end. Nothing was sent. */
export class ThrottleStopped extends Error {}

/** Vendors count by their own clock and the line has jitter; a window is kept a little longer than it says. */
const MARGIN_MS = 50;
/** A call that was taken is made within this time, or taken anew. */
const STOCK_MS = 20;

export function createThrottle(first: ThrottleLimits, ports: Ports, shared?: SharedLimits, stop?: AbortSignal): Throttle {
  let limits = first;
  const windows =
    shared === undefined ? [window("callsPerSecond", 1_000), window("callsPerMinute", 60_000), window("callsPerDay", 86_400_000)] : [];
  let running = 0;
  let waiting = 0;
  let heldUntil = 0;
  let turn: Promise<void> = Promise.resolve();
  const bell = createBell(ports);
  const take = fromStock(shared);
  shared?.attach({ busy: () => running, changed: bell.wake });
  stop?.addEventListener("abort", bell.rouse, { once: true });
  const allowed = (): number => Math.min(limits.concurrency, shared?.allowed() ?? limits.concurrency);

  async function enter(): Promise<void> {
    for (;;) {
      while (stop?.aborted !== true && running >= allowed()) await bell.heard();
      if (stop?.aborted === true) throw new ThrottleStopped("the process is to end");
      const now = ports.nowMs();
      let wait = Math.max(heldUntil - now, ...windows.map((w) => w.waitMs(now, limits)), 0);
      if (wait === 0) wait = await take(() => Math.max(1, Math.min(waiting, allowed() - running)));
      if (wait === 0) break;
      await bell.nap(wait);
    }
    running += 1;
    for (const w of windows) w.take(ports.nowMs(), limits);
  }

  return {
    run: async (work) => {
      waiting += 1;
      const mine = turn.then(enter);
      // Whoever waits for a turn meets its failure; the next in line goes on all the same.
      turn = Promise.allSettled([mine]).then(() => undefined);
      try {
        await mine;
      } finally {
        waiting -= 1;
      }
      try {
        return await work();
      } finally {
        running -= 1;
        bell.wake();
      }
    },
    allowed,
    holdUntil: (atMs) => {
      heldUntil = Math.max(heldUntil, atMs);
      shared?.hold(atMs - ports.nowMs());
    },
    limit: (next) => {
      limits = next;
      shared?.limit(next);
      bell.rouse();
    },
    close: () => shared?.close(),
  };
}

/** Takes a call that may start now, and with it as many as can start too: 0, or how long to wait. */
function fromStock(shared: SharedLimits | undefined): (room: () => number) => Promise<number> {
  let stock = { calls: 0, atMs: 0 };
  return async (room) => {
    if (stock.calls === 0 || performance.now() - stock.atMs > STOCK_MS) {
      const asked = shared?.take(room());
      if (asked === undefined) return 0;
      const { granted, waitMs } = await asked;
      if (granted === 0) return Math.max(1, waitMs);
      stock = { calls: granted, atMs: performance.now() };
    }
    stock = { ...stock, calls: stock.calls - 1 };
    return 0;
  };
}

/** Wakes who waits for a place, and, where limits change or the process is to end, who waits for time to pass. */
function createBell(ports: Ports) {
  let waiters: (() => void)[] = [];
  let nap = new AbortController();
  const wake = (): void => {
    const woken = waiters;
    waiters = [];
    for (const one of woken) one();
  };
  return {
    wake,
    rouse: (): void => {
      nap.abort();
      nap = new AbortController();
      wake();
    },
    heard: () => new Promise<void>((resolve) => waiters.push(resolve)),
    nap: (ms: number) => ports.sleep(ms, nap.signal),
  };
}

interface Window {
  readonly waitMs: (now: number, limits: ThrottleLimits) => number;
  readonly take: (now: number, limits: ThrottleLimits) => void;
}

/**
 * The calls of one sliding window; they stay counted when its limit changes. A fractional rate (0.5 calls a second) is one call in a
 * longer window.
 */
function window(name: "callsPerSecond" | "callsPerMinute" | "callsPerDay", spanMs: number): Window {
  const taken: number[] = [];
  return {
    waitMs: (now, { [name]: rate }) => {
      if (rate === undefined) return 0;
      const count = Math.max(1, Math.floor(rate));
      const span = (rate < 1 ? spanMs / rate : spanMs) + MARGIN_MS;
      while (taken.length > 0 && (taken[0] ?? 0) <= now - span) taken.shift();
      return taken.length < count ? 0 : (taken[taken.length - count] ?? 0) + span - now;
    },
    take: (now, limits) => {
      if (limits[name] !== undefined) taken.push(now);
    },
  };
}
