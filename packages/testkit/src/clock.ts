/**
 * A clock that skips long waits: what would be a minute's sleep takes some milliseconds, and the clock says that the minute is over.
 *
 * It is the engine's and the simulators' clock at once, so signatures, rate windows and sessions agree. The queue lies in a database
 * with a clock of its own; `onSkip` lets the bench move what is due there by as much. Short waits are real, so that what runs at the
 * same time really does. Times are epoch ms, spans ms.
 */
import { setTimeout as wait } from "node:timers/promises";
import { REAL_PORTS, type Ports } from "@datong/engine";

/** Waits below this are slept for real. */
const REAL_BELOW_MS = 200;
/** On the real clock too a longer one is skipped: a vendor that refuses a call has spoilt the case, and a minute's wait would not mend it. */
const REAL_MAX_MS = 10_000;
const TICK_MS = 5;

export interface SkippingClock {
  readonly ports: Ports;
  readonly nowMs: () => number;
  /** The waits that were skipped, in order, since `forget`. */
  readonly waitsMs: () => readonly number[];
  readonly forget: () => void;
  /** Lets time pass. */
  readonly advance: (ms: number) => Promise<void>;
  /** False: every wait of up to ten seconds is slept for real. */
  readonly skip: (on: boolean) => void;
  /** Called after each skip with its length. */
  readonly onSkip: (move: (byMs: number) => Promise<void>) => void;
}

/** Makes a clock that begins at the present time. */
export function createSkippingClock(): SkippingClock {
  let aheadMs = 0;
  let skipping = true;
  let move: (byMs: number) => Promise<void> = () => Promise.resolve();
  const waits: number[] = [];
  const nowMs = (): number => Date.now() + aheadMs;
  return {
    nowMs,
    ports: {
      nowMs,
      random: REAL_PORTS.random,
      sleep: async (ms, signal) => {
        if (ms < (skipping ? REAL_BELOW_MS : REAL_MAX_MS)) return REAL_PORTS.sleep(ms, signal);
        waits.push(ms);
        const untilMs = nowMs() + ms;
        await wait(TICK_MS);
        // Two that wait at once wait for the same stretch of time, not one after the other.
        const byMs = Math.ceil(untilMs - nowMs());
        if (byMs <= 0) return undefined;
        aheadMs += byMs;
        await move(byMs);
        return undefined;
      },
    },
    waitsMs: () => [...waits],
    advance: (ms) => {
      aheadMs += ms;
      return move(ms);
    },
    forget: () => void (waits.length = 0),
    skip: (on) => void (skipping = on),
    onSkip: (next) => void (move = next),
  };
}
