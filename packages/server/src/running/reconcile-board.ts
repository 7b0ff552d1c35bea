/** Reconciliations that people have asked this process for: begun at once, told of by their reports in the store, stopped at the end. */
import { DatongError } from "@datong/core";
import { beginReconcile, type Engine, type ReconcileOptions, type WorkerFlow } from "@datong/engine";

export interface ReconcileBoard {
  /** Gives the report's id; throws what can be told before it begins. */
  readonly start: (flow: WorkerFlow, options: Omit<ReconcileOptions, "signal">) => Promise<string>;
  /** None begins any more; those under way are stopped and waited for. */
  readonly close: () => Promise<void>;
}

export function createReconcileBoard(engine: Engine, log: (line: string) => void): ReconcileBoard {
  const under = new Set<Promise<void>>();
  const stop = new AbortController();
  return {
    start: async ({ flow, connections }, options) => {
      const { id, done } = await beginReconcile(engine, flow, connections, { ...options, signal: stop.signal });
      const ended = done
        .then(
          () => undefined,
          // The report says it; only what is not ours needs a trace.
          (error: unknown) => {
            if (!(error instanceof DatongError)) log(`reconciliation ${id}: ${error instanceof Error ? error.stack : String(error)}`);
          },
        )
        .finally(() => under.delete(ended));
      under.add(ended);
      return id;
    },
    close: async () => {
      stop.abort();
      await Promise.all(under);
    },
  };
}
