/**
 * The short ways of mapping come to what the long ones come to: shapes of bodies, shared keys of lookups, quotients without guard digits.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyMapping,
  collectionAnswers,
  compileMapping,
  compileValue,
  globalsOf,
  LookupQuestions,
  toStoredRow,
  type Scope,
} from "../../../src/flow/transform/index.ts";
import { decimalText, div, mul, round, toDecimal, writeJson, type Decimal, type Json, type JsonObject } from "../../../src/value/index.ts";

function scopeOf(row: Json, collections: Readonly<Record<string, Json>> = {}): Scope {
  const stored = (flow: string) => (collections[flow] as JsonObject[] | undefined)?.map(toStoredRow);
  const globals = globalsOf({ nowMs: Date.UTC(2024, 4, 1) });
  return { row: row as JsonObject, globals, zone: "Asia/Shanghai", answers: collectionAnswers(stored) };
}

test("a body has the members of its own row, whatever the rows before it had", () => {
  const fields = [
    { field: "Kind", value: "X" },
    { field: "A", value: "{{a}}" },
    { field: "B", value: "{{b}}", type: "float" as const },
    { field: "Fixed", value: "1", parser: { name: "ConvertObjectParser", params: "FNumber" } },
    { field: "C", value: "{{c|trim}}" },
  ];
  const value = fc.option(fc.constantFrom<Json>("", "x", 7, true), { nil: undefined });
  const row = fc.record({ a: value, b: fc.option(fc.constantFrom<Json>("", 7, 2.5), { nil: undefined }), c: value });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const mapping = compileMapping(fields);
      for (const each of rows) {
        const given = Object.fromEntries(Object.entries(each).filter(([, item]) => item !== undefined)) as JsonObject;
        const result = applyMapping(mapping, scopeOf(given));
        const alone = applyMapping(compileMapping(fields), { ...scopeOf(given), trace: true });
        if (!result.ok || !alone.ok) throw new Error("no body");
        expect(writeJson(result.body)).toBe(writeJson(alone.body));
      }
    }),
  );
});

test("a quotient is the one to 40 places, shown to 20", () => {
  const number = fc
    .tuple(fc.integer({ min: 1, max: 99_999_999_999_999 }), fc.integer({ min: 0, max: 13 }))
    .map(([digits, places]) => `${digits}e-${places}`);
  const quotient = compileValue("_function CONCAT({{a}}/{{b}}, '')", { fieldPath: "f" });
  const again = compileValue("_function CONCAT({{a}}/{{b}}*{{b}}, '')", { fieldPath: "f" });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const full = div(toDecimal(a) as Decimal, toDecimal(b) as Decimal, 40);
      const scope = scopeOf({ a, b });
      expect(quotient.evaluate(scope)).toBe(decimalText(round(full, 20)));
      expect(again.evaluate(scope)).toBe(decimalText(round(round(mul(full, toDecimal(b) as Decimal), 40), 20)));
    }),
  );
});

test("lookups that ask the same share the key and not the place of an error", () => {
  const where = "where FNumber={{sku}} FOrg={{org}}";
  const mapping = compileMapping([
    { field: "Unit", value: `_findCollection find FUnit from goods ${where}` },
    { field: "Name", value: `_findCollection find FName from goods ${where}` },
    { field: "Other", value: "_findCollection find FName from goods where FNumber={{other}} FOrg={{org}}" },
    { field: "Lines", type: "array", value: "lines", children: [{ field: "N", value: `_findCollection find FName from goods ${where}` }] },
  ]);
  const goods = ["A", "B"].map((code) => ({ FNumber: code, FOrg: "1", FUnit: `unit ${code}`, FName: `name ${code}` }));
  const bodyOf = (row: Json): string => {
    const result = applyMapping(mapping, scopeOf(row, { goods }));
    return result.ok ? writeJson(result.body) : result.issues.map((issue) => `${issue.fieldPath} ${issue.code}`).join();
  };
  expect(bodyOf({ sku: "A", org: 1, other: "B", lines: [{ sku: "B" }, { sku: "A" }] })).toBe(
    '{"Unit":"unit A","Name":"name A","Other":"name B","Lines":[{"N":"name B"},{"N":"name A"}]}',
  );
  expect(bodyOf({ sku: "B", org: 1, other: "A", lines: [{}] })).toBe(
    '{"Unit":"unit B","Name":"name B","Other":"name A","Lines":[{"N":"name B"}]}',
  );
  expect(bodyOf({ sku: { of: 1 }, org: 1, other: "A" })).toBe("Unit VALUE_NOT_TEXT,Name VALUE_NOT_TEXT,Lines[0].N VALUE_NOT_TEXT");
  const questions = new LookupQuestions();
  mapping.ask(scopeOf({ sku: "A", org: "1", other: ["B"], lines: [{ sku: "A" }, { sku: "B" }] }), questions);
  expect(questions.all.map(({ questions: asked }) => asked.map(({ values }) => values))).toEqual([
    [["A", "1"]],
    [["A", "1"]],
    [
      ["A", "1"],
      ["B", "1"],
    ],
  ]);
});
