/**
 * Key order of objects. JavaScript moves integer-like keys ("1033") to the front of an object; ERP payloads must keep theirs.
 *
 * Objects stay plain: the written order of the few objects that have an integer-like key is remembered beside them in a WeakMap,
 * which costs nothing for all others. A copy made by spreading forgets it; build copies with `orderedObject`.
 */
import type { Json, JsonObject } from "./json.ts";

const writtenOrder = new WeakMap<object, readonly string[]>();

/** The object's own keys in the order they were written. */
export function keysOf(object: JsonObject): readonly string[] {
  const keys = Object.keys(object);
  if (keys.length > 1 && startsWithDigit(keys[0] as string)) {
    const written = writtenOrder.get(object);
    if (written !== undefined) return written;
  }
  return keys;
}

/** Builds an object whose keys keep the order of the entries. A later entry of the same key replaces the value, not the place. */
export function orderedObject(entries: Iterable<readonly [string, Json]>): JsonObject {
  const list: readonly (readonly [string, Json])[] = Array.isArray(entries)
    ? (entries as readonly (readonly [string, Json])[])
    : [...entries];
  const object: Record<string, Json> = {};
  let digits = false;
  for (const [key, value] of list) {
    digits = digits || startsWithDigit(key);
    setOwn(object, key, value);
  }
  // Only integer-like keys would move; for all others JavaScript's own order is the written one.
  if (digits) rememberOrder(object, [...new Set(list.map(([key]) => key))]);
  return object;
}

let hasOrder = false;

/** True once any object of this process had an integer-like key: then JSON.stringify cannot be trusted with the order of keys. */
export function hasRememberedOrder(): boolean {
  return hasOrder;
}

/** Notes the written order of an object that is being made. For readers and builders of this folder only. */
export function rememberOrder(object: object, order: readonly string[]): void {
  hasOrder = true;
  writtenOrder.set(object, order);
}

/** Sets an own member whatever its name: a plain assignment to `__proto__` would change the prototype. */
export function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** True when JavaScript could move this key to the front. A cheap test that may say yes too often, never too seldom. */
export function startsWithDigit(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57;
}
