/**
 * Runs whose process is gone. The ledger has what they stored, and the next run goes on there; but nobody would ever say that they are over,
 * and a flow that is read once a day would look busy until tomorrow.
 */
import type pg from "pg";
import { loadCursor } from "./cursor-rows.ts";
import { transaction, type Queryable } from "./transaction.ts";

const INTERRUPTED = "RUN_INTERRUPTED";

/** Of the flow's latest run, if it says that it goes on. Whoever asks holds the flow: no such run can store anything any more. */
export async function endFormerRun(client: Queryable, lane: number, flow: number): Promise<void> {
  await client.query(
    `update run set state = 'stopped', code = $3, details = '{}', ended_at = now()
     where lane = $1 and id = (select id from run where lane = $1 and flow = $2 order by id desc limit 1) and state = 'running'`,
    [lane, flow, INTERRUPTED],
  );
}

/** Gives back the leases that ran out or whose process on this machine is gone, and ends their runs. */
export async function endDeadRuns(
  pool: pg.Pool,
  { nowMs, alive }: { readonly nowMs: number; readonly alive: (owner: string) => boolean },
): Promise<void> {
  const lanes = await pool.query<{ lane: number }>("select distinct lane from flow");
  const { rows } = await pool.query<{ lane: number; flow: number; value: string }>(
    "select lane, flow, value from cursor where lane = any($1::int[]) and name = 'lease'",
    [lanes.rows.map(({ lane }) => lane)],
  );
  const dead = rows.filter(({ value }) => {
    const { owner, untilMs } = JSON.parse(value) as { readonly owner: string; readonly untilMs: number };
    return untilMs <= nowMs || !alive(owner);
  });
  for (const { lane, flow, value } of dead)
    await transaction(pool, async (client) => {
      await client.query("select num from flow where num = $1 for update", [flow]);
      if ((await loadCursor(client, lane, flow, "lease")) !== value) return;
      await endFormerRun(client, lane, flow);
      await client.query("delete from cursor where lane = $1 and flow = $2 and name = 'lease'", [lane, flow]);
    });
}
