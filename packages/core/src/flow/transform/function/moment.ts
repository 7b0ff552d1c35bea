/**
 * Dates of expressions: a date, or a date with its time of day, as a clock of the flow's zone shows them, to the microsecond.
 *
 * They are texts before and behind a function. The empty text, NULL and the zero date (`0000-00-00`) are no date and give NULL; any
 * other text that is none is EXPRESSION_NOT_DATE. Epoch seconds and texts with an offset are turned to the flow's zone.
 */
import { formatWallTime, instantToWall, parseTime, wallToInstant, type WallTime } from "../../../value/index.ts";
import { DatongError } from "../../../error/index.ts";
import { textOf, type ExpressionValue } from "../expression-value.ts";
import type { FunctionContext } from "./function-row.ts";

export interface Moment {
  /** Milliseconds since 1970-01-01 00:00:00 on that clock: the wall time, not the instant. */
  readonly atMs: number;
  /** Microseconds behind the milliseconds, 0 to 999. */
  readonly micros: number;
  readonly hasTime: boolean;
}

export const DAY_MS = 86_400_000;

const PLAIN = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?$/;
const ZERO_DATE = /^0000-00-00/;
const TIME_OF_DAY = /^(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/;

/** The date in an argument; null for NULL, the empty text and the zero date. EXPRESSION_NOT_DATE. */
export function momentOf(value: ExpressionValue | undefined, context: FunctionContext): Moment | null {
  const scalar = context.scalar(value ?? null);
  const text = textOf(scalar)?.trim() ?? "";
  if (text === "" || ZERO_DATE.test(text)) return null;
  const plain = PLAIN.exec(text);
  if (plain !== null) {
    const [, year, , month, day, hour, minute, second, fraction] = plain;
    const at = utcMs(Number(year), Number(month), Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
    if (at === null) return context.notDate(text);
    const sixth = Number((fraction ?? "").padEnd(6, "0").slice(0, 6));
    return { atMs: at + Math.floor(sixth / 1000), micros: sixth % 1000, hasTime: hour !== undefined };
  }
  const parsed = parseTime(text);
  if (parsed === null) return context.notDate(text);
  const wall = parsed.kind === "wall" ? parsed.wall : context.placed(() => instantToWall(parsed.atMs, context.zone));
  const atMs = utcMs(wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second);
  if (atMs === null) return context.notDate(text);
  return { atMs: atMs + wall.ms, micros: 0, hasTime: parsed.kind === "instant" || /^\d{14}$|[T :]/.test(text) };
}

/** The time of day in an argument, as microseconds: that of a date, or `08:30:00` by itself (up to 838 hours). */
export function timeOfDay(value: ExpressionValue | undefined, context: FunctionContext): number | null {
  const text = textOf(context.scalar(value ?? null))?.trim() ?? "";
  const match = TIME_OF_DAY.exec(text);
  if (match === null) {
    const moment = momentOf(value, context);
    return moment === null ? null : (((moment.atMs % DAY_MS) + DAY_MS) % DAY_MS) * 1000 + moment.micros;
  }
  const [, hour, minute, second, fraction] = match;
  if (Number(hour) > 838 || Number(minute) > 59 || Number(second ?? 0) > 59) return context.notDate(text);
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0);
  return seconds * 1_000_000 + Number((fraction ?? "").padEnd(6, "0").slice(0, 6));
}

/** Milliseconds of a wall time as if it were UTC; null for the 31st of February, hour 24 and the like. */
export function utcMs(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) return null;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000;
}

export function daysIn(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Year, month and so on of a moment. */
export function wallOf(moment: Moment): WallTime {
  const date = new Date(moment.atMs);
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

/** The moment that clocks of the zone show at an instant. */
export function momentAt(atMs: number, zone: string): Moment {
  const wall = instantToWall(atMs, zone);
  return {
    atMs: (utcMs(wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second) as number) + wall.ms,
    micros: 0,
    hasTime: true,
  };
}

/** The instant, epoch ms, at which clocks of the zone showed the moment. */
export function instantOfMoment(moment: Moment, zone: string): number {
  return wallToInstant(wallOf(moment), zone);
}

const FIRST_MS = new Date(0).setUTCFullYear(0, 0, 1);
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The moment, or TIME_OUT_OF_RANGE outside the years 0 to 9999. */
export function inCalendar(moment: Moment): Moment {
  if (moment.atMs >= FIRST_MS && moment.atMs <= LAST_MS) return moment;
  throw new DatongError("TIME_OUT_OF_RANGE", { value: moment.atMs });
}

/** `2024-05-01`, or `2024-05-01 08:00:00` with the microseconds where there are any. */
export function momentText(moment: Moment): string {
  const wall = wallOf(moment);
  if (!moment.hasTime) return formatWallTime(wall, "date");
  return formatWallTime(wall, "datetime") + microText(wall.ms * 1000 + moment.micros);
}

/** `.000123` of microseconds, nothing of 0. */
export function microText(micros: number): string {
  return micros === 0 ? "" : `.${String(micros).padStart(6, "0")}`;
}
