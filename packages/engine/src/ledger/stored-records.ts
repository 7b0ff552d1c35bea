/**
 * The stored records of a flow with their rows, as lookups and people read them: in the order of the keys, page by page, or those that hold
 * a text. A search looks at so many records at most and then says where it stands.
 */
import { statusOf, storedRows, writeJson, type Json, type JsonObject, type Status } from "@datong/core";
import { recordsBehind, type LookedUpRecord } from "../store/lookup-rows.ts";
import { readPlaces, type Place } from "../store/stored-text.ts";
import type { Queryable } from "../store/transaction.ts";
import { describeRecords } from "./describe-records.ts";
import type { FlowAt } from "./listed-places.ts";

export interface StoredRecord {
  readonly key: string;
  readonly number: string | null;
  /** With its documents, as in every other list. */
  readonly status: Status;
  readonly rows: readonly JsonObject[];
}

export interface StoredPage {
  readonly items: readonly StoredRecord[];
  /** Behind this key the list or the search goes on; null at the end. */
  readonly next: string | null;
  /** How many records were looked at. */
  readonly looked: number;
}

export interface StoredOptions {
  /** A key or number as it is, or a part of a key, number or cell in whatever case. */
  readonly find?: string;
  readonly after?: string;
  readonly limit: number;
}

const PAGE = 500;
const LOOKED_MAX = 10_000;

export async function storedRecords(client: Queryable, at: FlowAt, options: StoredOptions): Promise<StoredPage> {
  const page = await pageOfRecords(client, at, options);
  const described = await describeRecords(
    client,
    page.items.map(({ key }) => ({ ...at, flowId: "", key })),
  );
  const statuses = new Map(described.map(({ key, status }) => [key, status]));
  return { ...page, items: page.items.map((item) => ({ ...item, status: statuses.get(item.key) ?? item.status })) };
}

async function pageOfRecords(client: Queryable, at: FlowAt, { find = "", after = "", limit }: StoredOptions): Promise<StoredPage> {
  if (find === "") {
    const found = await recordsBehind(client, at, after, limit + 1);
    const items = found.slice(0, limit).map(told);
    return { items, next: found.length > limit ? (items.at(-1)?.key ?? null) : null, looked: items.length };
  }
  // What is named by its number is found at once, however far behind it stands.
  const named = after === "" ? await recordsNamed(client, at, find) : [];
  const items = named.map(told);
  const known = new Set(items.map(({ key }) => key));
  const wanted = find.toLowerCase();
  let from = after;
  for (let looked = 0; ;) {
    const page = await recordsBehind(client, at, from, PAGE);
    for (const [i, record] of page.entries()) {
      if (known.has(record.key) || !holds(record, wanted)) continue;
      items.push(told(record));
      if (items.length >= limit) return { items, next: record.key, looked: looked + i + 1 };
    }
    looked += page.length;
    from = page.at(-1)?.key ?? from;
    if (page.length < PAGE) return { items, next: null, looked };
    if (looked >= LOOKED_MAX) return { items, next: from, looked };
  }
}

function holds({ key, number, rows }: LookedUpRecord, wanted: string): boolean {
  if ([key, number ?? ""].some((text) => text.toLowerCase().includes(wanted))) return true;
  // The text as it lies tells at little cost that it is nowhere; names of columns stand there too.
  if (!rows.toLowerCase().includes(JSON.stringify(wanted).slice(1, -1))) return false;
  const textOf = (value: Json): string => (typeof value === "string" ? value : writeJson(value));
  return storedRows(rows).some((row) => Object.values(row).some((value) => textOf(value).toLowerCase().includes(wanted)));
}

function told({ key, number, status, rows }: LookedUpRecord): StoredRecord {
  return { key, number, status: statusOf(status), rows: storedRows(rows) };
}

async function recordsNamed(client: Queryable, { lane, flow }: FlowAt, name: string): Promise<readonly LookedUpRecord[]> {
  const { rows } = await client.query<Omit<LookedUpRecord, "rows"> & Place>(
    `select key, number, status, version, block, place from record where lane = $1 and flow = $2 and key = $3
     union select key, number, status, version, block, place from record where lane = $1 and flow = $2 and number = $3 order by key limit 20`,
    [lane, flow, name],
  );
  const texts = await readPlaces(client, lane, rows);
  return rows.map(({ key, number, status }, i) => ({ key, number, status, rows: texts[i] ?? "[]" }));
}
