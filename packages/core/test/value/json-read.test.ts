// @module-tag one-attempt
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DatongError } from "../../src/error/index.ts";
import { ExactNumber, keysOf, readJson, writeJson, type Json, type JsonObject } from "../../src/value/index.ts";

function errorOf(text: string, options?: Parameters<typeof readJson>[1]): DatongError {
  try {
    readJson(text, options);
  } catch (error) {
    if (error instanceof DatongError) return error;
    throw error;
  }
  throw new Error(`no error for ${text}`);
}

/** Whether the reader takes the text; anything it throws must be one of its own errors. */
function isRead(text: string): boolean {
  try {
    readJson(text);
    return true;
  } catch (error) {
    if (error instanceof DatongError && (error.code === "JSON_INVALID" || error.code === "JSON_TRUNCATED")) return false;
    throw error;
  }
}

function isNative(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Any JSON value as compact text, numbers written in every legal way. */
const numberLetters = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,12})?([eE][+-]?\d{1,3})?$/);
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    numberLetters,
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    fc.constantFrom("true", "false", "null"),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.string(), fc.nat(30).map(String), fc.constant("__proto__")), tie("value")), {
        maxLength: 5,
        selector: ([key]) => key,
      })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`),
  ),
})).value;

describe("readJson", () => {
  test("reads rows that are much alike as JSON.parse does: a text of the row before is taken only where it stands again", () => {
    const cell = fc.oneof(fc.constantFrom("", "a", "ab", "a\\", 'a"', 'a\\"', "\n", "件", "\u0000"), fc.integer(), fc.constant(null));
    const rows = fc.oneof(
      fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 6 }),
      fc.array(fc.record({ a: cell, b: fc.array(cell, { maxLength: 2 }), c: cell }, { requiredKeys: [] }), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(rows, (value) => {
        const text = JSON.stringify(value);
        expect(readJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test("what was read is written back to the letter", () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(writeJson(readJson(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test("agrees with JSON.parse about every text that is damaged by one character", () => {
    fc.assert(
      fc.property(jsonText, fc.nat(), fc.constantFrom("", ",", "}", '"', "\\", "0", ".", "\n", "]", ":"), (text, where, put) => {
        const at = where % (text.length + 1);
        const damaged = text.slice(0, at) + put + text.slice(at + 1);
        expect(isRead(damaged)).toBe(isNative(damaged));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(["1.10", "1e400", "7615917337495251231", "-0", "1E5", "0.0000001", "100.00", "12345678901234567890.5"])(
    "the number %s keeps its letters",
    (letters) => {
      const value = readJson(letters);
      expect(value).toBeInstanceOf(ExactNumber);
      expect(writeJson(value)).toBe(letters);
    },
  );

  test.each([
    ["0", 0],
    ["-12", -12],
    ["1.5", 1.5],
    ["9007199254740991", 9007199254740991],
    ["0.000001", 0.000001],
  ] as const)("the number %s is a plain number", (letters, number) => expect(readJson(letters)).toBe(number));

  test("keys keep their order even when they look like positions", () => {
    const value = readJson('{"b":1,"10":2,"2":3,"a":4}') as JsonObject;
    expect(keysOf(value)).toEqual(["b", "10", "2", "a"]);
    expect(value).toEqual({ b: 1, "10": 2, "2": 3, a: 4 });
  });

  test("a repeated key keeps its first place and its last value", () => {
    expect(writeJson(readJson('{"a":1,"7":0,"b":2,"a":3,"7":9}'))).toBe('{"a":3,"7":9,"b":2}');
  });

  test("__proto__ is a key like any other", () => {
    const value = readJson('{"__proto__":{"polluted":true},"x":1}') as JsonObject;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect((value as { polluted?: Json }).polluted).toBeUndefined();
    expect(keysOf(value)).toEqual(["__proto__", "x"]);
  });

  test("lone surrogates and NUL stay in the value", () => {
    expect(readJson('"a\\ud800b\\u0000c"')).toBe("a\ud800b\u0000c");
    expect(readJson('"\ud800"')).toBe("\ud800");
  });

  test("one byte order mark is skipped", () => expect(readJson('\ufeff{"a":1}')).toEqual({ a: 1 }));

  test.each([
    "",
    "  ",
    "[",
    "[1",
    "[1,",
    '{"a',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    "tru",
    '"abc',
    '"abc\\',
    '"\\u12',
    "-",
    "1.",
    "1e",
    "1e+",
  ])("the cut text %j is truncated", (text) => {
    const error = errorOf(text);
    expect(error.code).toBe("JSON_TRUNCATED");
    expect(error.details["position"]).toBe(text.length);
  });

  test.each([
    ['{"a":1,}', 7, 1, 8],
    ["[1,]", 3, 1, 4],
    ["01", 1, 1, 2],
    ["+1", 0, 1, 1],
    [".5", 0, 1, 1],
    ["{a:1}", 1, 1, 2],
    ["[1 2]", 3, 1, 4],
    ['{\n "a": 1\n "b": 2}', 11, 3, 2],
    ["NaN", 0, 1, 1],
    ["'a'", 0, 1, 1],
    ['"a\nb"', 2, 1, 3],
    ['"\\x"', 2, 1, 3],
    ["<html>", 0, 1, 1],
    ["{}{}", 2, 1, 3],
    ["nuLl", 2, 1, 3],
  ])("%j is invalid at its place", (text, position, line, column) => {
    const error = errorOf(text);
    expect(error.code).toBe("JSON_INVALID");
    expect(error.details).toMatchObject({ position, line, column });
  });

  test("nesting is bounded", () => {
    expect(readJson("[".repeat(200) + "]".repeat(200))).toBeInstanceOf(Array);
    expect(errorOf("[".repeat(201) + "]".repeat(201)).code).toBe("JSON_TOO_DEEP");
    expect(errorOf("[".repeat(1_000_000)).code).toBe("JSON_TOO_DEEP");
    expect(errorOf('{"a":{"b":1}}', { depthMax: 1 }).code).toBe("JSON_TOO_DEEP");
  });
});
