/**
 * Finds records by whatever number a person has at hand: the source's number or key, the external key, the target's number or id, the
 * document's id, and the extra keys that the flow declares. Each by an index, so that a number that the ledger lacks costs no more than
 * one that it has.
 */
import type { Queryable } from "../store/transaction.ts";

/** Which record of which flow. */
export interface RecordRef {
  readonly flowId: string;
  readonly lane: number;
  readonly flow: number;
  readonly key: string;
}

const FOUND_MAX = 20;

/** A write-back belongs to the record of the flow that it tells of. */
const MAIN = "join flow w on w.num = d.flow join flow f on f.num = coalesce(w.write_back_of, w.num)";

/** `number` and `id` are expressions: the text that is looked for, and the same as a document's id or null. */
const byIndex = (number: string, id: string): string => `
  select f.id as "flowId", r.lane, r.flow, r.key from flow f join record r on r.lane = f.lane and r.flow = f.num and r.key = ${number}
  union select f.id, r.lane, r.flow, r.key from record r join flow f on f.num = r.flow where r.number = ${number}
  union select f.id, e.lane, e.flow, e.record_key from record_extra e join flow f on f.num = e.flow where e.value = ${number}
  union select f.id, d.lane, f.num, d.record_key from document d ${MAIN} where d.external_key = ${number}
  union select f.id, d.lane, f.num, d.record_key from document_number n join document d on d.lane = n.lane and d.id = n.document ${MAIN}
    where n.number = ${number}
  union select f.id, d.lane, f.num, d.record_key from document_number n join document d on d.lane = n.lane and d.id = n.document ${MAIN}
    where n.target_id = ${number} and d.target_id = ${number}
  union select f.id, d.lane, f.num, d.record_key from flow o join document d on d.lane = o.lane and d.flow = o.num and d.id = ${id} ${MAIN}`;

const BY_BEGINNING = `
  select "flowId", lane, flow, key from (
    (select f.id as "flowId", r.lane, r.flow, r.key, r.number from record r join flow f on f.num = r.flow
      where r.number like $1 and ($2::text[] is null or f.id = any($2)) order by r.number using ~<~ limit ${FOUND_MAX})
    union all (select f.id, e.lane, e.flow, e.record_key, e.value from record_extra e join flow f on f.num = e.flow
      where e.value like $1 and ($2::text[] is null or f.id = any($2)) order by e.value using ~<~ limit ${FOUND_MAX})
    union all (select f.id, d.lane, d.flow, d.record_key, d.external_key from document d join flow f on f.num = d.flow
      where d.external_key like $1 and ($2::text[] is null or f.id = any($2)) order by d.external_key using ~<~ limit ${FOUND_MAX})
    union all (select f.id, d.lane, d.flow, d.record_key, n.number from document_number n join document d on d.lane = n.lane and d.id = n.document
      join flow f on f.num = d.flow where n.number like $1 and ($2::text[] is null or f.id = any($2)) order by n.number using ~<~ limit ${FOUND_MAX})
  ) found group by "flowId", lane, flow, key order by min(number collate "C"), "flowId", key limit ${FOUND_MAX}`;

/** Records one of whose numbers begins like this: at most twenty, in the order of the numbers; within the flows that are given. */
export async function findBeginning(
  client: Queryable,
  beginning: string,
  flowIds?: string | readonly string[],
): Promise<readonly RecordRef[]> {
  const pattern = `${beginning.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  return (await client.query<RecordRef>(BY_BEGINNING, [pattern, listed(flowIds)])).rows;
}

/** At most twenty, by flow and key; within one flow, or some, when `flowIds` is given. */
export async function findRecords(client: Queryable, text: string, flowIds?: string | readonly string[]): Promise<readonly RecordRef[]> {
  const id = /^\d{1,18}$/.test(text) ? text : null;
  // Prepared: to plan it takes longer than to do it.
  const { rows } = await client.query<RecordRef>({
    name: "find_records",
    text: `select * from (${byIndex("$1", "$3::bigint")}) found where $2::text[] is null or "flowId" = any($2::text[]) order by "flowId", key limit ${FOUND_MAX}`,
    values: [text, listed(flowIds), id],
  });
  return rows;
}

export interface FoundNumber {
  readonly number: string;
  readonly refs: readonly RecordRef[];
}

/** The same for a column of numbers, in one statement; at most twenty for each, in the order in which they are given. */
export async function findMany(
  client: Queryable,
  numbers: readonly string[],
  flowIds?: readonly string[],
): Promise<readonly FoundNumber[]> {
  const wanted = [...new Set(numbers)];
  if (wanted.length === 0) return [];
  // Planned each time: how many they are decides about the plan.
  const { rows } = await client.query<RecordRef & { readonly number: string }>({
    text: `select q.n as number, x.* from unnest($1::text[]) as q(n) cross join lateral (
       select * from (${byIndex("q.n", "case when q.n ~ '^[0-9]{1,18}$' then q.n::bigint end")}) found
       where $2::text[] is null or "flowId" = any($2::text[]) order by "flowId", key limit ${FOUND_MAX}) x`,
    values: [wanted, flowIds ?? null],
  });
  const found = Map.groupBy(rows, (row) => row.number);
  return wanted.map((number) => ({ number, refs: (found.get(number) ?? []).map(({ number: _number, ...ref }) => ref) }));
}

function listed(flowIds: string | readonly string[] | undefined): readonly string[] | null {
  return typeof flowIds === "string" ? [flowIds] : (flowIds ?? null);
}
