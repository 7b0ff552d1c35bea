/**
 * Documents that wait to be sent, in a task of the queue or behind another of their order key, and of which nothing is at the target or on
 * its way: they may still be mapped anew. Summaries of several bills are not: the new revision may put other bills together.
 */
import { STATUSES } from "@datong/core";
import type { BulkPlace } from "./bulk-rows.ts";
import type { FlowPlace } from "./order-rows.ts";
import type { Queryable } from "./transaction.ts";

/** `$1` lane, `$2` flow. */
const UNSENT = `(select unnest(t.documents) as document from task t where t.lane = $1 and t.flow = $2 and t.owner is null and t.sent_at is null
      union select w.document from order_line w where w.lane = $1 and w.flow = $2) q join document d on d.lane = $1 and d.id = q.document
    where d.lane = $1 and d.number is null and d.target_id is null and d.stage is null
      and (d.status = ${STATUSES.queued.number} or d.status = ${STATUSES.pending.number} and d.code = 'ORDER_WAITS')`;

/** A summary's unit; those of single bills, and shared ones, never begin so. */
const IS_SUMMARY = "starts_with(d.unit, '+')";

/** `summaries` stay as they were made. */
export async function countUnsent(
  client: Queryable,
  { lane, flow }: FlowPlace,
): Promise<{ readonly documents: number; readonly summaries: number }> {
  const { rows } = await client.query<{ waiting: number; summaries: number }>(
    `select count(*)::int as waiting, count(*) filter (where ${IS_SUMMARY})::int as summaries from ${UNSENT}`,
    [lane, flow],
  );
  const { waiting = 0, summaries = 0 } = rows[0] ?? {};
  return { documents: waiting - summaries, summaries };
}

/** Makes those that another revision of the flow mapped the items of bulk work, however many they are; gives their number. */
export async function addUnsentItems(client: Queryable, at: BulkPlace, flow: number, revision: number): Promise<number> {
  const { rowCount } = await client.query({
    name: "bulk_item_unsent",
    text: `insert into bulk_item (lane, bulk, place, status, record_key, document)
      select l.lane, $3, row_number() over (order by x.id) - 1, ${STATUSES.queued.number}, x.record_key, x.id
      from lane l cross join (select d.id, d.record_key from ${UNSENT} and d.revision <> $4 and not ${IS_SUMMARY}) x where l.lane = $1`,
    values: [at.lane, flow, at.id, revision],
  });
  return rowCount ?? 0;
}
