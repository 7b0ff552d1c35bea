/**
 * How two values are compared in conditions and totals.
 *
 * Both look like numbers: as exact decimals. Both look like dates: as wall times. Else as text. A condition value
 * `timestamp:1704067200` is an instant (seconds); the field is then read as a wall time in zone +8, or as epoch seconds or milliseconds.
 * Missing, null and "" are all empty: equal to each other and never greater or less than anything.
 */
import { isArray, isObject, ExactNumber, type Json } from "../../value/json.ts";
import { compare, toDecimal, type Decimal } from "../../value/decimal.ts";
import { canonicalText } from "../../value/json-write.ts";

const ZONE_8_MS = 8 * 3_600_000;
const WALL_TIME = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9})\d*)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** True for missing, null and the empty text; a list without elements is empty too. */
export function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === "" || (isArray(value) && value.length === 0);
}

/** The text a value has in comparisons; empty values are the empty text. */
export function comparableText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (value instanceof ExactNumber) return value.text;
  return isArray(value) || isObject(value) ? canonicalText(value) : String(value);
}

/** Loose comparison: negative, zero or positive; undefined when one side is empty and the other is not. */
export function compareLoosely(left: Json | undefined, right: Json | undefined): number | undefined {
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right) ? 0 : undefined;
  const instant = instantOf(right);
  if (instant !== undefined) return compareWithInstant(left, instant);
  const [leftNumber, rightNumber] = [numberOf(left), numberOf(right)];
  if (leftNumber !== undefined && rightNumber !== undefined) return compare(leftNumber, rightNumber);
  const [leftTime, rightTime] = [wallTimeOf(left), wallTimeOf(right)];
  if (leftTime !== undefined && rightTime !== undefined) return order(leftTime, rightTime);
  return order(comparableText(left), comparableText(right));
}

/** The value as a decimal when it looks like a number; absurdly long or large ones (beyond 200 letters, e1000) count as text. */
export function numberOf(value: Json | undefined): Decimal | undefined {
  if (typeof value !== "number" && typeof value !== "string" && !(value instanceof ExactNumber)) return undefined;
  const text = comparableText(value);
  if (text.length > 200 || /[eE][+-]?\d{4,}/.test(text)) return undefined;
  return toDecimal(value) ?? undefined;
}

/** Nanoseconds of a wall time since 1970 read as if in UTC; a time with an offset is moved to zone +8. Undefined for other texts. */
export function wallTimeOf(value: Json | undefined): bigint | undefined {
  if (typeof value !== "string") return undefined;
  const match = WALL_TIME.exec(value.trim());
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? "0");
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 24 || minute > 59 || second > 60) return undefined;
  const wallMs = date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
  const nanos = BigInt((match[7] ?? "").padEnd(9, "0"));
  return BigInt(wallMs + zoneShiftMs(match[8])) * 1_000_000n + nanos;
}

function zoneShiftMs(offset: string | undefined): number {
  if (offset === undefined) return 0;
  if (offset === "Z") return ZONE_8_MS;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return ZONE_8_MS - (offset.startsWith("-") ? -minutes : minutes) * 60_000;
}

function instantOf(value: Json | undefined): bigint | undefined {
  if (typeof value !== "string") return undefined;
  const match = /^timestamp:(\d{1,15})$/.exec(value);
  return match === null ? undefined : epochNanos(match[1] ?? "0");
}

/** Up to 11 digits are seconds, more are milliseconds: 11 digits of seconds reach the year 5138. */
function epochNanos(digits: string): bigint {
  return BigInt(digits) * (digits.length <= 11 ? 1_000_000_000n : 1_000_000n);
}

function compareWithInstant(value: Json | undefined, instant: bigint): number | undefined {
  const text = comparableText(value).trim();
  const wall = wallTimeOf(text);
  if (wall !== undefined) return order(wall - BigInt(ZONE_8_MS) * 1_000_000n, instant);
  const [, digits, fraction = ""] = /^(\d{1,15})(?:\.(\d{1,9})\d*)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  // A fraction of a second; of milliseconds nobody keeps one.
  return order(epochNanos(digits) + (digits.length <= 11 ? BigInt(fraction.padEnd(9, "0")) : 0n), instant);
}

function order<T extends bigint | string>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
