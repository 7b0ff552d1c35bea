/**
 * The page's transaction: records, documents, tasks, cursor, counters and exchanges are stored together or not at all.
 *
 * Every statement names the lane, starts from the anchor `lane` where it inserts many rows, and takes the whole page as one JSON text.
 * Rows are sorted by key before, so that two pages never wait for each other crosswise.
 */
import { DatongError, type ErrorCode } from "@datong/core";
import type pg from "pg";
import { crashPoint } from "../crash-point.ts";
import { countingLooked, countingSimple, isSimple, neighboursOf } from "./page-counts.ts";
import { lockLines, placePage, type PageOrder } from "./place-page.ts";
import { indexRecords, lookupIndexes, type LookupIndex } from "./lookup-rows.ts";
import { insertExchanges, type StoredExchange } from "./exchange-rows.ts";
import { insertBlocks, type BlockRow } from "./stored-text.ts";
import { clearAttention, noteAttention } from "./attention-rows.ts";
import type { ClosedWindow } from "../flow/source/tally.ts";
import { insertCertificate } from "./certificate-rows.ts";
import { saveCursor } from "./cursor-rows.ts";
import { keepExtraKeys } from "./extra-keys.ts";
import { joinTasks, leaveTasks, lockPlanned, skipDocuments, type PlannedDocument } from "./planned-rows.ts";
import { numberArray, numberColumn, rowsJson, storableText, textArray, textColumn } from "./parameters.ts";
import { insertRecords, upsertRecords } from "./record-rows.ts";
import { insertTakenNumbers } from "./taken-over-rows.ts";
import { transaction, type Later, type Queryable } from "./transaction.ts";
import { insertTasks, type TaskRow } from "./insert-tasks.ts";
import { queueShared, type WriteBackQueue } from "./write-back-rows.ts";

export interface RecordRow {
  readonly key: string;
  readonly number: string | null;
  /** Hex. */
  readonly fingerprint: string;
  readonly version: number;
  /** Number of the status table. */
  readonly status: number;
  readonly reason: string | null;
  readonly rows: string;
  /** The ledger did not have it when the page was planned. */
  readonly isNew: boolean;
}

export interface DocumentRow {
  readonly id: string;
  readonly unit: string;
  readonly recordKey: string;
  readonly part: string;
  readonly version: number;
  readonly externalKey: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly vendorText: string | null;
  /** The task it is written by, once the page's tasks are cut. */
  task: string | null;
  readonly body: string;
  /** Documents for which it is the same are written in order. */
  readonly orderKey?: string | null;
  /** The target's number, of a document that another system wrote. */
  readonly number?: string | null;
  /** Of a document that the ledger has: what it forgets, for it was taken back at the target. `stage`: it still stands there. */
  readonly forgets?: "stage" | "target";
}

export interface PageRows {
  readonly lane: number;
  readonly flow: number;
  readonly revision: number;
  readonly run: string;
  readonly account: string;
  readonly records: readonly RecordRow[];
  /** Documents that the ledger does not have yet. */
  readonly documents: readonly DocumentRow[];
  /** Documents that it has, with a new version: same unit, new body, queued again. */
  readonly replaced: readonly DocumentRow[];
  /** Documents that the target never took and that others take the place of. */
  readonly gone?: readonly string[];
  /** Documents that the ledger has, with the status that the page was planned on. */
  readonly planned: readonly PlannedDocument[];
  /** Of the planned: those that are not to be written any more, for their bill was taken back at the source. */
  readonly skipped: readonly string[];
  /** Why, where it is another reason. */
  readonly skippedAs?: ErrorCode;
  readonly links: readonly { readonly recordKey: string; readonly document: string }[];
  readonly mergeItems: readonly { readonly mergeKey: string; readonly recordKey: string }[];
  readonly mergeDone: readonly string[];
  readonly tasks: readonly TaskRow[];
  /** Of a flow that has an order key; its documents with a key are in no task yet. */
  readonly order?: PageOrder;
  readonly cursors: readonly { readonly name: string; readonly value: string }[];
  /** The window of the source that this page closes. */
  readonly closes?: ClosedWindow;
  /** `added`: records that the ledger did not have; the changed ones are the rest of those that are not unchanged. */
  readonly counts: { readonly read: number; readonly records: number; readonly unchanged: number; readonly added?: number };
  readonly exchanges: readonly StoredExchange[];
  /** Fields by whose values the flow's records are searched for besides their own number. */
  readonly extraKeys?: readonly string[];
  /** Of a flow with a write-back: a bill that only shares documents which are done already is queued to be told of. */
  readonly writeBack?: WriteBackQueue & { readonly priority: number };
  /** Ids for the blocks that hold the bodies. */
  readonly nextId: () => string;
}

