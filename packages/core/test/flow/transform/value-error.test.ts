import { describe, expect, test } from "vitest";
import type { MappingField } from "../../../src/flow/flow.ts";
import { globalsOf } from "../../../src/flow/transform/globals.ts";
import { applyMapping, compileMapping } from "../../../src/flow/transform/map.ts";
import type { Json, JsonObject } from "../../../src/value/index.ts";

function mapped(field: MappingField, row: Json, onValueError?: "fail" | "text") {
  const scope = { row: row as JsonObject, globals: globalsOf({ nowMs: 0 }), zone: "Asia/Shanghai", trace: true };
  return applyMapping(compileMapping([field], undefined, onValueError), scope);
}

const quotient: MappingField = { field: "q", value: "_function {{a}}/{{b}}" };

describe("a failing expression", () => {
  test("fails the record, with expression, position and cause", () => {
    for (const policy of [undefined, "fail"] as const) {
      const result = mapped(quotient, { a: 1, b: 0 }, policy);
      expect(result).toMatchObject({
        ok: false,
        issues: [
          {
            fieldPath: "q",
            code: "EXPRESSION_DIVISION_BY_ZERO",
            details: { expression: "_function {{a}}/{{b}}", position: 16 },
          },
        ],
      });
    }
  });

  test.each<[MappingField, Json, Json]>([
    [quotient, { a: 1, b: 0 }, { q: "_function 1/0" }],
    [quotient, { a: "6", b: 2 }, { q: "3" }],
    [{ field: "q", value: "_function '{{x}}'+{{n|round:1}}" }, { x: "O'Neil", n: 2.25 }, { q: "_function 'O'Neil'+2.3" }],
    [{ field: "q", value: "_function {{none}}*{{x}}" }, { x: "12元" }, { q: "_function *12元" }],
    [{ ...quotient, type: "float", map: { "9": "1" } }, { a: 1, b: 0 }, { q: "_function 1/0" }],
    [{ ...quotient, parser: { name: "ConvertObjectParser", params: "FNumber" } }, { a: 1 }, { q: { FNumber: "_function 1/" } }],
  ])("sends its own text where the flow says so: %j of %j", (field, row, body) => {
    expect(mapped(field, row, "text")).toMatchObject({ ok: true, body });
  });

  test("says so in the trace", () => {
    const { trace } = mapped(quotient, { a: 1, b: 0 }, "text");
    expect(trace[0]).toMatchObject({ raw: undefined, result: "_function 1/0" });
    expect(trace[0]?.note).toContain("sent as text as the flow says");
    expect(trace[0]?.note).toContain("division by zero");
  });

  test.each<[MappingField, Json, string]>([
    [{ field: "q", value: "{{d|date}}" }, { d: "no date" }, "FILTER_VALUE"],
    [{ field: "q", type: "int", value: "_function {{a}}+0.5" }, { a: 1 }, "VALUE_TYPE"],
    [{ field: "q", value: "_function {{l}}+1" }, { l: [1] }, "EXPRESSION_NOT_SCALAR"],
  ])("what is no expression's failure, or no text, fails as ever: %j of %j", (field, row, code) => {
    expect(mapped(field, row, "text")).toMatchObject({ ok: false, issues: [{ code }] });
  });

  test("one that is no expression at all does not compile, whatever the flow says", () => {
    expect(() => compileMapping([{ field: "q", value: "_function 1+" }], undefined, "text")).toThrow("a value was expected here");
  });
});
