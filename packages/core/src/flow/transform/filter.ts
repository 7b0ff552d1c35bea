/**
 * Filters: `{{path|name:argument}}`. One table feeds the language, the documentation and completion. Names are written in any case.
 *
 * A missing or null value passes every filter untouched unless the filter says it takes such values; empty text passes the filters
 * of times and numbers. A value that a filter cannot take is an error, never passed on as it was.
 */
import {
  decimalText,
  decimalToJson,
  formatInstant,
  formatWallTime,
  instantOf,
  isArray,
  parseTime,
  plainTimeText,
  round,
  toDecimal,
  writeJson,
  type Decimal,
  type Json,
  type TimeFormat,
} from "../../value/index.ts";
import { sinceText } from "./filter-since.ts";
import { scalarText } from "./template-error.ts";

export interface FilterContext {
  readonly zone: string;
  /** True when the value is an instant in epoch seconds, whatever its number of digits. */
  readonly isTime: boolean;
  /** The evaluation's CURRENT_TIME; absent where it has none. */
  readonly nowMs?: number | undefined;
}

export interface FilterRow {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** What the argument is; absent when the filter takes none. */
  readonly argument?: string;
  /** Why an argument is wrong, or undefined when it is right. */
  readonly checkArgument?: (argument: string) => string | undefined;
  /** True when missing and null values are handed to the filter too. */
  readonly takesMissing?: boolean;
  /** What nearly every text comes to, whatever the context; undefined where the whole filter has to say. */
  readonly short?: (text: string) => string | undefined;
  /** The filtered value; throws FilterRefusal with the reason. */
  readonly apply: (value: Json | undefined, argument: string | undefined, context: FilterContext) => Json | undefined;
}

/** Why a filter or parser cannot take a value. The caller adds the place. */
export class FilterRefusal extends Error {
  override readonly name = "FilterRefusal";
}

function timeFilter(name: string, format: TimeFormat, zh: string, en: string): FilterRow {
  const isNumber = format === "timestamp" || format === "timestampms";
  const apply = (value: Json | undefined, _argument: string | undefined, context: FilterContext): Json | undefined => {
    if (value === "" || value === undefined) return value;
    const text = timeText(value, format, context);
    return isNumber ? Number(text) : text;
  };
  return { name, zh, en, short: (text) => plainTimeText(text, format), apply };
}

function textFilter(name: string, zh: string, en: string, change: (text: string) => string): FilterRow {
  return { name, zh, en, apply: (value) => change(needText(value)) };
}

