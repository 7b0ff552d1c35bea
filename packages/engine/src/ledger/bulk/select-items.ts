/**
 * The documents that bulk work is about, looked up once and kept as its items: what fails again meanwhile is not met a second time, and
 * the number of all is known from the beginning.
 */
import { STATUSES, type Status } from "@datong/core";
import type { BulkSelection, NewItem } from "../../store/bulk-rows.ts";
import type { Queryable } from "../../store/transaction.ts";
import { findMany } from "../find-records.ts";

export interface SelectedAt {
  readonly lane: number;
  readonly flow: number;
  readonly flowId: string;
}

/** Nobody asks for more at once. */
export const BULK_MAX = 100_000;
/** They are looked up in one statement. */
export const NUMBERS_AT_ONCE = 1_000;

/** At most so many as the selection's limit. `statuses`: where the selection names none. */
export async function selectItems(
  client: Queryable,
  at: SelectedAt,
  selection: BulkSelection,
  statuses: readonly Status[],
): Promise<readonly NewItem[]> {
  const asked = selection.status === undefined ? statuses : [selection.status];
  const max = Math.min(BULK_MAX, selection.limit ?? BULK_MAX);
  if (selection.numbers !== undefined) return itemsOfNumbers(client, at, selection.numbers, asked, max);
  const items: NewItem[] = [];
  for (const status of asked) {
    if (items.length >= max) break;
    items.push(...(await documentsOf(client, at, selection, status, max - items.length)));
    if (items.length < max && hasBare(status, selection))
      items.push(...(await bareRecords(client, at, selection, status, max - items.length)));
  }
  return items;
}

/** A record that could not be restructured, or that a rule dropped, has no document; its own status tells. */
function hasBare(status: Status, { cause }: BulkSelection): boolean {
  return (status === "failed" || status === "skipped") && cause === undefined;
}

/** Through the short list that holds them: the queue's tasks, what wants attention, or the documents by themselves. */
function listOf(status: Status): string {
  if (status === "queued" || status === "sent")
    return "(select unnest(t.documents) as document from task t where t.lane = $1 and t.flow = $2) a join document d on d.lane = $1 and d.id = a.document";
  if (status === "done") return "document d";
  return "attention a join document d on d.lane = $1 and d.id = a.document and a.lane = $1 and a.flow = $2 and a.status = $3";
}

async function documentsOf(
  client: Queryable,
  at: SelectedAt,
  selection: BulkSelection,
  status: Status,
  max: number,
): Promise<readonly NewItem[]> {
  const { rows } = await client.query<NewItem>(
    `select d.id::text as document, d.record_key as key, d.status from ${listOf(status)}
     where d.lane = $1 and d.flow = $2 and d.status = $3 and d.code is distinct from 'ORDER_WAITS'
       and ($4::text is null or d.code = $4 or d.vendor_code = $4) and ($5::text is null or d.cause = $5)
       and ($6::float8 is null or d.changed_at >= to_timestamp($6 / 1000.0)) and ($7::float8 is null or d.changed_at < to_timestamp($7 / 1000.0))
     order by d.id limit $8`,
    [at.lane, at.flow, STATUSES[status].number, ...narrowed(selection), max],
  );
  return rows;
}

async function bareRecords(
  client: Queryable,
  at: SelectedAt,
  selection: BulkSelection,
  status: Status,
  max: number,
): Promise<readonly NewItem[]> {
  const [code, , from, to] = narrowed(selection);
  const { rows } = await client.query<NewItem>(
    `select r.key, r.status, null::text as document from record r
     where r.lane = $1 and r.flow = $2 and r.status = $3 and r.status in (0, 4, 5, 6) and ($4::text is null or split_part(r.reason, ':', 1) = $4)
       and ($5::float8 is null or r.changed_at >= to_timestamp($5 / 1000.0)) and ($6::float8 is null or r.changed_at < to_timestamp($6 / 1000.0))
       and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key)
     order by r.key limit $7`,
    [at.lane, at.flow, STATUSES[status].number, code, from, to, max],
  );
  return rows;
}

function narrowed({ code, cause, changedFrom, changedTo }: BulkSelection): readonly (string | number | null)[] {
  return [code ?? null, cause ?? null, changedFrom ?? null, changedTo ?? null];
}

/** The bills of the numbers with those that share a document with them; where a bill has none yet, the bill itself. */
async function itemsOfNumbers(
  client: Queryable,
  at: SelectedAt,
  numbers: readonly string[],
  statuses: readonly Status[],
  max: number,
): Promise<readonly NewItem[]> {
  const keys = new Set<string>();
  for (let from = 0; from < numbers.length; from += NUMBERS_AT_ONCE)
    for (const { refs } of await findMany(client, numbers.slice(from, from + NUMBERS_AT_ONCE), [at.flowId]))
      for (const ref of refs) keys.add(ref.key);
  const { rows } = await client.query<NewItem>(
    `select document::text as document, key, status from (
       select d.id as document, d.record_key as key, d.status from document d where d.lane = $1 and d.flow = $2 and d.record_key = any($3::text[])
       union select d.id, d.record_key, d.status from document_source s join document d on d.lane = s.lane and d.id = s.document
         where s.lane = $1 and s.flow = $2 and s.record_key = any($3::text[])
       union select null, r.key, r.status from record r where r.lane = $1 and r.flow = $2 and r.key = any($3::text[])
         and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key)
         and not exists (select 1 from document_source s where s.lane = $1 and s.flow = $2 and s.record_key = r.key)) x
     where status = any($4::smallint[]) order by array_position($4::smallint[], status), document nulls last, key limit $5`,
    [at.lane, at.flow, [...keys], statuses.map((status) => STATUSES[status].number), max],
  );
  return rows;
}
