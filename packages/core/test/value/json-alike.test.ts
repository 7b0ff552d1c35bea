/**
 * Reading begins an object on a copy of the one before it, and numbers by their digits: neither may be seen.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  elementText,
  ExactNumber,
  JsonText,
  orderedObject,
  readJson,
  writeJson,
  type Json,
  type JsonObject,
} from "../../src/value/index.ts";

describe("objects that are alike, or nearly", () => {
  test.each([
    ["fewer members", '[{"a":1,"b":2},{"a":3},{},{"a":4,"b":5}]'],
    ["more members", '[{"a":1},{"a":2,"b":3},{"a":4,"b":5,"c":6}]'],
    ["another order", '[{"a":1,"b":2},{"b":3,"a":4},{"a":5,"b":6}]'],
    ["a key in the middle", '[{"a":1,"c":2},{"a":3,"b":4,"c":5},{"a":6,"c":7}]'],
    ["integer-like keys", '[{"b":1,"10":2,"2":3},{"b":4,"10":5,"2":6},{"2":7,"b":8},{"b":9}]'],
    ["keys that begin alike", '[{"ab":1},{"abc":2},{"a":3},{"":4},{"a":5}]'],
    ["keys with escapes", String.raw`[{"a\\":1,"\"":2},{"a\"b":3},{"a\\":4,"\"":5}]`],
    ["__proto__", '[{"__proto__":1,"a":2},{"__proto__":{},"a":3},{"a":4}]'],
    ["nested ones", '[{"a":{"x":1}},{"a":{"y":2}},{"a":{"x":3,"y":{"x":4}}},{"a":5}]'],
  ])("%s", (_, text) => expect(writeJson(readJson(text))).toBe(text));

  test("a key that comes twice, and then once", () => {
    expect(writeJson(readJson('[{"a":1,"a":2},{"a":3},{"a":4,"a":5,"b":6},{"a":7,"b":8}]'))).toBe(
      '[{"a":2},{"a":3},{"a":5,"b":6},{"a":7,"b":8}]',
    );
  });

  test("each is an object of its own", () => {
    const [first, second] = readJson('[{"a":[1]},{"a":[2]}]') as unknown as readonly [JsonObject, JsonObject];
    expect([first, second]).toEqual([{ a: [1] }, { a: [2] }]);
    expect(first).not.toBe(second);
  });

  // Not against JSON.parse: that of V8 13.6 takes the key `"` for the key `\\` where an object before had such a one.
  test("lists of objects with any keys are read as they are written", () => {
    const key = fc.oneof(fc.constantFrom("a", "b", "ab", "1", "10", "", '"', "\\", "__proto__"), fc.string({ maxLength: 2 }));
    const member = fc.tuple(key, fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(member, { maxLength: 4, selector: ([name]) => name })), (rows) => {
        const objects = rows.map((members) => members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(","));
        const text = `[${objects.map((members) => `{${members}}`).join(",")}]`;
        expect(writeJson(readJson(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

test("a number is a JavaScript number exactly where that is written back to the letter", () => {
  const letters = fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,17})?([eE][+-]?\d{1,3})?$/);
  fc.assert(
    fc.property(letters, (text) => {
      const [value] = readJson(`[${text}]`) as readonly [Json];
      const number = Number(text);
      expect(value).toEqual(String(number) === text ? number : new ExactNumber(text));
    }),
    { numRuns: 2_000 },
  );
  for (const text of [
    "0",
    "-0",
    "0.1",
    "0.000001",
    "0.0000001",
    "999999999999999",
    "9999999999999999",
    "0.300000000000000",
    "123456789.0123456",
  ])
    expect(writeJson(readJson(text))).toBe(text);
  for (const text of ["01", "-", "1.", ".5", "1e", "-01", "00.1"]) expect(() => readJson(text)).toThrow();
});

test("the text of a list's elements is kept where it begins with an object or a list", () => {
  const text = ' {"a" : [ {"x":1.0 , "y":[ 1,2 ]} ,7, [ ] ], "b":[1, {}]} ';
  const value = readJson(text, { keepSource: true }) as unknown as { readonly a: readonly Json[]; readonly b: readonly Json[] };
  expect([0, 1, 2].map((index) => elementText(value.a, index))).toEqual(['{"x":1.0 , "y":[ 1,2 ]}', "7", "[ ]"]);
  expect(elementText(value.b, 1)).toBeUndefined();
  expect(elementText((readJson(text) as unknown as typeof value).a, 0)).toBeUndefined();
});

test("a text that is passed on, exact numbers and remembered key order are written to the letter side by side", () => {
  const value: Json = [
    new JsonText('{"a":1.10}'),
    new ExactNumber("1.10"),
    orderedObject([
      ["b", 1],
      ["2", 2],
      ["1", 3],
    ]),
  ];
  expect(writeJson(value)).toBe('[{"a":1.10},1.10,{"b":1,"2":2,"1":3}]');
  expect(JSON.stringify({ n: new ExactNumber("1.10") })).toBe('{"n":1.10}');
});
