/** What a repair needs to know of records and their documents, a page in two statements. */
import { STATUSES, storedRecord, type SourceRecord } from "@datong/core";
import { DOUBTED } from "../../store/known-rows.ts";
import { readPlaces, type Place } from "../../store/stored-text.ts";
import type { Queryable } from "../../store/transaction.ts";

export interface OpenDocument {
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
  readonly code: string | null;
  readonly orderKey: string | null;
  /** A write of it, or of an earlier version of it, may have been taken. */
  readonly doubted: boolean;
  /** A worker holds its task right now, or it was sent; or it is done, and is about to be taken back. */
  readonly inFlight: boolean;
  /** A task of it stands in the queue. */
  readonly hasTask: boolean;
}

export interface StoredRecord {
  readonly key: string;
  readonly number: string | null;
  readonly version: number;
  readonly status: number;
  /** Hex. */
  readonly fingerprint: string;
}

const COLUMNS = `d.id, d.unit, d.record_key as "recordKey", d.part, d.status, d.version, d.target_id as "targetId", d.number, d.stage,
  d.external_key as "externalKey", d.code, d.order_key as "orderKey", ${DOUBTED} as doubted, d.tasks`;

type Columns = Omit<OpenDocument, "inFlight" | "hasTask"> & { readonly tasks: readonly string[] };

/** One look at the queue for all of them: a look for each document would cost more the longer the queue is. */
async function withTasks(client: Queryable, lane: number, rows: readonly Columns[]): Promise<readonly OpenDocument[]> {
  const ids = rows.flatMap((row) => row.tasks);
  const found = await client.query<{ id: string; documents: string[]; taken: boolean }>({
    name: "repair_tasks",
    text: "select t.id, t.documents, t.owner is not null or t.sent_at is not null as taken from task t where t.lane = $1 and t.id = any($2::bigint[])",
    values: [lane, ids],
  });
  const byId = new Map(found.rows.map((row) => [row.id, { taken: row.taken, documents: new Set(row.documents) }]));
  return rows.map(({ tasks, ...row }) => {
    // A task that a document has left stands in the queue until it is claimed.
    const own = tasks.flatMap((id) => (byId.get(id)?.documents.has(row.id) === true ? (byId.get(id) ?? []) : []));
    return {
      ...row,
      inFlight: own.some(({ taken }) => taken || row.status === STATUSES.done.number),
      hasTask: own.length > 0,
    };
  });
}

/** Documents of records: their own, and those that they share. */
export async function openDocuments(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  keys: readonly string[],
): Promise<readonly OpenDocument[]> {
  const { rows } = await client.query<Columns>({
    name: "repair_documents",
    text: `select ${COLUMNS} from document d where d.lane = $1 and d.flow = $2 and d.record_key = any($3::text[])
      union select ${COLUMNS} from document_source s join document d on d.lane = s.lane and d.id = s.document
        where s.lane = $1 and s.flow = $2 and s.record_key = any($3::text[])
      order by id`,
    values: [at.lane, at.flow, keys],
  });
  return withTasks(client, at.lane, rows);
}

/** The documents of the ids alone. */
export async function documentsOfIds(client: Queryable, lane: number, ids: readonly string[]): Promise<readonly OpenDocument[]> {
  const { rows } = await client.query<Columns>({
    name: "repair_documents_by_id",
    text: `select ${COLUMNS} from document d where d.lane = $1 and d.id = any($2::bigint[]) order by d.id`,
    values: [lane, ids],
  });
  return withTasks(client, lane, rows);
}

/** Records with their rows as they were read last; those whose rows are gone are left out. */
export async function storedRecords(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  keys: readonly string[],
): Promise<readonly (StoredRecord & { readonly record: SourceRecord })[]> {
  const { rows } = await client.query<StoredRecord & Place>({
    name: "repair_records",
    text: `select key, number, version, status, encode(fingerprint, 'hex') as fingerprint, block, place from record
      where lane = $1 and flow = $2 and key = any($3::text[]) order by key`,
    values: [at.lane, at.flow, keys],
  });
  const texts = await readPlaces(client, at.lane, rows);
  return rows.flatMap(({ key, number, version, status, fingerprint }, i) => {
    const text = texts[i];
    if (text === null || text === undefined) return [];
    return [{ key, number, version, status, fingerprint, record: storedRecord({ key, number, rows: text }) }];
  });
}
