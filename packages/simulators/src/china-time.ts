/**
 * Wall time in China (GMT+8, no daylight saving), as the vendors write and read it. Instants are epoch milliseconds. Reading
 * answers undefined for anything that is not exactly the form, or names a moment that does not exist (month 13, 30 February).
 */

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** `2026-11-22 05:18:45`; milliseconds are dropped, as the vendors drop them. */
export function formatChinaTime(at: number): string {
  return new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

/** `2026-11-22`. */
export function formatChinaDate(at: number): string {
  return formatChinaTime(at).slice(0, 10);
}

/** Reads `yyyy-MM-dd HH:mm:ss`. */
export function parseChinaTime(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text.replace(" ", "T")}+08:00`);
  return Number.isNaN(at) || formatChinaTime(at) !== text ? undefined : at;
}

/** Reads `yyyy-MM-dd` as the first millisecond of that day in China. */
export function parseChinaDate(text: string): number | undefined {
  return parseChinaTime(`${text} 00:00:00`);
}
