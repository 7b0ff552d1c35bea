/** The one JSON form of runs, for `run` and `demo`: `{"flows": [{id, read, …}], "ok"}` with exactly these members; `writeBack` for flows that have one. */
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
  readonly writeBack?: NonNullable<RunResult["writeBack"]>;
}

export function flowCounts(result: RunResult): FlowCounts {
  const { id, read, records, written, failed, skipped, unknown, durationMs, writeBack } = result;
  const told = writeBack === null ? {} : { writeBack };
  return { id, read, records, written, failed, skipped, unknown, durationMs: Math.round(durationMs), ...told };
}

/** Everything that was read has arrived, and the source has been told where it is to be. */
export function isWhole(result: RunResult): boolean {
  return result.fault === null && isSettled(result) && (result.writeBack === null || isSettled(result.writeBack));
}

function isSettled(counts: { readonly failed: number; readonly unknown: number; readonly queued: number }): boolean {
  return counts.failed === 0 && counts.unknown === 0 && counts.queued === 0;
}
