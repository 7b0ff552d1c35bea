/** Small edits of rows that keep the order of keys and never change the row given. */
import { isArray, isObject, memberOf, ExactNumber, type Json, type JsonObject } from "../../../value/json.ts";
import { keysOf, ObjectBuilder, orderedObject } from "../../../value/key-order.ts";
import { decimalText } from "../../../value/decimal.ts";
import { getPath, type Path, type PathStep } from "../../../value/path.ts";
import { canonicalText } from "../../../value/json-write.ts";
import { numberOf } from "../condition-compare.ts";

/** The members in their written order. */
export function entriesOf(row: JsonObject): readonly (readonly [string, Json])[] {
  return keysOf(row).map((key) => [key, row[key] ?? null] as const);
}

/** The row with fields set: a known field keeps its place, a new one goes to the end. */
export function withFields(row: JsonObject, fields: Iterable<readonly [string, Json]>): JsonObject {
  const builder = new ObjectBuilder(row);
  for (const [key, value] of fields) builder.set(key, value);
  return builder.done();
}

/** The row without the named fields. */
export function withoutFields(row: JsonObject, names: ReadonlySet<string>): JsonObject {
  return orderedObject(entriesOf(row).filter(([key]) => !names.has(key)));
}

/** The array of objects in a field, or undefined when it is anything else. Missing and null are no lines: an empty list. */
export function linesOf(row: JsonObject, lines: string): readonly JsonObject[] | undefined {
  const value = memberOf(row, lines);
  if (value === undefined || value === null || value === "") return [];
  return isArray(value) && value.every((each) => isObject(each)) ? (value as readonly JsonObject[]) : undefined;
}

/** One text for a tuple of values: equal numbers give equal texts however written, and the text "1" equals the number 1. */
export function keyText(values: readonly (Json | undefined)[]): string {
  return JSON.stringify(values.map((value) => (value === undefined ? null : keyPart(value))));
}

/**
 * Groups by a tuple of values, told apart by its `keyText`, in the order of first appearance. Neighbours with the very same values, as
 * the rows of one bill are, need no text to be known as alike.
 */
export function groupInOrder<T>(
  items: readonly T[],
  valuesOf: (item: T) => readonly (Json | undefined)[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  let last: readonly (Json | undefined)[] = [];
  let open: T[] | undefined;
  for (const item of items) {
    const values = valuesOf(item);
    if (open === undefined || values.some((value, index) => value !== last[index])) {
      const key = keyText(values);
      open = groups.get(key);
      if (open === undefined) groups.set(key, (open = []));
      last = values;
    }
    open.push(item);
  }
  return groups;
}

/** The fields' values of a row, by path. */
export function valuesAt(row: JsonObject, paths: readonly Path[]): readonly (Json | undefined)[] {
  return paths.map((path) => getPath(row, path));
}

/** The row without what stands at a path; a key that is the whole rest of the path goes first, as in getPath. */
export function withoutPath(row: JsonObject, steps: readonly PathStep[]): JsonObject {
  const step = steps[0];
  if (step === undefined) return row;
  if (steps.length === 1 || Object.hasOwn(row, step.rest)) return withoutFields(row, new Set([steps.length === 1 ? step.key : step.rest]));
  const inner = memberOf(row, step.key);
  return isObject(inner) ? withFields(row, [[step.key, withoutPath(inner, steps.slice(1))]]) : row;
}

/** The line an edit is in: its array's path from the row, and the line around it when arrays are nested. */
export interface LinePlace {
  readonly path: string;
  readonly value: JsonObject;
  readonly outer?: LinePlace;
}

export type HolderEdit = (holder: JsonObject, name: string, line: LinePlace | undefined) => JsonObject;

/**
 * Changes the object that holds a path's last step: the row itself, an object inside it, or every line of an array on the way.
 * `edit` gets the holder, the last name and the line it belongs to. Returns undefined when the way is missing; a null or empty
 * list on the way is no lines, and nothing is changed.
 */
export function editHolders(row: JsonObject, path: Path, edit: HolderEdit): JsonObject | undefined {
  return editInside(row, path.steps, "", undefined, edit);
}

function editInside(
  holder: JsonObject,
  steps: readonly PathStep[],
  way: string,
  line: LinePlace | undefined,
  edit: HolderEdit,
): JsonObject | undefined {
  const step = steps[0];
  if (step === undefined) return holder;
  if (steps.length === 1 || Object.hasOwn(holder, step.rest)) return edit(holder, steps.length === 1 ? step.key : step.rest, line);
  const inner = memberOf(holder, step.key);
  const path = way === "" ? step.key : `${way}.${step.key}`;
  if (inner === null || inner === "") return holder;
  if (isObject(inner)) {
    const changed = editInside(inner, steps.slice(1), path, line, edit);
    return changed === undefined ? undefined : withFields(holder, [[step.key, changed]]);
  }
  if (!isArray(inner)) return undefined;
  const edited: Json[] = [];
  for (const each of inner) {
    if (!isObject(each)) return undefined;
    const place = { path, value: each, ...(line === undefined ? {} : { outer: line }) };
    const changed = editInside(each, steps.slice(1), path, place, edit);
    if (changed === undefined) return undefined;
    edited.push(changed);
  }
  return withFields(holder, [[step.key, edited]]);
}

function keyPart(value: Json): string | null {
  if (value === null) return null;
  if (typeof value === "string") return value;
  const number = typeof value === "number" || value instanceof ExactNumber ? numberOf(value) : undefined;
  return number === undefined ? canonicalText(value) : decimalText(number);
}
