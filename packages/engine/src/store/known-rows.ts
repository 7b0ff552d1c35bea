/** What the ledger already knows of a page: which records are new, changed or the same, and the documents they became. */
import { STATUSES } from "@datong/core";
import type { Queryable } from "./transaction.ts";

export interface KnownRecord {
  readonly version: number;
  /** Whether the fingerprint is the one that is stored. */
  readonly same: boolean;
  /** Seen before, and not acted on yet. */
  readonly waiting: boolean;
  readonly status: number;
}

/** Stored in place of a fingerprint that has not been acted on yet: equal to none, so that the next reading plans the bill anew. */
export const NOT_YET = "00";

export interface KnownDocument {
  readonly id: string;
  readonly unit: string;
  readonly recordKey: string;
  readonly part: string;
  readonly status: number;
  readonly version: number;
  readonly targetId: string | null;
  readonly number: string | null;
  readonly stage: string | null;
  readonly externalKey: string | null;
  readonly orderKey: string | null;
  /** A worker holds its task right now, or it was sent; or it is done, and is about to be taken back. */
  readonly inFlight: boolean;
  /** A write of it, or of an earlier version of it, may have been taken. */
  readonly doubted: boolean;
}

/** Keys in the order asked; one statement, an index probe per key. */
export async function knownRecords(
  client: Queryable,
  lane: number,
  flow: number,
  asked: readonly { readonly key: string; readonly fingerprint: string }[],
): Promise<ReadonlyMap<string, KnownRecord>> {
  if (asked.length === 0) return new Map();
  const { rows } = await client.query<{ key: string; version: number; fingerprint: string; status: number }>({
    name: "record_known",
    text: `select r.key, r.version, encode(r.fingerprint, 'hex') as fingerprint, r.status from record r
      where r.lane = $1 and r.flow = $2 and r.key = any($3::text[])`,
    values: [lane, flow, asked.map((a) => a.key)],
  });
  const known = new Map(rows.map((row) => [row.key, row]));
  return new Map(
    asked.flatMap(({ key, fingerprint }): [string, KnownRecord][] => {
      const row = known.get(key);
      if (row === undefined) return [];
      const { version, status, fingerprint: stored } = row;
      return [[key, { version, status, same: stored === fingerprint, waiting: stored === NOT_YET }]];
    }),
  );
}

/** Of a document `d`. */
export const DOUBTED = "(d.in_doubt or d.former_keys <> '{}')";

/** A document that is done has a call to come where it has a task, or where that call waits for its turn behind others of its order key. */
const DOCUMENT_COLUMNS = `d.id, d.unit, d.record_key as "recordKey", d.part, d.status, d.version, d.target_id as "targetId", d.number, d.stage, d.external_key as "externalKey", d.order_key as "orderKey",
  ${DOUBTED} as doubted, exists (select 1 from task t where t.lane = d.lane and t.id = any(d.tasks) and (t.owner is not null or t.sent_at is not null or d.status = ${STATUSES.done.number}))
    or d.order_key is not null and d.status = ${STATUSES.done.number}
      and exists (select 1 from order_line o where o.lane = d.lane and o.document = d.id) as "inFlight"`;

export async function documentsOfRecords(
  client: Queryable,
  lane: number,
  flow: number,
  keys: readonly string[],
): Promise<readonly KnownDocument[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<KnownDocument>({
    name: "document_of_records",
    text: `select ${DOCUMENT_COLUMNS} from document d where d.lane = $1 and d.flow = $2 and d.record_key = any($3::text[])`,
    values: [lane, flow, keys],
  });
  return rows;
}

export async function documentsOfUnits(
  client: Queryable,
  lane: number,
  flow: number,
  units: readonly string[],
): Promise<readonly KnownDocument[]> {
  if (units.length === 0) return [];
  const { rows } = await client.query<KnownDocument>({
    name: "document_of_units",
    text: `select ${DOCUMENT_COLUMNS} from document d where d.lane = $1 and d.flow = $2 and d.unit = any($3::text[])`,
    values: [lane, flow, units],
  });
  return rows;
}

/** A document that failed, or waits for a record of another flow, and that the target never took and will not take: it is put together anew. */
export const OPEN_AGAIN = `(d.status = 4 or d.status = 0 and d.code = 'LOOKUP_WAITS') and d.number is null and d.target_id is null and d.stage is null and not ${DOUBTED}`;

const COUNTS = `not (${OPEN_AGAIN})`;

/** Those of the keys whose records are counted in a document: its first record, or linked to it. */
export async function mergedRecords(client: Queryable, lane: number, flow: number, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await client.query<{ key: string }>({
    name: "record_merged",
    text: `select u.k as key from unnest($3::text[]) as u(k)
      where exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = u.k and ${COUNTS})
        or exists (select 1 from document_source s join document d on d.lane = $1 and d.id = s.document
          where s.lane = $1 and s.flow = $2 and s.record_key = u.k and ${COUNTS})`,
    values: [lane, flow, keys],
  });
  return new Set(rows.map((row) => row.key));
}
