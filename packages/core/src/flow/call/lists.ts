/**
 * Lists in replies that do not always look like lists: in XML, and in JSON made of XML, one row is an object and none is nothing.
 *
 * A declared path holds a list afterwards: a lone value is a list of one; where the parent is there (an object, null, or an empty text as
 * an empty element has it) and the member is not, the list is empty. Where the parent is missing too nothing is made up: an answer
 * without its list must not look like the end of the data. Values are never changed; what differs is built anew.
 */
import { isArray, isObject, type Json } from "../../value/json.ts";
import { keysOf, orderedObject } from "../../value/key-order.ts";
import { getPath, parsePath } from "../../value/path.ts";

/** The value with a list at every declared path; a list on the way is gone through. A shorter path must come before a longer one. */
export function asLists(value: Json, paths: readonly string[]): Json {
  return paths.reduce<Json>(
    (whole, path) =>
      listAt(
        whole,
        parsePath(path).steps.map((step) => step.key),
        0,
      ),
    value,
  );
}

function listAt(value: Json, keys: readonly string[], at: number): Json {
  const key = keys[at];
  if (key === undefined) return isArray(value) ? value : [value];
  if (isArray(value)) {
    const items = value.map((item) => listAt(item, keys, at));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const isLast = at === keys.length - 1;
  if (value === null || value === "") return isLast ? { [key]: [] } : value;
  if (!isObject(value)) return value;
  if (!Object.hasOwn(value, key)) return isLast ? orderedObject([...entriesOf(value), [key, []]]) : value;
  const member = value[key] ?? null;
  const changed = isLast ? lastList(member) : listAt(member, keys, at + 1);
  if (changed === member) return value;
  return orderedObject(entriesOf(value).map(([name, own]) => [name, name === key ? changed : own]));
}

function lastList(member: Json): Json {
  if (isArray(member)) return member;
  return member === null || member === "" ? [] : [member];
}

function entriesOf(object: Readonly<Record<string, Json>>): readonly (readonly [string, Json])[] {
  return keysOf(object).map((key) => [key, object[key] ?? null] as const);
}

/** A reply that said in its own way that nothing was found, with an empty list where the rows would lie. */
export function emptyRows(value: Json | undefined, path: string): Json {
  if (path === "") return [];
  const found = value === undefined ? undefined : getPath(value, parsePath(path));
  if (value !== undefined && isArray(found)) return value;
  return parsePath(path).steps.reduceRight<Json>(
    (inner, step, i) => (i === 0 && value !== undefined && isObject(value) ? withMember(value, step.key, inner) : { [step.key]: inner }),
    [],
  );
}

function withMember(object: Readonly<Record<string, Json>>, key: string, member: Json): Json {
  return orderedObject([...entriesOf(object).filter(([name]) => name !== key), [key, member]]);
}
