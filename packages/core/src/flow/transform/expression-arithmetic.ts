/**
 * Arithmetic of expressions in exact decimals. A quotient that does not end keeps guard digits beside its value, so that
 * `{{amount}}/3*3` is the amount and not a hair less; whoever looks at the value sees it rounded to 20 places.
 */
import { add, decimalOf, div, mod, mul, round, shortOf, sub, unitsAt, type Decimal, type ShortDecimal } from "../../value/index.ts";
import { hasPlaces, NumberValue } from "./expression-value.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "div";

/** Places that a value shows. */
const PLACES = 20;
/** Places that a quotient keeps for what is calculated next. */
const GUARD_PLACES = 40;

/** The result of two numbers. DECIMAL_TOO_LARGE, DECIMAL_DIVISION_BY_ZERO. */
export function calculated(operator: ArithmeticOperator, a: NumberValue, b: NumberValue): NumberValue {
  const short = a.short !== undefined && b.short !== undefined ? shortResult(operator, a.short, b.short) : undefined;
  if (short !== undefined) return short;
  const result = resultOf(operator, a, b);
  const isWhole = result.decimal.c.length - 1 <= result.decimal.e;
  if (isWhole && operator !== "div" && (operator === "/" || hasPlaces(a) || hasPlaces(b))) result.places = true;
  return result;
}

/** The same of short numbers, without their digits; undefined where the result may be long. */
function shortResult(operator: ArithmeticOperator, a: ShortDecimal, b: ShortDecimal): NumberValue | undefined {
  if (operator === "/") return b.units === 0 ? undefined : shortRatio(a, b);
  if (operator === "%" || operator === "div") return undefined;
  const places = operator === "*" ? a.places + b.places : Math.max(a.places, b.places);
  const units =
    operator === "*"
      ? a.units * b.units
      : operator === "+"
        ? unitsAt(a, places) + unitsAt(b, places)
        : unitsAt(a, places) - unitsAt(b, places);
  const short = shortOf(units, places);
  return short === undefined ? undefined : new NumberValue(short);
}

/** Divided only when someone asks for more than a few places. */
function shortRatio(a: ShortDecimal, b: ShortDecimal): NumberValue | undefined {
  if (Math.abs(a.units) >= SHORT_UNITS || Math.abs(b.units) >= SHORT_UNITS || a.places >= SHORT_DIGITS || b.places >= SHORT_DIGITS)
    return undefined;
  const divide = (): Decimal => div(decimalOf(a), decimalOf(b), PLACES);
  const result = new NumberValue(divide, undefined, () => preciseQuotient(decimalOf(a), decimalOf(b)), false, [a, b]);
  result.places = true;
  return result;
}

function resultOf(operator: ArithmeticOperator, a: NumberValue, b: NumberValue): NumberValue {
  if (operator === "%") return new NumberValue(mod(a.decimal, b.decimal));
  const [preciseA, preciseB] = [preciseOf(a), preciseOf(b)];
  const [left, right] = [preciseA ?? a.decimal, preciseB ?? b.decimal];
  if (operator === "div") return new NumberValue(round(settled(div(left, right, GUARD_PLACES)), 0, "down"));
  if (operator === "/") return divided(left, right);
  const result = operator === "+" ? add(left, right) : operator === "-" ? sub(left, right) : mul(left, right);
  return preciseA === undefined && preciseB === undefined ? new NumberValue(result) : guarded(round(result, GUARD_PLACES));
}

/** The number with the other sign. */
export function negated(number: NumberValue): NumberValue {
  const { short } = number;
  if (short !== undefined) return new NumberValue(shortOf(-short.units, short.places) ?? number.decimal.neg());
  const result = new NumberValue(number.decimal.neg(), undefined, preciseOf(number)?.neg());
  result.places = hasPlaces(number);
  return result;
}

/**
 * The guard digits cost more than the quotient and are seldom asked for. By a divisor of fewer digits than SHORT_DIGITS no quotient comes
 * so near to a half of the last shown place that rounding it to the guard places first could change what is shown.
 */
function divided(left: Decimal, right: Decimal): NumberValue {
  if (!isShort(left) || !isShort(right)) return guarded(div(left, right, GUARD_PLACES));
  return new NumberValue(div(left, right, PLACES), undefined, () => preciseQuotient(left, right));
}

function preciseQuotient(left: Decimal, right: Decimal): Decimal | undefined {
  const quotient = div(left, right, GUARD_PLACES);
  return settled(quotient) === quotient ? undefined : quotient;
}

const SHORT_DIGITS = 15;
const SHORT_UNITS = 10 ** (SHORT_DIGITS - 1);

function isShort({ c, e }: Decimal): boolean {
  return c.length < SHORT_DIGITS && e < SHORT_DIGITS && e > -SHORT_DIGITS;
}

function preciseOf({ precise }: NumberValue): Decimal | undefined {
  return typeof precise === "function" ? precise() : precise;
}

function guarded(value: Decimal): NumberValue {
  const shown = settled(value);
  return shown === value ? new NumberValue(value) : new NumberValue(shown, undefined, value);
}

/** The value to 20 places; the very same one when it has no more. */
function settled(value: Decimal): Decimal {
  return value.c.length - value.e - 1 <= PLACES ? value : round(value, PLACES);
}
