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

/** $1: the text that is looked for; $3: the same as a document's id, or null. */
const BY_NUMBER = `
  select f.id as "flowId", r.lane, r.flow, r.key from flow f join record r on r.lane = f.lane and r.flow = f.num and r.key = $1
  union select f.id, r.lane, r.flow, r.key from record r join flow f on f.num = r.flow where r.number = $1
  union select f.id, e.lane, e.flow, e.record_key from record_extra e join flow f on f.num = e.flow where e.value = $1
  union select f.id, d.lane, f.num, d.record_key from document d ${MAIN} where d.external_key = $1
  union select f.id, d.lane, f.num, d.record_key from document_number n join document d on d.lane = n.lane and d.id = n.document ${MAIN}
    where n.number = $1
  union select f.id, d.lane, f.num, d.record_key from document_number n join document d on d.lane = n.lane and d.id = n.document ${MAIN}
    where n.target_id = $1 and d.target_id = $1
  union select f.id, d.lane, f.num, d.record_key from flow o join document d on d.lane = o.lane and d.flow = o.num and d.id = $3::bigint ${MAIN}`;

/** The first twenty of an index are taken before anything else is looked at, and so are the flows that may be seen. */
const BY_BEGINNING = `
  with visible as materialized (select array(select num from flow where $2::text[] is null or id = any($2)) as nums)
  select f.id as "flowId", found.lane, found.flow, found.key from (
    (select r.lane, r.flow, r.key, r.number from record r
      where r.number like $1 and r.flow = any((select nums from visible)::int[]) order by r.number using ~<~ limit ${FOUND_MAX})
    union all (select e.lane, e.flow, e.record_key, e.value from record_extra e
      where e.value like $1 and e.flow = any((select nums from visible)::int[]) order by e.value using ~<~ limit ${FOUND_MAX})
    union all (select d.lane, d.flow, d.record_key, d.external_key from document d
      where d.external_key like $1 and d.flow = any((select nums from visible)::int[]) order by d.external_key using ~<~ limit ${FOUND_MAX})
    union all (select d.lane, d.flow, d.record_key, n.number from (select x.lane, x.document, x.number from document_number x
      where x.number like $1 and x.flow = any((select nums from visible)::int[]) order by x.number using ~<~ limit ${FOUND_MAX}) n
      join document d on d.lane = n.lane and d.id = n.document)
  ) found join flow f on f.num = found.flow
  group by f.id, found.lane, found.flow, found.key order by min(found.number collate "C"), f.id, found.key limit ${FOUND_MAX}`;

/** All numbers of a column together: each index is gone through once, in its own order, however many flows there are. */
const BY_COLUMN = `
  with q as materialized (select n, case when n ~ '^[0-9]{1,18}$' then n::bigint end as id from unnest($1::text[]) as q(n)),
  visible as materialized (select w.num, w.lane, f.num as flow, f.id from flow w join flow f on f.num = coalesce(w.write_back_of, w.num)
    where $2::text[] is null or f.id = any($2)),
  found as (
    select r.key as number, v.id as "flowId", r.lane, v.flow, r.key from visible v
      cross join lateral (select lane, key from record where lane = v.lane and flow = v.num and key = any($1::text[]) offset 0) r
    union select r.number, v.id, r.lane, v.flow, r.key from record r join visible v on v.num = r.flow where r.number = any($1::text[])
    union select e.value, v.id, e.lane, v.flow, e.record_key from record_extra e join visible v on v.num = e.flow where e.value = any($1::text[])
    union select d.external_key, v.id, d.lane, v.flow, d.record_key from document d join visible v on v.num = d.flow where d.external_key = any($1::text[])
    union select n.number, v.id, d.lane, v.flow, d.record_key from document_number n join visible v on v.num = n.flow
      join document d on d.lane = n.lane and d.id = n.document where n.number = any($1::text[])
    union select n.target_id, v.id, d.lane, v.flow, d.record_key from document_number n join visible v on v.num = n.flow
      join document d on d.lane = n.lane and d.id = n.document and d.target_id = n.target_id where n.target_id = any($1::text[])
    union select q.n, v.id, d.lane, v.flow, d.record_key from q join visible v on q.id is not null
      join document d on d.lane = v.lane and d.id = q.id and d.flow = v.num)
  select number, "flowId", lane, flow, key
  from (select found.*, row_number() over (partition by number order by "flowId", key) as place from found) x where place <= ${FOUND_MAX}
  order by number, place`;

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
    text: `select * from (${BY_NUMBER}) found where $2::text[] is null or "flowId" = any($2::text[]) order by "flowId", key limit ${FOUND_MAX}`,
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
  const { rows } = await client.query<RecordRef & { readonly number: string }>({ text: BY_COLUMN, values: [wanted, flowIds ?? null] });
  const found = Map.groupBy(rows, (row) => row.number);
  return wanted.map((number) => ({ number, refs: (found.get(number) ?? []).map(({ number: _number, ...ref }) => ref) }));
}

function listed(flowIds: string | readonly string[] | undefined): readonly string[] | null {
  return typeof flowIds === "string" ? [flowIds] : (flowIds ?? null);
}
