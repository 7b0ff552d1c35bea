/**
 * Key order of objects. JavaScript moves integer-like keys ("1033") to the front of an object; ERP payloads must keep theirs.
 *
 * Objects stay plain: the written order of the few objects that have an integer-like key is remembered beside them in a WeakMap,
 * which costs nothing for all others. A copy made by spreading forgets it; build copies with `ObjectBuilder`.
 */
import type { Json, JsonObject } from "./json.ts";

const writtenOrder = new WeakMap<object, readonly string[]>();
let hasOrder = false;

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
  const builder = new ObjectBuilder();
  for (const [key, value] of entries) builder.set(key, value);
  return builder.done();
}

/** Builds one object member by member, from nothing or on a copy; its keys keep the order in which they were first set. */
export class ObjectBuilder {
  private readonly object: Record<string, Json>;
  /** Kept from the first integer-like key on; until then JavaScript's own order is right. */
  private order: string[] | undefined;

  constructor(from?: JsonObject) {
    this.object = from === undefined ? {} : { ...from };
    this.order = from === undefined || !hasOrder ? undefined : writtenOrder.get(from)?.slice();
  }

  set(key: string, value: Json): void {
    if (this.order === undefined && startsWithDigit(key)) this.order = Object.keys(this.object);
    if (this.order !== undefined && !Object.hasOwn(this.object, key)) this.order.push(key);
    setOwn(this.object, key, value);
  }

  done(): JsonObject {
    if (this.order !== undefined) rememberOrder(this.object, this.order);
    return this.object;
  }
}

/** True once any object of this process had an integer-like key: then JSON.stringify cannot be trusted with the order of keys. */
export function hasRememberedOrder(): boolean {
  return hasOrder;
}

/** Notes the written order of an object that is being made. For readers and builders of this folder only. */
function rememberOrder(object: object, order: readonly string[]): void {
  hasOrder = true;
  writtenOrder.set(object, order);
}

/** Sets an own member whatever its name: a plain assignment to `__proto__` would change the prototype. */
function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** True when JavaScript could move this key to the front. A cheap test that may say yes too often, never too seldom. */
function startsWithDigit(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57;
}
