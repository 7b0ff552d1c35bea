/**
 * One account's limits as all processes share them: calls in sliding windows are taken from the database at the moment they are made,
 * calls open at once are a leased share of what the account allows. An account without declared rates costs one statement when it is
 * first called and one every few seconds while it is in use; with rates, one for as many calls as can start at that moment.
 */
import type pg from "pg";
import { giveShare, holdBudget, takeCalls, takeShare, type BudgetKey, type BudgetWindow } from "../store/budget-rows.ts";
import type { SharedLimits, ThrottleLimits } from "./throttle.ts";

const SHARE_LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** Who wants more than it has asks again so often. */
const HUNGRY_MS = 150;
/** An account that was not called for so long gives its share back. */
const IDLE_MS = 2_000;
/** Vendors count by their own clock and the line has jitter; a window is kept a little longer than it says. */
const MARGIN_MS = 50;
/** Where a longer window binds, a wide margin of the shorter one costs nothing. */
const WIDE_MARGIN_MS = 250;
const MINUTE_MARGIN_MS = 500;
const BINDS_BELOW = 0.75;
/** A grant that was longer on its way than this part of the narrowest margin is let go and asked for again; so often at most. */
const LATE_SHARE = 0.5;
const ASKS_MAX = 3;

export interface SharedParts {
  readonly pool: pg.Pool;
  readonly worker: string;
  readonly log: (line: string) => void;
}

/** The windows that the limits declare. A fractional rate (0.5 calls a second) is one call in a longer window. */
export function windowsOf(limits: Omit<ThrottleLimits, "concurrency">): readonly (BudgetWindow & { readonly marginMs: number })[] {
  const { callsPerSecond, callsPerMinute, callsPerDay } = limits;
  const minuteBinds = (callsPerMinute ?? Number.POSITIVE_INFINITY) < (callsPerSecond ?? 0) * 60 * BINDS_BELOW;
  const spans = [
    [callsPerSecond, 1_000, minuteBinds ? WIDE_MARGIN_MS : MARGIN_MS],
    [callsPerMinute, 60_000, MINUTE_MARGIN_MS],
    [callsPerDay, 86_400_000, MINUTE_MARGIN_MS],
  ] as const;
  return spans.flatMap(([rate, spanMs, marginMs]) =>
    rate === undefined
      ? []
      : [{ calls: Math.max(1, Math.floor(rate)), spanMs: Math.ceil(rate < 1 ? spanMs / rate : spanMs) + marginMs, marginMs }],
  );
}

/** The shared limits of one account, or of one of its APIs. */
export function shareLimits(parts: SharedParts, at: BudgetKey, first: ThrottleLimits): SharedLimits {
  let limits = first;
  let windows = windowsOf(limits);
  const share = { allowed: 0, untilMs: 0, usedMs: 0 };
  let changed: () => void = () => undefined;
  let busyNow: () => number = () => 0;
  let asking = false;
  /** Calls open when the share was asked for: until the answer comes, no more are counted on, so no more are made. */
  let busyAsked = 0;
  const alarm = createAlarm(() => void ask());

  async function ask(): Promise<void> {
    if (asking || alarm.closed()) return;
    asking = true;
    busyAsked = busyNow();
    alarm.clear();
    const askedMs = performance.now();
    try {
      if (busyNow() === 0 && askedMs - share.usedMs > IDLE_MS) {
        share.allowed = 0;
        share.untilMs = 0;
        await giveShare(parts.pool, at, parts.worker);
        return;
      }
      const options = { worker: parts.worker, wanted: limits.concurrency, busy: busyAsked, limit: limits.concurrency };
      share.allowed = await takeShare(parts.pool, at, { ...options, leaseMs: SHARE_LEASE_MS });
      share.untilMs = askedMs + SHARE_LEASE_MS;
      alarm.set(share.allowed < limits.concurrency ? HUNGRY_MS : RENEW_MS);
    } catch (error) {
      // The share lasts for a while longer; the next try renews it.
      parts.log(`budget of ${at.key}: ${String(error)}`);
      alarm.set(HUNGRY_MS * 4);
    } finally {
      asking = false;
      changed();
    }
  }

  return {
    attach: (heard) => {
      changed = heard.changed;
      busyNow = heard.busy;
    },
    allowed: () => {
      const now = performance.now();
      share.usedMs = now;
      const allowed = now < share.untilMs ? share.allowed : 0;
      if (allowed === 0 && !alarm.isSet()) void ask();
      return asking ? Math.min(allowed, busyAsked) : allowed;
    },
    take: (wanted) => (windows.length === 0 ? undefined : takeInTime(parts.pool, at, wanted, windows)),
    limit: (next) => {
      limits = next;
      windows = windowsOf(next);
      // Where calls are being made, the others learn at once what this process would have or leaves to them.
      if (performance.now() < share.untilMs) void ask();
    },
    hold: (holdMs) => {
      holdBudget(parts.pool, at, holdMs).catch((error: unknown) => parts.log(`budget of ${at.key}: ${String(error)}`));
    },
    // The share goes with the worker's row.
    close: alarm.close,
  };
}

/**
 * Calls count from the moment at which the database grants them. Where the answer comes so late (a machine with too much to do) that the
 * call would reach the vendor after the window's margin, it would stand in the vendor's window beside calls that ours has let go: it is
 * left unused.
 */
async function takeInTime(
  pool: pg.Pool,
  at: BudgetKey,
  wanted: number,
  windows: ReturnType<typeof windowsOf>,
): ReturnType<typeof takeCalls> {
  const lateMs = Math.min(...windows.map(({ marginMs }) => marginMs)) * LATE_SHARE;
  for (let asks = 1; ; asks += 1) {
    const askedMs = performance.now();
    const taken = await takeCalls(pool, at, wanted, windows);
    if (taken.granted === 0 || performance.now() - askedMs <= lateMs || asks === ASKS_MAX) return taken;
  }
}

/** Rings once, later, unless it is cleared; closed, never again. */
function createAlarm(ring: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const clear = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    isSet: () => timer !== undefined,
    set: (afterMs: number): void => {
      if (!closed) timer = setTimeout(ring, afterMs).unref();
    },
    clear,
    closed: () => closed,
    close: () => {
      closed = true;
      clear();
    },
  };
}
