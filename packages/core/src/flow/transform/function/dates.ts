/** Functions of dates. The time now is the evaluation's, the clock that of the flow's zone. */
import { decimalText, div, round, toDecimal, type Decimal } from "../../../value/index.ts";
import { NumberValue, type ExpressionValue } from "../expression-value.ts";
import { DAY_NAMES, dayOfWeek, dayOfYear, formatMoment, MONTH_NAMES, weekOf } from "./date-format.ts";
import { numberArg, plainRow, textArg, type FunctionContext, type FunctionRow, type RowTexts } from "./function-row.ts";
import { daysBetween, moved, unitsBetween } from "./interval.ts";
import { daysIn, instantOfMoment, microText, momentAt, momentOf, momentText, timeOfDay, wallOf, type Moment } from "./moment.ts";
import { strToDate } from "./str-to-date.ts";
import { whole } from "./whole.ts";

/** A row of one date: null where there is no date. */
function dateRow(name: string, texts: Omit<RowTexts, "args" | "usage">, of: (moment: Moment) => ExpressionValue): FunctionRow {
  return plainRow(name, { args: 1, usage: `${name}(date)`, ...texts }, (args, context) => {
    const moment = momentOf(args[0], context);
    return moment === null ? null : of(moment);
  });
}

/** A row of one time of day; `of` gets its microseconds. */
function timeRow(name: string, texts: Omit<RowTexts, "args" | "usage">, of: (micros: number) => ExpressionValue): FunctionRow {
  return plainRow(name, { args: 1, usage: `${name}(time)`, ...texts }, (args, context) => {
    const micros = timeOfDay(args[0], context);
    return micros === null ? null : of(micros);
  });
}

function clockRow(name: string, texts: Omit<RowTexts, "args">, of: (now: Moment) => string): FunctionRow {
  return plainRow(name, { args: [0, 1], form: "clock", ...texts }, (_args, context) =>
    of(context.placed(() => momentAt(Math.floor(context.nowMs() / 1000) * 1000, context.zone))),
  );
}

