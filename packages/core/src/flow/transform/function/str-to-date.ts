/**
 * MySQL's STR_TO_DATE: a text read by a pattern. Null where the text does not fit the pattern: the function asks whether it does.
 * Letters between the pattern's stand for themselves; any number of blanks in the text counts as one.
 */
import { DAY_NAMES, MONTH_NAMES } from "./date-format.ts";
import { microText, momentText, utcMs, type Moment } from "./moment.ts";

interface Parts {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour?: number;
  hour12?: number;
  half?: 0 | 1;
  minute?: number;
  second?: number;
  micros?: number;
}

type Member = Exclude<keyof Parts, "half">;

/** Numbers: the part and its most digits. */
const NUMBERS: ReadonlyMap<string, readonly [Member, number]> = new Map<string, readonly [Member, number]>([
  ["Y", ["year", 4]],
  ["y", ["year", 2]],
  ["m", ["month", 2]],
  ["c", ["month", 2]],
  ["d", ["day", 2]],
  ["e", ["day", 2]],
  ["j", ["dayOfYear", 3]],
  ["H", ["hour", 2]],
  ["k", ["hour", 2]],
  ["h", ["hour12", 2]],
  ["I", ["hour12", 2]],
  ["l", ["hour12", 2]],
  ["i", ["minute", 2]],
  ["s", ["second", 2]],
  ["S", ["second", 2]],
  ["f", ["micros", 6]],
]);

/** The date, date with time, or time of day that the pattern finds; null when the text does not fit. */
export function strToDate(text: string, pattern: string): string | null {
  const parts: Parts = {};
  const full = pattern.replaceAll("%T", "%H:%i:%s").replaceAll("%r", "%I:%i:%s %p");
  let at = skipBlanks(text, 0);
  // The shorter of the two ends the reading, as in MySQL: what is left of the other is looked away from.
  for (let p = 0; p < full.length && at < text.length; p++) {
    const letter = full.charAt(p);
    if (/\s/.test(letter)) {
      at = skipBlanks(text, at);
      continue;
    }
    const end = letter === "%" && p + 1 < full.length ? readLetter(full.charAt(++p), text, at, parts) : text[at] === letter ? at + 1 : -1;
    if (end === -1) return null;
    at = end;
  }
  return composed(parts, full);
}

function skipBlanks(text: string, at: number): number {
  let end = at;
  while (end < text.length && /\s/.test(text.charAt(end))) end++;
  return end;
}

/** Reads one letter of the pattern. Gives where the text goes on, -1 when it does not fit. */
function readLetter(letter: string, text: string, at: number, parts: Parts): number {
  const number = NUMBERS.get(letter);
  if (number !== undefined) return readNumber(number, letter, text, at, parts);
  switch (letter) {
    case "%":
      return text[at] === "%" ? at + 1 : -1;
    case "M":
    case "b": {
      const found = readName(MONTH_NAMES, letter === "b", text, at);
      if (found !== undefined) parts.month = found.index + 1;
      return found?.end ?? -1;
    }
    case "W":
    case "a":
      return readName(DAY_NAMES, letter === "a", text, at)?.end ?? -1;
    case "p": {
      const half = text.slice(at, at + 2).toUpperCase();
      if (half !== "AM" && half !== "PM") return -1;
      parts.half = half === "PM" ? 1 : 0;
      return at + 2;
    }
    default:
      return -1;
  }
}

function readNumber([member, digits]: readonly [Member, number], letter: string, text: string, at: number, parts: Parts): number {
  let end = at;
  while (end < text.length && end - at < digits && text.charAt(end) >= "0" && text.charAt(end) <= "9") end++;
  if (end === at) return -1;
  const written = text.slice(at, end);
  const value = Number(letter === "f" ? written.padEnd(6, "0") : written);
  // Two digits of a year are of 1970 to 2069.
  parts[member] = member === "year" && end - at <= 2 ? value + (value < 70 ? 2000 : 1900) : value;
  return end;
}

function readName(names: readonly string[], isShort: boolean, text: string, at: number): { index: number; end: number } | undefined {
  for (const [index, name] of names.entries()) {
    const wanted = isShort ? name.slice(0, 3) : name;
    if (text.slice(at, at + wanted.length).toLowerCase() === wanted.toLowerCase()) return { index, end: at + wanted.length };
  }
  return undefined;
}

function composed(parts: Parts, pattern: string): string | null {
  const hasDate = /%[YymcdebMj]/.test(pattern);
  const hasTime = /%[HkhIlisSfp]/.test(pattern);
  const hour = hourOf(parts);
  const { minute = 0, second = 0, micros = 0 } = parts;
  if (hour === null || minute > 59 || second > 59 || (hasDate && hour > 23)) return null;
  const pad = (value: number): string => String(value).padStart(2, "0");
  if (!hasDate && !hasTime) return null;
  if (!hasDate) return `${pad(hour)}:${pad(minute)}:${pad(second)}${microText(micros)}`;
  const date = dateOf(parts);
  if (date === null) return null;
  const seconds = (hour * 60 + minute) * 60 + second;
  const moment: Moment = { atMs: date + seconds * 1000 + Math.floor(micros / 1000), micros: micros % 1000, hasTime };
  return momentText(moment);
}

function hourOf(parts: Parts): number | null {
  if (parts.hour12 === undefined) return parts.hour === undefined || parts.hour <= 23 ? (parts.hour ?? 0) : null;
  if (parts.hour12 < 1 || parts.hour12 > 12) return null;
  return (parts.hour12 % 12) + (parts.half === 1 ? 12 : 0);
}

/** A date needs year, month and day: MySQL's zero months and days are no date for any target. */
function dateOf(parts: Parts): number | null {
  const { year, month, day, dayOfYear } = parts;
  if (year === undefined) return null;
  if (month !== undefined && day !== undefined) return utcMs(year, month, day);
  if (dayOfYear === undefined || dayOfYear < 1 || dayOfYear > 366) return null;
  return new Date(0).setUTCFullYear(year, 0, dayOfYear);
}
