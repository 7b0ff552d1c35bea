/**
 * When calls may begin: inside a side's windows, outside a connection's maintenance. Hours are wall times of a zone, so that they follow
 * the clocks when these change; a span that ends no later than it begins goes over midnight. Instants are epoch ms.
 */
import { Cron } from "croner";
import { DEFAULT_ZONE, instantToWall } from "../value/index.ts";
import type { Maintenance } from "./connection.ts";
import type { SideSchedule } from "./dispatch.ts";

/** HH:mm to HH:mm (`to` up to 24:00), the end excluded; `days`: 1 Monday to 7 Sunday, the day on which it begins. */
interface Span {
  readonly days?: readonly number[] | undefined;
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

/** Open in any of `within` (where there are any) and in none of `without`. */
export interface Hours {
  readonly within: readonly Span[];
  readonly without: readonly Span[];
}

const DAY_MINUTES = 1_440;
/** Boundaries looked at for the next opening: a week of many spans. */
const BOUNDARIES_MAX = 500;

/** The windows of a side; always open without any. */
export function windowHours(schedule: Pick<SideSchedule, "zone" | "windows"> | undefined): Hours {
  const zone = schedule?.zone ?? DEFAULT_ZONE;
  const within = (schedule?.windows ?? []).map((text) => ({ from: text.slice(0, 5), to: text.slice(6), zone }));
  return { within, without: [] };
}

/** The same hours without the maintenance of a connection, whose times are those of the connector's zone. */
export function withoutMaintenance(hours: Hours, maintenance: readonly Maintenance[], zone: string): Hours {
  return { ...hours, without: [...hours.without, ...maintenance.map((span) => ({ ...span, zone }))] };
}

export function isOpen({ within, without }: Hours, atMs: number): boolean {
  return (within.length === 0 || within.some((span) => isInside(span, atMs))) && !without.some((span) => isInside(span, atMs));
}

/** The instant itself where it is open, else when it opens; null: never. */
export function opensAt(hours: Hours, atMs: number): number | null {
  let at: number | null = atMs;
  for (let looked = 0; at !== null && looked < BOUNDARIES_MAX; looked += 1) {
    if (isOpen(hours, at)) return at;
    at = hoursChangeAt(hours, at);
  }
  return null;
}

/** Until when nothing changes: the first beginning or end of a span after an instant; null: there are none. */
export function hoursChangeAt({ within, without }: Hours, atMs: number): number | null {
  const boundaries = [...within, ...without].flatMap(({ from, to, zone }) => [
    { time: from, zone },
    { time: to === "24:00" ? "00:00" : to, zone },
  ]);
  const next = boundaries.flatMap(({ time, zone }) => {
    const cron = `${Number(time.slice(3))} ${Number(time.slice(0, 2))} * * *`;
    const run = new Cron(cron, { timezone: zone }).nextRun(new Date(atMs));
    return run === null ? [] : [run.getTime()];
  });
  return next.length === 0 ? null : Math.min(...next);
}

function isInside({ days, from, to, zone }: Span, atMs: number): boolean {
  const wall = instantToWall(atMs, zone);
  const minute = wall.hour * 60 + wall.minute;
  // 1 Monday to 7 Sunday.
  const today = ((new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay() + 6) % 7) + 1;
  const begins = (day: number): boolean => days === undefined || days.includes(day);
  const [first, last] = [minutesOf(from), minutesOf(to)];
  if (first < last) return minute >= first && minute < last && begins(today);
  return (minute >= first && begins(today)) || (minute < last % DAY_MINUTES && begins(today === 1 ? 7 : today - 1));
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