const clockText = (micros: number): string => {
  const seconds = Math.floor(micros / 1_000_000);
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${microText(micros % 1_000_000)}`;
};
const dateOnly = (moment: Moment): string => momentText({ ...moment, hasTime: false });

const CLOCKS: readonly FunctionRow[] = [
  clockRow(
    "NOW",
    {
      aliases: ["CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "SYSDATE"],
      usage: "NOW()",
      zh: "当前日期时间；也写作 CURRENT_TIMESTAMP",
      en: "Date and time now; also CURRENT_TIMESTAMP",
    },
    momentText,
  ),
  clockRow(
    "CURDATE",
    { aliases: ["CURRENT_DATE"], usage: "CURDATE()", zh: "当前日期；也写作 CURRENT_DATE", en: "The date now; also CURRENT_DATE" },
    dateOnly,
  ),
  clockRow(
    "CURTIME",
    { aliases: ["CURRENT_TIME"], usage: "CURTIME()", zh: "当前时间 08:00:00", en: "The time of day now, 08:00:00" },
    (now) => formatMoment(now, "%T"),
  ),
];

const PARTS: readonly FunctionRow[] = [
  dateRow("DATE", { zh: "日期部分", en: "The date without the time" }, dateOnly),
  timeRow("TIME", { zh: "时间部分 08:00:00", en: "The time of day, 08:00:00" }, clockText),
  dateRow("YEAR", { zh: "年", en: "Year" }, (moment) => whole(wallOf(moment).year)),
  dateRow("QUARTER", { zh: "季度", en: "Quarter" }, (moment) => whole(Math.ceil(wallOf(moment).month / 3))),
  dateRow("MONTH", { zh: "月", en: "Month" }, (moment) => whole(wallOf(moment).month)),
  dateRow("DAY", { aliases: ["DAYOFMONTH"], zh: "日；也写作 DAYOFMONTH", en: "Day of the month; also DAYOFMONTH" }, (moment) =>
    whole(wallOf(moment).day),
  ),
  timeRow("HOUR", { zh: "时", en: "Hour" }, (micros) => whole(Math.floor(micros / 3_600_000_000))),
  timeRow("MINUTE", { zh: "分", en: "Minute" }, (micros) => whole(Math.floor(micros / 60_000_000) % 60)),
  timeRow("SECOND", { zh: "秒", en: "Second" }, (micros) => whole(Math.floor(micros / 1_000_000) % 60)),
  dateRow("DAYOFWEEK", { zh: "星期几，1 为星期日", en: "Day of the week, 1 is Sunday" }, (moment) => whole(dayOfWeek(moment) + 1)),
  dateRow("WEEKDAY", { zh: "星期几，0 为星期一", en: "Day of the week, 0 is Monday" }, (moment) => whole((dayOfWeek(moment) + 6) % 7)),
  dateRow("DAYOFYEAR", { zh: "一年中的第几天", en: "Day of the year" }, (moment) => whole(dayOfYear(moment))),
  dateRow("DAYNAME", { zh: "星期的英文名", en: "Name of the day" }, (moment) => DAY_NAMES[dayOfWeek(moment)] as string),
  dateRow("MONTHNAME", { zh: "月份的英文名", en: "Name of the month" }, (moment) => MONTH_NAMES[wallOf(moment).month - 1] as string),
  plainRow(
    "WEEK",
    { args: [1, 2], usage: "WEEK(date[, mode])", zh: "周数，模式同 MySQL", en: "Number of the week; modes are MySQL's" },
    (args, context) => {
      const moment = momentOf(args[0], context);
      const mode = args.length > 1 ? numberArg(args, 1, context) : (toDecimal(0) as Decimal);
      if (moment === null || mode === null) return null;
      return whole(weekOf(moment, weekMode(mode)).week);
    },
  ),
  plainRow(
    "YEARWEEK",
    { args: [1, 2], usage: "YEARWEEK(date[, mode])", zh: "年与周 202418，模式同 WEEK", en: "Year and week, 202418; modes as of WEEK" },
    (args, context) => {
      const moment = momentOf(args[0], context);
      const mode = args.length > 1 ? numberArg(args, 1, context) : (toDecimal(0) as Decimal);
      if (moment === null || mode === null) return null;
      const { year, week } = weekOf(moment, { ...weekMode(mode), ofYear: true });
      return whole(year * 100 + week);
    },
  ),
  dateRow("LAST_DAY", { zh: "当月最后一天", en: "The last day of the month" }, (moment) => {
    const { year, month, day } = wallOf(moment);
    return dateOnly({ ...moment, atMs: moment.atMs + (daysIn(year, month) - day) * 86_400_000 });
  }),
];

/** MySQL's eight modes as what they say. */
function weekMode(mode: Decimal): { readonly monday: boolean; readonly four: boolean; readonly ofYear: boolean } {
  const bits = Number(decimalText(round(mode))) & 7;
  const monday = (bits & 1) !== 0;
  // Without the first bit (Monday) the third says the opposite of what it says with it.
  return { monday, four: monday === ((bits & 4) === 0), ofYear: (bits & 2) !== 0 };
}

const WRITTEN: readonly FunctionRow[] = [
  plainRow(
    "DATE_FORMAT",
    { args: 2, usage: "DATE_FORMAT(date, '%Y-%m-%d')", zh: "按格式写日期，字母同 MySQL", en: "The date in a pattern of MySQL's letters" },
    (args, context) => {
      const moment = momentOf(args[0], context);
      const pattern = textArg(args, 1, context);
      return moment === null || pattern === null ? null : formatted(moment, pattern, context);
    },
  ),
  plainRow(
    "STR_TO_DATE",
    {
      args: 2,
      usage: "STR_TO_DATE(text, '%d/%m/%Y')",
      zh: "按格式读日期；文字不合格式为 NULL",
      en: "Reads a date by a pattern; NULL when the text does not fit",
    },
    (args, context) => {
      const text = textArg(args, 0, context);
      const pattern = textArg(args, 1, context);
      return text === null || pattern === null ? null : strToDate(text, pattern);
    },
  ),
  plainRow(
    "UNIX_TIMESTAMP",
    { args: [0, 1], usage: "UNIX_TIMESTAMP([date])", zh: "时间戳（秒）；不写参数为当前时间", en: "Epoch seconds of a date, or of now" },
    (args, context) => {
      if (args.length === 0) return whole(Math.floor(context.nowMs() / 1000));
      const moment = momentOf(args[0], context);
      if (moment === null) return null;
      const micros = BigInt(context.placed(() => instantOfMoment(moment, context.zone))) * 1000n + BigInt(moment.micros);
      return new NumberValue(div(toDecimal(String(micros)) as Decimal, toDecimal(1_000_000) as Decimal));
    },
  ),
  plainRow(
    "FROM_UNIXTIME",
    {
      args: [1, 2],
      usage: "FROM_UNIXTIME(seconds[, '%Y-%m-%d %H:%i:%s'])",
      zh: "时间戳（秒）转日期时间文字",
      en: "Epoch seconds as date and time",
    },
    (args, context) => {
      const seconds = numberArg(args, 0, context);
      const pattern = args.length > 1 ? textArg(args, 1, context) : undefined;
      if (seconds === null || pattern === null) return null;
      const micros = Number(round(seconds.minus(round(seconds, 0, "down")).times(1_000_000), 0, "down"));
      const ms = Number(round(seconds, 0, "down")) * 1000 + Math.floor(micros / 1000);
      const moment = { ...context.placed(() => momentAt(ms, context.zone)), micros: ((micros % 1000) + 1000) % 1000 };
      return pattern === undefined ? momentText(moment) : formatted(moment, pattern, context);
    },
  ),
];

function formatted(moment: Moment, pattern: string, context: FunctionContext): string {
  // The longest of a letter is a name of nine.
  context.room(pattern.length * 6);
  return formatMoment(moment, pattern);
}

const UNITS_ZH = "单位 MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR";
const UNITS_EN = "units MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR";

function moveRow(name: string, alias: string, zh: string, en: string, sign: 1 | -1): FunctionRow {
  const texts: RowTexts = { args: [2, 3], form: "interval", aliases: [alias], usage: `${name}(date, INTERVAL n DAY)`, zh, en };
  return plainRow(name, texts, (args, context) => {
    const moment = momentOf(args[0], context);
    const amount = numberArg(args, 1, context);
    if (moment === null || amount === null) return null;
    const unit = textArg(args, 2, context) ?? "DAY";
    return momentText(context.placed(() => moved(moment, sign === 1 ? amount : amount.neg(), unit)));
  });
}

const MOVED: readonly FunctionRow[] = [
  moveRow(
    "DATE_ADD",
    "ADDDATE",
    `日期往后移，${UNITS_ZH}；也写作 date + INTERVAL n DAY、ADDDATE(date, n)`,
    `A later date, ${UNITS_EN}; also date + INTERVAL n DAY, ADDDATE(date, n)`,
    1,
  ),
  moveRow(
    "DATE_SUB",
    "SUBDATE",
    "日期往前移；也写作 date - INTERVAL n DAY、SUBDATE(date, n)",
    "An earlier date; also date - INTERVAL n DAY, SUBDATE(date, n)",
    -1,
  ),
  plainRow(
    "TIMESTAMPADD",
    { args: 3, form: "unit", usage: "TIMESTAMPADD(DAY, n, date)", zh: "日期往后移 n 个单位", en: "The date n units later" },
    (args, context) => {
      const moment = momentOf(args[2], context);
      const amount = numberArg(args, 1, context);
      if (moment === null || amount === null) return null;
      return momentText(context.placed(() => moved(moment, amount, textArg(args, 0, context) ?? "")));
    },
  ),
  plainRow("DATEDIFF", { args: 2, usage: "DATEDIFF(a, b)", zh: "b 到 a 的天数", en: "Days from b to a" }, (args, context) => {
    const a = momentOf(args[0], context);
    const b = momentOf(args[1], context);
    return a === null || b === null ? null : whole(daysBetween(b, a));
  }),
  plainRow(
    "TIMESTAMPDIFF",
    { args: 3, form: "unit", usage: "TIMESTAMPDIFF(DAY, a, b)", zh: "a 到 b 的整单位数", en: "Whole units from a to b" },
    (args, context) => {
      const a = momentOf(args[1], context);
      const b = momentOf(args[2], context);
      return a === null || b === null ? null : whole(unitsBetween(a, b, textArg(args, 0, context) ?? ""));
    },
  ),
];

export const DATES: readonly FunctionRow[] = [...CLOCKS, ...PARTS, ...WRITTEN, ...MOVED];
