/**
 * Which documents a repair is about: those of given numbers, or all of a status, narrowed by code and cause. Read in pages behind the
 * last id, so that memory holds a page and what was repaired is not met again.
 */
import { STATUSES, type Status } from "@datong/core";
import type pg from "pg";
import { findRecords } from "../find-records.ts";

export interface Selection {
  /** Whatever `findRecords` understands; absent: all of the status. */
  readonly numbers?: readonly string[];
  readonly status: Status;
  /** Our code or the vendor's. */
  readonly code?: string;
  /** Business cause of the fault, such as missing-master-data. */
  readonly cause?: string;
  /** At most so many documents (and records that have none). */
  readonly limit?: number;
}

/** A selection that leaves the status to what is asked for. */
export type RetrySelection = Omit<Selection, "status"> & Partial<Pick<Selection, "status">>;

export interface SelectedPage {
  readonly keys: readonly string[];
  /** Ids; null: every document of the records, as far as its status allows. */
  readonly documents: ReadonlySet<string> | null;
}

const PAGE = 500;

/** Pages of record keys with the documents that are meant. A record may come twice, with different documents. */
export async function* selectedPages(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly flowId: string },
  selection: Selection,
  page = PAGE,
): AsyncGenerator<SelectedPage> {
  const { status } = selection;
  if (selection.numbers !== undefined) {
    const keys = await keysOfNumbers(pool, at, selection.numbers);
    for (let from = 0; from < keys.length; from += page) yield { keys: keys.slice(from, from + page), documents: null };
    return;
  }
  let left = selection.limit ?? Number.POSITIVE_INFINITY;
  for (let after = "0"; left > 0;) {
    const rows = await documentsAfter(pool, at, selection, after, Math.min(page, left));
    const last = rows.at(-1);
    if (last === undefined) break;
    yield { keys: [...new Set(rows.map((row) => row.key))], documents: new Set(rows.map((row) => row.id)) };
    after = last.id;
    left -= rows.length;
  }
  // A record that could not be restructured, or that a rule dropped, has no document; its own status tells.
  for (let after = ""; left > 0 && (status === "failed" || status === "skipped") && selection.cause === undefined;) {
    const keys = await recordsAfter(pool, at, selection, after, Math.min(page, left));
    const last = keys.at(-1);
    if (last === undefined) break;
    yield { keys, documents: new Set() };
    after = last;
    left -= keys.length;
  }
}

/** The records, and those that share a document with them. */
async function keysOfNumbers(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number; readonly flowId: string },
  numbers: readonly string[],
): Promise<readonly string[]> {
  const keys = new Set<string>();
  for (const number of numbers) for (const ref of await findRecords(pool, number, at.flowId)) keys.add(ref.key);
  const { rows } = await pool.query<{ key: string }>(
    `select distinct d.record_key as key from document_source s join document d on d.lane = s.lane and d.id = s.document
     where s.lane = $1 and s.flow = $2 and s.record_key = any($3::text[])`,
    [at.lane, at.flow, [...keys]],
  );
  return [...new Set([...keys, ...rows.map((row) => row.key)])];
}

async function documentsAfter(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
  selection: Selection,
  after: string,
  count: number,
): Promise<readonly { readonly id: string; readonly key: string }[]> {
  const { rows } = await pool.query<{ id: string; key: string }>({
    name: "repair_documents_after",
    text: `select a.document as id, d.record_key as key from attention a join document d on d.lane = $1 and d.id = a.document
      where a.lane = $1 and a.flow = $2 and a.status = $3 and a.document > $4
        and d.code is distinct from 'ORDER_WAITS' and ($5::text is null or d.code = $5 or d.vendor_code = $5) and ($6::text is null or d.cause = $6)
      order by a.document limit $7`,
    values: [at.lane, at.flow, STATUSES[selection.status].number, after, selection.code ?? null, selection.cause ?? null, count],
  });
  return rows;
}

async function recordsAfter(
  pool: pg.Pool,
  at: { readonly lane: number; readonly flow: number },
  selection: Selection,
  after: string,
  count: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ key: string }>({
    name: "repair_records_after",
    text: `select r.key from record r where r.lane = $1 and r.flow = $2 and r.status = $3 and r.status in (0, 4, 5, 6) and r.key > $4
        and ($5::text is null or split_part(r.reason, ':', 1) = $5)
        and not exists (select 1 from document d where d.lane = $1 and d.flow = $2 and d.record_key = r.key)
      order by r.key limit $6`,
    values: [at.lane, at.flow, STATUSES[selection.status].number, after, selection.code ?? null, count],
  });
  return rows.map((row) => row.key);
}
