/** Spans of time between and behind dates: `INTERVAL n unit`, and how many units lie between two dates. */
import { round, toDecimal, type Decimal } from "../../../value/index.ts";
import { DatongError } from "../../../error/index.ts";
import { DAY_MS, daysIn, inCalendar, utcMs, wallOf, type Moment } from "./moment.ts";

export type IntervalUnit = "MICROSECOND" | "SECOND" | "MINUTE" | "HOUR" | "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR";

/** Microseconds of the units that have a fixed length. */
const MICROS: ReadonlyMap<string, number> = new Map([
  ["MICROSECOND", 1],
  ["SECOND", 1_000_000],
  ["MINUTE", 60_000_000],
  ["HOUR", 3_600_000_000],
  ["DAY", DAY_MS * 1000],
  ["WEEK", 7 * DAY_MS * 1000],
]);
const MONTHS: ReadonlyMap<string, number> = new Map([
  ["MONTH", 1],
  ["QUARTER", 3],
  ["YEAR", 12],
]);

/** Units by how they are written, in lower case. */
export const INTERVAL_UNITS: ReadonlyMap<string, IntervalUnit> = new Map(
  [...MICROS.keys(), ...MONTHS.keys()].map((unit) => [unit.toLowerCase(), unit as IntervalUnit]),
);

/** The moment a number of units later. Months end where they end: a month behind the 31st of January is the last of February. */
export function moved(moment: Moment, amount: Decimal, unit: string): Moment {
  const months = MONTHS.get(unit);
  if (months !== undefined) return movedMonths(moment, Number(round(amount)) * months);
  const length = MICROS.get(unit) as number;
  // A second may have a fraction; of the others MySQL takes whole ones.
  const micros = unit === "SECOND" ? round(amount.times(length)) : round(amount).times(length);
  if (micros.abs().gt(SPAN_MAX)) throw new DatongError("TIME_OUT_OF_RANGE", { value: micros.toFixed() });
  const at = BigInt(moment.atMs) * 1000n + BigInt(moment.micros) + BigInt(micros.toFixed());
  const rest = ((at % 1000n) + 1000n) % 1000n;
  const hasTime = moment.hasTime || length < DAY_MS * 1000;
  return inCalendar({ atMs: Number((at - rest) / 1000n), micros: Number(rest), hasTime });
}

/** Ten thousand years. */
const SPAN_MAX = toDecimal("315576000000000000") as Decimal;

function movedMonths(moment: Moment, months: number): Moment {
  const wall = wallOf(moment);
  const count = wall.year * 12 + wall.month - 1 + months;
  const [year, month] = [Math.floor(count / 12), (count % 12) + 1];
  if (!(year >= 0 && year <= 9999)) throw new DatongError("TIME_OUT_OF_RANGE", { value: year });
  const day = utcMs(year, month, Math.min(wall.day, daysIn(year, month))) as number;
  return { ...moment, atMs: day + (((moment.atMs % DAY_MS) + DAY_MS) % DAY_MS) };
}

/** Whole units from one moment to another, negative when the other is earlier. */
export function unitsBetween(from: Moment, to: Moment, unit: string): number {
  const months = MONTHS.get(unit);
  if (months !== undefined) return Math.trunc(monthsBetween(from, to) / months) + 0;
  const micros = BigInt(to.atMs - from.atMs) * 1000n + BigInt(to.micros - from.micros);
  return Number(micros / BigInt(MICROS.get(unit) as number));
}

function monthsBetween(from: Moment, to: Moment): number {
  if (microsOf(to) < microsOf(from)) return -monthsBetween(to, from);
  const [a, b] = [wallOf(from), wallOf(to)];
  const months = (b.year - a.year) * 12 + b.month - a.month;
  const isShort = b.day < a.day || (b.day === a.day && microsOf(to) % DAY_MICROS < microsOf(from) % DAY_MICROS);
  return isShort ? months - 1 : months;
}

const DAY_MICROS = BigInt(DAY_MS) * 1000n;
/** Shifted to the year 0, so that times of day before 1970 are no negative remainders. */
const SHIFT_MICROS = 62_167_219_200_000_000n;

function microsOf(moment: Moment): bigint {
  return BigInt(moment.atMs) * 1000n + BigInt(moment.micros) + SHIFT_MICROS;
}

/** Days from one date to another, whatever the time of day. */
export function daysBetween(from: Moment, to: Moment): number {
  return Math.floor(to.atMs / DAY_MS) - Math.floor(from.atMs / DAY_MS);
}
