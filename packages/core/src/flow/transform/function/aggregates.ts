/** Functions over the lines of a column. Null and the empty text are no lines. */
import { add, div, toDecimal, type Decimal } from "../../../value/index.ts";
import { hasPlaces, NumberValue, textOf, type ExpressionValue, type Scalar } from "../expression-value.ts";
import { extremeOf } from "./choose.ts";
import type { FunctionContext, FunctionRow } from "./function-row.ts";
import { whole } from "./whole.ts";

function aggregateRow(
  name: string,
  zh: string,
  en: string,
  apply: (values: readonly Scalar[], context: FunctionContext) => ExpressionValue,
): FunctionRow {
  return { kind: "aggregate", name, argsMin: 1, argsMax: 1, usage: `${name}({{items.qty}})`, zh, en, apply };
}

function numbersOf(values: readonly Scalar[], context: FunctionContext): Decimal[] {
  return values.map((value) => context.number(value) as Decimal);
}

function sumOf(numbers: readonly Decimal[], context: FunctionContext): Decimal {
  return context.placed(() =>
    numbers.reduce((sum, number) => {
      context.spend((sum.c.length + number.c.length) >> 6);
      return add(sum, number);
    }),
  );
}

function withPlaces(decimal: Decimal, places: boolean): NumberValue {
  const value = new NumberValue(decimal);
  value.places = places;
  return value;
}

export const AGGREGATES: readonly FunctionRow[] = [
  aggregateRow("SUM", "合计", "Sum of a column", (values, context) =>
    values.length === 0 ? null : withPlaces(sumOf(numbersOf(values, context), context), values.some(hasPlaces)),
  ),
  aggregateRow("AVG", "平均", "Average of a column", (values, context) => {
    if (values.length === 0) return null;
    const sum = sumOf(numbersOf(values, context), context);
    return withPlaces(
      context.placed(() => div(sum, toDecimal(values.length) as Decimal)),
      true,
    );
  }),
  aggregateRow("MAX", "最大", "Largest of a column", (values, context) => extremeOf(values, 1, context)),
  aggregateRow("MIN", "最小", "Smallest of a column", (values, context) => extremeOf(values, -1, context)),
  aggregateRow(
    "COUNT",
    "有值的行数；COUNT(DISTINCT …) 不同值的个数",
    "How many lines have a value; COUNT(DISTINCT …) how many values",
    (values) => whole(values.length),
  ),
  {
    kind: "aggregate",
    joins: true,
    name: "GROUP_CONCAT",
    argsMin: 1,
    argsMax: 100,
    usage: "GROUP_CONCAT([DISTINCT] {{items.sku}} [ORDER BY {{items.no}} DESC] [SEPARATOR ';'])",
    zh: "各行的文字连起来，默认用逗号；略去没有值的行，都没有为 NULL",
    en: "Joins the texts of a column, by commas unless said; lines without a value are left out, NULL when none has one",
    apply: joined,
  },
];

function joined(values: readonly Scalar[], context: FunctionContext, separator = ","): string | null {
  const texts = values.map((value) => textOf(value) ?? "");
  context.room(texts.reduce((length, text) => length + text.length + separator.length, 0));
  return texts.length === 0 ? null : texts.join(separator);
}
