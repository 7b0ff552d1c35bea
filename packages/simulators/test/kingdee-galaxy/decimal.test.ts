import { expect, test } from "vitest";
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  parseDecimal,
} from "../../src/kingdee-galaxy/decimal.ts";

test("parsing keeps digits, resolves exponents and refuses what is no number", () => {
  expect(["12.0000", "+3.5", "1e3", "1.25E-2", "-0.1", "7."].map(parseDecimal)).toEqual(["12.0000", "3.5", "1000", "0.0125", "-0.1", "7"]);
  expect(["", "x", "1,000", "--1", "0x10"].map(parseDecimal)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

test("arithmetic is exact and rounds half away from zero", () => {
  expect(addDecimals("0.1", "0.2")).toBe("0.3");
  expect(addDecimals("-1.05", "1")).toBe("-0.05");
  expect(multiplyDecimals("1.005", "1", 2)).toBe("1.01");
  expect(multiplyDecimals("-1.005", "1", 2)).toBe("-1.01");
  expect(divideDecimals("10", "3", 4)).toBe("3.3333");
  expect(divideDecimals("-2", "3", 2)).toBe("-0.67");
  expect([compareDecimals("12.0000", "12"), compareDecimals("2", "10") < 0, negateDecimal("3.50")]).toEqual([0, true, "-3.50"]);
  expect(() => divideDecimals("1", "0", 2)).toThrow(RangeError);
});
