/** MySQL's DATE_FORMAT: `%Y-%m-%d %H:%i:%s` and all other letters. Names of months and days are English, as in its usual locale. */
import type { WallTime } from "../../../value/index.ts";
import { DAY_MS, isLeap, utcMs, wallOf, type Moment } from "./moment.ts";

export const MONTH_NAMES = "January February March April May June July August September October November December".split(
  " ",
) as readonly string[];
export const DAY_NAMES = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ") as readonly string[];

/** The moment in a pattern. A letter that means nothing stands for itself. */
export function formatMoment(moment: Moment, pattern: string): string {
  const wall = wallOf(moment);
  return pattern.replace(/%([\s\S])/g, (_whole, letter: string) => LETTERS.get(letter)?.(wall, moment) ?? letter);
}

function pad(value: number, places = 2): string {
  return String(value).padStart(places, "0");
}

const hour12 = (wall: WallTime): number => wall.hour % 12 || 12;
const half = (wall: WallTime): string => (wall.hour < 12 ? "AM" : "PM");
const clock = (wall: WallTime, hour: number): string => `${pad(hour)}:${pad(wall.minute)}:${pad(wall.second)}`;

/** 0 is Sunday. */
export function dayOfWeek(moment: Moment): number {
  return new Date(moment.atMs).getUTCDay();
}

/** 1 for the first of January. */
export function dayOfYear(moment: Moment): number {
  const { year } = wallOf(moment);
  return Math.floor((moment.atMs - (utcMs(year, 1, 1) as number)) / DAY_MS) + 1;
}

/**
 * The week's number and the year that it belongs to. A week begins on Sunday or Monday; the first of a year is the first that begins
 * in it, or the first with four days in it. Without `ofYear`, days before the first week are in week 0.
 */
export function weekOf(
  moment: Moment,
  { monday, four, ofYear }: { readonly monday: boolean; readonly four: boolean; readonly ofYear: boolean },
): { readonly week: number; readonly year: number } {
  const { year } = wallOf(moment);
  const day = dayOfYear(moment) - 1;
  const week = Math.floor((day - firstWeekStart(year, monday, four)) / 7) + 1;
  if (week < 1) {
    if (!ofYear) return { week: 0, year };
    const days = day + (isLeap(year - 1) ? 366 : 365);
    return { week: Math.floor((days - firstWeekStart(year - 1, monday, four)) / 7) + 1, year: year - 1 };
  }
  const nextStart = (isLeap(year) ? 366 : 365) + firstWeekStart(year + 1, monday, four);
  return ofYear && day >= nextStart ? { week: 1, year: year + 1 } : { week, year };
}

/** The day of the year (from 0, may be negative) on which its first week begins. */
function firstWeekStart(year: number, monday: boolean, four: boolean): number {
  const first = new Date(utcMs(year, 1, 1) as number).getUTCDay();
  const weekday = monday ? (first + 6) % 7 : first;
  if (weekday === 0) return 0;
  return four && weekday <= 3 ? -weekday : 7 - weekday;
}

const SUNDAY_WEEKS = { monday: false, four: false } as const;
const MONDAY_WEEKS = { monday: true, four: true } as const;

type Letter = (wall: WallTime, moment: Moment) => string;

/** A map, because an object also has `constructor`. */
const LETTERS: ReadonlyMap<string, Letter> = new Map<string, Letter>([
  ["Y", (wall) => pad(wall.year, 4)],
  ["y", (wall) => pad(wall.year % 100)],
  ["m", (wall) => pad(wall.month)],
  ["c", (wall) => String(wall.month)],
  ["M", (wall) => MONTH_NAMES[wall.month - 1] as string],
  ["b", (wall) => (MONTH_NAMES[wall.month - 1] as string).slice(0, 3)],
  ["d", (wall) => pad(wall.day)],
  ["e", (wall) => String(wall.day)],
  ["D", (wall) => `${wall.day}${ordinal(wall.day)}`],
  ["j", (_wall, moment) => pad(dayOfYear(moment), 3)],
  ["W", (_wall, moment) => DAY_NAMES[dayOfWeek(moment)] as string],
  ["a", (_wall, moment) => (DAY_NAMES[dayOfWeek(moment)] as string).slice(0, 3)],
  ["w", (_wall, moment) => String(dayOfWeek(moment))],
  ["U", (_wall, moment) => pad(weekOf(moment, { ...SUNDAY_WEEKS, ofYear: false }).week)],
  ["u", (_wall, moment) => pad(weekOf(moment, { ...MONDAY_WEEKS, ofYear: false }).week)],
  ["V", (_wall, moment) => pad(weekOf(moment, { ...SUNDAY_WEEKS, ofYear: true }).week)],
  ["v", (_wall, moment) => pad(weekOf(moment, { ...MONDAY_WEEKS, ofYear: true }).week)],
  ["X", (_wall, moment) => pad(weekOf(moment, { ...SUNDAY_WEEKS, ofYear: true }).year, 4)],
  ["x", (_wall, moment) => pad(weekOf(moment, { ...MONDAY_WEEKS, ofYear: true }).year, 4)],
  ["H", (wall) => pad(wall.hour)],
  ["k", (wall) => String(wall.hour)],
  ["h", (wall) => pad(hour12(wall))],
  ["I", (wall) => pad(hour12(wall))],
  ["l", (wall) => String(hour12(wall))],
  ["i", (wall) => pad(wall.minute)],
  ["s", (wall) => pad(wall.second)],
  ["S", (wall) => pad(wall.second)],
  ["f", (wall, moment) => pad(wall.ms * 1000 + moment.micros, 6)],
  ["p", half],
  ["r", (wall) => `${clock(wall, hour12(wall))} ${half(wall)}`],
  ["T", (wall) => clock(wall, wall.hour)],
]);

function ordinal(day: number): string {
  if (day > 10 && day < 14) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}
