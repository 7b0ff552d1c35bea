/**
 * Of the numbers that bulk work is asked for, those that it does nothing with: the ledger does not have them, or their bills are in a
 * status that the work is not for. Whoever puts a column in is told of both, so that no number is passed over in silence.
 */
import { recordStatus, statusOf, type Status } from "@datong/core";
import type { BulkSelection, NumbersApart, UntouchedNumber } from "../../store/bulk-rows.ts";
import type { Queryable } from "../../store/transaction.ts";
import { findMany } from "../find-records.ts";
import { NUMBERS_AT_ONCE, type SelectedAt } from "./select-items.ts";

/** So many untouched numbers are told by name. */
const FIRST = 10;

/** `statuses`: those that the work is for where the selection names none. */
export async function numbersApart(
  client: Queryable,
  at: SelectedAt,
  { numbers = [], status }: Pick<BulkSelection, "numbers" | "status">,
  statuses: readonly Status[],
): Promise<NumbersApart> {
  const wanted = status === undefined ? statuses : [status];
  const first: UntouchedNumber[] = [];
  let [missing, untouched] = [0, 0];
  for (let from = 0; from < numbers.length; from += NUMBERS_AT_ONCE) {
    const found = await findMany(client, numbers.slice(from, from + NUMBERS_AT_ONCE), [at.flowId]);
    const known = await statusesOf(client, at, [...new Set(found.flatMap(({ refs }) => refs.map(({ key }) => key)))]);
    for (const { number, refs } of found) {
      const theirs = refs.flatMap(({ key }) => known.get(key) ?? []);
      const [own] = theirs;
      if (own === undefined) missing += 1;
      else if (!theirs.some((each) => wanted.includes(each))) {
        untouched += 1;
        if (first.length < FIRST) first.push({ number, status: recordStatus(own, theirs) });
      }
    }
  }
  return { missing, untouched, untouchedNumbers: first };
}

/** Of each bill those of its documents, of one without any its own: what the items of the numbers are chosen by. */
async function statusesOf(client: Queryable, at: SelectedAt, keys: readonly string[]): Promise<ReadonlyMap<string, readonly Status[]>> {
  const { rows } = await client.query<{ key: string; status: number }>(
    `with own as (
       select d.record_key as key, d.status from document d where d.lane = $1 and d.flow = $2 and d.record_key = any($3::text[])
       union select s.record_key, d.status from document_source s join document d on d.lane = s.lane and d.id = s.document
         where s.lane = $1 and s.flow = $2 and s.record_key = any($3::text[]))
     select key, status from own
     union all select r.key, r.status from record r where r.lane = $1 and r.flow = $2 and r.key = any($3::text[])
       and not exists (select 1 from own where own.key = r.key)`,
    [at.lane, at.flow, keys],
  );
  const known = new Map<string, Status[]>();
  for (const { key, status } of rows) known.set(key, [...(known.get(key) ?? []), statusOf(status)]);
  return known;
}
