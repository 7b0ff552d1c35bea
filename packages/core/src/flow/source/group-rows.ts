/**
 * Source rows to records: consecutive rows with the same key are one bill. A page may cut a bill in half, so the last bill of a page
 * is carried over to the next one; it is stored with the cursor and becomes a record when another key follows or the pull ends.
 *
 * Rows of one bill that repeat a line's key (rows moved while paging) are dropped. A row without its key becomes a record of its own
 * with `key: null`: it is stored as failed, so that it is seen, and does not hold up the others.
 *
 * Where rows are whole objects without a line's key, each row is a record: the same row twice is one that moved over a page's edge while
 * paging, never a second line of its bill.
 */
import { asText } from "../call/shape.ts";
import { isObject, type Json, type JsonObject } from "../../value/json.ts";
import { getPath, parsePath, type Path } from "../../value/path.ts";
import { rowsText, storedRows, type SourceRow } from "./source-row.ts";

export interface SourceRecord {
  /** The values of the id fields, joined by `|`; null where a row lacks one. */
  readonly key: string | null;
  readonly number: string | null;
  readonly rows: readonly JsonObject[];
  /** The rows as they are stored. */
  readonly text: string;
}

/** A record as the ledger has it, with its rows to be looked at again. */
export function storedRecord(stored: { readonly key: string; readonly number: string | null; readonly rows: string }): SourceRecord {
  return { key: stored.key, number: stored.number, rows: storedRows(stored.rows), text: stored.rows };
}

export interface Keys {
  readonly id: readonly Path[];
  readonly number: Path | undefined;
  readonly lineId: Path | undefined;
  /** Whether several rows may be one bill. */
  readonly hasLines: boolean;
}

export function compileKeys(api: {
  readonly id?: readonly string[];
  readonly number?: string;
  readonly lineId?: string;
  readonly rows?: { readonly kind: string };
  readonly open?: boolean;
}): Keys {
  return {
    id: (api.id ?? []).map(parsePath),
    number: api.number === undefined ? undefined : parsePath(api.number),
    lineId: api.lineId === undefined ? undefined : parsePath(api.lineId),
    hasLines: api.lineId !== undefined || api.rows?.kind === "arrays" || api.open === true,
  };
}

/** `last`: the pull (or window) ends with this page, so nothing is carried. */
export function groupRows(
  keys: Keys,
  carry: readonly SourceRow[],
  rows: readonly SourceRow[],
  last: boolean,
): { readonly records: SourceRecord[]; readonly carry: readonly SourceRow[] } {
  const groups: Group[] = [];
  let open: Group | undefined;
  for (const list of [carry, rows]) {
    for (const row of list) {
      const key = keyOf(keys.id, row.value);
      if (!keys.hasLines || open === undefined || key === null || open.key !== key) {
        open = { key, rows: [], lines: undefined };
        groups.push(open);
      }
      const line = keys.lineId === undefined ? undefined : textAt(row.value, keys.lineId);
      if (line !== undefined) {
        open.lines ??= new Set();
        if (open.lines.has(line)) continue;
        open.lines.add(line);
      }
      open.rows.push(row);
    }
  }
  const unfinished = last || !keys.hasLines ? undefined : groups.pop();
  return { records: mergeRepeated(groups.map((group) => toRecord(keys, group))), carry: unfinished?.rows ?? [] };
}

interface Group {
  readonly key: string | null;
  readonly rows: SourceRow[];
  /** Keys of its lines, where lines have one. */
  lines: Set<string> | undefined;
}

/** One page may bring a record twice (full reads of moving lists); the later one counts. */
function mergeRepeated(records: readonly SourceRecord[]): SourceRecord[] {
  const last = new Map<string, SourceRecord>();
  for (const record of records) if (record.key !== null) last.set(record.key, record);
  return records.filter((record) => record.key === null || last.get(record.key) === record);
}

function toRecord(keys: Keys, { key, rows }: Group): SourceRecord {
  const number = keys.number === undefined ? undefined : textAt(rows[0]?.value ?? {}, keys.number);
  return { key, number: number ?? key, rows: rows.map((row) => row.value), text: rowsText(rows) };
}

/** The joined key of a row, null where a part is missing, null or empty. */
export function keyOf(id: readonly Path[], row: JsonObject): string | null {
  let key: string | null = null;
  for (const path of id) {
    const part = textAt(row, path);
    if (part === undefined) return null;
    key = key === null ? part : `${key}|${part}`;
  }
  return key;
}

/** The text of a plain value at a path; undefined where it is missing, empty or structured. */
export function textAt(row: JsonObject, path: Path): string | undefined {
  const value: Json | undefined = getPath(row, path);
  if (value === undefined || value === null || value === "" || isObject(value) || Array.isArray(value)) return undefined;
  return asText(value);
}
