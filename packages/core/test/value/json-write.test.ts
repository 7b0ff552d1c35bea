// @module-tag one-attempt
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText, ExactNumber, keysOf, orderedObject, readJson, writeJson, type Json } from "../../src/value/index.ts";

describe("writeJson", () => {
  test("agrees with JSON.stringify about plain values", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
        // JSON.parse first: -0 is written as 0 by both, but fast-check makes prototypes that only it knows.
        const plain = JSON.parse(JSON.stringify(value)) as Json;
        expect(writeJson(plain, indent)).toBe(JSON.stringify(plain, null, indent));
      }),
    );
  });

  test("an indented text reads as the same value and keeps keys and letters", () => {
    const text = '{"b":[{},[],{"10":1.10,"2":"x"}],"a":null}';
    expect(writeJson(readJson(text), 2)).toBe(
      '{\n  "b": [\n    {},\n    [],\n    {\n      "10": 1.10,\n      "2": "x"\n    }\n  ],\n  "a": null\n}',
    );
    expect(writeJson(readJson(writeJson(readJson(text), 2)))).toBe(text);
  });

  test("absent members are dropped, a hole in a list is null", () => {
    expect(writeJson({ a: undefined as unknown as Json, b: 1 })).toBe('{"b":1}');
    expect(writeJson([undefined as unknown as Json, 1])).toBe("[null,1]");
  });

  test("what is no JSON is refused", () => {
    expect(() => writeJson(Number.NaN)).toThrow(expect.objectContaining({ code: "JSON_UNWRITABLE" }) as Error);
    expect(() => writeJson({ a: Number.POSITIVE_INFINITY })).toThrow(expect.objectContaining({ code: "JSON_UNWRITABLE" }) as Error);
    expect(() => writeJson((() => 1) as unknown as Json)).toThrow(expect.objectContaining({ code: "JSON_UNWRITABLE" }) as Error);
  });
});

describe("orderedObject", () => {
  test("keeps the order of integer-like keys, last value wins in the first place", () => {
    const object = orderedObject([
      ["b", 1],
      ["10", 2],
      ["2", 3],
      ["b", 4],
      ["__proto__", 5],
    ]);
    expect(keysOf(object)).toEqual(["b", "10", "2", "__proto__"]);
    expect(writeJson(object)).toBe('{"b":4,"10":2,"2":3,"__proto__":5}');
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });
});

describe("canonicalText", () => {
  test.each([
    ['{"b":1,"a":[1.0,1e0,10e-1]}', '{"a":[1,1,1],"b":1}'],
    ["-0", "0"],
    ["-0.00e5", "0"],
    ["100", "100"],
    ["1E2", "100"],
    ["0.10", "0.1"],
    ["1e-7", "0.0000001"],
    ["7615917337495251231", "7615917337495251231"],
    ["7615917337495251231.0", "7615917337495251231"],
    ["1e400", "1e400"],
    ["10.0e399", "1e400"],
    ["1e99999999999999999999", "1e99999999999999999999"],
    ['{"10":1,"9":2}', '{"10":1,"9":2}'],
  ])("%s is %s", (text, expected) => expect(canonicalText(readJson(text))).toBe(expected));

  test("the same number in any notation is the same text, another number another", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(30), fc.nat(5), (digits, shift, zeros) => {
        const plain = canonicalText(readJson(String(digits * 10n ** BigInt(shift))));
        expect(canonicalText(readJson(`${digits}e${shift}`))).toBe(plain);
        expect(canonicalText(readJson(`${digits}.${"0".repeat(zeros + 1)}E+${shift}`))).toBe(plain);
        expect(canonicalText(readJson(`${digits + 1n}e${shift}`))).not.toBe(plain);
      }),
    );
  });

  test("a JavaScript number and an exact number of the same value agree", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(canonicalText(number)).toBe(canonicalText(new ExactNumber(number.toExponential())));
      }),
    );
  });
});
