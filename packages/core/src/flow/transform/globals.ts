/**
 * Globals of the value language: names that are not fields of the row. Times are epoch seconds, as Qeasy's; use a filter for text.
 * A name of this table wins over a row field of the same name, so that a flow reads the same whatever the source sends.
 */
import type { Json } from "../../value/index.ts";

export interface Globals {
  readonly [name: string]: Json;
}

export interface GlobalRow {
  readonly name: string;
  /** True for instants in epoch seconds. */
  readonly isTime: boolean;
  readonly zh: string;
  readonly en: string;
}

/** Every global, for documentation and completion. `DAYS_AGO_<n>` stands for any number of days. */
export const GLOBALS: readonly GlobalRow[] = [
  { name: "LAST_SYNC_TIME", isTime: true, zh: "上次成功读取的时间（秒）", en: "Time of the last successful read, epoch seconds" },
  { name: "CURRENT_TIME", isTime: true, zh: "当前时间（秒）", en: "The time now, epoch seconds" },
  { name: "MICROTIME", isTime: true, zh: "当前时间（秒，带毫秒小数）", en: "The time now, epoch seconds with a fraction" },
  { name: "DAYS_AGO_<n>", isTime: true, zh: "n 天前的此刻（秒）", en: "This time of day n days ago, epoch seconds" },
  { name: "PAGINATION_PAGE_SIZE", isTime: false, zh: "每页行数", en: "Rows per page" },
  { name: "PAGINATION_START_PAGE", isTime: false, zh: "当前页码", en: "Number of the page being read" },
  { name: "PAGINATION_START_ROW", isTime: false, zh: "当前页的起始行", en: "First row of the page being read" },
];

export interface GlobalsInput {
  readonly nowMs: number;
  readonly lastSyncAtMs?: number;
  readonly pageSize?: number;
  readonly startPage?: number;
  readonly startRow?: number;
  /** More names, such as values kept by an earlier step. They give way to the row's own fields. */
  readonly more?: Readonly<Record<string, Json>>;
}

/** The globals of one evaluation. A name whose value is not given stays without one. */
export function globalsOf(input: GlobalsInput): Globals {
  const globals: Record<string, Json> = Object.assign(Object.create(null), input.more);
  globals["CURRENT_TIME"] = Math.floor(input.nowMs / 1000);
  globals["MICROTIME"] = Math.floor(input.nowMs) / 1000;
  if (input.lastSyncAtMs !== undefined) globals["LAST_SYNC_TIME"] = Math.floor(input.lastSyncAtMs / 1000);
  if (input.pageSize !== undefined) globals["PAGINATION_PAGE_SIZE"] = input.pageSize;
  if (input.startPage !== undefined) globals["PAGINATION_START_PAGE"] = input.startPage;
  if (input.startRow !== undefined) globals["PAGINATION_START_ROW"] = input.startRow;
  return globals;
}

const NAMES = new Map(GLOBALS.map((row) => [row.name, row]));
const DAYS_AGO = /^DAYS_AGO_(\d{1,5})$/;
const DAY_SECONDS = 86_400;

/** The table's row for a name, or undefined when the name is no global. */
export function globalRow(name: string): GlobalRow | undefined {
  return NAMES.get(DAYS_AGO.test(name) ? "DAYS_AGO_<n>" : name);
}

/** The value of a global; undefined when it has none in this evaluation. */
export function globalValue(name: string, globals: Globals): Json | undefined {
  const days = DAYS_AGO.exec(name);
  if (days === null) return globals[name];
  const now = globals["CURRENT_TIME"];
  return typeof now === "number" ? now - Number(days[1]) * DAY_SECONDS : undefined;
}
