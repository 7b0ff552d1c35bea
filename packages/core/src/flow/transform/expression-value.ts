/**
 * Values inside an expression, with MySQL's loose rules: null, text, numbers (also number-like bound values, which keep how they were
 * written), or a list or object that only passes through.
 *
 * Where MySQL would go on with a warning and a wrong amount (text that is no number in arithmetic) this language stops.
 */
import { DatongError } from "../../error/index.ts";
import {
  compare,
  decimalOf,
  decimalText,
  decimalToJson,
  ExactNumber,
  isArray,
  isObject,
  readShort,
  ShortDecimal,
  shortOf,
  shortToJson,
  toDecimal,
  unitsAt,
  type Decimal,
  type Json,
  type JsonArray,
  type JsonObject,
} from "../../value/index.ts";

/** A number with the value it came from, so that `{{code}}` alone gives back `00123` and not 123. */
export class NumberValue {
  /** The number where it has few digits; what is reckoned of such needs no decimal. */
  readonly short: ShortDecimal | undefined;
  readonly source: Json | undefined;
  /** A quotient that does not end, to more places than `decimal`; for arithmetic alone, and divided only when that asks. */
  readonly precise: Decimal | (() => Decimal | undefined) | undefined;
  /** True for TRUE, FALSE, JSON's booleans and unquoted fields that hold such a word: a text `true` equals them. */
  readonly isBoolean: boolean;
  /** What it is the quotient of, both short: who rounds it needs not divide to all places. */
  readonly ratio: readonly [ShortDecimal, ShortDecimal] | undefined;
  /** A whole number that was calculated of such as have places behind the point. */
  places = false;
  private made: Decimal | (() => Decimal) | undefined;

  constructor(
    number: Decimal | (() => Decimal) | ShortDecimal,
    source?: Json,
    precise?: Decimal | (() => Decimal | undefined),
    isBoolean = false,
    ratio?: readonly [ShortDecimal, ShortDecimal],
  ) {
    const isShort = number instanceof ShortDecimal;
    this.short = isShort ? number : undefined;
    this.made = isShort ? undefined : number;
    this.source = source;
    this.precise = precise;
    this.isBoolean = isBoolean;
    this.ratio = ratio;
  }

  get decimal(): Decimal {
    const { made } = this;
    if (typeof made === "object") return made;
    return (this.made = made === undefined ? decimalOf(this.short as ShortDecimal) : made());
  }
}

/**
 * Whether MariaDB would have it as a decimal with places behind the point, not as a whole number: `12.50`, `10/5`, the sum of such. A
 * quoted text counts as one too. Only ROUND and TRUNCATE ask, which then write as many places as they were told.
 */
export function hasPlaces(value: Scalar): boolean {
  if (!(value instanceof NumberValue)) return value !== null;
  const { short, source, places } = value;
  if (places || (short !== undefined && short.places > 0)) return true;
  if (short === undefined && value.decimal.c.length - 1 > value.decimal.e) return true;
  return typeof source === "string" ? source.includes(".") : source instanceof ExactNumber && source.text.includes(".");
}

export type ExpressionValue = null | string | NumberValue | JsonArray | JsonObject;
export type Scalar = null | string | NumberValue;

export const ONE = new NumberValue(new ShortDecimal(1, 0));
export const ZERO = new NumberValue(new ShortDecimal(0, 0));
/** The words TRUE and FALSE of the language. */
export const TRUE_WORD = new NumberValue(ONE.decimal, undefined, undefined, true);
export const FALSE_WORD = new NumberValue(ZERO.decimal, undefined, undefined, true);
/** JSON's booleans. */
export const TRUE = new NumberValue(ONE.decimal, true, undefined, true);
export const FALSE = new NumberValue(ZERO.decimal, false, undefined, true);

