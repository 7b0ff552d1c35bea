/**
 * The records of a flow as a list: number, status derived from the documents, reason, documents. Read in pages, so that memory holds one.
 * Instants are epoch ms.
 */
import { recordStatus, statusOf, STATUSES, type Status } from "@datong/core";
import { placesOfFew, placesOfQueue, type FlowAt, type Places } from "./listed-places.ts";
import { waitsBehind, type Behind } from "./waits-behind.ts";
import type { Queryable } from "../store/transaction.ts";
import { writeBackFlow } from "../store/write-back-rows.ts";

export interface ListedDocument {
  readonly id: string;
  readonly status: Status;
  readonly externalKey: string | null;
  readonly number: string | null;
  readonly stage: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly vendorText: string | null;
  /** The document for which it waits: both have the same order key. */
  readonly behind: Behind | null;
}

export interface ListedRecord {
  readonly key: string;
  readonly number: string | null;
  readonly status: Status;
  /** Why it has no document: the rule that dropped it, or the problem. */
  readonly reason: string | null;
  readonly version: number;
  readonly changedAt: number;
  readonly documents: readonly ListedDocument[];
  /** What the source was told, or is to be, of the bill; null where nothing is. */
  readonly writeBack: ListedDocument | null;
  /** Behind this the same list goes on (`after`). */
  readonly place: string;
}

export interface ListOptions {
  readonly status?: Status;
  /** Only this source number or key. */
  readonly number?: string;
  /** Only records whose write-back stands so. */
  readonly writeBack?: Status;
  /** Only what has this code, our own or the vendor's, or this business cause. */
  readonly code?: string;
  readonly cause?: string;
  /** Only what changed at or after `fromMs`, and before `toMs`. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit: number;
  /** Only records behind this place: that of the last one of the page before. Without a status every key is a place. */
  readonly after?: string;
}

const PAGE_MAX = 500;
/** The year 9999. */
const LATEST_MS = 253_370_764_800_000;

/**
 * In the order of the keys; of a status that few have in the order of their documents, those without one at the end, and what is queued
 * in the order of the tasks. Each record once; fewer than `limit` means that there are no more.
 */
