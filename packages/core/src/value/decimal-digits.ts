/**
 * The ways of decimals that are gone most, over the digits of big.js itself: reading a plain number, dividing, rounding half up, writing
 * plainly. Each gives what big.js gives, several times as fast; what is longer than usual is left to big.js (`undefined`).
 *
 * A decimal is `s` (1 or -1), `c` (its digits, the last not 0 unless it is 0) and `e` (the exponent of the first digit).
 */
import { Big, type BigConstructor } from "big.js";

const LENGTH_MAX = 120;
const SHIFT_MAX = 240;
/** Digits that a JavaScript number holds exactly. */
const NUMBER_DIGITS = 15;

interface Digits {
  s: number;
  e: number;
  c: number[];
}

const ZERO = Big()(0);

function make(of: BigConstructor, s: number, e: number, c: number[]): Big {
  // A copy of any decimal; its digits are replaced.
  const made = new of(ZERO);
  const digits = made as unknown as Digits;
  digits.s = s;
  digits.e = e;
  digits.c = c;
  return made;
}

function withoutTrailingZeros(c: number[]): number[] {
  // One by one: there are few of them, and to set a length takes longer.
  while (c.length > 0 && c[c.length - 1] === 0) c.pop();
  return c;
}

/** Reads digits with an optional minus and point. */
export function plainDecimal(of: BigConstructor, text: string): Big | undefined {
  const { length } = text;
  const s = text.charCodeAt(0) === 45 ? -1 : 1;
  const from = s === -1 ? 1 : 0;
  if (length === from || length > LENGTH_MAX) return undefined;
  const c: number[] = [];
  let [hasPoint, digits, whole, zeros] = [false, 0, 0, 0];
  for (let at = from; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (hasPoint) return undefined;
      hasPoint = true;
      continue;
    }
    if (code < 48 || code > 57) return undefined;
    digits++;
    if (c.length === 0 && code === 48) {
      if (hasPoint) zeros++;
      continue;
    }
    c.push(code - 48);
    if (!hasPoint) whole++;
  }
  if (digits === 0) return undefined;
  if (withoutTrailingZeros(c).length === 0) return make(of, 1, 0, [0]);
  return make(of, s, whole > 0 ? whole - 1 : -zeros - 1, c);
}

/** a ÷ b to so many places, half up; b is not 0. Digit by digit, as on paper, by a divisor that a JavaScript number holds. */
export function quotient(of: BigConstructor, a: Big, b: Big, places: number): Big | undefined {
  const shift = a.e - a.c.length - (b.e - b.c.length) + places;
  if (shift < 0 || shift > SHIFT_MAX || a.c.length > LENGTH_MAX || b.c.length >= NUMBER_DIGITS) return undefined;
  const divisor = numberOf(b.c);
  const { length } = a.c;
  const steps = length + shift;
  const c: number[] = [];
  let rest = 0;
  let first = -1;
  for (let step = 0; step < steps; step++) {
    if (rest === 0 && step >= length) break;
    rest = rest * 10 + (step < length ? (a.c[step] as number) : 0);
    const digit = Math.floor(rest / divisor);
    rest -= digit * divisor;
    if (first < 0) {
      if (digit === 0) continue;
      first = step;
    }
    c.push(digit);
  }
  let e = first < 0 ? -places - 1 : steps - first - 1 - places;
  if (rest * 2 >= divisor) {
    let at = c.length - 1;
    while (at >= 0 && c[at] === 9) at--;
    c.length = at + 1;
    if (at >= 0) c[at] = (c[at] as number) + 1;
    else {
      c.push(1);
      e += 1;
    }
  }
  return withoutTrailingZeros(c).length === 0 ? make(of, 1, 0, [0]) : make(of, a.s * b.s, e, c);
}

/** a × b where a JavaScript number holds it. */
export function product(of: BigConstructor, a: Big, b: Big): Big | undefined {
  if (a.c.length + b.c.length > NUMBER_DIGITS) return undefined;
  const units = a.s * b.s * numberOf(a.c) * numberOf(b.c);
  return fromUnits(of, units, a.c.length - a.e + (b.c.length - b.e) - 2);
}

/** The decimal of so many units of a place; the units are whole and a JavaScript number holds them. */
export function fromUnits(of: BigConstructor, units: number, places: number): Big {
  if (units === 0) return make(of, 1, 0, [0]);
  const c: number[] = [];
  for (let whole = Math.abs(units); whole > 0; whole = Math.floor(whole / 10)) c.push(whole % 10);
  const { length } = c;
  return make(of, units < 0 ? -1 : 1, length - 1 - places, withoutTrailingZeros(c.reverse()));
}

/** Powers of ten that a JavaScript number holds exactly. */
const EXACT_POWERS: readonly number[] = Array.from({ length: 22 }, (_, power) => Number(`1e${power}`));

/** The JavaScript number of a decimal that it gives back to the letter; undefined where that is not sure. */
export function exactNumber({ c, e, s }: Big): number | undefined {
  if (c.length > NUMBER_DIGITS || e > 20 || e < -6) return undefined;
  // Both are exact, so that the one rounding is that of reading the text.
  const shift = e + 1 - c.length;
  const power = EXACT_POWERS[Math.abs(shift)];
  if (power === undefined) return undefined;
  const whole = numberOf(c);
  if (whole === 0) return 0;
  return s * (shift < 0 ? whole / power : whole * power);
}

function numberOf(c: readonly number[]): number {
  let whole = 0;
  for (let at = 0; at < c.length; at++) whole = whole * 10 + (c[at] as number);
  return whole;
}

/** Rounded half up (away from zero) to so many places. */
export function roundedHalfUp(of: BigConstructor, value: Big, places: number): Big {
  const { c, e, s } = value;
  const kept = e + 1 + places;
  if (kept >= c.length) return value;
  if (kept < 0) return make(of, 1, 0, [0]);
  const goesUp = (c[kept] as number) >= 5;
  const digits = c.slice(0, kept);
  if (!goesUp) return kept === 0 ? make(of, 1, 0, [0]) : make(of, s, e, withoutTrailingZeros(digits));
  let at = kept - 1;
  while (at >= 0 && digits[at] === 9) at--;
  digits.length = at + 1;
  if (at < 0) return make(of, s, e + 1, [1]);
  digits[at] = (digits[at] as number) + 1;
  return make(of, s, e, digits);
}

/** Plain notation of a decimal of usual length. */
export function plainText({ c, e, s }: Big): string | undefined {
  if (c.length > LENGTH_MAX || e > SHIFT_MAX || e < -SHIFT_MAX) return undefined;
  if (c[0] === 0) return undefined;
  let text = s < 0 ? "-" : "";
  if (e < 0) text += `0.${"0".repeat(-e - 1)}`;
  for (let at = 0; at < c.length; at++) {
    if (at === e + 1 && e >= 0) text += ".";
    text += DIGITS[c[at] as number] as string;
  }
  return e >= c.length ? text + "0".repeat(e + 1 - c.length) : text;
}

const DIGITS = "0123456789";