/** What an unquoted `{{x}}` is: missing is the empty text, number-like text a number. */
export function bindValue(value: Json | undefined): ExpressionValue {
  if (value === undefined) return "";
  if (typeof value === "object" && (value === null || isArray(value) || isObject(value))) return value;
  if (typeof value === "boolean") return value ? TRUE : FALSE;
  const short = shortIn(value);
  if (short !== undefined) return new NumberValue(short, value);
  if (typeof value === "string") {
    if (value === "") return value;
    const truth = truthWord(value);
    if (truth !== undefined) return new NumberValue(truth ? ONE.decimal : ZERO.decimal, value, undefined, true);
    if (isTooLarge(value)) return value;
  }
  const decimal = toDecimal(value);
  return decimal === null ? (value as string) : new NumberValue(decimal, value);
}

function shortIn(value: string | number | ExactNumber): ShortDecimal | undefined {
  if (typeof value === "number" && Number.isInteger(value)) return shortOf(value, 0);
  return readShort(typeof value === "string" ? value : value instanceof ExactNumber ? value.text : String(value));
}

/** The truth that a text names in any case, as Qeasy has it where such a value stands unquoted; undefined for any other text. */
function truthWord(text: string): boolean | undefined {
  if (text.length !== 4 && text.length !== 5) return undefined;
  const word = text.toLowerCase();
  return word === "true" ? true : word === "false" ? false : undefined;
}

/** A code such as `9E9999` or of a thousand digits only looks like a number; it is text until someone calculates with it. */
function isTooLarge(text: string): boolean {
  if (text.length < DIGITS_SAFE && !/e/i.test(text)) return false;
  try {
    toDecimal(text);
    return false;
  } catch (error) {
    if (error instanceof DatongError) return true;
    throw error;
  }
}

const DIGITS_SAFE = 500;

/** The JSON result of an expression. */
export function resultOf(value: ExpressionValue): Json {
  if (!(value instanceof NumberValue)) return value;
  if (value.source !== undefined) return value.source;
  return value.short === undefined ? decimalToJson(value.decimal) : shortToJson(value.short);
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
 * Compares as MySQL does: two texts by their letters whatever the case and the blanks behind, anything with a number by value, where
 * a text counts as the number it starts with (`'12abc'` is 12, `'abc'` is 0). The text `true` equals TRUE. Null with anything is null.
 */
export function compareLoose(a: Scalar, b: Scalar): -1 | 0 | 1 | null {
  if (a === null || b === null) return null;
  if (typeof a === "string" && typeof b === "string") {
    if (a === b) return 0;
    const left = foldText(a);
    const right = foldText(b);
    return left === right ? 0 : left < right ? -1 : 1;
  }
  const order = compareShort(a, b);
  if (order !== undefined) return order;
  const left = comparedNumber(a, b);
  const right = comparedNumber(b, a);
  return left === right ? 0 : compare(left, right);
}

function compareShort(a: string | NumberValue, b: string | NumberValue): -1 | 0 | 1 | undefined {
  if (typeof a === "string" || typeof b === "string" || a.short === undefined || b.short === undefined) return undefined;
  const places = Math.max(a.short.places, b.short.places);
  const left = shortOf(unitsAt(a.short, places), places);
  const right = shortOf(unitsAt(b.short, places), places);
  if (left === undefined || right === undefined) return undefined;
  return left.units === right.units ? 0 : left.units < right.units ? -1 : 1;
}

/** A text as it is compared: in one case and without blanks behind. */
export function foldText(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  return text.slice(0, end).toUpperCase();
}

function comparedNumber(value: string | NumberValue, other: string | NumberValue): Decimal {
  if (value instanceof NumberValue) return value.decimal;
  if (typeof other !== "string" && other.isBoolean) {
    const truth = truthWord(value);
    if (truth !== undefined) return truth ? ONE.decimal : ZERO.decimal;
  }
  return leadingNumber(value);
}

/** True, false or null as a condition: a number other than 0 is true, a text counts as the number it starts with. */
export function truthOf(value: Scalar): boolean | null {
  if (value instanceof NumberValue && value.short !== undefined) return value.short.units !== 0;
  return value === null ? null : leadingNumber(value).c[0] !== 0;
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
