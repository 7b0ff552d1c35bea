/**
 * spread: an amount of the header over the lines, by weight or equally. The shares add up to the amount to the last digit: all are
 * rounded half up, and the last line that takes part gets what is left. When that rest would turn against the sign of the amount
 * (0.05 over nine lines), the shares are cut instead of rounded. Weights that are all empty or add up to 0 spread equally.
 */
import { compare, decimalText, div, mul, round, sub, type Decimal, type RoundingMode } from "../../../value/decimal.ts";
import type { Json, JsonObject } from "../../../value/json.ts";
import { getPath, parsePath, type Path } from "../../../value/path.ts";
import { comparableText, isEmpty, numberOf } from "../condition-compare.ts";
import type { SpreadStep } from "../restructure-schema.ts";
import type { Piece, StepContext, StepRunner } from "./piece.ts";
import { linesOf, withFields } from "./row.ts";
import { sumOf, zero } from "./total.ts";

/** Makes the step ready. A missing amount field, text that is no number, or an amount without lines is an issue; the bill stays as it was. */
export function compileSpread(step: SpreadStep): StepRunner {
  const amountPath = parsePath(step.amount);
  const weightPath =
    step.weight === null
      ? undefined
      : parsePath(step.weight.startsWith(`${step.lines}.`) ? step.weight.slice(step.lines.length + 1) : step.weight);
  const to = step.to.startsWith(`${step.lines}.`) ? step.to.slice(step.lines.length + 1) : step.to;
  return (pieces, context) =>
    pieces.map((piece) => {
      const lines = linesOf(piece.row, step.lines);
      if (lines === undefined) {
        context.issue(piece, "RESTRUCTURE_NOT_LINES", { field: step.lines });
        return piece;
      }
      const amount = amountOf(getPath(piece.row, amountPath), step.amount, piece, context);
      const weights = weightPath === undefined ? lines.map(() => zero()) : weightsOf(lines, weightPath, piece, context);
      if (amount === undefined || weights === undefined) return piece;
      if (lines.length === 0) {
        if (!isZero(amount)) context.issue(piece, "RESTRUCTURE_NO_LINES_TO_SPREAD", { field: step.amount, value: decimalText(amount) });
        return piece;
      }
      const shares = spreadAmount(amount, weights, step.places ?? 2);
      return {
        ...piece,
        row: withFields(piece.row, [[step.lines, lines.map((line, index) => withFields(line, [[to, shares[index] ?? "0"]]))]]),
      };
    });
}

/** The shares as decimal texts with `places` decimals (the last may have more, when the amount has). At least one weight. */
export function spreadAmount(amount: Decimal, weights: readonly Decimal[], places: number): readonly string[] {
  const equal = isZero(sumOf(weights));
  const even = equal ? weights.map(() => round(1)) : weights;
  const last = even.findLastIndex((weight) => !isZero(weight));
  let shares = sharesOf(amount, even, last, places, "half-up");
  if (signOf(shares[last]) * signOf(amount) < 0) shares = sharesOf(amount, even, last, places, "down");
  return shares.map((share) => fixed(share, places));
}

function sharesOf(amount: Decimal, weights: readonly Decimal[], last: number, places: number, mode: RoundingMode): readonly Decimal[] {
  const whole = sumOf(weights);
  const shares = weights.map((weight, index) => (index === last ? zero() : round(div(mul(amount, weight), whole), places, mode)));
  return shares.map((share, index) => (index === last ? sub(amount, sumOf(shares)) : share));
}

function fixed(value: Decimal, places: number): string {
  const text = decimalText(value);
  const decimals = text.split(".")[1]?.length ?? 0;
  if (decimals >= places) return text;
  return `${text}${decimals === 0 ? "." : ""}${"0".repeat(places - decimals)}`;
}

function amountOf(value: Json | undefined, field: string, piece: Piece, context: StepContext): Decimal | undefined {
  if (value === undefined) context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field });
  if (value === undefined) return undefined;
  if (isEmpty(value)) return zero();
  const number = numberOf(value);
  if (number === undefined) context.issue(piece, "RESTRUCTURE_NOT_A_NUMBER", { field, value: comparableText(value) });
  return number;
}

function weightsOf(lines: readonly JsonObject[], path: Path, piece: Piece, context: StepContext): readonly Decimal[] | undefined {
  const values = lines.map((line) => getPath(line, path));
  if (values.length > 0 && values.every((value) => value === undefined)) {
    context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field: path.text });
    return undefined;
  }
  const weights: Decimal[] = [];
  for (const value of values) {
    const number = isEmpty(value) ? zero() : numberOf(value);
    if (number === undefined) {
      context.issue(piece, "RESTRUCTURE_NOT_A_NUMBER", { field: path.text, value: comparableText(value) });
      return undefined;
    }
    weights.push(number);
  }
  return weights;
}

function isZero(value: Decimal): boolean {
  return signOf(value) === 0;
}

function signOf(value: Decimal | undefined): number {
  return value === undefined ? 0 : compare(value, zero());
}
