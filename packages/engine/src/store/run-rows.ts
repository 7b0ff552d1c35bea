/** Runs: one dispatch of a flow from first page to last write. One at a time: a lease row in `cursor` holds the others off. */
import { STATUSES } from "@datong/core";
import type pg from "pg";
import { loadCursor, saveCursor } from "./cursor-rows.ts";
import { endFormerRun } from "./dead-runs.ts";
import { transaction } from "./transaction.ts";

export interface RunCounts {
  readonly read: number;
  readonly records: number;
  readonly unchanged: number;
}

export async function startRun(
  pool: pg.Pool,
  run: { readonly lane: number; readonly id: string; readonly flow: number; readonly revision: number; readonly refill?: string },
): Promise<void> {
  await transaction(pool, async (client) => {
    // A page that the former run is storing just now is stored first; after this it stores none (refuseFormerRun).
    await client.query("select 1 from cursor where lane = $1 and flow = $2 and name = 'lease' for update", [run.lane, run.flow]);
    await endFormerRun(client, run.lane, run.flow);
    await client.query("insert into run (lane, id, flow, revision, state, refill) values ($1, $2, $3, $4, 'running', $5)", [
      run.lane,
      run.id,
      run.flow,
      run.revision,
      run.refill ?? null,
    ]);
  });
}

export async function endRun(
  pool: pg.Pool,
  run: {
    readonly lane: number;
    readonly id: string;
    readonly state: "done" | "failed" | "stopped";
    readonly code: string | null;
    readonly details: string | null;
  },
): Promise<RunCounts> {
  const { rows } = await pool.query<RunCounts>(
    "update run set state = $3, code = $4, details = $5, ended_at = now() where lane = $1 and id = $2 returning read, records, unchanged",
    [run.lane, run.id, run.state, run.code, run.details],
  );
  return rows[0] ?? { read: 0, records: 0, unchanged: 0 };
}

/** Status counts, by number, of the documents of a run that want attention, and of all that wait in the flow's queue to be sent. Cheap at any volume. */
export async function countOpenDocuments(pool: pg.Pool, lane: number, flow: number, run: string): Promise<ReadonlyMap<number, number>> {
  const { rows } = await pool.query<{ status: number; n: string }>(
    `select a.status, count(*) as n from attention a join document d on d.lane = $1 and d.id = a.document
       where a.lane = $1 and a.flow = $2 and d.run = $3 group by a.status
     union all select $4::smallint, coalesce(sum(cardinality(t.documents)), 0) from task t where t.lane = $1 and t.flow = $2 and t.action <> 'probe' and t.action not like 'probe:%'`,
    [lane, flow, run, STATUSES.queued.number],
  );
  return new Map(rows.map((row) => [row.status, Number(row.n)]));
}

/** Takes the flow's lease, or says who holds it. A lease that ran out, or whose process on this machine is gone, is taken over. */
export async function takeLease(
  pool: pg.Pool,
  at: {
    readonly lane: number;
    readonly flow: number;
    readonly owner: string;
    readonly nowMs: number;
    readonly leaseMs: number;
    readonly alive: (owner: string) => boolean;
  },
): Promise<string | null> {
  return transaction(pool, async (client) => {
    await client.query("select num from flow where num = $1 for update", [at.flow]);
    const value = await loadCursor(client, at.lane, at.flow, "lease");
    const held = value === null ? null : (JSON.parse(value) as { owner: string; untilMs: number });
    if (held !== null && held.owner !== at.owner && held.untilMs > at.nowMs && at.alive(held.owner)) return held.owner;
    await saveCursor(client, at.lane, at.flow, "lease", JSON.stringify({ owner: at.owner, untilMs: at.nowMs + at.leaseMs }));
    return null;
  });
}

export async function giveLease(pool: pg.Pool, lane: number, flow: number, owner: string): Promise<void> {
  await pool.query("delete from cursor where lane = $1 and flow = $2 and name = 'lease' and value::json ->> 'owner' = $3", [
    lane,
    flow,
    owner,
  ]);
}
