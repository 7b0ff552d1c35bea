/**
 * The original document with what was changed since: where the documents generated from the flow as it was imported and as it is now
 * differ, and nowhere else. Everything that we do not know, and how the original is written, stays untouched.
 */
import { isArray, isObject, type Json, type JsonObject } from "@datong/core";
import { same } from "./extension.ts";

const FIELD_LISTS = ["request", "otherRequest"];
type Loose = Record<string, Json>;

/** `original` is changed in place and given back. */
export function patched(original: JsonObject, before: JsonObject, now: JsonObject): JsonObject {
  const made = original as Loose;
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [was, is] = [before[key], now[key]];
    if (same(was, is)) continue;
    const own = made[key];
    if (FIELD_LISTS.includes(key) && own !== undefined && isArray(own) && isArray(was ?? []) && isArray(is ?? [])) {
      patchFields(own as Json[], fieldsIn(was), fieldsIn(is));
    } else if (is === undefined) delete made[key];
    else if (was !== undefined && isObject(was) && isObject(is) && own !== undefined && isObject(own)) patched(own, was, is);
    else made[nameIn(made, key)] = is;
  }
  return made;
}

/** Generation 1 calls the verb `type`. */
function nameIn(made: Loose, key: string): string {
  return key === "effect" && !Object.hasOwn(made, "effect") && Object.hasOwn(made, "type") ? "type" : key;
}

function fieldsIn(list: Json | undefined): readonly JsonObject[] {
  return list !== undefined && isArray(list) ? list.filter(isObject) : [];
}

const nameOf = (field: JsonObject): Json | undefined => field["field"] ?? field["key"] ?? field["code"];

/** Where the fields of `own` stand: their list may be flat, with each field's parent named. */
function patchFields(own: Json[], before: readonly JsonObject[], now: readonly JsonObject[], root: Json[] = own): void {
  for (const field of now) {
    const name = nameOf(field);
    const was = before.find((each) => nameOf(each) === name);
    const at = find(own, name, root);
    if (was !== undefined && same(was, field)) continue;
    if (at === undefined) {
      if (was === undefined || !same(was, field)) own.push(field);
      continue;
    }
    patchField(at, was ?? {}, field, root);
  }
  for (const field of before) {
    if (now.some((each) => nameOf(each) === nameOf(field))) continue;
    const at = find(own, nameOf(field), root);
    for (const list of [own, root]) {
      const index = at === undefined ? -1 : list.indexOf(at);
      if (index !== -1) list.splice(index, 1);
    }
  }
}

function find(own: readonly Json[], name: Json | undefined, root: readonly Json[]): JsonObject | undefined {
  const inList = (list: readonly Json[]): JsonObject | undefined =>
    list.findLast((each): each is JsonObject => isObject(each) && nameOf(each) === name);
  return inList(own) ?? inList(root);
}

function patchField(at: JsonObject, was: JsonObject, is: JsonObject, root: Json[]): void {
  const made = at as Loose;
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const value = is[key];
    if (same(was[key], value)) continue;
    const own = made[key];
    if (key === "children" && value !== undefined && isArray(value)) {
      if (own === undefined || !isArray(own)) made[key] = [];
      patchFields(made[key] as Json[], fieldsIn(was[key]), fieldsIn(value), root);
    } else if (value === undefined) delete made[key];
    else made[key] = value;
  }
}