/**
 * Commits a page. False: a document was taken by the writer, or settled, since the page was planned; nothing was stored, plan anew.
 * The caller may see the commit fail without knowing whether it went through: the same page again is harmless. `also`: done in the same
 * transaction, or not at all.
 */
export async function commitPage(pool: pg.Pool, page: PageRows, also?: (client: Queryable) => Promise<void>): Promise<boolean> {
  try {
    return await storePageRows(pool, page, also);
  } catch (error) {
    // A process that lost its lease without knowing it stored these bills first.
    if (isStoredBefore(error)) return false;
    throw error;
  }
}

/** Of a shard (Citus) the name of the key is followed by the shard's number. */
function isStoredBefore(error: unknown): boolean {
  return /^(document_unit|record_pkey)(_\d+)?$/.test((error as { readonly constraint?: string }).constraint ?? "");
}

async function storePageRows(
  pool: pg.Pool,
  planned: PageRows,
  also: (client: Queryable) => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
  return transaction(pool, async (client, later) => {
    const standing = refuseFormerRun(client, planned);
    later(standing);
    const neighbours = isSimple(planned) ? undefined : neighboursOf(planned);
    // A page of new bills goes out with the question whether it may; all others look first.
    if (neighbours !== undefined) await standing;
    const queued = await lockPlanned(client, planned.lane, planned.planned, neighbours, () => lockLines(client, planned));
    if (queued === null) return false;
    const page = await placePage(client, planned);
    if (page.extraKeys !== undefined) later(keepExtraKeys(client, page, page.extraKeys, page.records));
    const store = (): Promise<void> => storeBills(client, later, page, queued, planned.tasks, neighbours === undefined);
    if (neighbours === undefined) later(countingSimple(client, page, store));
    else await countingLooked(client, page, store);
    await queueShared(client, page);
    later(insertExchanges(client, page.lane, page.flow, page.run, page.exchanges));
    for (const cursor of page.cursors) later(saveCursor(client, page.lane, page.flow, cursor.name, cursor.value));
    if (page.closes !== undefined)
      later(insertCertificate(client, page, { ...page.closes, id: page.nextId(), windows: 1, revision: page.revision, run: page.run }));
    const { read, records, unchanged, added = 0 } = page.counts;
    const counted = client.query({
      name: "run_count",
      text: "update run set read = read + $3, records = records + $4, unchanged = unchanged + $5, added = added + $6, changed = changed + $7 where lane = $1 and id = $2",
      values: [page.lane, page.run, read, records, unchanged, added, records - unchanged - added],
    });
    later(counted);
    const indexes = await standing;
    if (indexes.length > 0) await indexRecords(client, page, indexes, page.records);
    await also(client);
    crashPoint("page.inside");
    return true;
  });
}

/** `joined`: the tasks that documents go on in as they are. `isNew`: the ledger has none of the records. */
async function storeBills(
  client: Queryable,
  later: Later,
  page: PageRows,
  queued: readonly string[],
  joined: PageRows["tasks"],
  isNew: boolean,
): Promise<void> {
  if (page.records.length > 0) later(isNew ? insertRecords(client, page) : upsertRecords(client, page));
  if (page.gone !== undefined && page.gone.length > 0) await removeDocuments(client, page.lane, page.flow, page.gone);
  if (page.documents.length > 0) later(insertDocuments(client, page));
  await leaveTasks(client, page.lane, queued, page.planned);
  if (page.skipped.length > 0) await skipDocuments(client, page);
  if (page.replaced.length > 0) await replaceDocuments(client, page);
  await joinTasks(client, page.lane, { ...page, tasks: joined });
  if (page.mergeDone.length > 0) await removeLinks(client, page);
  await insertLinks(client, page);
  if (page.tasks.length > 0) later(insertTasks(client, page.lane, page.flow, page.account, page.tasks));
}

