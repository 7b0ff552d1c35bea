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

test("a union of words is one issue that names each word, of whatever type the wrong one is", () => {
  for (const kind of ["c", 5, null])
    expect(issuesOf({ value: "x", batch: 1, kind })).toEqual([
      { path: "/kind", expected: "must be one of a, b", expectedZh: "只能是 a、b" },
    ]);
});

test("a word that stands alone or beside other types is told with them", () => {
  const Choice = Type.Object({ is: Type.Literal("z"), size: Type.Union([Type.Literal("auto"), Type.Literal("none"), Type.Integer()]) });
  const result = parseDocument(Choice, { is: 1, size: "many" });
  expect(result).toEqual({
    ok: false,
    issues: [
      { path: "/is", expected: 'must be "z"', expectedZh: '须为 "z"' },
      { path: "/size", expected: "must be one of auto, none, or of type integer", expectedZh: "只能是 auto、none，或类型为 integer" },
    ],
  });
});

test("words at two places are two issues, and what is wrong under a union's branch is still told", () => {
  const Step = Type.Object({
    steps: Type.Array(
      Type.Union([
        Type.Object({ kind: Type.Literal("split"), by: Type.Union([Type.Literal("line"), Type.Literal("count")]) }),
        Type.Object({ kind: Type.Literal("merge"), into: Type.String() }),
      ]),
    ),
  });
  const result = parseDocument(Step, { steps: [{ kind: "split", by: "day" }, { kind: "join" }, { kind: "merge", into: 1 }] });
  expect(result.ok ? [] : result.issues.map(({ path, expected }) => `${path} ${expected}`)).toEqual([
    "/steps/0/by must be one of line, count",
    "/steps/1/kind must be one of split, merge",
    "/steps/2/into must be of type string",
  ]);
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