/** Every filter, in the order the documentation shows them. */
export const FILTERS: readonly FilterRow[] = [
  timeFilter("datetime", "datetime", "日期时间 2024-05-01 08:00:00", "Date and time, 2024-05-01 08:00:00"),
  timeFilter("date", "date", "日期 2024-05-01", "Date, 2024-05-01"),
  timeFilter("time", "time", "时间 08:00:00", "Time of day, 08:00:00"),
  timeFilter("timestamp", "timestamp", "时间戳（秒）", "Epoch seconds"),
  timeFilter("timestampms", "timestampms", "时间戳（毫秒）", "Epoch milliseconds"),
  timeFilter("shortDate", "shortDate", "短日期 05-01", "Month and day, 05-01"),
  timeFilter("shortTime", "shortTime", "短时间 08:00", "Hours and minutes, 08:00"),
  timeFilter("shortDateTime", "shortDateTime", "短日期时间 05-01 08:00", "Month, day, hours, minutes, 05-01 08:00"),
  timeFilter("datetimems", "datetimems", "带毫秒的日期时间", "Date and time with milliseconds"),
  timeFilter("compactDate", "compactDate", "紧凑日期 20240501", "Compact date, 20240501"),
  timeFilter("compactDateTime", "compactDateTime", "紧凑日期时间 20240501080000", "Compact date and time"),
  timeFilter("iso", "iso", "ISO 8601，带时区偏移", "ISO 8601 with the zone's offset"),
  {
    name: "round",
    zh: "四舍五入，默认 2 位小数",
    en: "Round half up, 2 places by default",
    argument: "小数位数 / places",
    checkArgument: (argument) => (/^-?\d{1,2}$/.test(argument) ? undefined : "参数须是整数 / the argument must be a whole number"),
    apply: (value, argument) => withDecimal(value, (decimal) => decimalToJson(round(decimal, Number(argument ?? "2")))),
  },
  {
    name: "intval",
    zh: "取整，舍去小数",
    en: "Whole part of a number",
    apply: (value) => withDecimal(value, (decimal) => decimalToJson(round(decimal, 0, "down"))),
  },
  {
    name: "amount",
    zh: "金额文字，两位小数 1234.50",
    en: "Amount as text with two places, 1234.50",
    apply: (value) => withDecimal(value, (decimal) => decimalText(round(decimal, 2)).replace(/^(-?\d+)(?:\.(\d*))?$/, padCents)),
  },
  {
    name: "implode",
    zh: "数组连成文字，默认用逗号",
    en: "Join a list, with commas by default",
    argument: "分隔符 / separator",
    apply: (value, argument) => (isArray(value) ? value.map(needText).join(argument ?? ",") : needText(value)),
  },
  {
    name: "currency",
    zh: "金额显示 ￥1,234.50（轻易云 formatResponse 的 amount）",
    en: "Amount as it is shown, ￥1,234.50",
    apply: (value) => withDecimal(value, (decimal) => currencyText(decimalText(round(decimal, 2)))),
  },
  textFilter("trim", "去掉两端空白", "Remove blanks at both ends", (text) => text.trim()),
  textFilter("upper", "转大写", "To upper case", (text) => text.toUpperCase()),
  textFilter("lower", "转小写", "To lower case", (text) => text.toLowerCase()),
  {
    name: "longText",
    zh: "只留前 n 个字，默认 15",
    en: "Keep the first n characters, 15 by default",
    argument: "字数 / characters",
    checkArgument: (argument) => (/^\d{1,6}$/.test(argument) ? undefined : "参数须是整数 / the argument must be a whole number"),
    apply: (value, argument) =>
      Array.from(needText(value))
        .slice(0, Number(argument ?? "15"))
        .join(""),
  },
  {
    name: "ellipsis",
    zh: "只留前 n 个字，默认 15，有删减时加 …（三个点）",
    en: "Keep the first n characters, 15 by default, with ... behind what was cut",
    argument: "字数 / characters",
    checkArgument: (argument) => (/^\d{1,6}$/.test(argument) ? undefined : "参数须是整数 / the argument must be a whole number"),
    apply: (value, argument) => {
      const letters = Array.from(needText(value));
      const kept = Number(argument ?? "15");
      return letters.length <= kept ? letters.join("") : `${letters.slice(0, kept).join("")}...`;
    },
  },
  {
    name: "dateDescription",
    zh: "距当前多久：刚刚、3小时前、一天前",
    en: "How long ago, in Chinese words",
    apply: (value, _argument, context) => (value === "" || value === undefined ? value : ago(value, context)),
  },
  {
    name: "default",
    zh: "缺失、null 或空文字时用参数代替",
    en: "The argument when the value is missing, null or empty",
    argument: "代替的文字 / the text instead",
    takesMissing: true,
    apply: (value, argument) => (value === undefined || value === null || value === "" ? (argument ?? "") : value),
  },
  {
    name: "sqllist",
    zh: "SQL 的 IN 列表 'a','b'（数组或逗号分隔文字）；没有值时为 NULL",
    en: "List for SQL's IN, 'a','b', from a list or comma text; NULL when there is nothing",
    takesMissing: true,
    apply: (value) => sqlList(value),
  },
  {
    name: "sqlquote",
    zh: "加单引号并转义",
    en: "In single quotes, quotes inside doubled",
    takesMissing: true,
    apply: (value) => sqlQuote(needText(value ?? "")),
  },
  { name: "json", zh: "JSON 文字", en: "As JSON text", apply: (value) => (value === undefined ? undefined : writeJson(value)) },
  { name: "first", zh: "数组的第一个", en: "First of a list", apply: (value) => (isArray(value) ? value[0] : value) },
  { name: "last", zh: "数组的最后一个", en: "Last of a list", apply: (value) => (isArray(value) ? value.at(-1) : value) },
];

const BY_NAME = new Map(FILTERS.map((row) => [row.name.toLowerCase(), row]));

/** The table's row for a name in any case. */
export function filterRow(name: string): FilterRow | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** Applies one filter. Throws FilterRefusal when the value is not for it. */
export function applyFilter(
  row: FilterRow,
  value: Json | undefined,
  argument: string | undefined,
  context: FilterContext,
): Json | undefined {
  if ((value === undefined || value === null) && row.takesMissing !== true) return value;
  return row.apply(value, argument, context);
}

function timeText(value: Json, format: TimeFormat, context: FilterContext): string {
  if (context.isTime && typeof value === "number") return formatInstant(value * 1000, format, context.zone);
  const time = parseTime(value);
  if (time === null) throw new FilterRefusal("不是日期或时间戳 / not a date or timestamp");
  return time.kind === "instant" ? formatInstant(time.atMs, format, context.zone) : formatWallTime(time.wall, format, context.zone);
}

function ago(value: Json, { zone, isTime, nowMs }: FilterContext): string {
  if (nowMs === undefined) throw new FilterRefusal("这里没有当前时间 / there is no current time here");
  if (isTime && typeof value === "number") return sinceText(value * 1000, nowMs);
  const time = parseTime(value);
  if (time === null) throw new FilterRefusal("不是日期或时间戳 / not a date or timestamp");
  return sinceText(instantOf(time, zone), nowMs);
}

function currencyText(text: string): string {
  const [, sign = "", units = "", cents = ""] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text) ?? [];
  return `${sign}￥${units.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents.padEnd(2, "0")}`;
}

function withDecimal(value: Json | undefined, change: (decimal: Decimal) => Json): Json | undefined {
  if (value === "" || value === undefined) return value;
  const decimal = toDecimal(value);
  if (decimal === null) throw new FilterRefusal("不是数字 / not a number");
  return change(decimal);
}

function padCents(_whole: string, units: string, cents: string | undefined): string {
  return `${units}.${(cents ?? "").padEnd(2, "0")}`;
}

function needText(value: Json | undefined): string {
  const text = value === undefined ? "" : scalarText(value);
  if (text === undefined) throw new FilterRefusal("不是单个值 / not one single value");
  return text;
}

function sqlList(value: Json | undefined): string {
  const items = isArray(value)
    ? value.map(needText)
    : needText(value ?? "")
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
  return items.length === 0 ? "NULL" : items.map(sqlQuote).join(",");
}

function sqlQuote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
