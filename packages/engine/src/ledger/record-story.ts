/**
 * Everything that the ledger knows of one record: rows as they came, documents with bodies, tasks, exchanges with the read and the
 * writes, runs. Texts are as stored (exchanges masked). Instants are epoch ms.
 */
import { objectsText, recordStatus, statusOf, type Status } from "@datong/core";
import { interventionsOf, type Intervention } from "../store/intervention-rows.ts";
import { readPlaces, unpackText, type Place } from "../store/stored-text.ts";
import type { Queryable } from "../store/transaction.ts";
import { writeBackFlow } from "../store/write-back-rows.ts";
import { waitsBehind, type Behind } from "./waits-behind.ts";
import type { RecordRef } from "./find-records.ts";

export interface StoryExchange {
  readonly id: string;
  readonly at: number;
  readonly task: string | null;
  readonly operation: string;
  readonly status: number;
  readonly tookMs: number;
  readonly request: string;
  readonly response: string;
}

export interface StoryTask {
  readonly id: string;
  readonly action: string;
  readonly runAt: number;
  readonly attempts: number;
  readonly sentAt: number | null;
}

export interface StoryDocument {
  readonly id: string;
  readonly unit: string;
  readonly part: string;
  readonly version: number;
  readonly revision: number;
  readonly externalKey: string | null;
  readonly number: string | null;
  readonly targetId: string | null;
  readonly status: Status;
  readonly stage: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly cause: string | null;
  readonly vendorCode: string | null;
  readonly vendorText: string | null;
  readonly run: string;
  readonly changedAt: number;
  /** The document for which it waits: both have the same order key. */
  readonly behind: Behind | null;
  /** JSON text as it was or will be sent; null when the body is gone. */
  readonly body: string | null;
  /** Tasks that still wait for this document. */
  readonly waiting: readonly StoryTask[];
  readonly exchanges: readonly StoryExchange[];
  /** Keys of all records that it stands for, when there are more than one. */
  readonly records: readonly string[];
}

export interface RecordStory {
  readonly flowId: string;
  readonly key: string;
  readonly number: string | null;
  readonly status: Status;
  readonly reason: string | null;
  readonly version: number;
  readonly seenAt: number;
  readonly changedAt: number;
  readonly run: string;
  /** JSON list of the source rows, byte for byte where they came as objects; null when it is gone. */
  readonly rows: string | null;
  /** The exchange that it was read with; null when it is gone (kept for a while only). */
  readonly read: StoryExchange | null;
  readonly documents: readonly StoryDocument[];
  /** What the source was told, or is to be, of the bill; null where nothing is. */
  readonly writeBack: StoryDocument | null;
  /** What people did to it by hand, in the order of time. */
  readonly interventions: readonly Intervention[];
}

/** Null when the ledger does not have the record. */
export async function recordStory(client: Queryable, ref: RecordRef): Promise<RecordStory | null> {
  const { rows } = await client.query<
    Omit<RecordStory, "flowId" | "status" | "read" | "documents" | "writeBack" | "interventions" | "rows"> &
      Place & { status: number; exchange: string | null }
  >(
    `select r.key, r.number, r.status, r.reason, r.version, r.seen_at as "seenAt", r.changed_at as "changedAt", r.run, r.exchange, r.block, r.place
     from record r where r.lane = $1 and r.flow = $2 and r.key = $3`,
    [ref.lane, ref.flow, ref.key],
  );
  const record = rows[0];
  if (record === undefined) return null;
  const { exchange, status, block, place, ...rest } = record;
  const [body] = await readPlaces(client, ref.lane, [{ block, place }]);
  const read = exchange === null ? [] : await loadExchanges(client, ref.lane, "id = any($2::bigint[])", [exchange]);
  const documents = await loadDocuments(client, ref);
  const told = await writeBackFlow(client, ref.flow);
  return {
    ...rest,
    rows: body === null || body === undefined ? null : objectsText(body),
    flowId: ref.flowId,
    status: recordStatus(
      statusOf(status),
      documents.map((document) => document.status),
    ),
    read: read[0] ?? null,
    documents,
    writeBack: told === null ? null : ((await loadDocuments(client, { ...ref, flow: told }))[0] ?? null),
    interventions: await interventionsOf(client, ref.lane, ref.flow, ref.key),
  };
}

