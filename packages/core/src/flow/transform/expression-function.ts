/**
 * Functions of `_function` expressions: one table for the parser, the evaluation, the documentation and completion. To add one is to
 * add a row. Names are written in any case. A null argument gives null unless the row says otherwise, as in MySQL.
 */
import { add, compare, div, instantToWall, round, toDecimal, type Decimal, type WallTime } from "../../value/index.ts";
import { numberOf, NumberValue, textOf, truthOf, type ExpressionValue, type Scalar } from "./expression-value.ts";

/** What a function may ask of the place it is called from. */
export interface FunctionContext {
  readonly zone: string;
  /** One value, not a list or object; an error with the place otherwise. */
  readonly scalar: (value: ExpressionValue) => Scalar;
  /** The number of a scalar; an error with the place when it is none. */
  readonly number: (value: ExpressionValue) => Decimal | null;
  readonly fail: (reason: string) => never;
}

interface FunctionTexts {
  readonly name: string;
  readonly argsMin: number;
  readonly argsMax: number;
  readonly usage: string;
  readonly zh: string;
  readonly en: string;
}

export type FunctionRow = FunctionTexts &
  (
    | { readonly kind: "plain"; readonly apply: (args: readonly ExpressionValue[], context: FunctionContext) => ExpressionValue }
    /** Gets its arguments unevaluated, so that the branch not taken cannot fail. */
    | { readonly kind: "lazy"; readonly apply: (args: readonly (() => ExpressionValue)[], context: FunctionContext) => ExpressionValue }
    /** Gets the argument's value of every line; null and the empty text are left out. */
    | { readonly kind: "aggregate"; readonly apply: (values: readonly Scalar[], context: FunctionContext) => ExpressionValue }
  );

/** Every function, in the order the documentation shows them. */
export const FUNCTIONS: readonly FunctionRow[] = [
  {
    kind: "plain",
    name: "CONCAT",
    argsMin: 1,
    argsMax: 100,
    usage: "CONCAT(a, b, …)",
    zh: "连接文字",
    en: "Joins texts",
    apply: (args, context) => concat(args, context),
  },
  {
    kind: "plain",
    name: "LEFT",
    argsMin: 2,
    argsMax: 2,
    usage: "LEFT(text, n)",
    zh: "左边 n 个字",
    en: "The first n characters",
    apply: ([text, count], context) => left(text ?? null, count ?? null, context),
  },
  {
    kind: "plain",
    name: "LOCATE",
    argsMin: 2,
    argsMax: 3,
    usage: "LOCATE(part, text[, from])",
    zh: "部分文字第一次出现的位置（从 1 起，没有为 0）",
    en: "Where the part first stands in the text, from 1; 0 when it does not",
    apply: (args, context) => locate(args, context),
  },
  {
    kind: "plain",
    name: "ROUND",
    argsMin: 1,
    argsMax: 2,
    usage: "ROUND(number[, places])",
    zh: "四舍五入",
    en: "Rounds half up",
    apply: ([value, places], context) => roundTo(value ?? null, places, context),
  },
  {
    kind: "lazy",
    name: "IF",
    argsMin: 3,
    argsMax: 3,
    usage: "IF(condition, then, else)",
    zh: "条件成立取第二个，否则取第三个",
    en: "The second when the condition holds, else the third",
    apply: ([condition, then, otherwise], context) => {
      const chosen = truthOf(context.scalar(condition?.() ?? null)) === true ? then : otherwise;
      return chosen?.() ?? null;
    },
  },
  {
    kind: "lazy",
    name: "IFNULL",
    argsMin: 2,
    argsMax: 2,
    usage: "IFNULL(a, b)",
    zh: "a 为 NULL 时取 b（缺失的字段是空文字，不是 NULL）",
    en: "b when a is NULL (a missing field is the empty text, not NULL)",
    apply: ([first, second]) => first?.() ?? second?.() ?? null,
  },
  {
    kind: "plain",
    name: "FROM_UNIXTIME",
    argsMin: 1,
    argsMax: 2,
    usage: "FROM_UNIXTIME(seconds[, '%Y-%m-%d %H:%i:%s'])",
    zh: "时间戳（秒）转日期时间文字",
    en: "Epoch seconds as date and time",
    apply: ([seconds, format], context) => fromUnixTime(seconds ?? null, format, context),
  },
  aggregate("SUM", "合计", "Sum of a column", (numbers) => numbers.reduce(add)),
  aggregate("AVG", "平均", "Average of a column", (numbers) => div(numbers.reduce(add), toDecimal(numbers.length) as Decimal)),
  {
    kind: "aggregate",
    name: "MAX",
    argsMin: 1,
    argsMax: 1,
    usage: "MAX({{items.qty}})",
    zh: "最大",
    en: "Largest of a column",
    apply: (values) => extreme(values, 1),
  },
  {
    kind: "aggregate",
    name: "MIN",
    argsMin: 1,
    argsMax: 1,
    usage: "MIN({{items.qty}})",
    zh: "最小",
    en: "Smallest of a column",
    apply: (values) => extreme(values, -1),
  },
  {
    kind: "aggregate",
    name: "COUNT",
    argsMin: 1,
    argsMax: 1,
    usage: "COUNT({{items.qty}})",
    zh: "有值的行数",
    en: "How many lines have a value",
    apply: (values) => new NumberValue(toDecimal(values.length) as Decimal),
  },
];

