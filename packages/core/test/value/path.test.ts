// @module-tag one-attempt
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnOf, getPath, parsePath, type Json } from "../../src/value/index.ts";

describe("getPath", () => {
  const value = {
    a: { b: [{ c: 1 }, { c: null }] },
    "FRetcustId.FNumber": "C01",
    FRetcustId: { FNumber: "nested", FName: "n" },
    rows: [{ "x.y": 1, x: { y: 2 } }],
    n: null,
  };

  test.each<[string, Json | undefined]>([
    ["a.b[0].c", 1],
    ["a.b.0.c", 1],
    ["a.b[1].c", null],
    ["a.b[2].c", undefined],
    ["a.b[1].d", undefined],
    ["n", null],
    ["n.x", undefined],
    ["gone", undefined],
    ["FRetcustId.FNumber", "C01"],
    ["FRetcustId.FName", "n"],
    ["rows[0].x.y", 1],
    ["a.b.c", undefined],
    ["toString", undefined],
    ["a.constructor", undefined],
    ["__proto__", undefined],
  ])("%s", (path, expected) => expect(getPath(value, path)).toEqual(expected));

  test("a list at the top", () => expect(getPath([{ a: 1 }], "[0].a")).toBe(1));

  test("finds any member by its own way", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,3}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(name, fc.nat(3)), { minLength: 1, maxLength: 6 }), (way) => {
        const built = way.reduceRight<Json>(
          (inner, step) => (typeof step === "number" ? [...Array.from({ length: step }, () => null), inner] : { [step]: inner }),
          "found",
        );
        const text = way.map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`)).join("");
        expect(getPath(built, text)).toBe("found");
      }),
    );
  });
});

describe("parsePath", () => {
  test.each([
    ["", 1],
    ["a.", 3],
    [".a", 1],
    ["a..b", 3],
    ["a[x]", 2],
    ["a[", 2],
    ["a[0]b", 5],
  ])("%j is refused at character %i", (path, position) => {
    expect(() => parsePath(path)).toThrow(
      expect.objectContaining({ code: "PATH_INVALID", details: expect.objectContaining({ position }) as unknown }) as Error,
    );
  });
});

describe("columnOf", () => {
  test.each<[Json, string, unknown]>([
    [{ l: [{ q: 1 }, {}, { q: null }] }, "l.q", [1, undefined, null]],
    [{ l: [{ m: [{ q: 1 }, { q: 2 }] }, { m: [] }, { m: [{ q: 3 }] }] }, "l.m.q", [1, 2, 3]],
    [{ l: [{ "a.b": 1, a: { b: 2 } }, { a: { b: 3 } }] }, "l.a.b", [1, 3]],
    [{ l: [] }, "l.q", []],
    [{ l: { q: 1 } }, "l.q", undefined],
    [{ l: [[{ q: 1 }], { q: 2 }] }, "l.q", [1, 2]],
    [{ l: [{ q: 1 }] }, "l[0].q", undefined],
    [{}, "l.q", undefined],
  ])("%j %s", (value, path, expected) => expect(columnOf(value, path)).toEqual(expected));
});
