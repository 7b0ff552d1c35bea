/**
 * Exact decimals as text: `12.0000` stays `12.0000`, and a product of price and quantity loses nothing.
 */

interface Parts {
  readonly units: bigint;
  readonly scale: number;
}

const WRITTEN = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/;

/** The text as a plain decimal (no exponent, no plus sign, digits kept); undefined when it is no number. */
export function parseDecimal(text: string): string | undefined {
  const match = WRITTEN.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = "", whole = "0", fraction = "", exponent = "0"] = match;
  const scale = fraction.length - Number(exponent);
  const units = BigInt((sign === "-" ? "-" : "") + whole + fraction + "0".repeat(Math.max(0, -scale)));
  return print({ units, scale: Math.max(0, scale) });
}

/** Negative, 0 or positive, as a sort wants it. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = align(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The exact sum. */
export function addDecimals(a: string, b: string): string {
  const [left, right, scale] = align(a, b);
  return print({ units: left + right, scale });
}

/** The exact product, rounded half away from zero to `places`. */
export function multiplyDecimals(a: string, b: string, places: number): string {
  const [left, right] = [parts(a), parts(b)];
  return print(round({ units: left.units * right.units, scale: left.scale + right.scale }, places));
}

/** The quotient, rounded half away from zero to `places`; dividing by zero throws RangeError. */
export function divideDecimals(a: string, b: string, places: number): string {
  const [left, right] = align(a, b);
  return print(round({ units: (left * 10n ** BigInt(places + 1)) / right, scale: places + 1 }, places));
}

/** The same amount with the other sign. */
export function negateDecimal(a: string): string {
  const { units, scale } = parts(a);
  return print({ units: -units, scale });
}

function parts(text: string): Parts {
  const [whole = "0", fraction = ""] = text.split(".");
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function align(a: string, b: string): readonly [bigint, bigint, number] {
  const [left, right] = [parts(a), parts(b)];
  const scale = Math.max(left.scale, right.scale);
  return [left.units * 10n ** BigInt(scale - left.scale), right.units * 10n ** BigInt(scale - right.scale), scale];
}

function round(value: Parts, places: number): Parts {
  if (value.scale <= places) return { units: value.units * 10n ** BigInt(places - value.scale), scale: places };
  const divisor = 10n ** BigInt(value.scale - places);
  const half = value.units < 0n ? -divisor / 2n : divisor / 2n;
  return { units: (value.units + half) / divisor, scale: places };
}

function print({ units, scale }: Parts): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const sign = units < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