/**
 * A process that paused until its lease was gone must not store what it read before: newer versions may be there, whose window is over.
 * The lock makes the next run's beginning wait for this page, so that it sees what this page brings. Throws FLOW_RUNNING.
 * Gives the indexes that the page's records are to be found by.
 */
async function refuseFormerRun(client: Queryable, page: PageRows): Promise<readonly LookupIndex[]> {
  const [, newest, indexes] = await Promise.all([
    client.query({
      name: "lease_hold",
      text: "select 1 from cursor where lane = $1 and flow = $2 and name = 'lease' for share",
      values: [page.lane, page.flow],
    }),
    client.query<{ id: string }>({
      name: "run_newer",
      text: "select id from run where lane = $1 and flow = $2 and id > $3 order by id desc limit 1",
      values: [page.lane, page.flow, page.run],
    }),
    lookupIndexes(client, page.lane, page.flow),
  ]);
  const newer = newest.rows[0];
  if (newer !== undefined) throw new DatongError("FLOW_RUNNING", { flow: page.flow, owner: `run ${newer.id}` });
  return indexes;
}

/** The places of the documents' bodies: those of one task share a block, so that a claim reads one. */
function placesOf(
  page: PageRows,
  documents: readonly DocumentRow[],
): { readonly blockIds: string[]; readonly places: number[]; readonly blocks: BlockRow[] } {
  const blocks = new Map<string | null, { readonly id: string; readonly texts: string[] }>();
  const blockIds: string[] = [];
  const places: number[] = [];
  for (const document of documents) {
    let block = blocks.get(document.task);
    if (block === undefined) blocks.set(document.task, (block = { id: page.nextId(), texts: [] }));
    blockIds.push(block.id);
    places.push(block.texts.push(document.body) - 1);
  }
  return { blockIds, places, blocks: [...blocks.values()] };
}

async function insertDocuments(client: Queryable, page: PageRows): Promise<void> {
  const { documents } = page;
  const { blockIds, places, blocks } = placesOf(page, documents);
  const stored = insertBlocks(client, page.lane, page.flow, blocks);
  const inserted = client.query({
    name: "document_insert",
    text: `insert into document (lane, id, flow, unit, record_key, part, version, revision, external_key, status, code, vendor_text, tasks, run, block, place, order_key, number)
      select l.lane, x.i, $2, x.u, x.k, x.p, x.v, $3, x.e, x.s, x.c, x.t, case when x.q is null then '{}' else array[x.q] end, $4, x.b, x.l, x.o, x.n
      from lane l cross join unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::int[], $10::text[], $11::smallint[], $12::text[], $13::text[],
        $14::bigint[], $15::bigint[], $16::int[], $17::text[], $18::text[]) as x(i, u, k, p, v, e, s, c, t, q, b, l, o, n)
      where l.lane = $1`,
    values: [
      page.lane,
      page.flow,
      page.revision,
      page.run,
      numberArray(documents.map((d) => d.id)),
      textArray(documents.map((d) => d.unit)),
      textArray(documents.map((d) => d.recordKey)),
      textArray(documents.map((d) => d.part)),
      numberArray(documents.map((d) => d.version)),
      textColumn(documents.map((d) => d.externalKey)),
      numberArray(documents.map((d) => d.status)),
      textColumn(documents.map((d) => d.code)),
      textColumn(documents.map((d) => d.vendorText)),
      numberColumn(documents.map((d) => d.task)),
      numberArray(blockIds),
      numberArray(places),
      textColumn(documents.map((d) => d.orderKey ?? null)),
      textColumn(documents.map((d) => d.number ?? null)),
    ],
  });
  const numbered = insertTakenNumbers(
    client,
    page,
    documents.map((d) => ({ id: d.id, number: d.number ?? null })),
  );
  await Promise.all([stored, inserted, numbered, noteAttention(client, page.lane, page.flow, documents)]);
}

