/** Functions that choose one of their arguments. Those that need not look at all of them do not. */
import { compare, type Decimal } from "../../../value/index.ts";
import {
  compareLoose,
  numberOf,
  NumberValue,
  textOf,
  truthOf,
  truthValue,
  type ExpressionValue,
  type Scalar,
} from "../expression-value.ts";
import { countArg, plainRow, textArg, type FunctionContext, type FunctionRow } from "./function-row.ts";
import { whole } from "./whole.ts";

const ARGS_MAX = 100;

export const CHOOSE: readonly FunctionRow[] = [
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
    apply: (args) => firstOf(args),
  },
  {
    kind: "lazy",
    name: "COALESCE",
    argsMin: 1,
    argsMax: ARGS_MAX,
    usage: "COALESCE(a, b, …)",
    zh: "第一个不是 NULL 的（空文字请先用 NULLIF(a, '') 变成 NULL）",
    en: "The first that is not NULL; NULLIF(a, '') makes the empty text NULL",
    apply: (args) => firstOf(args),
  },
  plainRow(
    "NULLIF",
    { args: 2, usage: "NULLIF(a, b)", zh: "a 等于 b 时为 NULL，否则为 a", en: "NULL when a equals b, else a" },
    (args, context) => {
      const value = args[0] ?? null;
      return compareLoose(context.scalar(value), context.scalar(args[1] ?? null)) === 0 ? null : value;
    },
  ),
  plainRow("ISNULL", { args: 1, usage: "ISNULL(a)", zh: "是 NULL 为 1，否则 0", en: "1 for NULL, else 0" }, (args) =>
    truthValue((args[0] ?? null) === null),
  ),
  plainRow(
    "FIELD",
    {
      args: [2, ARGS_MAX],
      usage: "FIELD(a, b, c, …)",
      zh: "a 等于后面的第几个，都不等为 0",
      en: "Which of the others a equals, from 1; 0 when none",
    },
    (args, context) => {
      const [value = null, ...others] = args.map((arg) => context.scalar(arg));
      return whole(others.findIndex((other) => compareLoose(value, other) === 0) + 1);
    },
  ),
  plainRow(
    "ELT",
    {
      args: [2, ARGS_MAX],
      usage: "ELT(n, a, b, …)",
      zh: "第 n 个（从 1 起），没有为 NULL",
      en: "The n-th of the others, from 1; NULL when there is none",
    },
    (args, context) => {
      const place = countArg(args, 0, context);
      return place === null || place < 1 ? null : (args[place] ?? null);
    },
  ),
  plainRow(
    "STRCMP",
    { args: 2, usage: "STRCMP(a, b)", zh: "文字比较：-1、0 或 1，不分大小写", en: "Compares texts whatever the case: -1, 0 or 1" },
    (args, context) => {
      const order = compareLoose(textArg(args, 0, context), textArg(args, 1, context));
      return order === null ? null : whole(order);
    },
  ),
  plainRow(
    "GREATEST",
    { args: [2, ARGS_MAX], usage: "GREATEST(a, b, …)", zh: "最大的一个；有 NULL 即为 NULL", en: "The largest; NULL when one is NULL" },
    (args, context) => ofAll(args, 1, context),
  ),
  plainRow(
    "LEAST",
    { args: [2, ARGS_MAX], usage: "LEAST(a, b, …)", zh: "最小的一个；有 NULL 即为 NULL", en: "The smallest; NULL when one is NULL" },
    (args, context) => ofAll(args, -1, context),
  ),
];

function firstOf(args: readonly (() => ExpressionValue)[]): ExpressionValue {
  for (const arg of args) {
    const value = arg();
    if (value !== null) return value;
  }
  return null;
}

/** By value as soon as one is a number and all look like numbers, by letters otherwise. */
function ofAll(args: readonly ExpressionValue[], sign: 1 | -1, context: FunctionContext): ExpressionValue {
  const values = args.map((arg) => context.scalar(arg));
  if (values.includes(null)) return null;
  if (values.some((value) => value instanceof NumberValue)) {
    const numbers = values.map((value) => context.placed(() => numberOf(value)));
    if (numbers.every((number): number is Decimal => number !== undefined && number !== null)) return extremeNumber(numbers, sign);
  }
  return extremeText(values, sign);
}

function extremeNumber(numbers: readonly Decimal[], sign: 1 | -1): NumberValue | null {
  let best: Decimal | undefined;
  for (const number of numbers) if (best === undefined || compare(number, best) === sign) best = number;
  return best === undefined ? null : new NumberValue(best);
}

function extremeText(values: readonly Scalar[], sign: 1 | -1): Scalar {
  let best: string | null = null;
  for (const value of values) {
    const text = textOf(value);
    if (text !== null && (best === null || compareLoose(text, best) === sign)) best = text;
  }
  return best;
}

/** Numbers by value when all are numbers, texts (dates) by their letters otherwise. Null of nothing. */
export function extremeOf(values: readonly Scalar[], sign: 1 | -1, context: FunctionContext): ExpressionValue {
  const numbers = values.map((value) => context.placed(() => numberOf(value)));
  const allNumbers = numbers.every((number): number is Decimal => number !== undefined && number !== null);
  return allNumbers ? extremeNumber(numbers, sign) : extremeText(values, sign);
}
