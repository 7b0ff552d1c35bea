/**
 * The records of a flow as a list: number, status derived from the documents, reason, documents. Read in pages of keys, so that
 * memory holds one page. Instants are epoch ms.
 */
import { recordStatus, statusOf, STATUSES, type Status } from "@datong/core";
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
}

export interface ListOptions {
  readonly status?: Status;
  /** Only this source number or key. */
  readonly number?: string;
  /** Only records whose write-back stands so. */
  readonly writeBack?: Status;
  readonly limit: number;
  /** Only records behind this key: the last of the page before. */
  readonly afterKey?: string;
}

const PAGE = 500;

/** In the order of the keys; fewer than `limit` means that there are no more. */
export async function listRecords(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  options: ListOptions,
): Promise<readonly ListedRecord[]> {
  const found: ListedRecord[] = [];
  const told = await writeBackFlow(client, at.flow);
  if (told === null && options.writeBack !== undefined) return [];
  let after = options.afterKey ?? "";
  while (found.length < options.limit) {
    // Of a status that few have, most keys of a page are none of it.
    const size = options.status === undefined ? Math.min(PAGE, options.limit - found.length) : PAGE;
    const page =
      options.writeBack === undefined
        ? await keysAfter(client, at, options, after, size)
        : await keysTold(client, at, told, options, after, size);
    if (page.length === 0) break;
    const records = await loadRecords(client, at, told, page);
    for (const record of records)
      if (found.length < options.limit && (options.status === undefined || record.status === options.status)) found.push(record);
    after = page.at(-1) ?? after;
    if (page.length < size) break;
  }
  return found;
}

/** Where the keys of records of a status are found; the derived status is checked afterwards. Done is the rule, so all are looked at. */
function keysWith(status: Status | undefined): string {
  switch (status) {
    case undefined:
    case "done":
      return "select key from record where lane = $1 and flow = $2 and key > $3 and $4::smallint is null";
    case "queued":
    case "sent":
      return `select d.record_key as key from task t cross join unnest(t.documents) u(id) join document d on d.lane = $1 and d.id = u.id
          where t.lane = $1 and t.flow = $2 and $4::smallint is not null
        union select s.record_key from task t cross join unnest(t.documents) u(id)
          join document_source s on s.lane = $1 and s.flow = $2 and s.document = u.id where t.lane = $1 and t.flow = $2`;
    default:
      return `select key from record where lane = $1 and flow = $2 and status = $4 and status in (0, 4, 5, 6)
        union select d.record_key from attention a join document d on d.lane = $1 and d.id = a.document
          where a.lane = $1 and a.flow = $2 and a.status = $4
        union select s.record_key from attention a join document_source s on s.lane = $1 and s.flow = $2 and s.document = a.document
          where a.lane = $1 and a.flow = $2 and a.status = $4`;
  }
}

async function keysAfter(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  options: ListOptions,
  after: string,
  size: number,
): Promise<readonly string[]> {
  const { status } = options;
  if (options.number !== undefined) return keysNumbered(client, at, options.number, after, size);
  const asked = status === undefined || status === "done" ? null : STATUSES[status].number;
  const { rows } = await client.query<{ key: string }>(
    `select k.key from (${keysWith(status)}) k where k.key > $3 order by k.key limit $5`,
    [at.lane, at.flow, after, asked, size],
  );
  return rows.map((row) => row.key);
}

async function keysNumbered(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  number: string,
  after: string,
  size: number,
): Promise<readonly string[]> {
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
  at: { readonly lane: number; readonly flow: number },
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
  at: { readonly lane: number; readonly flow: number },
  told: number | null,
  keys: readonly string[],
): Promise<readonly ListedRecord[]> {
  const { rows } = await client.query<RecordColumns>(
    `select key, number, status, reason, version, changed_at as "changedAt" from record
     where lane = $1 and flow = $2 and key = any($3::text[]) order by key`,
    [at.lane, at.flow, keys],
  );
  const documents = await loadDocuments(client, at, keys);
  const back = told === null ? [] : await loadDocuments(client, { lane: at.lane, flow: told }, keys);
  const toldOf = new Map(back.map((document) => [document.recordKey, document]));
  const heads = await waitsBehind(client, at.lane, documents);
  return rows.map((row) => {
    const own = documents.filter((document) => document.recordKey === row.key);
    const writeBack = toldOf.get(row.key);
    return {
      ...row,
      status: recordStatus(
        statusOf(row.status),
        own.map((document) => statusOf(document.status)),
      ),
      documents: own.map((document) => listed(document, heads.get(document.id) ?? null)),
      writeBack: writeBack === undefined ? null : listed(writeBack, null),
    };
  });
}

function listed(document: DocumentColumns, behind: Behind | null): ListedDocument {
  const { id, externalKey, number, stage, attempts, code, vendorText } = document;
  return { id, status: statusOf(document.status), externalKey, number, stage, attempts, code, vendorText, behind };
}

interface DocumentColumns extends Omit<ListedDocument, "status" | "behind"> {
  readonly recordKey: string;
  readonly status: number;
}

/** A record's own documents and those that it shares with others. */
async function loadDocuments(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  keys: readonly string[],
): Promise<readonly DocumentColumns[]> {
  const columns = `d.id, d.status, d.external_key as "externalKey", d.number, d.stage, d.attempts, d.code, d.vendor_text as "vendorText"`;
  const { rows } = await client.query<DocumentColumns>(
    `select d.record_key as "recordKey", ${columns} from document d where d.lane = $1 and d.flow = $2 and d.record_key = any($3::text[])
     union all select s.record_key, ${columns} from document_source s join document d on d.lane = s.lane and d.id = s.document
       where s.lane = $1 and s.flow = $2 and s.record_key = any($3::text[])
     order by id`,
    [at.lane, at.flow, keys],
  );
  return rows;
}
