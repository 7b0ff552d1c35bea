/**
 * What the overview shows beside counts and queues: bills read by the hour, settled by the minute, failures by cause, how last runs ended.
 * Each is one statement for all flows and looks at so many rows of each at most, whatever the ledger holds. Instants are epoch ms.
 */
import { STATUSES } from "@datong/core";
import type { Queryable } from "../store/transaction.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A run a minute for a day. */
const RUNS_MAX = 1_500;
/** So many failed documents are looked at for their causes, of all flows together, and of each of many flows at least so many. */
const FAILURES_MAX = 5_000;
const FAILURES_EACH = 100;

export interface HourOfRecords {
  readonly at: number;
  /** New and changed bills of the runs that began in this hour. */
  readonly records: number;
}

/** By the hour in which the run began; hours without runs are not in it. */
export async function recordsByHour(client: Queryable, flows: readonly string[], sinceMs: number): Promise<readonly HourOfRecords[]> {
  const { rows } = await client.query<{ hour: string; records: string }>({
    name: "dashboard_hours",
    text: `select floor(extract(epoch from r.started_at) / 3600)::bigint as hour, sum(r.records - r.unchanged) as records
      from flow f cross join lateral (select x.started_at, x.records, x.unchanged from run x where x.lane = f.lane and x.flow = f.num
        order by x.id desc limit ${RUNS_MAX}) r
      where f.id = any($1::text[]) and r.started_at >= to_timestamp($2 / 1000.0) group by 1 order by 1`,
    values: [flows, sinceMs],
  });
  return rows.map(({ hour, records }) => ({ at: Number(hour) * HOUR_MS, records: Math.max(0, Number(records)) }));
}

/** What was settled in each minute of the last hour, by workers and by runs; minutes without are not in it. */
export async function settledByMinute(
  client: Queryable,
  flows: readonly string[],
  sinceMs: number,
): Promise<readonly { readonly at: number; readonly documents: number }[]> {
  const { rows } = await client.query<{ minute: string; documents: string }>({
    name: "dashboard_minutes",
    text: `select r.minute, sum(r.documents) as documents from flow f join flow_rate r on r.lane = f.lane and r.flow = f.num
      where f.id = any($1::text[]) and r.minute >= $2 group by r.minute order by r.minute`,
    values: [flows, Math.floor(sinceMs / MINUTE_MS)],
  });
  return rows.map(({ minute, documents }) => ({ at: Number(minute) * MINUTE_MS, documents: Number(documents) }));
}

export interface FailureCause {
  readonly flowId: string;
  readonly cause: string | null;
  readonly code: string | null;
  /** What the vendor said of one of them. */
  readonly vendorText: string | null;
  /** Of those that were looked at. */
  readonly documents: number;
  /** More of the flow have failed than were looked at: of each cause there are at least so many. */
  readonly isMore: boolean;
}

/** Most first. Of very many failures the first so many of each flow are looked at: each is a document that has to be read. */
export async function failuresByCause(client: Queryable, flows: readonly string[], limit: number): Promise<readonly FailureCause[]> {
  const { rows } = await client.query<Omit<FailureCause, "documents"> & { documents: string }>({
    name: "dashboard_causes",
    text: `select f.id as "flowId", d.cause, d.code, min(d.vendor_text) as "vendorText", count(*) as documents,
        sum(count(*)) over (partition by f.id) > $4 as "isMore"
      from flow f cross join lateral (select a.lane, a.document from attention a where a.lane = f.lane and a.flow = f.num and a.status = $2
        limit $4 + 1) a join document d on d.lane = a.lane and d.id = a.document
      where f.id = any($1::text[]) group by f.id, d.cause, d.code order by count(*) desc, f.id limit $3`,
    values: [flows, STATUSES.failed.number, limit, Math.max(FAILURES_EACH, Math.floor(FAILURES_MAX / Math.max(1, flows.length)))],
  });
  return rows.map(({ documents, ...row }) => ({ ...row, documents: Number(documents) }));
}

export interface LastRun {
  readonly flowId: string;
  readonly state: string;
  readonly code: string | null;
  readonly startedAt: number;
}

/** How the latest run of each flow ended; flows that never ran are not in it. */
export async function lastRuns(client: Queryable, flows: readonly string[]): Promise<readonly LastRun[]> {
  const { rows } = await client.query<LastRun>({
    name: "dashboard_last_runs",
    text: `select f.id as "flowId", r.state, r.code, r.started_at as "startedAt" from flow f
      cross join lateral (select x.state, x.code, x.started_at from run x where x.lane = f.lane and x.flow = f.num order by x.id desc limit 1) r
      where f.id = any($1::text[])`,
    values: [flows],
  });
  return rows;
}
