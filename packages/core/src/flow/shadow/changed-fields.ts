/**
 * What would be sent, before and after a change of the flow, field by field and to the letter: `"2"` is not 2, and an empty text is not an
 * absent one, because a vendor may take them differently. (What two systems wrote is compared by value: compare-documents.)
 */
import { isArray, isObject, keysOf, writeJson, type Json } from "../../value/index.ts";

export interface FieldChange {
  /** Place in the document: `FEntity[0].FQty`; `FEntity.length` for the number of lines; empty where only the order of fields differs. */
  readonly path: string;
  /** JSON text; null where it is absent. */
  readonly before: string | null;
  readonly after: string | null;
}

/** In the order of the document before. Empty: not one byte would differ. */
export function changedFields(before: Json, after: Json): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compareAt("", before, after, changes);
  if (changes.length > 0) return changes;
  const [one, other] = [writeJson(before), writeJson(after)];
  return one === other ? [] : [{ path: "", before: one, after: other }];
}

/** The path without positions, by which the same field of many lines and bills is one. */
export function fieldOf(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "");
}

function compareAt(path: string, before: Json | undefined, after: Json | undefined, changes: FieldChange[]): void {
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...keysOf(before), ...keysOf(after)])) {
      const of = (object: typeof before): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);
      compareAt(path === "" ? name : `${path}.${name}`, of(before), of(after), changes);
    }
    return;
  }
  if (isArray(before) && isArray(after)) {
    if (before.length !== after.length)
      changes.push({ path: `${path}.length`, before: String(before.length), after: String(after.length) });
    for (let i = 0; i < Math.min(before.length, after.length); i++) compareAt(`${path}[${i}]`, before[i], after[i], changes);
    return;
  }
  const [one, other] = [textOf(before), textOf(after)];
  if (one !== other) changes.push({ path, before: one, after: other });
}

function textOf(value: Json | undefined): string | null {
  return value === undefined ? null : writeJson(value);
}
