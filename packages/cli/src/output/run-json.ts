/** The one JSON form of runs, for `run` and `demo`: `{"flows": [{id, read, …}], "ok"}` with exactly these members. */
import type { RunResult } from "@datong/engine";

export interface FlowCounts {
  readonly id: string;
  readonly read: number;
  readonly records: number;
  readonly written: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly durationMs: number;
}

export function flowCounts(result: RunResult): FlowCounts {
  const { id, read, records, written, failed, skipped, unknown, durationMs } = result;
  return { id, read, records, written, failed, skipped, unknown, durationMs: Math.round(durationMs) };
}

/** Everything that was read has arrived. */
export function isWhole(result: RunResult): boolean {
  return result.fault === null && result.failed === 0 && result.unknown === 0 && result.queued === 0;
}
