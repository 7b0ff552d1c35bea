/**
 * Refills (补漏) that this process works on: those that people have asked it for, and those whose own process is gone. Of a flow one after the
 * other, in the order they were asked for; what waits here is kept alive, so that nobody else takes it. At the end they are left where they
 * are: the next process goes on.
 */
import { DatongError } from "@datong/core";
import { beginRefill, holdRefill, takeUpRefills, workRefill, type Engine, type RefillOptions, type WorkerFlow } from "@datong/engine";
import { placedFlow, placeOfLedger, type Tenants } from "../documents/tenants.ts";

export interface RefillBoard {
  /** Gives the refill's id; throws what can be told before it begins. */
  readonly start: (flow: WorkerFlow, options: RefillOptions) => Promise<string>;
  readonly close: () => Promise<void>;
}

const LOOK_MS = 10_000;
const HOLD_MS = 5_000;

export function createRefillBoard(engine: Engine, tenants: Tenants, log: (line: string) => void): RefillBoard {
  const stop = new AbortController();
  /** By flow, the end of the last one in line. */
  const lines = new Map<string, Promise<void>>();
  const waiting = new Map<string, string>();
  const told = (id: string) => (error: unknown) =>
    log(`refill ${id}: ${error instanceof DatongError ? error.message : error instanceof Error ? error.stack : String(error)}`);

  const enqueue = (flow: WorkerFlow, id: string): void => {
    const name = flow.flow.id;
    waiting.set(id, name);
    const work = async (): Promise<void> => {
      waiting.delete(id);
      if (!stop.signal.aborted) await workRefill(engine, flow, id, { signal: stop.signal });
    };
    const ended: Promise<void> = (lines.get(name) ?? Promise.resolve())
      .then(work)
      .catch(told(id))
      .finally(() => {
        if (lines.get(name) === ended) lines.delete(name);
      });
    lines.set(name, ended);
  };

  const takeUp = async (): Promise<void> => {
    for (const { id, flow } of await takeUpRefills(engine)) {
      const { workspace, id: own } = placeOfLedger(flow);
      enqueue(placedFlow(await tenants.open(workspace), own), id);
    }
  };
  const hold = async (): Promise<void> => {
    for (const [id, flow] of waiting) await holdRefill(engine, flow, id);
  };
  const looking = loop(engine, LOOK_MS, stop.signal, takeUp, told("?"));
  const holding = loop(engine, HOLD_MS, stop.signal, hold, told("?"));
  return {
    start: async (flow, options) => {
      const { id } = await beginRefill(engine, flow, options);
      enqueue(flow, id);
      return id;
    },
    close: async () => {
      stop.abort();
      await Promise.all([looking, holding, ...lines.values()]);
    },
  };
}

async function loop(
  { ports }: Engine,
  everyMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
  told: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch(told);
    await ports.sleep(everyMs, signal);
  }
}
