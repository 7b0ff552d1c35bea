/**
 * Exact decimal arithmetic for money, quantities and rates. Division keeps 20 decimal places, half up; everything else is exact.
 *
 * Bounds keep a hostile `1e999999999` from taking the machine: 1000 digits, exponent within ±1000; beyond is DECIMAL_TOO_LARGE.
 */
import { Big } from "big.js";
import { DatongError } from "../error/datong-error.ts";
import { exactNumber, fromUnits, plainDecimal, plainText, product, quotient, roundedHalfUp } from "./decimal-digits.ts";
import { ExactNumber, type Json } from "./json.ts";

export type Decimal = Big;
export type RoundingMode = "half-up" | "half-even" | "down" | "up";

/** Digits of the longest decimal. */
export const DECIMAL_DIGITS_MAX = 1000;
const EXPONENT_MAX = 1000;
const DIVISION_PLACES = 20;

/** Our own constructor: settings of big.js are global to a constructor, and others may change theirs. */
const Exact = Big();
Exact.DP = DIVISION_PLACES;
Exact.RM = 1;

const MODES: Readonly<Record<RoundingMode, 0 | 1 | 2 | 3>> = { down: 0, "half-up": 1, "half-even": 2, up: 3 };
/** Nothing in it can match the same digits twice: a text of a million digits and a letter is refused at once. */
const DECIMAL_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?$/;

/** Quantities and counts are nearly always one of these. Decimals are never changed. */
const SMALL: readonly Decimal[] = Array.from({ length: 100 }, (_, number) => new Exact(number));

/** The value as a decimal, or null when it is not one. Text counts when all of it (blanks around apart) is a decimal number. */
export function toDecimal(value: Json | undefined): Decimal | null {
  const small = typeof value === "number" ? SMALL[value] : undefined;
  if (small !== undefined) return small;
  if (typeof value === "number") return Number.isFinite(value) ? (plainDecimal(Exact, String(value)) ?? within(new Exact(value))) : null;
  if (value instanceof ExactNumber) return decimalOfText(value.text);
  return typeof value === "string" ? decimalOfText(value.trim()) : null;
}

/** The decimal of so many units of a place, such as 4910 of 2 for 49.10: whole, and held by a JavaScript number. */
export function ofUnits(units: number, places: number): Decimal {
  return (places === 0 ? SMALL[units] : undefined) ?? fromUnits(Exact, units, places);
}

/** Plain notation, never an exponent: `0.0000001`, `100`. */
export function decimalText(value: Decimal): string {
  return plainText(value) ?? value.toFixed();
}

/** a + b */
export function add(a: Decimal, b: Decimal): Decimal {
  return within(a.plus(b));
}

/** a - b */
export function sub(a: Decimal, b: Decimal): Decimal {
  return within(a.minus(b));
}

/** a × b */
export function mul(a: Decimal, b: Decimal): Decimal {
  return within(product(Exact, a, b) ?? a.times(b));
}

/** a ÷ b to a number of decimal places, half up. DECIMAL_DIVISION_BY_ZERO when b is 0. */
export function div(a: Decimal, b: Decimal, places = DIVISION_PLACES): Decimal {
  if (isZero(b)) throw new DatongError("DECIMAL_DIVISION_BY_ZERO");
  const short = quotient(Exact, a, b, places);
  if (short !== undefined) return short;
  // Whole numbers divide many times faster than big.js does.
  const shift = a.e - a.c.length - (b.e - b.c.length) + places;
  const [dividend, divisor] = [shift > 0 ? digitsOf(a) * 10n ** BigInt(shift) : digitsOf(a), digitsOf(b)];
  const whole = shift < 0 ? divisor * 10n ** BigInt(-shift) : divisor;
  const rounded = (2n * dividend + whole) / (2n * whole);
  const sign = a.s === b.s ? "" : "-";
  return within(new Exact(`${rounded === 0n ? "" : sign}${rounded}e-${places}`));
}

function digitsOf(value: Decimal): bigint {
  return BigInt(value.c.join(""));
}

/** The remainder of a ÷ b with the sign of a. DECIMAL_DIVISION_BY_ZERO when b is 0. */
export function mod(a: Decimal, b: Decimal): Decimal {
  if (isZero(b)) throw new DatongError("DECIMAL_DIVISION_BY_ZERO");
  return within(a.mod(b));
}

/** -1, 0 or 1. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  return a.cmp(b);
}

/** Rounds to a number of decimal places; negative places round to tens, hundreds. Text that is no decimal is a defect of the caller. */
export function round(value: string | number | Decimal, places = 0, mode: RoundingMode = "half-up"): Decimal {
  const decimal = typeof value === "object" ? value : toDecimal(value);
  if (decimal === null) throw new TypeError(`'${String(value)}' is not a decimal`);
  if (!Number.isInteger(places) || Math.abs(places) > EXPONENT_MAX) throw tooLarge(`${String(places)} places`);
  return mode === "half-up" ? roundedHalfUp(Exact, decimal, places) : decimal.round(places, MODES[mode]);
}

/** A JSON number: a JavaScript number when that is exact to the letter, else an ExactNumber. */
export function decimalToJson(value: Decimal): number | ExactNumber {
  const plain = exactNumber(value);
  if (plain !== undefined) return plain;
  const text = decimalText(value);
  const number = Number(text);
  return String(number) === text ? number : new ExactNumber(text);
}

function decimalOfText(text: string): Decimal | null {
  const plain = plainDecimal(Exact, text);
  if (plain !== undefined) return plain;
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return null;
  // Before big.js sees it: its own reading of a huge exponent is what must not happen.
  if (text.length > 2 * DECIMAL_DIGITS_MAX + 10 || Math.abs(Number(match[1] ?? "0")) > 2 * EXPONENT_MAX) throw tooLarge(text);
  return within(new Exact(text.startsWith("+") ? text.slice(1) : text));
}

/** `e` is the exponent of the first digit, `c` the digits without trailing zeros. */
function within(value: Decimal): Decimal {
  if (value.c.length > DECIMAL_DIGITS_MAX || Math.abs(value.e) > EXPONENT_MAX) {
    throw tooLarge(value.toExponential(Math.min(20, value.c.length - 1)));
  }
  return value;
}

function isZero(value: Decimal): boolean {
  return value.c[0] === 0;
}

function tooLarge(text: string): DatongError {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return new DatongError("DECIMAL_TOO_LARGE", { text: short, digitsMax: DECIMAL_DIGITS_MAX, exponentMax: EXPONENT_MAX });
}
