/** Bulk work in this process: a worker takes what waits, the API tells it that there is something. Told of by rows, so any process may do it. */
import { DatongError } from "@datong/core";
import { findBulk, workBulk, type BulkWork, type Engine } from "@datong/engine";
import { ownId, placedFlow, type Tenants } from "../documents/tenants.ts";

export interface BulkBoard {
  /** Something waits: looked at now rather than at the next round. */
  readonly nudge: () => void;
  /** Until it has ended, or `waitMs` is over; null where there is no such work. */
  readonly waitFor: (workspace: string, id: string, waitMs: number) => Promise<BulkWork | null>;
  /** Does what waits until it is stopped; what is under way is given back at a safe place. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

const ROUND_MS = 500;
const LOOK_MS = 50;
const ENDED: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

export const hasEnded = (bulk: BulkWork): boolean => ENDED.has(bulk.state);

export function createBulkBoard(engine: Engine, tenants: Tenants, log: (line: string) => void): BulkBoard {
  const { pool, ports } = engine;
  let wake = new AbortController();
  return {
    nudge: () => wake.abort(),
    waitFor: async (workspace, id, waitMs) => {
      const until = performance.now() + waitMs;
      for (;;) {
        const bulk = await findBulk(pool, workspace, id);
        if (bulk === null || hasEnded(bulk) || performance.now() >= until) return bulk;
        await ports.sleep(LOOK_MS);
      }
    },
    work: async (signal) => {
      const flowNow = async (workspace: string, flowId: string) => {
        const id = ownId(workspace, flowId);
        if (id === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "方案 / flow", id: flowId });
        return placedFlow(await tenants.open(workspace), id);
      };
      while (!signal.aborted) {
        wake = new AbortController();
        try {
          while (!signal.aborted && (await workBulk(engine, flowNow, signal)));
        } catch (error) {
          log(`bulk work: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        }
        await ports.sleep(ROUND_MS, AbortSignal.any([signal, wake.signal]));
      }
    },
  };
}
