/** Errors of the value language: each names the field, the whole value as written and the character (from 1) where it went wrong. */
import { DatongError, type ErrorCode, type ErrorDetails } from "../../error/index.ts";
import type { Json } from "../../value/index.ts";
import { ExactNumber, isArray, isObject, writeJson } from "../../value/index.ts";

/** Where a value stands: the target field and the whole text of the value. */
export interface ValueSite {
  readonly fieldPath: string;
  readonly expression: string;
  /** How lookups are answered here; absent where they have no place. */
  readonly lookups?: LookupPolicy | undefined;
}

/** What a lookup without an answer does (`null` is Qeasy's way), and one with several different answers. */
export interface LookupPolicy {
  readonly empty: "null" | "fail" | "wait";
  readonly ambiguous: "first" | "fail";
}

/** Results of the language and texts it builds are at most this long. */
export const CHARACTERS_MAX = 1_048_576;

/** The error at an offset (from 0) of the value's text. */
export function valueError(code: ErrorCode, site: ValueSite, offset: number, details: ErrorDetails = {}, cause?: unknown): DatongError {
  const all = { fieldPath: site.fieldPath, expression: site.expression, position: offset + 1, ...details };
  return new DatongError(code, all, cause === undefined ? undefined : { cause });
}

/** A short look at a value for messages and traces. */
export function glimpse(value: Json | undefined): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : writeJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The text of a scalar as the language writes it; undefined for lists and objects. Numbers are written plainly, never with an exponent of ours. */
export function scalarText(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === "number") return String(value);
  return undefined;
}

/** What a structured value is called in messages. */
export function shapeOf(value: Json): string {
  if (isArray(value)) return "数组 (list)";
  return isObject(value) ? "对象 (object)" : "值 (value)";
}
