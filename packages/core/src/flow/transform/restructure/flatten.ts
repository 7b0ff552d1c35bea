/**
 * flatten: nested objects to one level, with the names joined. A list of {Key, Value} is a multi-language text and becomes one text.
 * Arrays stay arrays, their elements are flattened each. Empty objects stay as they are, so that nothing gets lost.
 */
import { ExactNumber, isArray, isObject, memberOf, type Json, type JsonArray, type JsonObject } from "../../../value/json.ts";
import { canonicalText } from "../../../value/json-write.ts";
import { orderedObject } from "../../../value/key-order.ts";
import type { FlattenStep } from "../restructure-schema.ts";
import type { StepRunner } from "./piece.ts";
import { entriesOf } from "./row.ts";

/** Makes the step ready. Two fields with different values that would get the same name are an issue; the first stays. */
export function compileFlatten(step: FlattenStep): StepRunner {
  const separator = step.separator ?? "_";
  return (pieces, context) =>
    pieces.map((piece) => {
      const clashes = new Set<string>();
      const row = flattenObject(piece.row, separator, step.localized, clashes);
      for (const field of clashes) context.issue(piece, "RESTRUCTURE_NAME_CLASH", { field });
      return { ...piece, row };
    });
}

/** Flattens one object; names that occur twice with different values are added to `clashes`. */
export function flattenObject(
  object: JsonObject,
  separator: string,
  localized: number | string | undefined,
  clashes: Set<string>,
): JsonObject {
  const flat = new Map<string, Json>();
  const put = (value: Json, name: string): void => {
    const entries = isObject(value) ? entriesOf(value) : [];
    if (entries.length > 0) {
      for (const [key, inner] of entries) put(inner, `${name}${separator}${key}`);
      return;
    }
    const leaf = isArray(value) ? flattenArray(value, separator, localized, clashes) : value;
    const taken = flat.get(name);
    if (taken === undefined) flat.set(name, leaf);
    // Kingdee's View writes every reference twice, as UseOrgId_Id and as UseOrgId.Id: one value under one name is no clash.
    else if (canonicalText(taken) !== canonicalText(leaf)) clashes.add(name);
  };
  for (const [key, value] of entriesOf(object)) put(value, key);
  return orderedObject(flat);
}

function flattenArray(array: JsonArray, separator: string, localized: number | string | undefined, clashes: Set<string>): Json {
  const texts = localizedTexts(array);
  if (texts !== undefined) return (texts.find(([key]) => key === String(localized)) ?? texts[0])?.[1] ?? null;
  return array.map((each) => {
    if (isObject(each)) return flattenObject(each, separator, localized, clashes);
    return isArray(each) ? flattenArray(each, separator, localized, clashes) : each;
  });
}

/** The [language, text] pairs when every element is {Key, Value} and no more; undefined for any other array. */
function localizedTexts(array: JsonArray): readonly (readonly [string, Json])[] | undefined {
  const texts: (readonly [string, Json])[] = [];
  for (const each of array) {
    if (!isObject(each) || Object.keys(each).length !== 2) return undefined;
    const [key, value] = [memberOf(each, "Key"), memberOf(each, "Value")];
    if (value === undefined || isObject(value) || isArray(value)) return undefined;
    if (typeof key === "string" || typeof key === "number" || key instanceof ExactNumber) texts.push([String(key), value]);
    else return undefined;
  }
  return texts.length === 0 ? undefined : texts;
}
