/** Functions of numbers, in exact decimals. */
import {
  compare,
  decimalText,
  DECIMAL_DIGITS_MAX,
  div,
  ExactNumber,
  mod,
  mul,
  round,
  shortQuotient,
  shortToLetter,
  toDecimal,
  type Decimal,
} from "../../../value/index.ts";
import { hasPlaces, NumberValue, ONE, ZERO, type ExpressionValue } from "../expression-value.ts";
import { numberArg, plainRow, type FunctionContext, type FunctionRow, type RowTexts } from "./function-row.ts";

const NUMBER: Pick<RowTexts, "args"> = { args: 1 };

function numberRow(name: string, texts: Omit<RowTexts, "args">, change: (number: Decimal) => Decimal): FunctionRow {
  return plainRow(name, { ...NUMBER, ...texts }, (args, context) => {
    const number = numberArg(args, 0, context);
    return number === null ? null : new NumberValue(change(number));
  });
}

export const NUMBERS: readonly FunctionRow[] = [
  plainRow("ROUND", { args: [1, 2], usage: "ROUND(number[, places])", zh: "四舍五入", en: "Rounds half up" }, (args, context) =>
    rounded(args, "half-up", context),
  ),
  plainRow(
    "TRUNCATE",
    { args: 2, usage: "TRUNCATE(number, places)", zh: "舍去多余的小数位", en: "Cuts further decimal places off" },
    (args, context) => rounded(args, "down", context),
  ),
  numberRow(
    "CEIL",
    { aliases: ["CEILING"], usage: "CEIL(number)", zh: "向上取整；也写作 CEILING", en: "Rounds up; also CEILING" },
    (number) => round(number, 0, number.lt(0) ? "down" : "up"),
  ),
  numberRow("FLOOR", { usage: "FLOOR(number)", zh: "向下取整", en: "Rounds down" }, (number) =>
    round(number, 0, number.lt(0) ? "up" : "down"),
  ),
  plainRow("ABS", { ...NUMBER, usage: "ABS(number)", zh: "绝对值", en: "Without the sign" }, (args, context) => {
    const number = numberArg(args, 0, context);
    if (number === null) return null;
    const result = new NumberValue(number.abs());
    result.places = hasPlaces(context.scalar(args[0] ?? null));
    return result;
  }),
  numberRow(
    "SIGN",
    { usage: "SIGN(number)", zh: "符号：-1、0 或 1", en: "-1, 0 or 1" },
    (number) => toDecimal(compare(number, ZERO.decimal)) as Decimal,
  ),
  plainRow("MOD", { args: 2, usage: "MOD(a, b)", zh: "余数，符号同 a", en: "Remainder, with the sign of a" }, (args, context) => {
    const a = numberArg(args, 0, context);
    const b = numberArg(args, 1, context);
    return a === null || b === null ? null : new NumberValue(context.placed(() => mod(a, b)));
  }),
  plainRow(
    "POW",
    {
      args: 2,
      aliases: ["POWER"],
      usage: "POW(a, n)",
      zh: "a 的 n 次方；n 为整数时精确",
      en: "a to the power of n; exact for whole n",
    },
    (args, context) => power(args, context),
  ),
  plainRow("SQRT", { args: 1, usage: "SQRT(number)", zh: "平方根", en: "Square root" }, (args, context) => {
    const number = numberArg(args, 0, context);
    if (number === null || number.lt(0)) return null;
    context.spend(number.c.length);
    return new NumberValue(round(number.sqrt(), 20));
  }),
  plainRow(
    "FORMAT",
    { args: 2, usage: "FORMAT(number, places)", zh: "带千分位的文字 1,234.50", en: "Text with thousands separators, 1,234.50" },
    (args, context) => {
      const number = numberArg(args, 0, context);
      const places = placesOf(args, context);
      if (number === null || places === null) return null;
      const [units = "", decimals] = round(number, Math.max(0, places)).toFixed(Math.max(0, places)).split(".");
      const grouped = units.replace(/\B(?=(?:\d{3})+$)/g, ",");
      return decimals === undefined ? grouped : `${grouped}.${decimals}`;
    },
  ),
];

function rounded(args: readonly ExpressionValue[], mode: "half-up" | "down", context: FunctionContext): ExpressionValue {
  return roundedShort(args, mode === "half-up") ?? roundedAny(args, mode, context);
}

/** Of short numbers and their quotients, which need not be divided further than is asked for; undefined for all others. */
function roundedShort([value, at]: readonly ExpressionValue[], isUp: boolean): NumberValue | undefined {
  if (!(value instanceof NumberValue) || (at !== undefined && !(at instanceof NumberValue))) return undefined;
  const places = at === undefined ? 0 : at.short?.places === 0 ? at.short.units : -1;
  const [dividend, divisor] = value.ratio ?? [value.short, ONE.short];
  if (places < 0 || dividend === undefined || divisor === undefined) return undefined;
  const writes = places > 0 && hasPlaces(value);
  const result = shortQuotient(dividend, divisor, writes ? places : 0, isUp);
  return result && new NumberValue(result, writes ? shortToLetter(result) : undefined);
}

function roundedAny(args: readonly ExpressionValue[], mode: "half-up" | "down", context: FunctionContext): ExpressionValue {
  const number = numberArg(args, 0, context);
  const places = placesOf(args, context);
  if (number === null || places === null) return null;
  const result = round(number, places, mode);
  // As MariaDB writes it: with all the places that were asked for, unless it was a whole number to begin with.
  const writes = places > 0 && hasPlaces(context.scalar(args[0] ?? null));
  return new NumberValue(result, writes ? new ExactNumber((result.c[0] === 0 ? result.abs() : result).toFixed(places)) : undefined);
}

/** The second argument as decimal places, 0 when it is not there. */
function placesOf(args: readonly ExpressionValue[], context: FunctionContext): number | null {
  const places = args.length > 1 ? numberArg(args, 1, context) : ZERO.decimal;
  if (places === null) return null;
  const count = Number(decimalText(places));
  if (Number.isInteger(count) && Math.abs(count) <= 30) return count;
  return context.fail("小数位数须为 -30 到 30 的整数 / places must be whole, -30 to 30");
}

/** Exact for whole powers that stay within the digits of a decimal; else as precise as a double, as MySQL's. */
function power(args: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  const base = numberArg(args, 0, context);
  const exponent = numberArg(args, 1, context);
  if (base === null || exponent === null) return null;
  const count = Number(exponent);
  if (Number.isInteger(count) && base.c.length * Math.abs(count) <= DECIMAL_DIGITS_MAX) {
    return context.placed(() => {
      let result = ONE.decimal;
      for (let done = 0; done < Math.abs(count); done++) {
        context.spend(base.c.length);
        result = mul(result, base);
      }
      return new NumberValue(count < 0 ? div(ONE.decimal, result) : result);
    });
  }
  const value = Number(base) ** count;
  if (Number.isFinite(value)) return new NumberValue(toDecimal(value) as Decimal);
  return context.fail("结果不是数字或太大 / the result is no number or too large");
}
