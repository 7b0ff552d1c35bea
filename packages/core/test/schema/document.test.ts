import { Type } from "typebox";
import { expect, test } from "vitest";
import { parseDocument } from "../../src/index.ts";

const Schema = Type.Object(
  { value: Type.Union([Type.String(), Type.Null()]), batch: Type.Integer(), kind: Type.Union([Type.Literal("a"), Type.Literal("b")]) },
  { additionalProperties: false },
);
const issuesOf = (value: unknown) => {
  const result = parseDocument(Schema, value);
  return result.ok ? [] : result.issues;
};

test("a place that may have several types is one issue that names them all", () => {
  expect(issuesOf({ value: [1], batch: 1, kind: "a" })).toEqual([
    { path: "/value", expected: "must be of type string or null", expectedZh: "类型须为 string 或 null" },
  ]);
});

test("each wrong place is an issue of its own", () => {
  expect(issuesOf({ value: "x", batch: "many", kind: "a", other: 1 })).toEqual([
    { path: "/other", expected: "is an unknown key", expectedZh: "不是已知的键" },
    { path: "/batch", expected: "must be of type integer", expectedZh: "类型须为 integer" },
  ]);
});

test("a union of words names each word", () => {
  expect(issuesOf({ value: "x", batch: 1, kind: "c" }).map((issue) => issue.expected)).toEqual(
    expect.arrayContaining(['must be "a"', 'must be "b"']),
  );
});

test("what fits is given back as it is", () => {
  const value = { value: null, batch: 1, kind: "b" };
  expect(parseDocument(Schema, value)).toEqual({ ok: true, value });
});

test("what is left empty, too long or too small is said in words of both languages, not in the validator's", () => {
  const Choice = Type.Object({
    connection: Type.String({ minLength: 1 }),
    size: Type.Integer({ minimum: 1 }),
    ids: Type.Array(Type.String(), { minItems: 1 }),
  });
  const result = parseDocument(Choice, { connection: "", size: 0, ids: [] });
  expect(result).toEqual({
    ok: false,
    issues: [
      { path: "/connection", expected: "is empty", expectedZh: "没有填写", isAbsent: true },
      { path: "/size", expected: "must be 1 or more", expectedZh: "不能小于 1" },
      { path: "/ids", expected: "takes at least one entry", expectedZh: "至少要有一项" },
    ],
  });
});
