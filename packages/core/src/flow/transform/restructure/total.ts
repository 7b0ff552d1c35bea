/** Totals: many values to one. Empty values (missing, null, "") do not take part; sums are exact decimal texts. */
import { add, decimalText, div, round, toDecimal, type Decimal } from "../../../value/decimal.ts";
import type { Json } from "../../../value/json.ts";
import { compareLoosely, comparableText, isEmpty, numberOf } from "../condition-compare.ts";
import type { TotalMethod } from "../restructure-schema.ts";
import { keyText } from "./row.ts";

/** An average that does not come out even is kept to this many decimal places. */
const AVERAGE_PLACES = 10;

export type TotalResult = { readonly value: Json } | { readonly notNumber: string };

/** Totals the values. Without any value: sum "0", count 0, lists empty, all others null. */
export function totalOf(method: TotalMethod, all: readonly (Json | undefined)[]): TotalResult {
  const values = all.filter((value): value is Json => !isEmpty(value));
  switch (method) {
    case "sum":
      return withNumbers(values, (numbers) => decimalText(sumOf(numbers)));
    case "avg":
      return withNumbers(values, (numbers) => (numbers.length === 0 ? null : averageText(numbers)));
    case "min":
      return { value: extreme(values, -1) };
    case "max":
      return { value: extreme(values, 1) };
    case "count":
      return { value: values.length };
    case "first":
      return { value: values[0] ?? null };
    case "last":
      return { value: values.at(-1) ?? null };
    case "push":
      return { value: values };
    case "addToSet":
      return { value: [...new Map(values.toReversed().map((value) => [keyText([value]), value])).values()].toReversed() };
  }
}

const SCALE = 1_000_000;
const SCALED_MAX = 2 ** 51;

/**
 * The exact sum of plain numbers with at most six places, as whole millionths: the same text as by decimals, without making one per
 * line. Undefined where one of the `count` values is anything else, or there is none.
 */
export function plainSum(count: number, valueAt: (index: number) => Json | undefined): string | undefined {
  if (count === 0) return undefined;
  let total = 0;
  for (let index = 0; index < count; index++) {
    const value = valueAt(index);
    if (typeof value !== "number") return undefined;
    const scaled = Math.round(value * SCALE);
    if (scaled / SCALE !== value || Math.abs(scaled) > SCALED_MAX) return undefined;
    total += scaled;
    if (Math.abs(total) > SCALED_MAX) return undefined;
  }
  const whole = Math.trunc(total / SCALE);
  let rest = Math.abs(total - whole * SCALE);
  const sign = total < 0 && whole === 0 ? "-" : "";
  if (rest === 0) return `${sign}${whole}`;
  let places = 6;
  for (; rest % 10 === 0; rest /= 10) places -= 1;
  return `${sign}${whole}.${String(rest).padStart(places, "0")}`;
}

/** The exact sum; 0 of none. */
export function sumOf(numbers: readonly Decimal[]): Decimal {
  return numbers.reduce((total, each) => add(total, each), zero());
}

/** 0 as a decimal. */
export function zero(): Decimal {
  return round(0);
}

function withNumbers(values: readonly Json[], use: (numbers: readonly Decimal[]) => Json): TotalResult {
  const numbers: Decimal[] = [];
  for (const value of values) {
    const number = numberOf(value);
    if (number === undefined) return { notNumber: comparableText(value) };
    numbers.push(number);
  }
  return { value: use(numbers) };
}

function averageText(numbers: readonly Decimal[]): string {
  const count = toDecimal(numbers.length) ?? zero();
  return decimalText(round(div(sumOf(numbers), count), AVERAGE_PLACES));
}

function extreme(values: readonly Json[], sign: 1 | -1): Json {
  let best = values[0] ?? null;
  for (const value of values) {
    if (Math.sign(compareLoosely(value, best) ?? 0) === sign) best = value;
  }
  return best;
}
