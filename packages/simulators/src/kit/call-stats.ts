/**
 * Counts of what a simulator was asked, for tests that judge a client's manners: calls and refusals per API, the greatest number of
 * calls in flight at once, and the greatest number that began within any one second of real time.
 */

export interface CallStats {
  /** Notes the start of a call; the returned function notes its end, saying whether it was turned away for its rate. */
  begin(api: string): (refused: boolean) => void;
  /** Notes that the vendor's own code threw, which is a defect of the simulator. */
  defect(error: unknown): void;
  report(): CallReport;
}

export interface CallReport {
  readonly calls: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly concurrentMax: number;
  readonly perSecondMax: number;
  readonly defects: readonly string[];
}

/** Makes counters at zero. */
export function createCallStats(): CallStats {
  const calls: Record<string, number> = {};
  const refusals: Record<string, number> = {};
  const defects: string[] = [];
  let begun: number[] = [];
  let inFlight = 0;
  let concurrentMax = 0;
  let perSecondMax = 0;
  return {
    begin(api) {
      const at = performance.now();
      calls[api] = (calls[api] ?? 0) + 1;
      inFlight += 1;
      concurrentMax = Math.max(concurrentMax, inFlight);
      if ((begun[0] ?? at) <= at - 1000) begun = begun.filter((time) => time > at - 1000);
      begun.push(at);
      perSecondMax = Math.max(perSecondMax, begun.length);
      return (refused) => {
        inFlight -= 1;
        if (refused) refusals[api] = (refusals[api] ?? 0) + 1;
      };
    },
    defect: (error) => void defects.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    report: () => ({ calls: { ...calls }, refusals: { ...refusals }, concurrentMax, perSecondMax, defects: [...defects] }),
  };
}
