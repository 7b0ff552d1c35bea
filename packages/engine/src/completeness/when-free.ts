/** Waits until nobody else reads the flow: what a person asks for does not fail because a reading of a second is under way. */
import { DatongError } from "@datong/core";
import type { Engine } from "../engine.ts";

const LOOK_MS = 300;

/** Throws FLOW_RUNNING where it goes on for longer than `waitMs`. */
export async function whenFree<T>(
  { ports }: Pick<Engine, "ports">,
  signal: AbortSignal,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const untilMs = ports.nowMs() + waitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isBusy = error instanceof DatongError && error.code === "FLOW_RUNNING";
      if (!isBusy || signal.aborted || ports.nowMs() >= untilMs) throw error;
      await ports.sleep(LOOK_MS, signal);
    }
  }
}
