/** Calls of this process by connection, API and outcome, and how long they took, for metrics: counters that only grow. Spans are milliseconds. */

export interface CallCount {
  readonly connection: string;
  readonly api: string;
  /** `ok`, or the class of the fault. */
  readonly outcome: string;
  readonly calls: number;
  readonly tookMs: number;
}

const counts = new Map<string, CallCount>();

export function countCall(connection: string, api: string, outcome: string, tookMs: number): void {
  const key = `${connection}\n${api}\n${outcome}`;
  const found = counts.get(key);
  counts.set(key, { connection, api, outcome, calls: (found?.calls ?? 0) + 1, tookMs: (found?.tookMs ?? 0) + tookMs });
}

export function callCounts(): readonly CallCount[] {
  return [...counts.values()];
}
