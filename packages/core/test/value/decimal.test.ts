// @module-tag one-attempt
import { Big } from "big.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DatongError } from "../../src/error/index.ts";
import {
  add,
  compare,
  decimalText,
  decimalToJson,
  div,
  ExactNumber,
  mod,
  mul,
  readJson,
  round,
  sub,
  toDecimal,
  writeJson,
  type Decimal,
  type Json,
} from "../../src/value/index.ts";
import { cpuMs } from "../cpu-ms.ts";

const PLACES = 12n;

/** A decimal as a whole number of 10^-12, and its text. */
const scaled = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

function textOf(units: bigint, places = PLACES): string {
  const digits = (units < 0n ? -units : units).toString().padStart(Number(places) + 1, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -Number(places))}.${digits.slice(-Number(places))}`;
}

function decimalOf(value: Json): Decimal {
  const decimal = toDecimal(value);
  if (decimal === null) throw new Error(`no decimal: ${writeJson(value)}`);
  return decimal;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DatongError) return error.code;
    throw error;
  }
  throw new Error("no error");
}

describe("arithmetic", () => {
  test("agrees with whole-number arithmetic", () => {
    fc.assert(
      fc.property(scaled, scaled, (a, b) => {
        const [x, y] = [decimalOf(textOf(a)), decimalOf(textOf(b))];
        expect(compare(add(x, y), decimalOf(textOf(a + b)))).toBe(0);
        expect(compare(sub(x, y), decimalOf(textOf(a - b)))).toBe(0);
        expect(compare(mul(x, y), decimalOf(textOf(a * b, 2n * PLACES)))).toBe(0);
        expect(compare(x, y)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  test("division keeps 20 places, half up away from zero", () => {
    fc.assert(
      fc.property(scaled, scaled, (a, b) => {
        fc.pre(b !== 0n);
        const negative = a < 0n !== b < 0n;
        const [n, d] = [(a < 0n ? -a : a) * 10n ** 20n, b < 0n ? -b : b];
        const units = (2n * n + d) / (2n * d);
        expect(compare(div(decimalOf(textOf(a)), decimalOf(textOf(b))), decimalOf(textOf(negative ? -units : units, 20n)))).toBe(0);
      }),
    );
  });

  test("rounding is half up away from zero", () => {
    fc.assert(
      fc.property(scaled, fc.integer({ min: 0, max: 11 }), (a, places) => {
        const step = 10n ** (PLACES - BigInt(places));
        const magnitude = ((a < 0n ? -a : a) + step / 2n) / step;
        expect(compare(round(textOf(a), places), decimalOf(textOf((a < 0n ? -magnitude : magnitude) * step)))).toBe(0);
      }),
    );
  });

  test.each([
    ["1.005", 2, "half-up", "1.01"],
    ["-2.5", 0, "half-up", "-3"],
    ["2.5", 0, "half-even", "2"],
    ["2.9", 0, "down", "2"],
    ["2.1", 0, "up", "3"],
    ["1250", -2, "half-up", "1300"],
  ] as const)("%s to %i places %s is %s", (text, places, mode, expected) => expect(decimalText(round(text, places, mode))).toBe(expected));

  test("remainders have the sign of the first", () => {
    expect(decimalText(mod(decimalOf("-7.5"), decimalOf("2")))).toBe("-1.5");
  });

  test("division by zero is an error", () => {
    expect(codeOf(() => div(decimalOf("1"), decimalOf("0.00")))).toBe("DECIMAL_DIVISION_BY_ZERO");
    expect(codeOf(() => mod(decimalOf("1"), decimalOf(0)))).toBe("DECIMAL_DIVISION_BY_ZERO");
  });
});

describe("reading and writing", () => {
  test.each<[Json, string | null]>([
    ["1.10", "1.1"],
    [" 5 ", "5"],
    ["+5", "5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e3", "1000"],
    ["1e-7", "0.0000001"],
    [1e21, "1000000000000000000000"],
    [0.1, "0.1"],
    ["", null],
    ["12元", null],
    ["1,234", null],
    ["0x10", null],
    ["1 2", null],
    [true, null],
    [null, null],
    [Number.NaN, null],
    [[1], null],
  ])("%j is %s", (value, expected) => {
    const decimal = toDecimal(value);
    expect(decimal === null ? null : decimalText(decimal)).toBe(expected);
  });

  test("a result is a plain number where that is exact, else it keeps its digits", () => {
    expect(decimalToJson(decimalOf("0.30"))).toBe(0.3);
    expect(decimalToJson(decimalOf("12345678901234567890"))).toEqual(new ExactNumber("12345678901234567890"));
    fc.assert(
      fc.property(scaled, (a) => {
        const written = writeJson(decimalToJson(decimalOf(textOf(a))));
        expect(compare(decimalOf(readJson(written)), decimalOf(textOf(a)))).toBe(0);
      }),
    );
  });
});

describe("bounds", () => {
  test.each([
    "1e1001",
    "1e999999999",
    "-1e-1001",
    "9".repeat(1001),
    `0.${"1".repeat(1001)}`,
    "1e99999999999999999999",
    "1".repeat(100_000),
  ])("%s is too large", (text) => expect(codeOf(() => toDecimal(text))).toBe("DECIMAL_TOO_LARGE"));

  test("numbers inside the bounds are read, results outside are refused", () => {
    expect(decimalText(decimalOf("9".repeat(1000)))).toHaveLength(1000);
    expect(codeOf(() => mul(decimalOf("1e600"), decimalOf("1e600")))).toBe("DECIMAL_TOO_LARGE");
    expect(codeOf(() => mul(decimalOf("7".repeat(600)), decimalOf("7".repeat(600))))).toBe("DECIMAL_TOO_LARGE");
    expect(codeOf(() => add(decimalOf("1e900"), decimalOf("1e-900")))).toBe("DECIMAL_TOO_LARGE");
  });
});

test("a text of a million digits and a letter is no number, and is known to be none at once", () => {
  const startedAt = cpuMs();
  expect(toDecimal(`${"9".repeat(1_000_000)}x`)).toBeNull();
  expect(cpuMs() - startedAt).toBeLessThan(2_000);
});

test("divides as big.js does, digit by digit, at any scale", () => {
  const Slow = Big();
  Slow.RM = 1;
  const number = fc
    .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -30, max: 30 }))
    .map(([digits, e]) => `${digits}e${e}`);
  fc.assert(
    fc.property(number, number, fc.constantFrom(20, 40), (a, b, places) => {
      Slow.DP = places;
      fc.pre(!new Slow(b).eq(0));
      const found = div(toDecimal(a) as Decimal, toDecimal(b) as Decimal, places);
      expect(found.toFixed()).toBe(new Slow(a).div(new Slow(b)).toFixed());
    }),
    { numRuns: 1_000 },
  );
});

describe("the short ways give what big.js gives", () => {
  const Reference = Big();
  Reference.RM = 1;
  const whole = fc.oneof(fc.stringMatching(/^\d{1,30}$/), fc.stringMatching(/^\d{1,6}$/));
  const written = fc
    .tuple(
      fc.constantFrom("", "-"),
      whole,
      fc.option(fc.oneof(fc.stringMatching(/^\d{0,30}$/), fc.stringMatching(/^\d{1,3}$/)), { nil: undefined }),
    )
    .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}`);
  const same = (value: Decimal, expected: Big): void => {
    expect([value.c, value.e, value.c[0] === 0 ? 1 : value.s]).toEqual([expected.c, expected.e, expected.c[0] === 0 ? 1 : expected.s]);
  };

  test("reading, dividing, rounding, writing", () => {
    fc.assert(
      fc.property(written, written, fc.constantFrom<20 | 40>(20, 40), fc.integer({ min: -35, max: 35 }), (a, b, digits, places) => {
        const [x, y] = [decimalOf(a), decimalOf(b)];
        const [u, v] = [new Reference(a.replace(/\.$/, "")), new Reference(b.replace(/\.$/, ""))];
        same(x, u);
        same(round(x, places), u.round(places, 1));
        expect(decimalText(x)).toBe(u.eq(0) ? "0" : u.toFixed());
        expect(writeJson(decimalToJson(x))).toBe(decimalText(x));
        same(mul(x, y), u.times(v));
        const short = round(x, 4);
        expect(decimalToJson(short)).toEqual(
          String(Number(decimalText(short))) === decimalText(short) ? Number(decimalText(short)) : new ExactNumber(decimalText(short)),
        );
        if (v.eq(0)) return;
        Reference.DP = digits;
        same(div(x, y, digits), u.div(v));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(["0.5", "9.5", "99.995", "-0.5", "0.04", "0.05", "1e30", "-1e-30", "0", "-0", "12345678901234567890.5"])(
    "%s rounded",
    (text) => {
      for (let places = -3; places <= 3; places++)
        expect(round(decimalOf(text), places).eq(new Reference(text).round(places, 1))).toBe(true);
    },
  );
});