export async function listRecords(client: Queryable, at: FlowAt, options: ListOptions): Promise<readonly ListedRecord[]> {
  const told = await writeBackFlow(client, at.flow);
  if (told === null && options.writeBack !== undefined) return [];
  const found = new Map<string, ListedRecord>();
  for await (const page of placesOf(client, at, told, options)) {
    const records = await loadRecords(
      client,
      at,
      told,
      page.map((place) => place.key),
    );
    for (const { key, place, document } of page) {
      const record = records.get(key);
      if (record === undefined || !fits(record, options)) continue;
      // Found by several documents it is listed by the first; of tasks, which come and go, by the first that is met.
      const first = isWaiting(options.status) ? document : (record.documents.find((each) => each.status === options.status)?.id ?? null);
      if (found.has(key) || (document !== undefined && document !== first)) continue;
      const { said: _said, ...told } = record;
      found.set(key, { ...told, place });
      if (found.size === options.limit) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** What was said of each document that is not done. */
interface Said {
  readonly code: string | null;
  readonly vendorCode: string | null;
  readonly cause: string | null;
}

type Loaded = Omit<ListedRecord, "place"> & { readonly said: readonly Said[] };

function fits({ status, reason, changedAt, said }: Loaded, { status: wanted, code, cause, fromMs, toMs }: ListOptions): boolean {
  if (wanted !== undefined && status !== wanted) return false;
  if (changedAt < (fromMs ?? Number.NEGATIVE_INFINITY) || changedAt >= (toMs ?? Number.POSITIVE_INFINITY)) return false;
  if (code === undefined && cause === undefined) return true;
  const own = said.length === 0 && reason !== null ? [{ code: reason.split(":", 1)[0] ?? "", vendorCode: null, cause: null }] : said;
  return own.some(
    (each) => (code === undefined || each.code === code || each.vendorCode === code) && (cause === undefined || each.cause === cause),
  );
}

function isWaiting(status: Status | undefined): boolean {
  return status === "queued" || status === "sent";
}

function placesOf(client: Queryable, at: FlowAt, told: number | null, options: ListOptions): Places {
  const { status, writeBack, number, after = "" } = options;
  const size = Math.min(PAGE_MAX, options.limit);
  if (writeBack === undefined && number === undefined && status !== undefined && status !== "done")
    return isWaiting(status)
      ? placesOfQueue(client, at, after, size)
      : placesOfFew(client, at, { ...options, status: STATUSES[status].number }, after, size);
  return placesByKey(
    (from) => {
      if (writeBack !== undefined) return keysTold(client, at, told, options, from, size);
      return number === undefined ? keysAfter(client, at, options, from, size) : keysNumbered(client, at, number, from, size);
    },
    size,
    after,
  );
}

async function* placesByKey(read: (after: string) => Promise<readonly string[]>, size: number, after: string): Places {
  for (let from = after; ;) {
    const keys = await read(from);
    yield keys.map((key) => ({ key, place: key }));
    if (keys.length < size) return;
    from = keys.at(-1) ?? from;
  }
}

async function keysAfter(
  client: Queryable,
  at: FlowAt,
  { fromMs, toMs }: ListOptions,
  after: string,
  size: number,
): Promise<readonly string[]> {
  const isWithin = fromMs === undefined && toMs === undefined ? "" : "and changed_at >= $5 and changed_at < $6";
  const bounds = isWithin === "" ? [] : [new Date(fromMs ?? 0), new Date(toMs ?? LATEST_MS)];
  const { rows } = await client.query<{ key: string }>(
    `select key from record where lane = $1 and flow = $2 and key > $3 ${isWithin} order by key limit $4`,
    [at.lane, at.flow, after, size, ...bounds],
  );
  return rows.map((row) => row.key);
}

async function keysNumbered(client: Queryable, at: FlowAt, number: string, after: string, size: number): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(
    `select k.key from (select key from record where lane = $1 and flow = $2 and number = $4
        union select key from record where lane = $1 and flow = $2 and key = $4) k
     where k.key > $3 order by k.key limit $5`,
    [at.lane, at.flow, after, number, size],
  );
  return rows.map((row) => row.key);
}

/** Keys of the records whose write-back has the asked status. */
async function keysTold(
  client: Queryable,
  at: FlowAt,
  told: number | null,
  options: ListOptions,
  after: string,
  size: number,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(
    `select r.key from document d join record r on r.lane = $1 and r.flow = $2 and r.key = d.record_key
     where d.lane = $1 and d.flow = $3 and d.record_key > $4 and d.status = $5 and ($6::text is null or r.number = $6 or r.key = $6)
     order by d.record_key limit ${size}`,
    [at.lane, at.flow, told, after, STATUSES[options.writeBack ?? "done"].number, options.number ?? null],
  );
  return rows.map((row) => row.key);
}

interface RecordColumns {
  readonly key: string;
  readonly number: string | null;
  readonly status: number;
  readonly reason: string | null;
  readonly version: number;
  readonly changedAt: number;
}

async function loadRecords(
  client: Queryable,
  at: FlowAt,
  told: number | null,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Loaded>> {
  const { rows } = await client.query<RecordColumns>(
    `select key, number, status, reason, version, changed_at as "changedAt" from record
     where lane = $1 and flow = $2 and key = any($3::text[])`,
    [at.lane, at.flow, keys],
  );
  const documents = await loadDocuments(client, at, keys);
  const back = told === null ? [] : await loadDocuments(client, { lane: at.lane, flow: told }, keys);
  const toldOf = new Map(back.map((document) => [document.recordKey, document]));
  const heads = await waitsBehind(client, at.lane, documents);
  const ownOf = Map.groupBy(documents, (document) => document.recordKey);
  return new Map(
    rows.map((row) => {
      const own = ownOf.get(row.key) ?? [];
      const writeBack = toldOf.get(row.key);
      const status = recordStatus(
        statusOf(row.status),
        own.map((document) => statusOf(document.status)),
      );
      return [
        row.key,
        {
          ...row,
          status,
          documents: own.map((document) => listed(document, heads.get(document.id) ?? null)),
          said: own.filter((document) => document.status !== STATUSES.done.number),
          writeBack: writeBack === undefined ? null : listed(writeBack, null),
        },
      ];
    }),
  );
}

function listed(document: DocumentColumns, behind: Behind | null): ListedDocument {
  const { id, externalKey, number, stage, attempts, code, vendorText } = document;
  return { id, status: statusOf(document.status), externalKey, number, stage, attempts, code, vendorText, behind };
}

interface DocumentColumns extends Omit<ListedDocument, "status" | "behind">, Said {
  readonly recordKey: string;
  readonly status: number;
}

/** A record's own documents and those that it shares with others. */
async function loadDocuments(client: Queryable, at: FlowAt, keys: readonly string[]): Promise<readonly DocumentColumns[]> {
  const columns = `d.id, d.status, d.external_key as "externalKey", d.number, d.stage, d.attempts, d.code, d.vendor_text as "vendorText",
    d.vendor_code as "vendorCode", d.cause`;
  const { rows } = await client.query<DocumentColumns>(
    `select d.record_key as "recordKey", ${columns} from document d where d.lane = $1 and d.flow = $2 and d.record_key = any($3::text[])
     union all select s.record_key, ${columns} from document_source s join document d on d.lane = s.lane and d.id = s.document
       where s.lane = $1 and s.flow = $2 and s.record_key = any($3::text[])
     order by id`,
    [at.lane, at.flow, keys],
  );
  return rows;
}
