/**
 * Times. A wall time is what a clock showed (ERP texts such as `2024-05-01 08:00:00`, no zone); an instant is a point in time
 * (epoch ms). They are different things, and only a zone turns one into the other.
 */
import { DatongError } from "../error/datong-error.ts";
import { ExactNumber, type Json } from "./json.ts";
import { DEFAULT_ZONE, zoneOffsetMs } from "./zone.ts";

export interface WallTime {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

export type ParsedTime = { readonly kind: "wall"; readonly wall: WallTime } | { readonly kind: "instant"; readonly atMs: number };

/** How a time is written. `timestamp` is epoch seconds, `timestampms` epoch ms, `iso` carries the zone's offset. */
export type TimeFormat =
  | "datetime"
  | "date"
  | "time"
  | "timestamp"
  | "timestampms"
  | "shortDate"
  | "shortTime"
  | "shortDateTime"
  | "compactDate"
  | "compactDateTime"
  | "datetimems"
  | "iso";

const DAY_MS = 86_400_000;
/** What Date can hold, less a day for the zone. */
const AT_MAX = 8_640_000_000_000_000 - DAY_MS;

const WALL = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/;
const EPOCH = /^(-?\d{10}|-?\d{13})(?:\.(\d+))?$/;

/** The wall time that a text shows, or null when it is none (also for the 31st of February) or carries a zone. */
export function parseWallTime(text: string): WallTime | null {
  const parsed = parseTimeText(text.trim());
  return parsed?.kind === "wall" ? parsed.wall : null;
}

/** Text or number to a time: 10 digits are epoch seconds, 13 are epoch ms, 8 and 14 are a compact wall time. Null when it is none. */
export function parseTime(value: Json | undefined): ParsedTime | null {
  if (typeof value === "string") return parseTimeText(value.trim());
  if (typeof value === "number") return parseTimeText(String(value));
  return value instanceof ExactNumber ? parseTimeText(value.text) : null;
}

/**
 * The instant at which clocks of the zone showed the wall time. A time that the spring change skips is read with the offset before
 * the change (02:30 becomes 03:30); one that autumn shows twice is the first of the two.
 */
export function wallToInstant(wall: WallTime, zone: string = DEFAULT_ZONE): number {
  const asUtc = utcOf(wall);
  if (Math.abs(asUtc) > AT_MAX) throw new DatongError("TIME_OUT_OF_RANGE", { value: asUtc });
  const before = zoneOffsetMs(zone, asUtc - DAY_MS);
  const after = zoneOffsetMs(zone, asUtc + DAY_MS);
  if (before === after) {
    const at = asUtc - before;
    const offset = zoneOffsetMs(zone, at);
    // A zone may change twice within the two days; the offset at the guess itself has the last word.
    return offset === before ? at : asUtc - offset;
  }
  const early = asUtc - before;
  if (zoneOffsetMs(zone, early) === before) return early;
  const late = asUtc - after;
  return zoneOffsetMs(zone, late) === after ? late : early;
}

/** What clocks of the zone show at an instant. TIME_OUT_OF_RANGE beyond what a calendar can hold. */
export function instantToWall(atMs: number, zone: string = DEFAULT_ZONE): WallTime {
  if (!(Math.abs(atMs) <= AT_MAX)) throw new DatongError("TIME_OUT_OF_RANGE", { value: atMs });
  const at = Math.floor(atMs);
  const date = new Date(at + zoneOffsetMs(zone, at));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds(),
  };
}

/** Writes an instant as clocks of the zone show it. */
export function formatInstant(atMs: number, format: TimeFormat, zone: string = DEFAULT_ZONE): string {
  if (format === "timestamp") return String(Math.floor(atMs / 1000));
  if (format === "timestampms") return String(Math.floor(atMs));
  const wall = instantToWall(atMs, zone);
  return format === "iso" ? isoText(wall, zoneOffsetMs(zone, Math.floor(atMs))) : formatWall(wall, format);
}

/** Writes a wall time; it is not moved between zones, the zone only serves `timestamp`, `timestampms` and `iso`. */
export function formatWallTime(wall: WallTime, format: TimeFormat, zone: string = DEFAULT_ZONE): string {
  if (format !== "timestamp" && format !== "timestampms" && format !== "iso") return formatWall(wall, format);
  return formatInstant(wallToInstant(wall, zone), format, zone);
}

/** The instant of a parsed time; a wall time is read in the zone. */
export function instantOf(time: ParsedTime, zone: string = DEFAULT_ZONE): number {
  return time.kind === "instant" ? time.atMs : wallToInstant(time.wall, zone);
}

