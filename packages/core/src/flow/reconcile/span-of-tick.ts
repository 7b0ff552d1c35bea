/** The span of time that a scheduled reconciliation looks at, by the moment of its tick and the calendar of the source's zone. */
import { formatInstant, instantToWall, wallToInstant } from "../../value/time.ts";
import type { Range } from "../source/watermark.ts";

/** Undefined: no span, the whole window. Bounds are wall times of the zone; the upper one is not in the span. */
export function spanOfTick(span: string | undefined, tickMs: number, zone: string): Range | undefined {
  if (span === undefined) return undefined;
  const wall = instantToWall(tickMs, zone);
  const at = (month: number, day: number): string => {
    // Months and days that are none lead over to the next or former ones.
    const date = new Date(Date.UTC(wall.year, month - 1, day));
    const midnight = {
      ...wall,
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: 0,
      minute: 0,
      second: 0,
      ms: 0,
    };
    return formatInstant(wallToInstant(midnight, zone), "datetime", zone);
  };
  const now = formatInstant(tickMs, "datetime", zone);
  const { month, day } = wall;
  switch (span) {
    case "yesterday":
      return { from: at(month, day - 1), to: at(month, day) };
    case "today":
      return { from: at(month, day), to: now };
    case "last-month":
      return { from: at(month - 1, 1), to: at(month, 1) };
    case "this-month":
      return { from: at(month, 1), to: now };
    default:
      return { from: formatInstant(tickMs - Number(span.slice(1, -1)) * 86_400_000, "datetime", zone), to: now };
  }
}
