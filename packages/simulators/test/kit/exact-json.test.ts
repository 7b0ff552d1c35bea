import { describe, expect, test } from "vitest";
import { NumberText, readJson, writeJson } from "../../src/kit/exact-json.ts";

describe("reading", () => {
  test("keeps every digit of ids and decimals", () => {
    expect(readJson('{"id":7615917337495251231,"qty":12.0000,"n":-3,"e":1e3,"zero":-0}')).toEqual({
      id: "7615917337495251231",
      qty: "12.0000",
      n: -3,
      e: "1e3",
      zero: "-0",
    });
  });

  test("can tell an exact number from a string", () => {
    expect(readJson('[3.50,"3.50"]', { marked: true })).toEqual([new NumberText("3.50"), "3.50"]);
  });

  test("understands escapes, blanks, surrogate pairs and a member called __proto__", () => {
    const value = readJson(' { "a\\u003d\\n" : [ true , false , null ] , "𠮷" : "\\ud842\\udfb7" , "__proto__" : 1 } ') as Record<
      string,
      unknown
    >;
    expect(value["a=\n"]).toEqual([true, false, null]);
    expect(value["𠮷"]).toBe("𠮷");
    expect(Object.keys(value)).toContain("__proto__");
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test.each(["", "{", "[1,]", '{"a":}', "01", '"\\x"', '"a\nb"', "1 2", "nul", "[".repeat(300)])("refuses %j", (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError);
  });
});

describe("writing", () => {
  test("prints no blanks and exact numbers as they are", () => {
    expect(writeJson({ a: [new NumberText("12.0000"), "x"], b: undefined, c: null, d: { e: "龘" } })).toBe(
      '{"a":[12.0000,"x"],"c":null,"d":{"e":"龘"}}',
    );
  });

  test("what was read marked is written back to the same bytes", () => {
    const text = '{"id":7615917337495251231,"q":[0.10,-5,1E+2],"s":"\\"\\\\"}';
    expect(writeJson(readJson(text, { marked: true }))).toBe(text);
  });
});
