/**
 * Values inside an expression, with MySQL's loose rules: null, text, numbers (also number-like bound values, which keep how they were
 * written), or a list or object that only passes through.
 *
 * Where MySQL would go on with a warning and a wrong amount (text that is no number in arithmetic) this language stops.
 */
import { DatongError } from "../../error/index.ts";
import {
  compare,
  decimalText,
  decimalToJson,
  ExactNumber,
  isArray,
  isObject,
  toDecimal,
  type Decimal,
  type Json,
  type JsonArray,
  type JsonObject,
} from "../../value/index.ts";

/** A number with the value it came from, so that `{{code}}` alone gives back `00123` and not 123. */
export class NumberValue {
  readonly decimal: Decimal;
  readonly source: Json | undefined;
  constructor(decimal: Decimal, source?: Json) {
    this.decimal = decimal;
    this.source = source;
  }
}

export type ExpressionValue = null | string | NumberValue | JsonArray | JsonObject;
export type Scalar = null | string | NumberValue;

export const ONE = new NumberValue(toDecimal("1") as Decimal);
export const ZERO = new NumberValue(toDecimal("0") as Decimal);
export const TRUE = new NumberValue(ONE.decimal, true);
export const FALSE = new NumberValue(ZERO.decimal, false);

/** What an unquoted `{{x}}` is: missing is the empty text, number-like text a number. */
export function bindValue(value: Json | undefined): ExpressionValue {
  if (value === undefined) return "";
  if (value === null || isArray(value) || isObject(value)) return value;
  if (typeof value === "boolean") return value ? TRUE : FALSE;
  if (typeof value === "string" && /e/i.test(value) && isTooLarge(value)) return value;
  const decimal = toDecimal(value);
  return decimal === null ? (value as string) : new NumberValue(decimal, value);
}

/** What an unquoted lookup is: as a bound value, but the words true and false are what they say, and nothing found is NULL. */
export function bindAnswer(value: Json): ExpressionValue {
  if (typeof value !== "string" || !/^(?:true|false)$/i.test(value)) return bindValue(value);
  return new NumberValue(value.toLowerCase() === "true" ? ONE.decimal : ZERO.decimal, value);
}

/** A code such as `9E9999` only looks like a number; it is text until someone calculates with it. */
function isTooLarge(text: string): boolean {
  try {
    toDecimal(text);
    return false;
  } catch (error) {
    if (error instanceof DatongError) return true;
    throw error;
  }
}

/** The JSON result of an expression. */
export function resultOf(value: ExpressionValue): Json {
  if (!(value instanceof NumberValue)) return value;
  return value.source ?? decimalToJson(value.decimal);
}

/** True for null, text and numbers. */
export function isScalar(value: ExpressionValue): value is Scalar {
  return value === null || typeof value === "string" || value instanceof NumberValue;
}

/** The text of a scalar; null stays null. */
export function textOf(value: Scalar): string | null {
  if (value === null || typeof value === "string") return value;
  const { source } = value;
  if (typeof source === "string") return source;
  if (source instanceof ExactNumber) return source.text;
  return decimalText(value.decimal);
}

/** The number of a scalar: null stays null, the empty text (a missing value) is 0, undefined when it is no number. */
export function numberOf(value: Scalar): Decimal | null | undefined {
  if (value === null) return null;
  if (value instanceof NumberValue) return value.decimal;
  return value.trim() === "" ? ZERO.decimal : (toDecimal(value) ?? undefined);
}

/**
 * Compares as MySQL does: two texts by their letters whatever the case, anything with a number by value, where a text counts as the
 * number it starts with (`'12abc'` is 12, `'abc'` is 0). Null with anything is null.
 */
export function compareLoose(a: Scalar, b: Scalar): -1 | 0 | 1 | null {
  if (a === null || b === null) return null;
  if (typeof a === "string" && typeof b === "string") {
    const left = a.toLowerCase();
    const right = b.toLowerCase();
    return left === right ? 0 : left < right ? -1 : 1;
  }
  return compare(leadingNumber(a), leadingNumber(b));
}

/** True, false or null as a condition: a number other than 0 is true, a text counts as the number it starts with. */
export function truthOf(value: Scalar): boolean | null {
  return value === null ? null : compare(leadingNumber(value), ZERO.decimal) !== 0;
}

/** MySQL's truth as a value. */
export function truthValue(truth: boolean | null): Scalar {
  return truth === null ? null : truth ? ONE : ZERO;
}

function leadingNumber(value: string | NumberValue): Decimal {
  if (value instanceof NumberValue) return value.decimal;
  const match = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(value);
  return match === null ? ZERO.decimal : (toDecimal(match[0]) ?? ZERO.decimal);
}
