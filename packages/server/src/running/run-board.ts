/**
 * Runs that people have started through this process: begun at once, told of while they go on, remembered for an hour. What a run did to
 * bills is in the ledger, under the same id; this is only who waits for it.
 */
import { DatongError, errorToJson } from "@datong/core";
import type { Engine, RunOptions, RunProgress, RunResult, WorkerFlow } from "@datong/engine";

export interface BoardRun {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly state: "running" | "done" | "failed";
  readonly progress: RunProgress;
  readonly result: RunResult | null;
  readonly problem: ReturnType<typeof errorToJson> | null;
}

export type Via = (options: RunOptions) => Promise<RunResult>;

export interface RunBoard {
  /** `via`: how it is run, where it is not a usual run. */
  readonly start: (at: { readonly workspace: string; readonly flow: string }, flow: WorkerFlow, options: RunOptions, via?: Via) => BoardRun;
  /** The same once the run has the flow; throws FLOW_RUNNING at once, and there is no run, where another has it. */
  readonly startNow: (
    at: { readonly workspace: string; readonly flow: string },
    flow: WorkerFlow,
    options: RunOptions,
  ) => Promise<BoardRun>;
  readonly find: (workspace: string, id: string) => BoardRun | null;
  /** No run begins any more; those under way are stopped and waited for. */
  readonly close: () => Promise<void>;
}

const KEPT_MS = 3_600_000;

export function createRunBoard(engine: Engine, log: (line: string) => void): RunBoard {
  const runs = new Map<string, BoardRun>();
  const under = new Set<Promise<void>>();
  const stop = new AbortController();
  const change = (id: string, changes: Partial<BoardRun>): void => {
    const run = runs.get(id);
    if (run === undefined) return;
    runs.set(id, { ...run, ...changes });
  };
  const forgetOld = (nowMs: number): void => {
    for (const [id, run] of runs) if (run.endedAt !== null && nowMs - run.endedAt > KEPT_MS) runs.delete(id);
  };
  const work = async (id: string, options: RunOptions, via: Via): Promise<void> => {
    try {
      const onProgress = (progress: RunProgress): void => change(id, { progress });
      const result = await via({ ...options, run: id, signal: stop.signal, onProgress });
      const problem = result.fault === null ? null : errorToJson(result.fault);
      change(id, { state: problem === null ? "done" : "failed", endedAt: engine.ports.nowMs(), result, problem });
    } catch (error) {
      const known = error instanceof DatongError ? error : new DatongError("SERVER_FAILED", { reference: id }, { cause: error });
      if (known !== error) log(`run ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      change(id, { state: "failed", endedAt: engine.ports.nowMs(), problem: errorToJson(known) });
    }
  };
  const start: RunBoard["start"] = (at, { flow, connections }, options, via = (given) => engine.run(flow, connections, given)) => {
    const nowMs = engine.ports.nowMs();
    forgetOld(nowMs);
    const id = engine.ids.next();
    const progress = { read: 0, records: 0, written: 0, failed: 0 };
    const run: BoardRun = { id, ...at, startedAt: nowMs, endedAt: null, state: "running", progress, result: null, problem: null };
    runs.set(id, run);
    const ended = work(id, options, via).finally(() => under.delete(ended));
    under.add(ended);
    return run;
  };
  return {
    start,
    startNow: (at, given, options) =>
      new Promise((resolve, reject) => {
        const run = start(at, given, options, async (told) => {
          let hasFlow = false;
          const onBegun = (): void => {
            hasFlow = true;
            resolve(run);
          };
          try {
            return await engine.run(given.flow, given.connections, { ...told, onBegun });
          } catch (error) {
            const isHeld = !hasFlow && error instanceof DatongError && error.code === "FLOW_RUNNING";
            // Nobody was told of it. What else keeps a run from beginning is what came of it.
            if (isHeld) runs.delete(run.id);
            if (isHeld) reject(error);
            else resolve(run);
            throw error;
          }
        });
      }),
    find: (workspace, id) => {
      const run = runs.get(id);
      return run?.workspace === workspace ? run : null;
    },
    close: async () => {
      stop.abort();
      await Promise.all(under);
    },
  };
}
