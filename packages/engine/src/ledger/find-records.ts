/**
 * Finds records by whatever number a person has at hand: the source's number or key, the external key, the target's number or id,
 * the document's id. Each by an index, so that a number that the ledger lacks costs no more than one that it has.
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

const BY_INDEX = `
  select f.id as "flowId", r.lane, r.flow, r.key from flow f join record r on r.lane = f.lane and r.flow = f.num and r.key = $1
  union select f.id, r.lane, r.flow, r.key from record r join flow f on f.num = r.flow where r.number = $1
  union select f.id, d.lane, f.num, d.record_key from document d ${MAIN} where d.external_key = $1
  union select f.id, d.lane, f.num, d.record_key from document_number n join document d on d.lane = n.lane and d.id = n.document ${MAIN}
    where n.number = $1
  union select f.id, d.lane, f.num, d.record_key from document_number n join document d on d.lane = n.lane and d.id = n.document ${MAIN}
    where n.target_id = $1 and d.target_id = $1
  union select f.id, d.lane, f.num, d.record_key from flow o join document d on d.lane = o.lane and d.flow = o.num and d.id = $3::bigint ${MAIN}`;

const BY_BEGINNING = `
  select "flowId", lane, flow, key from (
    (select f.id as "flowId", r.lane, r.flow, r.key, r.number from record r join flow f on f.num = r.flow
      where r.number like $1 and ($2::text is null or f.id = $2) order by r.number using ~<~ limit ${FOUND_MAX})
    union all (select f.id, d.lane, d.flow, d.record_key, d.external_key from document d join flow f on f.num = d.flow
      where d.external_key like $1 and ($2::text is null or f.id = $2) order by d.external_key using ~<~ limit ${FOUND_MAX})
    union all (select f.id, d.lane, d.flow, d.record_key, n.number from document_number n join document d on d.lane = n.lane and d.id = n.document
      join flow f on f.num = d.flow where n.number like $1 and ($2::text is null or f.id = $2) order by n.number using ~<~ limit ${FOUND_MAX})
  ) found group by "flowId", lane, flow, key order by min(number collate "C"), "flowId", key limit ${FOUND_MAX}`;

/** Records one of whose numbers (source's, external key, target's) begins like this: at most twenty, in the order of the numbers. */
export async function findBeginning(client: Queryable, beginning: string, flowId?: string): Promise<readonly RecordRef[]> {
  const pattern = `${beginning.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  return (await client.query<RecordRef>(BY_BEGINNING, [pattern, flowId ?? null])).rows;
}

/** At most twenty, by flow and key; within one flow, or some, when `flowIds` is given. */
export async function findRecords(client: Queryable, text: string, flowIds?: string | readonly string[]): Promise<readonly RecordRef[]> {
  const id = /^\d{1,18}$/.test(text) ? text : null;
  const { rows } = await client.query<RecordRef>(
    `select * from (${BY_INDEX}) found where $2::text[] is null or "flowId" = any($2::text[]) order by "flowId", key limit ${FOUND_MAX}`,
    [text, typeof flowIds === "string" ? [flowIds] : (flowIds ?? null), id],
  );
  return rows;
}
