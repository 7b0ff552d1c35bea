/**
 * What APIs were called, by connection, API and day: a handful of rows for each API, whatever the number of calls, so that reading them
 * costs nothing. Spans in milliseconds; days are those of Asia/Shanghai.
 */
import type { Queryable } from "./transaction.ts";

/** Bucket n holds calls that took at most GROWTH^n ms. */
export const GROWTH = 1.25;
export const BUCKETS = 64;
const KEEP_DAYS = 400;

export interface ApiCalls {
  readonly connection: string;
  readonly api: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly calls: number;
  readonly errors: number;
  readonly throttled: number;
  readonly tookMs: number;
  readonly buckets: readonly number[];
  /** Epoch ms. */
  readonly lastAt: number;
  readonly lastError: string | null;
  readonly lastErrorAt: number | null;
}

/** Adds to what other processes have told. One statement. */
export async function addApiCalls(pool: Queryable, calls: readonly ApiCalls[]): Promise<void> {
  if (calls.length === 0) return;
  // Every process in the same order, so that two never wait for each other.
  const rows = [...calls].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await pool.query({
    name: "api_usage_add",
    text: `insert into api_usage as u (connection, api, day, calls, errors, throttled, took_ms, buckets, last_at, last_error, last_error_at)
      select r.connection, r.api, r.day, r.calls, r.errors, r.throttled, r."tookMs", r.buckets,
        to_timestamp(r."lastAt" / 1000.0), r."lastError", to_timestamp(r."lastErrorAt" / 1000.0)
      from jsonb_to_recordset($1::jsonb) as r(connection text, api text, day date, calls bigint, errors bigint, throttled bigint,
        "tookMs" bigint, buckets bigint[], "lastAt" double precision, "lastError" text, "lastErrorAt" double precision)
      on conflict (connection, api, day) do update set calls = u.calls + excluded.calls, errors = u.errors + excluded.errors,
        throttled = u.throttled + excluded.throttled, took_ms = u.took_ms + excluded.took_ms,
        buckets = (select array_agg(a + b order by i) from unnest(u.buckets, excluded.buckets) with ordinality as t(a, b, i)),
        last_at = greatest(u.last_at, excluded.last_at), last_error = coalesce(excluded.last_error, u.last_error),
        last_error_at = coalesce(excluded.last_error_at, u.last_error_at)`,
    values: [JSON.stringify(rows)],
  });
}

/** The days since one, of all APIs of these connections, or of one API. */
export async function readApiCalls(
  pool: Queryable,
  at: { readonly connections: readonly string[]; readonly sinceDay: string; readonly api?: string },
): Promise<readonly ApiCalls[]> {
  const { rows } = await pool.query<ApiCalls>(
    `select connection, api, to_char(day, 'YYYY-MM-DD') as day, calls::float8 as calls, errors::float8 as errors,
       throttled::float8 as throttled, took_ms::float8 as "tookMs", buckets::float8[] as buckets, last_at as "lastAt",
       last_error as "lastError", last_error_at as "lastErrorAt"
     from api_usage where connection = any($1::text[]) and day >= $2::date and ($3::text is null or api = $3)
     order by connection, api, day`,
    [at.connections, at.sinceDay, at.api ?? null],
  );
  return rows;
}

export async function pruneApiCalls(pool: Queryable): Promise<void> {
  await pool.query("delete from api_usage where day < current_date - $1::int", [KEEP_DAYS]);
}

export function bucketOf(tookMs: number): number {
  return Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log(Math.max(1, tookMs)) / Math.log(GROWTH))));
}

/** Milliseconds that a share of the calls (0 to 1) did not exceed, within a quarter; null without calls. */
export function quantileOf(buckets: readonly number[], share: number): number | null {
  const total = buckets.reduce((sum, each) => sum + each, 0);
  if (total === 0) return null;
  let seen = 0;
  const index = buckets.findIndex((each) => (seen += each) >= total * share);
  return Math.round(GROWTH ** index);
}

function keyOf({ connection, api, day }: ApiCalls): string {
  return `${connection} ${api} ${day}`;
}
