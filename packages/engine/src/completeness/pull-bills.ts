/** Asks the source for just these bills, by its own number parameter, and writes what is new or changed. Never falls back to reading a window. */
import { DatongError, type Connection, type Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import type { RunOptions, RunResult } from "../flow/running.ts";
import { isPassive } from "../flow/ready-flow.ts";
import { whenFree } from "./when-free.ts";

const FREE_MS = 60_000;

/** Throws SOURCE_NOT_BY_NUMBER where the API has no parameter for it, SOURCE_PASSIVE where nobody can be asked. */
export function checkByNumber(engine: Pick<Engine, "ready">, flow: Flow, connections: ReadonlyMap<string, Connection>): void {
  const ready = engine.ready(flow, connections);
  if (isPassive(ready)) throw new DatongError("SOURCE_PASSIVE", { flow: flow.id });
  const { api } = ready.source.ready;
  const { flow: other, each } = flow.source;
  // The records of another flow are looked up in the ledger.
  if (other === undefined && (each !== undefined || api.byNumber === undefined))
    throw new DatongError("SOURCE_NOT_BY_NUMBER", { flow: flow.id, api: api.code });
}

export async function pullBills(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  numbers: readonly string[],
  options: Pick<RunOptions, "run" | "signal" | "onProgress" | "waitMs"> = {},
): Promise<RunResult> {
  checkByNumber(engine, flow, connections);
  const signal = options.signal ?? new AbortController().signal;
  return whenFree(engine, signal, FREE_MS, () => engine.run(flow, connections, { ...options, numbers: [...new Set(numbers)] }));
}
