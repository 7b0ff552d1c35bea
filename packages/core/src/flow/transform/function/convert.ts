/** Functions that turn a value into another type. What does not fit is refused, never cut to fit. */
import { decimalText, ExactNumber, round, type Decimal } from "../../../value/index.ts";
import { NumberValue, textOf, type ExpressionValue } from "../expression-value.ts";
import { countArg, plainRow, textArg, textRow, type FunctionContext, type FunctionRow } from "./function-row.ts";
import { sliceLetters } from "./letters.ts";
import { md5Of } from "./md5.ts";
import { momentOf, momentText, timeOfDay } from "./moment.ts";

/** Types of CAST by how they are written, in lower case. */
export const CAST_TYPES: ReadonlyMap<string, string> = new Map([
  ["char", "char"],
  ["varchar", "char"],
  ["nchar", "char"],
  ["signed", "signed"],
  ["unsigned", "unsigned"],
  ["decimal", "decimal"],
  ["dec", "decimal"],
  ["double", "double"],
  ["date", "date"],
  ["datetime", "datetime"],
  ["time", "time"],
]);

const CAST_USAGE = "CHAR[(n)], SIGNED, UNSIGNED, DECIMAL[(p, s)], DOUBLE, DATE, DATETIME, TIME";

export const CONVERT: readonly FunctionRow[] = [
  plainRow(
    "CAST",
    {
      args: [2, 4],
      form: "cast",
      usage: "CAST(x AS type)",
      zh: `转换类型：${CAST_USAGE}；放不下的报错`,
      en: `Another type: ${CAST_USAGE}; what does not fit is an error`,
    },
    (args, context) => cast(args, context),
  ),
  plainRow(
    "CONVERT",
    {
      args: [2, 4],
      form: "cast",
      usage: "CONVERT(x, type)",
      zh: "同 CAST；CONVERT(x USING utf8mb4) 为文字",
      en: "As CAST; CONVERT(x USING utf8mb4) gives text",
    },
    (args, context) => cast(args, context),
  ),
  textRow(
    "MD5",
    { args: 1, usage: "MD5(text)", zh: "UTF-8 文字的 MD5，小写十六进制", en: "MD5 of the UTF-8 text, lower-case hex" },
    ([text = ""], context) => {
      context.spend(text.length >> 3);
      return md5Of(text);
    },
  ),
];

function cast(args: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  const value = context.scalar(args[0] ?? null);
  if (value === null) return null;
  switch (textArg(args, 1, context)) {
    case "char": {
      const text = textOf(value) as string;
      return args.length > 2 ? sliceLetters(text, 0, countArg(args, 2, context) ?? 0) : text;
    }
    case "signed":
      return wholeNumber(value, context, SIGNED_MIN, SIGNED_MAX);
    case "unsigned":
      return wholeNumber(value, context, "0", UNSIGNED_MAX);
    case "decimal":
      return fixedNumber(args, context);
    case "double": {
      const number = context.number(value);
      return number === null ? null : new NumberValue(number);
    }
    case "date":
    case "datetime": {
      const moment = momentOf(value, context);
      if (moment === null) return null;
      const hasTime = textArg(args, 1, context) === "datetime";
      return momentText({ atMs: Math.floor(moment.atMs / 1000) * 1000, micros: 0, hasTime });
    }
    default:
      return clockOf(value, context);
  }
}

const SIGNED_MIN = "-9223372036854775808";
const SIGNED_MAX = "9223372036854775807";
const UNSIGNED_MAX = "18446744073709551615";

/** A number is rounded, a text is cut behind its whole part, as MySQL does. */
function wholeNumber(value: ExpressionValue, context: FunctionContext, min: string, max: string): ExpressionValue {
  const number = context.number(value);
  if (number === null) return null;
  const cut = round(number, 0, typeof value === "string" ? "down" : "half-up");
  if (cut.lt(min) || cut.gt(max))
    return context.fail(`整数须在 ${min} 到 ${max} 之间 / the whole number must lie between ${min} and ${max}`);
  return new NumberValue(cut);
}

/** DECIMAL(p, s) keeps its places as written: `3.00`. */
function fixedNumber(args: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  const number = context.number(args[0] ?? null);
  const digits = args.length > 2 ? countArg(args, 2, context) : 10;
  const places = args.length > 3 ? countArg(args, 3, context) : 0;
  if (number === null || digits === null || places === null) return null;
  if (digits < 1 || digits > 65 || places < 0 || places > 38 || places > digits) {
    return context.fail("DECIMAL(p, s) 中 p 为 1 到 65，s 不大于 38 和 p / DECIMAL(p, s): p is 1 to 65, s at most 38 and p");
  }
  const cut = round(number, places);
  const text = cut.toFixed(places);
  if (text.replace(/^-?0*|\.\d*$/g, "").length > digits - places) {
    return context.fail(`${decimalText(number)} 放不进 DECIMAL(${digits}, ${places}) / it does not fit`);
  }
  return new NumberValue(cut, sourceOf(text, cut));
}

function sourceOf(text: string, value: Decimal): number | ExactNumber {
  const plain = Number(text);
  return String(plain) === text ? plain : new ExactNumber(value.eq(0) && text.startsWith("-") ? text.slice(1) : text);
}

function clockOf(value: ExpressionValue, context: FunctionContext): string | null {
  const micros = timeOfDay(value, context);
  if (micros === null) return null;
  const seconds = Math.floor(micros / 1_000_000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
