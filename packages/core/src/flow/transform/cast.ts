/**
 * Casting a scalar to a field's type. Nothing is lost or guessed: what does not fit the type is refused, never cut to fit.
 *
 * A field without a type is text. Numbers keep their exact decimals. Empty text is dropped for every type but text.
 */
import type { FieldType } from "../../schema/field.ts";
import {
  decimalToJson,
  ExactNumber,
  formatInstant,
  formatWallTime,
  isArray,
  isObject,
  parseTime,
  round,
  toDecimal,
  type Json,
} from "../../value/index.ts";
import { scalarText } from "./template-error.ts";

export type CastResult =
  { readonly ok: true; readonly value: Json | undefined; readonly note?: string } | { readonly ok: false; readonly reason: string };

/** True where the cast would give the very same value: nearly always, and to see it costs nothing. */
export function isOfType(type: FieldType | undefined, value: Json): boolean {
  if (typeof value === "string") return type === undefined || type === "string";
  return typeof value === "number" && Math.abs(value) < PLAIN_BELOW && (type === "float" || (type === "int" && Number.isInteger(value)));
}

/** From here on JavaScript writes numbers with an exponent. */
const PLAIN_BELOW = 1e21;

/** Casts a scalar; lists and objects are refused for scalar types and pass for `array` and `object`. Undefined means dropped. */
export function castValue(type: FieldType | undefined, value: Json, zone: string): CastResult {
  if (value === "" && type !== undefined && type !== "string") {
    return { ok: true, value: undefined, note: "空文字已略去 / empty text dropped" };
  }
  switch (type) {
    case undefined:
    case "string":
      return castText(value);
    case "array":
      return isArray(value) ? { ok: true, value } : refuse("不是数组 / not a list");
    case "object":
      return isObject(value) ? { ok: true, value } : refuse("不是对象 / not an object");
    default:
      if (isArray(value) || isObject(value)) return refuse("不是单个值 / not one single value");
      return castScalar(type, value, zone);
  }
}

function castText(value: Json): CastResult {
  const text = scalarText(value);
  return text === undefined
    ? refuse("不是单个值，可用 |json 或 |implode / not one single value; use |json or |implode")
    : { ok: true, value: text };
}

function castScalar(type: "int" | "float" | "bool" | "date" | "datetime", value: Json, zone: string): CastResult {
  switch (type) {
    case "int":
    case "float":
      return castNumber(type, value);
    case "bool":
      return castBool(value);
    case "date":
    case "datetime": {
      const time = parseTime(value);
      if (time === null) return refuse("不是日期或时间戳 / not a date or timestamp");
      const text = time.kind === "wall" ? formatWallTime(time.wall, type, zone) : formatInstant(time.atMs, type, zone);
      return { ok: true, value: text };
    }
  }
}

/** A number as JSON writes it keeps its letters, `100.10` too. */
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** Of so few letters no number is beyond what decimals can be. */
const SHORT_TEXT = 100;

function castNumber(type: "int" | "float", value: Json): CastResult {
  if (isOfType(type, value)) return { ok: true, value };
  const text = scalarText(value)?.trim() ?? "";
  const isPlain = JSON_NUMBER.test(text);
  // It is written to the letter either way.
  if (isPlain && type === "float" && value instanceof ExactNumber && text.length <= SHORT_TEXT) return { ok: true, value };
  // What JavaScript writes back to the letter is exact: decimals are made only where they are needed.
  if (isPlain && (type === "float" || !text.includes(".")) && String(Number(text)) === text) return { ok: true, value: Number(text) };
  const decimal = typeof value === "boolean" ? toDecimal(value ? 1 : 0) : toDecimal(value);
  if (decimal === null) return refuse("不是数字 / not a number");
  if (type === "int") {
    if (!round(decimal, 0).eq(decimal)) return refuse("不是整数，可用 |intval 取整 / not a whole number; |intval cuts it");
    return { ok: true, value: decimalToJson(decimal) };
  }
  return { ok: true, value: isPlain ? new ExactNumber(text) : decimalToJson(decimal) };
}

function castBool(value: Json): CastResult {
  const text = (scalarText(value) ?? "").trim().toLowerCase();
  if (text === "true" || text === "1") return { ok: true, value: true };
  if (text === "false" || text === "0") return { ok: true, value: false };
  return refuse("不是 true、false、1 或 0 / not true, false, 1 or 0");
}

function refuse(reason: string): CastResult {
  return { ok: false, reason };
}
