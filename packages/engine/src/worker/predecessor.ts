/** What flows have to do with each other's runs: that one must have succeeded before another, and sets one off. Instants are epoch ms. */
import type { Engine } from "../engine.ts";
import type { Member } from "./member.ts";

/**
 * Whether the flow that must come before has succeeded: within its minutes where they are given, else since this flow has last been read
 * well (`last`), or at all (`ever`: of what has no ticks to count by). True where nothing must come before.
 */
export async function precedes(pool: Engine["pool"], member: Member, since: "last" | "ever", nowMs?: number): Promise<boolean> {
  const { ready, row } = member.running;
  const { precondition } = ready.flow.dispatch;
  if (precondition === undefined) return true;
  const { rowCount } = await pool.query(
    `select 1 from flow f join run r on r.lane = f.lane and r.flow = f.num
     where f.id = $1 and r.state = 'done' and case
       when $2::float8 is not null then r.ended_at > coalesce(to_timestamp($3::float8 / 1000), now()) - make_interval(secs => $2 * 60)
       else $4::bool or r.ended_at > coalesce(
         (select o.started_at from run o where o.lane = $5 and o.flow = $6 and o.state = 'done' order by o.id desc limit 1), '-infinity') end
     limit 1`,
    [precondition.flow, precondition.withinMinutes ?? null, nowMs ?? null, since === "ever", row.lane, row.num],
  );
  return rowCount === 1;
}

/** When a flow's latest good run ended; null: there is none. */
export async function lastGoodEnd(pool: Engine["pool"], flow: string): Promise<number | null> {
  const { rows } = await pool.query<{ at: number }>(
    `select r.ended_at as at from flow f cross join lateral (
       select ended_at from run where lane = f.lane and flow = f.num and state = 'done' order by id desc limit 1) r
     where f.id = $1`,
    [flow],
  );
  return rows[0]?.at ?? null;
}
