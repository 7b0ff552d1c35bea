/**
 * Time zones: the offset of a zone at an instant. `+08:00` style offsets and, through Intl, every IANA zone.
 *
 * Asia/Shanghai, the zone of nearly all data here, is answered without Intl for every instant since its summer time ended in 1991.
 */
import { DatongError } from "../error/datong-error.ts";

export const DEFAULT_ZONE = "Asia/Shanghai";

const HOUR_MS = 3_600_000;
const SHANGHAI_PLAIN_FROM = Date.UTC(1992, 0, 1);

/** Compiled zones by name. They are few, and the same name always gives the same function. */
const zones = new Map<string, (atMs: number) => number>();

/** How far the zone's clocks are ahead of UTC at that instant, in ms. TIME_ZONE_UNKNOWN for a name that is no zone. */
export function zoneOffsetMs(zone: string, atMs: number): number {
  if (zone === DEFAULT_ZONE && atMs >= SHANGHAI_PLAIN_FROM) return 8 * HOUR_MS;
  let offset = zones.get(zone);
  if (offset === undefined) {
    offset = fixedOffset(zone) ?? namedOffset(zone);
    zones.set(zone, offset);
  }
  return offset(atMs);
}

/** True when the text names a zone this machine knows. */
export function isZone(zone: string): boolean {
  try {
    zoneOffsetMs(zone, 0);
    return true;
  } catch (error) {
    if (error instanceof DatongError) return false;
    throw error;
  }
}

function fixedOffset(zone: string): ((atMs: number) => number) | undefined {
  if (zone === "Z" || zone === "UTC") return () => 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null || Number(match[2]) > 18 || Number(match[3]) > 59) return undefined;
  const ms = (match[1] === "-" ? -1 : 1) * (Number(match[2]) * HOUR_MS + Number(match[3]) * 60_000);
  return () => ms;
}

function namedOffset(zone: string): (atMs: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    throw new DatongError("TIME_ZONE_UNKNOWN", { zone: zone.slice(0, 60) }, { cause: error });
  }
  return (atMs) => {
    const found: Record<string, string> = {};
    for (const part of format.formatToParts(atMs)) found[part.type] = part.value;
    const part = (name: string): number => Number(found[name]);
    const year = found["era"] === "BC" ? 1 - part("year") : part("year");
    const asUtc = new Date(0).setUTCFullYear(year, part("month") - 1, part("day"));
    const wallMs = asUtc + part("hour") * HOUR_MS + part("minute") * 60_000 + part("second") * 1000;
    return wallMs - Math.floor(atMs / 1000) * 1000;
  };
}
