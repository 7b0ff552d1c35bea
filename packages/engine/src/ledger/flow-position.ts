/** Where a flow's pull stands, and how its last run ended. Instants are epoch ms. */
import { loadCursor } from "../store/cursor-rows.ts";
import type { Queryable } from "../store/transaction.ts";
import type { FlowAt } from "./listed-places.ts";

export interface FlowPosition extends FlowAt {
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

/** Where its records lie; null for a flow that has never run in this store. */
export async function flowAt(client: Queryable, flowId: string): Promise<FlowAt | null> {
  const { rows } = await client.query<FlowAt>("select lane, num as flow from flow where id = $1", [flowId]);
  return rows[0] ?? null;
}

/** Asked for by whoever holds the flow's lease: before that another run may begin, and what is stored for the one before is refused. */
export async function lastRunId(client: Queryable, { lane, flow }: FlowAt): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>("select id from run where lane = $1 and flow = $2 order by id desc limit 1", [
    lane,
    flow,
  ]);
  return rows[0]?.id ?? null;
}

/** Null for a flow that has never run in this store. */
export async function flowPosition(client: Queryable, flowId: string): Promise<FlowPosition | null> {
  const flow = await flowAt(client, flowId);
  if (flow === null) return null;
  const watermark = await loadCursor(client, flow.lane, flow.flow, "watermark");
  const pull = await loadCursor(client, flow.lane, flow.flow, "pull");
  const runs = await client.query<NonNullable<FlowPosition["lastRun"]>>(
    `select id, state, code, started_at as "startedAt", ended_at as "endedAt" from run where lane = $1 and flow = $2 order by id desc limit 1`,
    [flow.lane, flow.flow],
  );
  return {
    ...flow,
    watermarkAt: watermark === null ? null : Number(watermark),
    pullUnfinished: pull !== null && pull !== "",
    lastRun: runs.rows[0] ?? null,
  };
}
