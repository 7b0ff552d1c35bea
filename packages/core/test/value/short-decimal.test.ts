/**
 * Short decimals come to what decimals come to.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decimalOf,
  decimalText,
  decimalToJson,
  div,
  ExactNumber,
  readShort,
  round,
  shortQuotient,
  shortText,
  shortToJson,
  shortToLetter,
  toDecimal,
  writeJson,
  type Decimal,
  type ShortDecimal,
} from "../../src/value/index.ts";

const digits = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 18 }), fc.integer({ min: 1, max: 16 }), fc.boolean());
const number = digits.map(([whole, places, length, isMinus]) => {
  const all = String(Math.abs(whole))
    .slice(0, length)
    .padStart(places + 1, "0");
  const text = places === 0 ? all : `${all.slice(0, -places)}.${all.slice(-places)}`;
  return isMinus ? `-${text}` : text;
});

test("a short number is read to the letter, written to the letter and written without zeros behind", () => {
  fc.assert(
    fc.property(number, (text) => {
      const short = readShort(text);
      const decimal = toDecimal(text) as Decimal;
      if (short === undefined) return;
      expect(decimalText(decimalOf(short))).toBe(decimalText(decimal));
      expect(shortToJson(short)).toEqual(decimalToJson(decimal));
      const letters = decimal.c[0] === 0 ? text.replace("-", "") : text;
      expect(shortText(short)).toBe(letters);
      expect(writeJson(shortToLetter(short))).toBe(letters);
    }),
    { numRuns: 3_000 },
  );
});

test("what is no short number is left to decimals", () => {
  for (const text of ["", "-", ".", "+1", "1e3", "1.2.3", " 1", "1 ", "1234567890123456", "0.1234567890123456", "١"]) {
    expect(readShort(text)).toBeUndefined();
  }
  expect(readShort("-0")).toEqual(readShort("0"));
  expect(readShort("00123.50")).toMatchObject({ units: 12350, places: 2 });
});

test("a short quotient is the quotient to twenty places, rounded or cut", () => {
  let met = 0;
  fc.assert(
    fc.property(number, number, fc.integer({ min: 0, max: 15 }), fc.boolean(), (a, b, places, isUp) => {
      const [dividend, divisor] = [readShort(a), readShort(b)];
      if (dividend === undefined || divisor === undefined) return;
      const short = shortQuotient(dividend, divisor, places, isUp);
      if (short === undefined) return;
      met++;
      const long = round(div(toDecimal(a) as Decimal, toDecimal(b) as Decimal), places, isUp ? "half-up" : "down");
      expect(decimalText(decimalOf(short))).toBe(decimalText(long));
    }),
    { numRuns: 5_000 },
  );
  expect(met).toBeGreaterThan(500);
});

test("halves are rounded away from zero, nothing is divided by zero", () => {
  const quotient = (a: string, b: string, places: number, isUp = true): string | undefined => {
    const short = shortQuotient(readShort(a) as ShortDecimal, readShort(b) as ShortDecimal, places, isUp);
    return short && shortText(short);
  };
  expect(quotient("1", "8", 2)).toBe("0.13");
  expect(quotient("-1", "8", 2)).toBe("-0.13");
  expect(quotient("-1", "8", 2, false)).toBe("-0.12");
  expect(quotient("-0.01", "8", 2)).toBe("0.00");
  expect(quotient("2", "3", 0)).toBe("1");
  expect(quotient("1", "0", 2)).toBeUndefined();
  expect(quotient("0", "0", 2)).toBeUndefined();
});

test("a zero has no sign, a number below the sixth place no exponent", () => {
  expect(Object.is(shortToJson(readShort("-0.00") as ShortDecimal), 0)).toBe(true);
  expect(shortToJson(readShort("0.0000001") as ShortDecimal)).toEqual(new ExactNumber("0.0000001"));
  expect(shortToJson(readShort("0.00000100") as ShortDecimal)).toBe(0.000001);
});
