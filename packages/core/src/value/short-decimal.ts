/**
 * Decimals of few digits as whole units and places: 49.10 is 4910 units of 2 places. A JavaScript number holds the units exactly, so that
 * amounts and quantities, which are nearly always that short, are calculated without their digits being taken apart.
 */
import { decimalToJson, ofUnits, type Decimal } from "./decimal.ts";
import { ExactNumber } from "./json.ts";

export class ShortDecimal {
  readonly units: number;
  readonly places: number;
  constructor(units: number, places: number) {
    this.units = units;
    this.places = places;
  }
}

/** Of fifteen digits every number gives back the letters it was read from. */
const UNITS_BELOW = 1e15;
const PLACES_MAX = 15;
const POWERS: readonly number[] = Array.from({ length: PLACES_MAX + 1 }, (_, power) => 10 ** power);

/** Reads digits with an optional minus and point, whose places are kept; undefined for anything else, and for more digits. */
export function readShort(text: string): ShortDecimal | undefined {
  const { length } = text;
  if (length === 0 || length > PLACES_MAX + 2) return undefined;
  const from = text.charCodeAt(0) === 45 ? 1 : 0;
  let [units, point] = [0, -1];
  for (let at = from; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) units = units * 10 + code - 48;
    else if (code === 46 && point < 0) point = at;
    else return undefined;
  }
  const digits = length - from - (point < 0 ? 0 : 1);
  if (digits === 0 || digits > PLACES_MAX) return undefined;
  return new ShortDecimal(from === 1 && units !== 0 ? -units : units, point < 0 ? 0 : length - point - 1);
}

/** Undefined where the result would be too long. */
export function shortOf(units: number, places: number): ShortDecimal | undefined {
  // A zero has no sign.
  return Math.abs(units) < UNITS_BELOW && places <= PLACES_MAX ? new ShortDecimal(units + 0, places) : undefined;
}

/** The units of the same number with so many places, which are not fewer; too many to be exact where it cannot be. */
export function unitsAt({ units, places }: ShortDecimal, wanted: number): number {
  return units * (POWERS[wanted - places] ?? Number.POSITIVE_INFINITY);
}

/** The dividend's quotient to so many places, half up or cut. Undefined where that might not be the quotient to 20 places, rounded. */
export function shortQuotient(dividend: ShortDecimal, divisor: ShortDecimal, places: number, isUp: boolean): ShortDecimal | undefined {
  const shift = places + divisor.places - dividend.places;
  const above = Math.abs(dividend.units) * (POWERS[Math.max(0, shift)] ?? Number.POSITIVE_INFINITY);
  const below = Math.abs(divisor.units) * (POWERS[Math.max(0, -shift)] ?? Number.POSITIVE_INFINITY);
  // A quotient is off the next half of the last place by at least one part of twice that, so that 20 places could not round it across.
  const parts = below * (POWERS[places] ?? Number.POSITIVE_INFINITY);
  if (!(above < UNITS_BELOW && below < UNITS_BELOW && below > 0 && parts < 1e19)) return undefined;
  const rest = above % below;
  const whole = (above - rest) / below + (isUp && rest * 2 >= below ? 1 : 0);
  return shortOf(dividend.units < 0 === divisor.units < 0 ? whole : -whole, places);
}

/** Plain notation with all its places. */
export function shortText({ units, places }: ShortDecimal): string {
  if (places === 0) return String(units);
  const digits = String(Math.abs(units)).padStart(places + 1, "0");
  const point = digits.length - places;
  return `${units < 0 ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** As `decimalToJson` has it: the number without zeros behind. */
export function shortToJson(short: ShortDecimal): number | ExactNumber {
  const { units, places } = short;
  if (places === 0) return units;
  // Of two exact numbers, so that the one rounding is that of reading the text; below, JavaScript writes an exponent.
  return isPlain(units, places) ? units / (POWERS[places] as number) : decimalToJson(decimalOf(short));
}

/** The JSON number that has all its places to the letter. */
export function shortToLetter(short: ShortDecimal): number | ExactNumber {
  const { units, places } = short;
  const isNumber = places === 0 || (units % 10 !== 0 && isPlain(units, places));
  return isNumber ? units / (POWERS[places] as number) : new ExactNumber(shortText(short));
}

function isPlain(units: number, places: number): boolean {
  return units === 0 || places <= 6 || Math.abs(units) * 1e6 >= (POWERS[places] as number);
}

export function decimalOf({ units, places }: ShortDecimal): Decimal {
  return ofUnits(units, places);
}