async function replaceDocuments(client: Queryable, page: PageRows): Promise<void> {
  const ids = page.replaced.map((d) => d.id);
  const { blockIds, places, blocks } = placesOf(page, page.replaced);
  await insertBlocks(client, page.lane, page.flow, blocks);
  const rows = page.replaced.map((d, i) => ({
    i: d.id,
    k: storableText(d.recordKey),
    f: d.forgets ?? null,
    v: d.version,
    e: d.externalKey,
    s: d.status,
    c: d.code,
    t: d.vendorText,
    q: d.task,
    b: blockIds[i],
    l: places[i],
    o: d.orderKey ?? null,
  }));
  await client.query({
    name: "document_replace",
    text: `update document d set version = x.v, record_key = x.k, stage = case when x.f is null then d.stage end, revision = $2,
        number = case when x.f = 'target' then null else d.number end, target_id = case when x.f = 'target' then null else d.target_id end, external_key = x.e, status = x.s, code = x.c, vendor_text = x.t, cause = null, vendor_code = null, attempts = 0, in_doubt = false,
        former_keys = case when x.f = 'target' then '{}' when d.external_key <> all(d.former_keys)
          and case when d.number is null and d.target_id is null then d.in_doubt else d.external_key is distinct from x.e end
          then d.former_keys || d.external_key else d.former_keys end,
        tasks = case when x.q is null then d.tasks else d.tasks || x.q end, run = $3, block = x.b, place = x.l, order_key = x.o, changed_at = now()
      from json_to_recordset($4::text::json) as x(i bigint, k text, f text, v int, e text, s smallint, c text, t text, q bigint, b bigint, l int, o text)
      where d.lane = $1 and d.id = any($5::bigint[]) and d.id = x.i`,
    values: [page.lane, page.revision, page.run, rowsJson(rows), ids],
  });
  await clearAttention(client, page.lane, ids);
  await noteAttention(client, page.lane, page.flow, page.replaced);
}

/** Documents that were put together of many records, with their links. */
async function removeDocuments(client: Queryable, lane: number, flow: number, ids: readonly string[]): Promise<void> {
  await clearAttention(client, lane, ids);
  await client.query("delete from document_source where lane = $1 and flow = $2 and document = any($3::bigint[])", [lane, flow, ids]);
  await client.query("delete from document where lane = $1 and id = any($2::bigint[])", [lane, ids]);
}

/** Of summaries that are put together anew: their records may be others now. */
async function removeLinks(client: Queryable, page: PageRows): Promise<void> {
  if (page.replaced.length === 0) return;
  await client.query("delete from document_source where lane = $1 and flow = $2 and document = any($3::bigint[])", [
    page.lane,
    page.flow,
    page.replaced.map((d) => d.id),
  ]);
}

async function insertLinks(client: Queryable, page: PageRows): Promise<void> {
  if (page.links.length > 0) {
    await client.query({
      name: "document_source_insert",
      text: `insert into document_source (lane, flow, record_key, document)
        select l.lane, $2, x.k, x.d from lane l cross join json_to_recordset($3::text::json) as x(k text, d bigint) where l.lane = $1 on conflict do nothing`,
      values: [page.lane, page.flow, rowsJson(page.links.map((link) => ({ k: link.recordKey, d: link.document })))],
    });
  }
  if (page.mergeItems.length > 0) {
    await client.query({
      name: "merge_item_insert",
      text: `insert into merge_item (lane, flow, merge_key, record_key, run)
        select l.lane, $2, x.m, x.k, $3 from lane l cross join json_to_recordset($4::text::json) as x(m text, k text) where l.lane = $1 on conflict do nothing`,
      values: [page.lane, page.flow, page.run, rowsJson(page.mergeItems.map((item) => ({ m: item.mergeKey, k: item.recordKey })))],
    });
  }
  if (page.mergeDone.length > 0) {
    await client.query("delete from merge_item where lane = $1 and flow = $2 and merge_key = any($3::text[])", [
      page.lane,
      page.flow,
      page.mergeDone,
    ]);
  }
}
