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

export interface SourceRecord {
  /** The values of the id fields, joined by `|`; null where a row lacks one. */
  readonly key: string | null;
  readonly number: string | null;
  readonly rows: readonly JsonObject[];
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
}): Keys {
  return {
    id: (api.id ?? []).map(parsePath),
    number: api.number === undefined ? undefined : parsePath(api.number),
    lineId: api.lineId === undefined ? undefined : parsePath(api.lineId),
    hasLines: api.lineId !== undefined || api.rows?.kind === "arrays",
  };
}

/** `last`: the pull (or window) ends with this page, so nothing is carried. */
export function groupRows(
  keys: Keys,
  carry: readonly JsonObject[],
  rows: readonly JsonObject[],
  last: boolean,
): { readonly records: readonly SourceRecord[]; readonly carry: readonly JsonObject[] } {
  const groups: { key: string | null; rows: JsonObject[]; lines: Set<string> }[] = [];
  for (const row of [...carry, ...rows]) {
    const key = keyOf(keys.id, row);
    const open = groups.at(-1);
    const group =
      keys.hasLines && open !== undefined && key !== null && open.key === key ? open : { key, rows: [], lines: new Set<string>() };
    if (group !== open) groups.push(group);
    const line = keys.lineId === undefined ? undefined : textAt(row, keys.lineId);
    if (line !== undefined && group.lines.has(line)) continue;
    if (line !== undefined) group.lines.add(line);
    group.rows.push(row);
  }
  const unfinished = last || !keys.hasLines ? undefined : groups.pop();
  return { records: mergeRepeated(groups.map((group) => toRecord(keys, group))), carry: unfinished?.rows ?? [] };
}

/** One page may bring a record twice (full reads of moving lists); the later one counts. */
function mergeRepeated(records: readonly SourceRecord[]): readonly SourceRecord[] {
  const last = new Map<string, SourceRecord>();
  for (const record of records) if (record.key !== null) last.set(record.key, record);
  return records.filter((record) => record.key === null || last.get(record.key) === record);
}

function toRecord(keys: Keys, group: { readonly key: string | null; readonly rows: readonly JsonObject[] }): SourceRecord {
  const head = group.rows[0] ?? {};
  const number = keys.number === undefined ? undefined : textAt(head, keys.number);
  return { key: group.key, number: number ?? group.key, rows: group.rows };
}

/** The joined key of a row, null where a part is missing, null or empty. */
export function keyOf(id: readonly Path[], row: JsonObject): string | null {
  const parts = id.map((path) => textAt(row, path));
  return parts.length === 0 || parts.some((part) => part === undefined) ? null : parts.join("|");
}

function textAt(row: JsonObject, path: Path): string | undefined {
  const value: Json | undefined = getPath(row, path);
  if (value === undefined || value === null || value === "" || isObject(value) || Array.isArray(value)) return undefined;
  return asText(value);
}
