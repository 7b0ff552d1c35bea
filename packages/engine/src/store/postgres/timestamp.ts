/**
 * Reads PostgreSQL's text form of timestamptz (DateStyle ISO) into epoch milliseconds. Microseconds are cut off, not rounded, so a
 * value never moves into the future. `infinity` becomes Infinity. Any zone offset is read, years before 1 too.
 */
const form = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

/** Epoch milliseconds; throws on any other form, for example when a server runs with another DateStyle. */
export function parseTimestamp(text: string): number {
  if (text === "infinity") return Infinity;
  if (text === "-infinity") return -Infinity;
  const parts = form.exec(text);
  if (parts === null) throw new Error(`not a timestamptz in ISO style: ${text}`);
  const [, year, month, day, hour, minute, second, fraction = "", sign, zoneHour, zoneMinute = "0", zoneSecond = "0", before] = parts;
  const at = new Date(0);
  at.setUTCFullYear(before === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  at.setUTCHours(Number(hour), Number(minute), Number(second), 0);
  const zoneMs = (Number(zoneHour) * 3600 + Number(zoneMinute) * 60 + Number(zoneSecond)) * 1000;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  return at.getTime() + milliseconds - (sign === "+" ? zoneMs : -zoneMs);
}
