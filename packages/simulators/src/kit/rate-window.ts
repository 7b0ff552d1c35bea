/**
 * A sliding window: at most `callsMax` calls within any `windowMs`, as vendors count "20 per second" or "100 per minute".
 *
 * A refused call does not use up room. Times are epoch ms of the vendor's clock and must not run backwards by more than a window.
 */

export interface RateWindow {
  /** True and counted when there is room at this instant, else false. */
  take(at: number): boolean;
  /** How long until there is room again, 0 when there is room now. */
  waitMs(at: number): number;
  /** Calls within the window that ends at this instant. */
  used(at: number): number;
}

/** Makes a window; `callsMax` below 1 refuses everything. */
export function createRateWindow(callsMax: number, windowMs: number): RateWindow {
  let taken: number[] = [];
  const drop = (at: number): void => {
    const first = taken.findIndex((time) => time > at - windowMs);
    if (first !== 0) taken = first === -1 ? [] : taken.slice(first);
  };
  return {
    take(at) {
      drop(at);
      if (taken.length >= callsMax) return false;
      taken.push(at);
      return true;
    },
    waitMs(at) {
      drop(at);
      const oldest = taken[taken.length - callsMax];
      return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - at);
    },
    used(at) {
      drop(at);
      return taken.length;
    },
  };
}
