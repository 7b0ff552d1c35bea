/** Where a flow's pull stands, and how its last run ended. Instants are epoch ms. */
import { loadCursor } from "../store/cursor-rows.ts";
import type { Queryable } from "../store/transaction.ts";

export interface FlowPosition {
  readonly lane: number;
  readonly flow: number;
  /** Upper bound of what has been read; null before the first whole pull and for flows that read all every time. */
  readonly watermarkAt: number | null;
  /** A pull was broken off and goes on with the next run. */
  readonly pullUnfinished: boolean;
  readonly lastRun: {
    readonly id: string;
    readonly state: string;
    /** Of a run that failed. */
    readonly code: string | null;
    readonly startedAt: number;
    readonly endedAt: number | null;
  } | null;
}

/** Null for a flow that has never run in this store. */
export async function flowPosition(client: Queryable, flowId: string): Promise<FlowPosition | null> {
  const { rows } = await client.query<{ lane: number; num: number }>("select lane, num from flow where id = $1", [flowId]);
  const flow = rows[0];
  if (flow === undefined) return null;
  const watermark = await loadCursor(client, flow.lane, flow.num, "watermark");
  const pull = await loadCursor(client, flow.lane, flow.num, "pull");
  const runs = await client.query<NonNullable<FlowPosition["lastRun"]>>(
    `select id, state, code, started_at as "startedAt", ended_at as "endedAt" from run where lane = $1 and flow = $2 order by id desc limit 1`,
    [flow.lane, flow.num],
  );
  return {
    lane: flow.lane,
    flow: flow.num,
    watermarkAt: watermark === null ? null : Number(watermark),
    pullUnfinished: pull !== null && pull !== "",
    lastRun: runs.rows[0] ?? null,
  };
}
