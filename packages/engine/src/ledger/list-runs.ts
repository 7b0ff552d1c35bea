/** Runs of flows as they are kept: for the history, and for the calendar of a span. Instants are epoch ms. */
import { statusOf } from "@datong/core";
import type pg from "pg";
import { findFlow } from "../store/flow-rows.ts";
import { countOpenDocuments } from "../store/run-rows.ts";
import type { Queryable } from "../store/transaction.ts";

export interface ListedRun {
  readonly id: string;
  readonly flowId: string;
  readonly revision: number;
  /** running, done, failed, stopped. */
  readonly state: string;
  readonly read: number;
  readonly records: number;
  readonly unchanged: number;
  readonly code: string | null;
  /** An error's details as JSON. */
  readonly details: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface RunFilter {
  /** As the ledger knows them. */
  readonly flowIds: readonly string[];
  readonly state?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only runs that read something new, or failed. */
  readonly isBusy?: boolean;
}

const COLUMNS = `r.id::text as id, f.id as "flowId", r.revision, r.state, r.read, r.records, r.unchanged, r.code, r.details,
  r.started_at as "startedAt", r.ended_at as "endedAt"`;

/** The newest first, behind an id. Each flow gives as many as are asked for at most, by its own index. */
export async function listRuns(
  client: Queryable,
  { flowIds, state, fromMs, toMs, isBusy }: RunFilter,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly ListedRun[]> {
  const { rows } = await client.query<ListedRun>(
    `select ${COLUMNS} from flow f cross join lateral (
       select * from run where lane = f.lane and flow = f.num and ($2::bigint is null or id < $2) and ($3::text is null or state = $3)
         and ($4::float8 is null or started_at >= to_timestamp($4 / 1000.0)) and ($5::float8 is null or started_at < to_timestamp($5 / 1000.0))
         and (not $6::bool or records > unchanged or state in ('failed', 'running'))
       order by id desc limit $7) r
     where f.id = any($1::text[]) order by r.id desc limit $7`,
    [flowIds, page.after ?? null, state ?? null, fromMs ?? null, toMs ?? null, isBusy ?? false, page.limit],
  );
  return rows;
}

/** Null where none of the flows has it. */
export async function findRun(client: Queryable, flowIds: readonly string[], id: string): Promise<ListedRun | null> {
  const { rows } = await client.query<ListedRun>(
    `select ${COLUMNS} from flow f join run r on r.lane = f.lane and r.flow = f.num and r.id = $2 where f.id = any($1::text[])`,
    [flowIds, id],
  );
  return rows[0] ?? null;
}

/** Documents of a run that want attention, and those that wait, by status. */
export async function runStatuses(pool: pg.Pool, flowId: string, run: string): Promise<Readonly<Record<string, number>>> {
  const row = await findFlow(pool, flowId);
  if (row === null) return {};
  const counts = await countOpenDocuments(pool, row.lane, row.num, run);
  return Object.fromEntries([...counts].filter(([, n]) => n > 0).map(([status, n]) => [statusOf(status), n]));
}