/** The text that nearly every system sends, `2024-05-01 08:00:00` or with a T, by its places; null where it is any other. */
function parsePlain(text: string): ParsedTime | null {
  if (text.length !== 19 || text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || text[16] !== ":") return null;
  if (text[10] !== " " && text[10] !== "T") return null;
  const wall: WallTime = {
    year: digits(text, 0, 4),
    month: digits(text, 5, 7),
    day: digits(text, 8, 10),
    hour: digits(text, 11, 13),
    minute: digits(text, 14, 16),
    second: digits(text, 17, 19),
    ms: 0,
  };
  return Number.isNaN(wall.year + wall.month + wall.day + wall.hour + wall.minute + wall.second) ? null : checked(wall, undefined);
}

/** `2024-05-01 08:00:00` as date or datetime, which are parts of it; undefined for other texts and formats, and late days of a month. */
export function plainTimeText(text: string, format: TimeFormat): string | undefined {
  if ((format !== "date" && format !== "datetime") || text.length !== 19 || text[10] !== " ") return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || text[16] !== ":") return undefined;
  const [month, day] = [digits(text, 5, 7), digits(text, 8, 10)];
  const isDay = digits(text, 0, 4) >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  if (!isDay || !(digits(text, 11, 13) <= 23 && digits(text, 14, 16) <= 59 && digits(text, 17, 19) <= 59)) return undefined;
  return format === "date" ? text.slice(0, 10) : text;
}

/** The number that the digits at these places write; NaN where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    number = code < 48 || code > 57 ? Number.NaN : number * 10 + code - 48;
  }
  return number;
}

function parseTimeText(text: string): ParsedTime | null {
  const plain = parsePlain(text);
  if (plain !== null) return plain;
  const epoch = EPOCH.exec(text);
  if (epoch !== null) {
    const whole = epoch[1] as string;
    const seconds = whole.replace("-", "").length === 10;
    const fraction = seconds ? Number((epoch[2] ?? "").padEnd(3, "0").slice(0, 3)) : 0;
    return { kind: "instant", atMs: Number(whole) * (seconds ? 1000 : 1) + (whole.startsWith("-") ? -fraction : fraction) };
  }
  const compact = COMPACT.exec(text);
  if (compact !== null) {
    const [, year, month, day, hour, minute, second] = compact;
    return checked(wallOf(year, month, day, hour, minute, second, undefined), undefined);
  }
  const match = WALL.exec(text);
  if (match === null) return null;
  const [, year, , month, day, hour, minute, second, fraction, offset] = match;
  return checked(wallOf(year, month, day, hour, minute, second, fraction), offset);
}

function wallOf(...[year, month, day, hour, minute, second, fraction]: (string | undefined)[]): WallTime {
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    ms: Number((fraction ?? "").padEnd(3, "0").slice(0, 3)),
  };
}

function checked(wall: WallTime, offset: string | undefined): ParsedTime | null {
  const { year, month, day, hour, minute, second } = wall;
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  if (new Date(utcOf(wall)).getUTCDate() !== day) return null;
  if (offset === undefined) return { kind: "wall", wall };
  const zone = offset.toUpperCase();
  return { kind: "instant", atMs: utcOf(wall) - zoneOffsetMs(zone, 0) };
}

function utcOf(wall: WallTime): number {
  const { year, month, day, hour, minute, second, ms } = wall;
  const timeMs = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return (year > 99 ? Date.UTC(year, month - 1, day) : new Date(0).setUTCFullYear(year, month - 1, day)) + timeMs;
}

function formatWall(wall: WallTime, format: Exclude<TimeFormat, "timestamp" | "timestampms" | "iso">): string {
  switch (format) {
    case "date":
      return dateText(wall, "-");
    case "time":
      return timeText(wall);
    case "datetime":
      return `${dateText(wall, "-")} ${timeText(wall)}`;
    case "datetimems":
      return `${dateText(wall, "-")} ${timeText(wall)}.${pad(wall.ms, 3)}`;
    case "shortDate":
      return `${pad(wall.month, 2)}-${pad(wall.day, 2)}`;
    case "shortTime":
      return timeText(wall).slice(0, 5);
    case "shortDateTime":
      return `${pad(wall.month, 2)}-${pad(wall.day, 2)} ${timeText(wall).slice(0, 5)}`;
    case "compactDate":
      return dateText(wall, "");
    case "compactDateTime":
      return dateText(wall, "") + timeText(wall).replaceAll(":", "");
  }
}

function isoText(wall: WallTime, offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const offset = `${offsetMs < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}`;
  return `${dateText(wall, "-")}T${timeText(wall)}.${pad(wall.ms, 3)}${offset}`;
}

function dateText(wall: WallTime, separator: string): string {
  return `${pad(wall.year, 4)}${separator}${pad(wall.month, 2)}${separator}${pad(wall.day, 2)}`;
}

function timeText(wall: WallTime): string {
  return `${pad(wall.hour, 2)}:${pad(wall.minute, 2)}:${pad(wall.second, 2)}`;
}

function pad(value: number, places: 2 | 3 | 4): string {
  return places === 2 && value >= 10 ? String(value) : String(value).padStart(places, "0");
}
