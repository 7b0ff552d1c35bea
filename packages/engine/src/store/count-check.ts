/**
 * Holds the counts for dashboards (status-counts.ts) against the rows themselves, at one instant, however busy the store is. Reads every
 * record and document: minutes for tens of millions.
 */
import type pg from "pg";
import { WEIGHT } from "./status-counts.ts";
import { transaction, type Queryable } from "./transaction.ts";

/** Any fixed number that nothing else in the database locks. */
const REPAIR_LOCK = "7236271904518266";

/** What must be added to the counts of a flow's status. */
export interface CountDifference {
  readonly lane: number;
  readonly flow: number;
  readonly status: number;
  readonly records: number;
  readonly documents: number;
  readonly tasks: number;
}

/** Rows of every lane. One statement: rows and counts are of the same instant. */
const DIFFERENCES = `select x.lane, x.flow, x.status, sum(x.records)::int as records, sum(x.documents)::int as documents, sum(x.tasks)::int as tasks
  from (
    select d.lane, d.flow, d.status, 0 as records, count(*) as documents, 0 as tasks from document d group by d.lane, d.flow, d.status
    union all select t.lane, t.flow, 1, 0, 0, count(*) from task t group by t.lane, t.flow
    union all select r.lane, r.flow, coalesce((${WEIGHT})[w.worst], r.status) as status, count(*), 0, 0
      from record r left join (
        select k.lane, k.flow, k.key, min(array_position(${WEIGHT}, k.status)) as worst from (
          select d.lane, d.flow, d.record_key as key, d.status from document d
          union all select s.lane, s.flow, s.record_key, d.status from document_source s join document d on d.lane = s.lane and d.id = s.document) k
        group by k.lane, k.flow, k.key) w on w.lane = r.lane and w.flow = r.flow and w.key = r.key
      group by r.lane, r.flow, coalesce((${WEIGHT})[w.worst], r.status)
    union all select c.lane, c.flow, c.status, -c.records, -c.documents, -c.tasks from status_count c
    union all select d.lane, d.flow, d.status, -d.records, -d.documents, -d.tasks from status_delta d) x
  group by x.lane, x.flow, x.status
  having sum(x.records) <> 0 or sum(x.documents) <> 0 or sum(x.tasks) <> 0 order by x.lane, x.flow, x.status`;

/** Empty when every count is right; else what is missing, which is added when `repair` is true. */
export async function checkCounts(pool: pg.Pool, repair: boolean): Promise<readonly CountDifference[]> {
  return transaction(pool, async (client) => {
    await client.query("set local statement_timeout = 0");
    // Two repairs at once would both add what is missing.
    if (repair) await client.query("select pg_advisory_xact_lock($1::bigint)", [REPAIR_LOCK]);
    const { rows } = await client.query<CountDifference>(DIFFERENCES);
    if (repair) for (const row of rows) await addDifference(client, row);
    return rows;
  });
}

async function addDifference(client: Queryable, { lane, flow, status, records, documents, tasks }: CountDifference): Promise<void> {
  await client.query("insert into status_delta (lane, flow, status, records, documents, tasks) values ($1, $2, $3, $4, $5, $6)", [
    lane,
    flow,
    status,
    records,
    documents,
    tasks,
  ]);
}