type DocumentColumns = Omit<StoryDocument, "status" | "behind" | "waiting" | "exchanges" | "records" | "body"> &
  Place & { status: number; tasks: readonly string[] };

async function loadDocuments(client: Queryable, ref: RecordRef): Promise<readonly StoryDocument[]> {
  const { rows } = await client.query<DocumentColumns>(
    `select d.id, d.unit, d.part, d.version, d.revision, d.external_key as "externalKey", d.number, d.target_id as "targetId", d.status, d.stage,
       d.attempts, d.code, d.cause, d.vendor_code as "vendorCode", d.vendor_text as "vendorText", d.run, d.changed_at as "changedAt", d.tasks, d.block, d.place
     from document d where d.lane = $1 and d.id in (
       select o.id from document o where o.lane = $1 and o.flow = $2 and o.record_key = $3
       union all select s.document from document_source s where s.lane = $1 and s.flow = $2 and s.record_key = $3)
     order by d.id`,
    [ref.lane, ref.flow, ref.key],
  );
  const bodies = await readPlaces(client, ref.lane, rows);
  const heads = await waitsBehind(client, ref.lane, rows);
  const stories: StoryDocument[] = [];
  for (const [i, row] of rows.entries()) {
    const { tasks } = row;
    stories.push({
      ...columnsOf(row),
      behind: heads.get(row.id) ?? null,
      body: bodies[i] ?? null,
      waiting: await loadTasks(client, ref.lane, row.id, tasks),
      exchanges: tasks.length === 0 ? [] : await loadExchanges(client, ref.lane, "task = any($2::bigint[])", tasks),
      records: await recordsOf(client, ref, row.id),
    });
  }
  return stories;
}

/** Without what tells only where things lie. */
function columnsOf(row: DocumentColumns): Omit<StoryDocument, "body" | "behind" | "waiting" | "exchanges" | "records"> {
  const { id, unit, part, version, revision, externalKey, number, targetId, stage, attempts, code, cause, vendorCode, vendorText } = row;
  const named = { id, unit, part, version, revision, externalKey, number, targetId, stage, attempts, code, cause, vendorCode, vendorText };
  return { ...named, status: statusOf(row.status), run: row.run, changedAt: row.changedAt };
}

async function loadTasks(client: Queryable, lane: number, document: string, ids: readonly string[]): Promise<readonly StoryTask[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<StoryTask>(
    `select id, action, run_at as "runAt", attempts, sent_at as "sentAt" from task
     where lane = $1 and id = any($2::bigint[]) and $3 = any(documents) order by id`,
    [lane, ids, document],
  );
  return rows;
}

async function loadExchanges(client: Queryable, lane: number, where: string, ids: readonly string[]): Promise<readonly StoryExchange[]> {
  const { rows } = await client.query<Omit<StoryExchange, "request" | "response"> & { request: Buffer; response: Buffer }>(
    `select id, at, task, operation, status, took_ms as "tookMs", request, response from exchange where lane = $1 and ${where} order by at, id`,
    [lane, ids],
  );
  return rows.map((row) => ({ ...row, request: unpackText(row.request), response: unpackText(row.response) }));
}

async function recordsOf(client: Queryable, ref: RecordRef, document: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(
    `select d.record_key as key from document d where d.lane = $1 and d.id = $3
     union select s.record_key from document_source s where s.lane = $1 and s.flow = $2 and s.document = $3 order by key limit 1000`,
    [ref.lane, ref.flow, document],
  );
  return rows.length > 1 ? rows.map((row) => row.key) : [];
}
