/** Bills that another system wrote before (table `taken_over`): asked for by a page of new records, added by an import. */
import { compareIds } from "./id-source.ts";
import { numberArray, storableText, textArray } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

export interface TakenNumber {
  /** The source's number, or its key. */
  readonly number: string;
  /** Null where nobody knows it. */
  readonly targetNumber: string | null;
}

/** Of the records those that were taken over, by key, with the target's number. */
export async function takenOver(
  client: Queryable,
  lane: number,
  flow: number,
  records: readonly { readonly key: string; readonly number: string | null }[],
): Promise<ReadonlyMap<string, string | null>> {
  const names = [...new Set(records.flatMap(({ key, number }) => (number === null ? [key] : [storableText(number), key])))];
  const found = await takenNumbers(client, lane, flow, names);
  if (found.size === 0) return found;
  return new Map(
    records.flatMap(({ key, number }): [string, string | null][] => {
      const name = number !== null && found.has(storableText(number)) ? storableText(number) : key;
      const target = found.get(name);
      return target === undefined ? [] : [[key, target]];
    }),
  );
}

/** Those of the numbers that are there, with the target's number. */
export async function takenNumbers(
  client: Queryable,
  lane: number,
  flow: number,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (numbers.length === 0) return new Map();
  const { rows } = await client.query<{ number: string; target: string | null }>({
    name: "taken_over_known",
    text: `select t.number, t.target_number as target from taken_over t where t.lane = $1 and t.flow = $2 and t.number = any($3::text[])`,
    values: [lane, flow, textArray(numbers)],
  });
  return new Map(rows.map((row) => [row.number, row.target]));
}

export async function addTaken(client: Queryable, lane: number, flow: number, taken: readonly TakenNumber[]): Promise<void> {
  if (taken.length === 0) return;
  const sorted = [...taken].sort((a, b) => (a.number < b.number ? -1 : 1));
  await client.query({
    name: "taken_over_insert",
    text: `insert into taken_over (lane, flow, number, target_number)
      select l.lane, $2, x.n, x.t from lane l cross join unnest($3::text[], $4::text[]) as x(n, t) where l.lane = $1
      on conflict (lane, flow, number) do nothing`,
    values: [lane, flow, textArray(sorted.map((each) => each.number)), textArray(sorted.map((each) => each.targetNumber))],
  });
}

/** Documents that are done by this, each with the number that the target gave it. */
export async function settleTaken(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  documents: readonly { readonly id: string; readonly number: string | null }[],
): Promise<void> {
  if (documents.length === 0) return;
  const sorted = [...documents].sort((a, b) => compareIds(a.id, b.id));
  await client.query({
    name: "document_taken_over",
    text: `update document d set status = 3, number = coalesce(x.n, d.number), code = 'TAKEN_OVER', cause = null, vendor_code = null, vendor_text = null,
        in_doubt = false, former_keys = '{}', changed_at = now()
      from unnest($2::bigint[], $3::text[]) as x(i, n) where d.lane = $1 and d.id = any($2::bigint[]) and d.id = x.i`,
    values: [at.lane, numberArray(sorted.map((each) => each.id)), textArray(sorted.map((each) => each.number))],
  });
  await insertTakenNumbers(client, at, documents);
}

/** So that they are found by the target's number. */
export async function insertTakenNumbers(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  documents: readonly { readonly id: string; readonly number: string | null }[],
): Promise<void> {
  const numbered = documents.filter((each) => each.number !== null);
  if (numbered.length === 0) return;
  await client.query({
    name: "document_number_taken_over",
    text: `insert into document_number (lane, flow, number, document)
      select l.lane, $2, x.n, x.i from lane l cross join unnest($3::bigint[], $4::text[]) as x(i, n) where l.lane = $1`,
    values: [at.lane, at.flow, numberArray(numbered.map((each) => each.id)), textArray(numbered.map((each) => each.number))],
  });
}

/** Records without documents are left out, for they are at the target in another system's words; bills to be merged wait no longer. */
export const TAKEN_REASON = "TAKEN_OVER";
