/** What the tests of dying processes share: a flow that runs in a process of its own, the moment of its death, the final account. */
import { expect } from "vitest";
import type { Connection } from "@datong/core";
import { runInChild, type ChildOutcome, type ChildRun } from "./child-run.ts";
import { bills, connectionTo, flowOf, STATUS, type FlowChange, type Lab } from "./lab.ts";
import type { SeenRequest, Vendor } from "./vendor.ts";

export interface Crashing {
  readonly vendor: Vendor;
  readonly connections: readonly Connection[];
  readonly start: (change?: FlowChange) => ChildRun;
}

/** A vendor and a flow whose runs are processes of their own. */
export async function crashing(lab: Lab, id: string): Promise<Crashing> {
  const { vendor } = await lab.scene();
  const connections = [connectionTo(vendor, id)];
  return {
    vendor,
    connections,
    start: (change = {}) =>
      runInChild({ dataDir: lab.dataDir, flow: flowOf(id, change), connections, options: { sourceRetryDelaysMs: [], waitMs: 5_000 } }),
  };
}

/** Restarts until a run ends by itself. */
export async function untilDone(at: Crashing, change: FlowChange): Promise<{ readonly outcome: ChildOutcome; readonly starts: number }> {
  for (let starts = 1; starts <= 12; starts += 1) {
    const outcome = await at.start(change).ended;
    if (outcome !== null) return { outcome, starts };
  }
  throw new Error("the run never ended");
}

/** Kills the process that asks, when it asks for the first time what `moment` names; `done`: after the vendor has done the work. */
export function killAt(
  at: Crashing,
  run: { current: ChildRun | undefined },
  moment: (request: SeenRequest) => boolean,
  done: boolean,
): void {
  let killed = false;
  at.vendor.script = (request) => {
    if (killed || !moment(request)) return undefined;
    killed = true;
    run.current?.kill();
    return done ? { kind: "cut-after" } : { kind: "cut" };
  };
}

/** The target has each document once, the ledger knows each by its id, and nothing is left to do. */
export async function expectOnce(lab: Lab, id: string, at: Crashing, count: number): Promise<void> {
  const expected = bills(count).map((row) => (JSON.parse(row.text) as { id: string }).id);
  expect(at.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(expected);
  const { rows } = await lab.engine.pool.query<{ key: string; status: number; target_id: string }>(
    "select external_key as key, status, target_id from document d join flow f on f.num = d.flow where f.id = $1 order by 1",
    [id],
  );
  expect(rows.map((row) => row.key)).toEqual(expected);
  expect(rows.every((row) => row.status === STATUS.done)).toBe(true);
  // Each document knows the entry that is really its own.
  for (const row of rows) expect(row.target_id).toBe(at.vendor.ledger.find((entry) => entry.key === row.key)?.id);
  const { rows: tasks } = await lab.engine.pool.query("select 1 from task t join flow f on f.num = t.flow where f.id = $1", [id]);
  expect(tasks).toEqual([]);
  const { rows: records } = await lab.engine.pool.query<{ n: string }>(
    "select count(*) as n from record r join flow f on f.num = r.flow where f.id = $1",
    [id],
  );
  expect(records[0]?.n).toBe(String(count));
}
