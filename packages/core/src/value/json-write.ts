/**
 * Writes JSON: compact or indented, keys in their written order, exact numbers to the letter, absent members dropped.
 * `canonicalText` is the one form for fingerprints: equal values give equal text however they were written.
 */
import { DatongError } from "../error/datong-error.ts";
import { ExactNumber, isObject, JSON_TEXT_INSIDE, rawJson, type Json, type JsonObject } from "./json.ts";
import { hasRememberedOrder, keysOf } from "./key-order.ts";

/** The value as JSON text; `indent` is the number of blanks per level, 0 (default) writes one line. */
export function writeJson(value: Json, indent = 0): string {
  return indent > 0 ? writeIndented(value, " ".repeat(indent), "\n") : (writeNatively(value) ?? writeCompact(value));
}

/**
 * The runtime's own writer, several times as fast, where it gives the same text: no remembered key order in this process, exact numbers
 * written to the letter. What JSON.stringify would turn into `null` without a word (NaN, functions) is left to our own writer, which refuses it.
 */
function writeNatively(value: Json): string | undefined {
  if (typeof value !== "object" || rawJson === undefined || hasRememberedOrder()) return undefined;
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined || text.includes("null") ? undefined : text;
  } catch (error) {
    if (error === JSON_TEXT_INSIDE || error instanceof Error) return undefined;
    throw error;
  }
}

/** Sorted keys, no blanks, numbers by value (`1.0` and `1` and `1e0` are the same text). */
export function canonicalText(value: Json): string {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : canonicalNumber(numberText(value));
  if (value instanceof ExactNumber) return canonicalNumber(value.text);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalText).join(",")}]`;
  if (isObject(value)) {
    const members: string[] = [];
    for (const key of Object.keys(value).sort()) {
      const member: Json | undefined = value[key];
      if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalText(member)}`);
    }
    return `{${members.join(",")}}`;
  }
  return writeCompact(value);
}

function writeCompact(value: Json): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return numberText(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      break;
    default:
      throw new DatongError("JSON_UNWRITABLE", { reason: `a ${typeof value} is not JSON` });
  }
  if (value === null) return "null";
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) {
    let text = "[";
    for (let index = 0; index < value.length; index++) {
      if (index > 0) text += ",";
      // A hole or undefined in a list has a place that must not move the others.
      text += writeCompact((value[index] as Json | undefined) ?? null);
    }
    return `${text}]`;
  }
  let text = "";
  for (const key of keysOf(value as JsonObject)) {
    const member: Json | undefined = (value as JsonObject)[key];
    if (member !== undefined) text += `${text === "" ? "{" : ","}${quoted(key)}:${writeCompact(member)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function writeIndented(value: Json, step: string, newline: string): string {
  const inner = newline + step;
  const list = Array.isArray(value);
  const parts: string[] = [];
  if (list) {
    for (const item of value as readonly (Json | undefined)[]) parts.push(writeIndented(item ?? null, step, inner));
  } else if (isObject(value)) {
    for (const key of keysOf(value)) {
      const member: Json | undefined = value[key];
      if (member !== undefined) parts.push(`${quoted(key)}: ${writeIndented(member, step, inner)}`);
    }
  } else {
    return writeCompact(value);
  }
  if (parts.length === 0) return list ? "[]" : "{}";
  return `${list ? "[" : "{"}${inner}${parts.join(`,${inner}`)}${newline}${list ? "]" : "}"}`;
}

/** Anything but letters that stand in JSON text as they are: quotes, backslashes, control characters, surrogates. */
const NEEDS_ESCAPE = /[^\u0020\u0021\u0023-\u005b\u005d-\ud7ff\ue000-\uffff]/;

function quoted(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new DatongError("JSON_UNWRITABLE", { reason: `${String(value)} is not a JSON number` });
  return String(value);
}

/** How many places a number may take to be written plainly in canonical text; beyond, it is written with an exponent. */
const PLAIN_PLACES_MAX = 21;

function canonicalNumber(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) throw new DatongError("JSON_UNWRITABLE", { reason: `'${text.slice(0, 50)}' is not a JSON number` });
  const fraction = match[3] ?? "";
  const all = (match[2] ?? "") + fraction;
  const digits = all.replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") return "0";
  const trailing = all.length - all.replace(/0+$/, "").length;
  // BigInt, because the exponent of an exact number has no bound.
  const exponent = BigInt(match[4] ?? "0") - BigInt(fraction.length) + BigInt(trailing);
  return (match[1] ?? "") + placed(digits, exponent);
}

function placed(digits: string, exponent: bigint): string {
  if (exponent >= 0n && exponent + BigInt(digits.length) <= BigInt(PLAIN_PLACES_MAX)) return digits + "0".repeat(Number(exponent));
  if (exponent < 0n && -exponent <= BigInt(PLAIN_PLACES_MAX)) {
    const padded = digits.padStart(Number(-exponent) + 1, "0");
    const point = padded.length + Number(exponent);
    return `${padded.slice(0, point)}.${padded.slice(point)}`;
  }
  return `${digits}e${exponent}`;
}
