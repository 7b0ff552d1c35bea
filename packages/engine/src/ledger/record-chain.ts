/**
 * The chain of a bill across flows (order → outbound → receivable): records that share a number. What one flow wrote under a number is
 * what another reads under it, or names in an extra key; from each record the search goes on with its own numbers. Bounded; each step is
 * two statements, whatever it finds.
 */
import { findMany, type RecordRef } from "./find-records.ts";
import type { Queryable } from "../store/transaction.ts";

export interface ChainLink {
  /** Places in `records`. */
  readonly from: number;
  readonly to: number;
  /** The number that both have. */
  readonly number: string;
}

export interface RecordChain {
  /** The record that was asked for first, then as they were found. */
  readonly records: readonly RecordRef[];
  readonly links: readonly ChainLink[];
  /** There is more than is told. */
  readonly isCut: boolean;
}

const STEPS_MAX = 5;
const RECORDS_MAX = 50;
/** A number that so many bills have (a customer, a day) ties nothing together. */
const COMMON = 10;
/** Shorter ones are line numbers and codes. */
const LENGTH_MIN = 4;

/** Within the flows that are given. */
export async function recordChain(client: Queryable, first: RecordRef, flowIds: readonly string[]): Promise<RecordChain> {
  const records: RecordRef[] = [first];
  const placeOf = new Map([[nameOf(first), 0]]);
  const links: ChainLink[] = [];
  const asked = new Set<string>();
  let isCut = false;
  let edge: readonly RecordRef[] = [first];
  for (let step = 0; step < STEPS_MAX && edge.length > 0; step += 1) {
    const numbers = await numbersOf(client, edge);
    const fresh = [...new Set(numbers.map(({ number }) => number))].filter((number) => !asked.has(number) && number.length >= LENGTH_MIN);
    for (const number of fresh) asked.add(number);
    const next: RecordRef[] = [];
    for (const { number, refs } of await findMany(client, fresh, flowIds)) {
      if (refs.length > COMMON) continue;
      const owners = numbers.filter((each) => each.number === number).map((each) => placeOf.get(nameOf(each.ref)) ?? 0);
      for (const ref of refs) {
        if (!placeOf.has(nameOf(ref))) {
          if (records.length === RECORDS_MAX) {
            isCut = true;
            continue;
          }
          placeOf.set(nameOf(ref), records.push(ref) - 1);
          next.push(ref);
        }
        const to = placeOf.get(nameOf(ref)) ?? 0;
        for (const from of owners)
          if (from !== to && !links.some((link) => (link.from === from && link.to === to) || (link.from === to && link.to === from)))
            links.push({ from, to, number });
      }
    }
    edge = next;
  }
  return { records, links, isCut };
}

function nameOf(ref: RecordRef): string {
  return `${ref.flowId} ${ref.key}`;
}

/** Every number of the records: their own, the target's, the external keys, the extra ones. */
async function numbersOf(
  client: Queryable,
  refs: readonly RecordRef[],
): Promise<readonly { readonly ref: RecordRef; readonly number: string }[]> {
  const { rows } = await client.query<{ place: string; number: string }>(
    `with x as (select l, f, k, o from unnest($1::int[], $2::int[], $3::text[]) with ordinality as x(l, f, k, o)),
       d as (select x.o, d.number, d.external_key, d.target_id from x join document d on d.lane = x.l and d.flow = x.f and d.record_key = x.k
         union all select x.o, d.number, d.external_key, d.target_id from x join document_source s on s.lane = x.l and s.flow = x.f
           and s.record_key = x.k join document d on d.lane = s.lane and d.id = s.document)
     select o as place, number from (
       select o, k as number from x
       union select x.o, r.number from x join record r on r.lane = x.l and r.flow = x.f and r.key = x.k
       union select o, number from d union select o, external_key from d union select o, target_id from d
       union select x.o, e.value from x join record_extra e on e.lane = x.l and e.flow = x.f and e.record_key = x.k) n
     where number is not null order by o, number limit 2000`,
    [refs.map((ref) => ref.lane), refs.map((ref) => ref.flow), refs.map((ref) => ref.key)],
  );
  return rows.flatMap(({ place, number }) => {
    const ref = refs[Number(place) - 1];
    return ref === undefined ? [] : [{ ref, number }];
  });
}
