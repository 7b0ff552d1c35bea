/** Functions over the lines of a column. Null and the empty text are no lines. */
import { add, div, toDecimal, type Decimal } from "../../../value/index.ts";
import { NumberValue, type ExpressionValue, type Scalar } from "../expression-value.ts";
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

export const AGGREGATES: readonly FunctionRow[] = [
  aggregateRow("SUM", "合计", "Sum of a column", (values, context) =>
    values.length === 0 ? null : new NumberValue(sumOf(numbersOf(values, context), context)),
  ),
  aggregateRow("AVG", "平均", "Average of a column", (values, context) => {
    if (values.length === 0) return null;
    const sum = sumOf(numbersOf(values, context), context);
    return new NumberValue(context.placed(() => div(sum, toDecimal(values.length) as Decimal)));
  }),
  aggregateRow("MAX", "最大", "Largest of a column", (values, context) => extremeOf(values, 1, context)),
  aggregateRow("MIN", "最小", "Smallest of a column", (values, context) => extremeOf(values, -1, context)),
  aggregateRow("COUNT", "有值的行数", "How many lines have a value", (values) => whole(values.length)),
];
