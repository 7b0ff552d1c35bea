/** How much stands where, for dashboards: kept as things happen, so that reading it costs the same for ten bills and ten million. */
import { statusOf, type Status } from "@datong/core";
import type pg from "pg";
import { allStatusCounts, statusCounts } from "../store/status-counts.ts";
import { writeBackFlow } from "../store/write-back-rows.ts";

export interface FlowCount {
  readonly flowId: string;
  readonly status: Status;
  /** By the status derived from their documents. */
  readonly records: number;
  readonly documents: number;
}

/** A flow's records by derived status; statuses that none has are left out. */
export async function countRecords(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
): Promise<ReadonlyMap<Status, number>> {
  const counts = await statusCounts(pool, at.lane, at.flow);
  return new Map(counts.filter((count) => count.records !== 0).map((count) => [statusOf(count.status), count.records]));
}

/** A flow's write-backs by status; null for a flow that never had any. */
export async function countWriteBacks(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
): Promise<ReadonlyMap<Status, number> | null> {
  const told = await writeBackFlow(pool, at.flow);
  if (told === null) return null;
  const counts = await statusCounts(pool, at.lane, told);
  return new Map(counts.filter((count) => count.documents !== 0).map((count) => [statusOf(count.status), count.documents]));
}

/** Every flow's records and documents by status; what no flow has is left out. */
export async function countFlows(pool: pg.Pool): Promise<readonly FlowCount[]> {
  const counts = await allStatusCounts(pool);
  return counts
    .filter(({ records, documents }) => records !== 0 || documents !== 0)
    .map(({ flowId, status, records, documents }) => ({ flowId, status: statusOf(status), records, documents }));
}
