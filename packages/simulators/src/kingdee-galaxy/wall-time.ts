/**
 * Times as this vendor prints them: the server's wall clock (UTC+8), no zone, `2026-03-01T08:00:00`.
 */

const OFFSET_MS = 8 * 3_600_000;
const WRITTEN = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,7})?)?)?$/;

/** The wall time of an instant (epoch ms), whole seconds. */
export function wallTime(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 19);
}

/** The day of an instant, as dates without a time are printed. */
export function wallDate(at: number): string {
  return `${wallTime(at).slice(0, 10)}T00:00:00`;
}

/** The instant of a wall time as printed by `wallTime`. */
export function wallInstant(text: string): number {
  return Date.parse(`${text}Z`) - OFFSET_MS;
}

/** Reads a date or a time as clients write it, `2026-03-01` or `2026-03-01 08:00:00`; undefined when it is no date. */
export function parseWall(text: string): string | undefined {
  const match = WRITTEN.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => (part ?? "0").padStart(2, "0"));
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const at = Date.parse(`${written}Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== written ? undefined : written;
}