const BY_NAME = new Map(FUNCTIONS.map((row) => [row.name.toLowerCase(), row]));

/** The table's row for a name in any case. */
export function functionRow(name: string): FunctionRow | undefined {
  return BY_NAME.get(name.toLowerCase());
}

function aggregate(name: string, zh: string, en: string, of: (numbers: readonly Decimal[]) => Decimal): FunctionRow {
  return {
    kind: "aggregate",
    name,
    argsMin: 1,
    argsMax: 1,
    usage: `${name}({{items.qty}})`,
    zh,
    en,
    apply: (values, context) => {
      const numbers = values.map((value) => context.number(value) as Decimal);
      return numbers.length === 0 ? null : new NumberValue(of(numbers));
    },
  };
}

function concat(args: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  let result = "";
  for (const arg of args) {
    const text = textOf(context.scalar(arg));
    if (text === null) return null;
    result += text;
  }
  return result;
}

function left(text: ExpressionValue, count: ExpressionValue, context: FunctionContext): ExpressionValue {
  const letters = textOf(context.scalar(text));
  const number = context.number(count);
  if (letters === null || number === null) return null;
  return Array.from(letters)
    .slice(0, Math.max(0, Number(round(number))))
    .join("");
}

function locate([part, whole, from]: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  const needle = textOf(context.scalar(part ?? null));
  const text = textOf(context.scalar(whole ?? null));
  const start = from === undefined ? 1 : Number(context.number(from) ?? Number.NaN);
  if (needle === null || text === null || Number.isNaN(start)) return null;
  if (start < 1) return new NumberValue(toDecimal(0) as Decimal);
  // Positions count characters, not UTF-16 units. MySQL's usual collations look away from case.
  const letters = Array.from(text.toLowerCase());
  const before = letters.slice(0, start - 1).join("").length;
  const index = start - 1 > letters.length ? -1 : letters.join("").indexOf(needle.toLowerCase(), before);
  const position = index === -1 ? 0 : Array.from(letters.join("").slice(0, index)).length + 1;
  return new NumberValue(toDecimal(position) as Decimal);
}

function roundTo(value: ExpressionValue, places: ExpressionValue | undefined, context: FunctionContext): ExpressionValue {
  const number = context.number(value);
  const count = places === undefined ? 0 : context.number(places);
  if (number === null || count === null) return null;
  const whole = Number(count);
  if (!Number.isInteger(whole) || Math.abs(whole) > 30)
    return context.fail("小数位数须为 -30 到 30 的整数 / places must be whole, -30 to 30");
  return new NumberValue(round(number, whole));
}

/** Numbers by value when all are numbers, texts (dates) by their letters otherwise. */
function extreme(values: readonly Scalar[], sign: 1 | -1): ExpressionValue {
  const numbers = values.map(numberOf);
  let best: Scalar = null;
  let bestNumber: Decimal | undefined;
  if (numbers.every((number): number is Decimal => number !== undefined && number !== null)) {
    for (const number of numbers) if (bestNumber === undefined || compare(number, bestNumber) === sign) bestNumber = number;
    return bestNumber === undefined ? null : new NumberValue(bestNumber);
  }
  for (const value of values) {
    const text = textOf(value);
    if (text !== null && (best === null || (sign === 1 ? text > best : text < best))) best = text;
  }
  return best;
}

function fromUnixTime(seconds: ExpressionValue, format: ExpressionValue | undefined, context: FunctionContext): ExpressionValue {
  const number = context.number(seconds);
  const pattern = format === undefined ? "%Y-%m-%d %H:%i:%s" : textOf(context.scalar(format));
  if (number === null || pattern === null) return null;
  const wall = instantToWall(Math.floor(Number(number) * 1000), context.zone);
  return pattern.replace(/%([\s\S])/g, (_whole, letter: string) => TIME_LETTERS[letter]?.(wall) ?? letter);
}

function pad(value: number, places = 2): string {
  return String(value).padStart(places, "0");
}

const hour12 = (wall: WallTime): number => wall.hour % 12 || 12;

/** MySQL's DATE_FORMAT letters, those without names of months and days. */
const TIME_LETTERS: Readonly<Record<string, ((wall: WallTime) => string) | undefined>> = {
  Y: (wall) => pad(wall.year, 4),
  y: (wall) => pad(wall.year % 100),
  m: (wall) => pad(wall.month),
  c: (wall) => String(wall.month),
  d: (wall) => pad(wall.day),
  e: (wall) => String(wall.day),
  H: (wall) => pad(wall.hour),
  k: (wall) => String(wall.hour),
  h: (wall) => pad(hour12(wall)),
  I: (wall) => pad(hour12(wall)),
  l: (wall) => String(hour12(wall)),
  i: (wall) => pad(wall.minute),
  s: (wall) => pad(wall.second),
  S: (wall) => pad(wall.second),
  f: (wall) => pad(wall.ms * 1000, 6),
  p: (wall) => (wall.hour < 12 ? "AM" : "PM"),
  T: (wall) => `${pad(wall.hour)}:${pad(wall.minute)}:${pad(wall.second)}`,
};

/** True when a value counts as one line of a column. */
export function countsInAggregate(value: ExpressionValue): boolean {
  return value !== null && value !== "";
}
