/**
 * What lookups look at: the stored rows of another flow, `{id, number, status, content}`, and the values that a path has in one.
 *
 * Values are told apart by their key: a text is its letters (case counts), a number its shortest plain writing (`100.00` is `100`), true and
 * false are those words. So the number 100 equals the text `100`, as people expect of codes, while the text `0100` is another code.
 */
import { DatongError } from "../../error/index.ts";
import { columnOf, decimalText, ExactNumber, getPath, isArray, isObject, parsePath, toDecimal } from "../../value/index.ts";
import type { Json, JsonArray, JsonObject, Path } from "../../value/index.ts";
import { valueOrColumn } from "./template-reference.ts";

/** One row as lookups see it. */
export interface StoredRow {
  readonly id?: Json | undefined;
  /** Further ids that it is found by. */
  readonly otherIds?: readonly Json[];
  readonly number?: Json | undefined;
  readonly status?: Json | undefined;
  readonly content: JsonObject;
}

/** A field of stored rows. `either`: the content's own field of that name comes before the row's id, number or status. */
export interface StoredPath {
  readonly from: "content" | "row" | "either";
  readonly path: Path;
  /** Written so that equal texts are equal fields. */
  readonly text: string;
}

const ROW_FIELDS: readonly string[] = ["id", "number", "status"];
const PREFIX = "content.";

/** Reads a field's name. `bare`: whether names without `content.` are the content's (`_findCollection`) or may be the row's own (`_mongoQuery`). */
export function storedPath(name: string, bare: "content" | "row"): StoredPath {
  const isContent = name.startsWith(PREFIX);
  const path = parsePath(isContent ? name.slice(PREFIX.length) : name);
  const isRow = !isContent && ROW_FIELDS.includes(name);
  if (!isRow) return { from: "content", path, text: PREFIX + path.text };
  return bare === "row" ? { from: "row", path, text: name } : { from: "either", path, text: `?${name}` };
}

/** The field again from its text, for whoever kept only that. */
export function storedPathOf(text: string): StoredPath {
  return text.startsWith("?") ? storedPath(text.slice(1), "content") : storedPath(text, "row");
}

/** The value that a lookup gives back; through a list it is the column. */
export function storedValue(row: StoredRow, { from, path }: StoredPath): Json | undefined {
  const own = from === "row" ? undefined : valueOrColumn(row.content, path);
  return own !== undefined || from === "content" ? own : row[path.text as "id" | "number" | "status"];
}

/** The values to be compared: of a list its elements, null and objects too. Nothing where the field is missing. */
export function storedValues(row: StoredRow, field: StoredPath): readonly Json[] {
  const { from, path } = field;
  const own = from === "row" ? undefined : getPath(row.content, path);
  if (own !== undefined) return isArray(own) ? own : [own];
  if (from !== "row" && path.steps.length > 1) {
    const column = columnOf(row.content, path) ?? [];
    return column.flatMap((value): JsonArray => (value === undefined ? [] : isArray(value) ? value : [value]));
  }
  const meta = from === "content" ? undefined : row[path.text as "id" | "number" | "status"];
  if (meta === undefined) return [];
  return path.text === "id" && row.otherIds !== undefined ? [meta, ...row.otherIds] : [meta];
}

/** The key of a value; undefined for null, lists and objects, which equal nothing that is asked for. */
export function keyOfValue(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") {
    const text = String(value);
    return text.includes("e") ? plainNumber(text) : text;
  }
  if (typeof value === "boolean") return value ? "true" : "false";
  return value instanceof ExactNumber ? plainNumber(value.text) : undefined;
}

function plainNumber(text: string): string {
  try {
    const decimal = toDecimal(text);
    return decimal === null ? text : decimalText(decimal);
  } catch (error) {
    // Beyond what we calculate with: equal only to what is written the same.
    if (error instanceof DatongError) return text;
    throw error;
  }
}

/** Several keys as one text, unmistakably: each but the last says how long it is. */
export function joinedKey(keys: readonly string[]): string {
  const last = keys.length - 1;
  let joined = "";
  for (let i = 0; i < last; i++) joined += `${(keys[i] as string).length}:${keys[i] as string}`;
  return last < 0 ? "" : joined + (keys[last] as string);
}

const COMBINATIONS_MAX = 256;

/** All keys under which a row is found by its values of these fields: one, more where a field has several values, none where one is missing. */
export function keysOfRow(row: StoredRow, fields: readonly StoredPath[]): readonly string[] {
  let combined: readonly (readonly string[])[] = [[]];
  for (const field of fields) {
    const keys = [...new Set(storedValues(row, field).flatMap((value) => keyOfValue(value) ?? []))];
    combined = combined.flatMap((front) => keys.map((key) => [...front, key])).slice(0, COMBINATIONS_MAX);
  }
  return combined.map(joinedKey);
}

/** A row of a collection file: the stored form, or the bare content. */
export function toStoredRow(value: JsonObject): StoredRow {
  const { content } = value;
  if (!isObject(content)) return { content: value };
  return { id: value["id"], number: value["number"], status: value["status"], content };
}
