import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExactNumber, isPlainRoot, JsonText, orderedObject, readJson, sourceText, writeJson, type Json } from "../../src/value/index.ts";

/** Long enough for the runtime's own reader to be tried. */
const PADDING = "垫".repeat(2_100);

describe("texts that the runtime reads and writes", () => {
  test("a compact plain text is read natively, any other one by us, and both give every letter back", () => {
    const plain = JSON.stringify({ PADDING, a: [1, 2.5, "x"], b: { c: true } });
    expect(isPlainRoot(readJson(plain))).toBe(true);
    expect(writeJson(readJson(plain))).toBe(plain);
    for (const inner of ['"n":1.10', '"n":7615917337495251231', '"10":1,"2":1', '"n":1E5', '"n":-0', '"s":"\\u4e2d"', '"s":"\\/"']) {
      const text = `{"PADDING":"${PADDING}",${inner}}`;
      for (let tries = 0; tries < 20; tries += 1) readJson(`[${"1,".repeat(1_500)}1]`);
      const value = readJson(text, { keepSource: true });
      expect(isPlainRoot(value)).toBe(false);
      expect(sourceText(value as never)).toBe(text);
      // Escapes are the one thing that our writer does not keep: the text means the same.
      expect(inner.startsWith('"s"') ? JSON.parse(writeJson(value)) : writeJson(value)).toEqual(
        inner.startsWith('"s"') ? JSON.parse(text) : text,
      );
    }
  });

  test("whatever JSON.stringify writes compactly reads back the same, long or short", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify({ PADDING, value });
        expect(writeJson(readJson(text))).toBe(writeJson(readJson(text, { keepSource: true })));
        expect(JSON.parse(writeJson(readJson(text)))).toEqual(JSON.parse(text));
      }),
      { numRuns: 200 },
    );
  });

  test("nesting is bounded for the runtime's reader too", () => {
    const deep = `${"[".repeat(300)}"${PADDING}"${"]".repeat(300)}`;
    expect(() => readJson(deep)).toThrow(expect.objectContaining({ code: "JSON_TOO_DEEP" }) as Error);
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
      PADDING,
    ];
    expect(writeJson(value)).toBe(`[{"a":1.10},1.10,{"b":1,"2":2,"1":3},"${PADDING}"]`);
    expect(JSON.stringify({ n: new ExactNumber("1.10") })).toBe('{"n":1.10}');
  });
});
