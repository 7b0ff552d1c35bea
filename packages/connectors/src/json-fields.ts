/**
 * Reads members of a reply's JSON without trusting its shape: what is missing or of another kind comes back as undefined, never as
 * an exception. For session strategies only; rows and outcomes are read by the engine through declared paths.
 */
import type { Json, JsonObject } from "@datong/core";

/** The member at a chain of keys; undefined where a step is no object or lacks the key. */
export function memberAt(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let current = value;
  for (const key of keys) {
    if (typeof current !== "object" || current === null || Array.isArray(current) || !Object.hasOwn(current, key)) return undefined;
    current = (current as JsonObject)[key];
  }
  return current;
}

/** The member as text: texts as they are, numbers and booleans in their JSON spelling; everything else is undefined. */
export function textAt(value: Json | undefined, ...keys: readonly string[]): string | undefined {
  const member = memberAt(value, ...keys);
  if (typeof member === "string") return member;
  if (typeof member === "number" || typeof member === "boolean") return String(member);
  if (typeof member === "object" && member !== null && "text" in member && typeof member.text === "string" && !isPlain(member)) {
    return member.text;
  }
  return undefined;
}

/** An exact number is a class instance with a `text`; a JSON object that happens to have such a member is not one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
