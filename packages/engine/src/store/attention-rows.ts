/**
 * Documents that want attention (pending, failed, skipped, unknown): kept apart, so that finding them costs nothing among millions that
 * are done.
 */
import { STATUSES } from "@datong/core";
import type { Queryable } from "./transaction.ts";

const NUMBERS: ReadonlySet<number> = new Set(
  [STATUSES.pending, STATUSES.failed, STATUSES.skipped, STATUSES.unknown].map((status) => status.number),
);

/** Whether a document in this status stands in the table. */
export function wantsAttention(status: number): boolean {
  return NUMBERS.has(status);
}

/** Adds those of the documents that want attention; the others cost nothing. */
export async function noteAttention(
  client: Queryable,
  lane: number,
  flow: number,
  documents: readonly { readonly id: string; readonly status: number }[],
): Promise<void> {
  const open = documents.filter((document) => wantsAttention(document.status));
  if (open.length === 0) return;
  await client.query({
    name: "attention_insert",
    text: `insert into attention as a (lane, flow, document, status)
      select l.lane, $2, x.d, x.s from lane l cross join unnest($3::bigint[], $4::smallint[]) as x(d, s) where l.lane = $1
      on conflict (lane, document) do update set status = excluded.status`,
    values: [lane, flow, open.map((document) => document.id), open.map((document) => document.status)],
  });
}

/** Takes documents out of the table, whether they stand there or not. */
export async function clearAttention(client: Queryable, lane: number, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query({
    name: "attention_delete",
    text: "delete from attention where lane = $1 and document = any($2::bigint[])",
    values: [lane, ids],
  });
}
