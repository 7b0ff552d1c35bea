/** Operators of bits, over 64 bits without a sign as MySQL has them: `-1` is all ones, a fraction is rounded. */
import { decimalText, round, toDecimal, type Decimal } from "../../value/index.ts";
import { NumberValue } from "./expression-value.ts";

export type BitOperator = "&" | "|" | "^" | "<<" | ">>";

const BITS = 64n;
const ALL = (1n << BITS) - 1n;
const LEAST = -(1n << (BITS - 1n));

/** Undefined for a number that 64 bits do not hold. */
function bitsOf(number: Decimal): bigint | undefined {
  const whole = round(number, 0);
  // Beyond 20 digits it cannot fit, and a long text would only be read to say so.
  if (whole.e > 20) return undefined;
  const bits = BigInt(decimalText(whole));
  return bits < LEAST || bits > ALL ? undefined : BigInt.asUintN(64, bits);
}

function numberOf(bits: bigint): NumberValue {
  return new NumberValue(toDecimal(String(bits)) as Decimal);
}

/** Undefined where one of the numbers is out of range. A shift by 64 and more leaves nothing. */
export function bitwise(operator: BitOperator, left: Decimal, right: Decimal): NumberValue | undefined {
  const [a, b] = [bitsOf(left), bitsOf(right)];
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case "&":
      return numberOf(a & b);
    case "|":
      return numberOf(a | b);
    case "^":
      return numberOf(a ^ b);
    case "<<":
      return numberOf(b >= BITS ? 0n : BigInt.asUintN(64, a << b));
    case ">>":
      return numberOf(b >= BITS ? 0n : a >> b);
  }
}

/** Undefined where the number is out of range. */
export function inverted(number: Decimal): NumberValue | undefined {
  const bits = bitsOf(number);
  return bits === undefined ? undefined : numberOf(ALL ^ bits);
}

export const BITS_OUT_OF_RANGE = "位运算的数须在 64 位以内 / operators of bits take numbers of 64 bits";
