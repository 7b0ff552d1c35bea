/** Whole numbers as values of an expression: counts, positions, orders. */
import { toDecimal, type Decimal } from "../../../value/index.ts";
import { NumberValue } from "../expression-value.ts";

export function whole(number: number): NumberValue {
  return new NumberValue(toDecimal(number) as Decimal);
}
