/** What a list of found records says of each: number, status, reason. One statement for all, whatever flows they belong to. */
import { recordStatus, statusOf, type Status } from "@datong/core";
import type { RecordRef } from "./find-records.ts";
import type { Queryable } from "../store/transaction.ts";

export interface DescribedRecord extends RecordRef {
  readonly number: string | null;
  readonly status: Status;
  /** The rule that dropped it, or the problem. */
  readonly reason: string | null;
  readonly changedAt: number;
  /** What the target calls its documents. */
  readonly targetNumbers: readonly string[];
}

interface Row {
  readonly flow: number;
  readonly key: string;
  readonly number: string | null;
  readonly status: number;
  readonly reason: string | null;
  readonly changedAt: number;
  readonly statuses: readonly number[];
  readonly targetNumbers: readonly string[];
}

/** In the order of the refs; what is gone meanwhile is left out. */
export async function describeRecords(client: Queryable, refs: readonly RecordRef[]): Promise<readonly DescribedRecord[]> {
  if (refs.length === 0) return [];
  const { rows } = await client.query<Row>({
    name: "describe_records",
    text: `select r.flow, r.key, r.number, r.status, r.reason, r.changed_at as "changedAt", coalesce(d.statuses, '{}') as statuses,
       coalesce(d.numbers, '{}') as "targetNumbers"
     from unnest($1::int[], $2::int[], $3::text[]) as x(l, f, k) join record r on r.lane = x.l and r.flow = x.f and r.key = x.k
     cross join lateral (select array_agg(o.status) as statuses, array_agg(o.number) filter (where o.number is not null) as numbers from (
       select status, number from document where lane = x.l and flow = x.f and record_key = x.k
       union all select o.status, o.number from document_source s join document o on o.lane = s.lane and o.id = s.document
         where s.lane = x.l and s.flow = x.f and s.record_key = x.k) o) d`,
    values: [refs.map((ref) => ref.lane), refs.map((ref) => ref.flow), refs.map((ref) => ref.key)],
  });
  const found = new Map(rows.map((row) => [`${row.flow} ${row.key}`, row]));
  return refs.flatMap((ref) => {
    const row = found.get(`${ref.flow} ${ref.key}`);
    if (row === undefined) return [];
    const { number, reason, changedAt, targetNumbers } = row;
    return [{ ...ref, number, reason, changedAt, targetNumbers, status: recordStatus(statusOf(row.status), row.statuses.map(statusOf)) }];
  });
}
