/** How long ago an instant was, in words, as 轻易云's dateDescription says it: 刚刚, 一分钟前, 3小时前, 一周前, 一个月前, 一年前. */

const DAY_S = 86_400;
/** Spans in seconds, the longest first; a month counts 30 days, a year 365. */
const UNITS: readonly (readonly [number, string])[] = [
  [365 * DAY_S, "年"],
  [30 * DAY_S, "个月"],
  [7 * DAY_S, "周"],
  [DAY_S, "天"],
  [3_600, "小时"],
  [60, "分钟"],
];

/** Whole units of the longest that fits; less than a minute, or later than `nowMs`, is just now. */
export function sinceText(atMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - atMs) / 1000);
  const unit = UNITS.find(([span]) => seconds >= span);
  if (unit === undefined) return "刚刚";
  const count = Math.floor(seconds / unit[0]);
  return `${count === 1 ? "一" : count}${unit[1]}前`;
}
