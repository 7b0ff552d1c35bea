/** What a hostile or careless expression may cost: an error with its code, never a hang. */
import { describe, expect, test } from "vitest";
import { DatongError } from "../../../src/error/index.ts";
import { globalsOf } from "../../../src/flow/transform/globals.ts";
import { compileValue, evaluateValue } from "../../../src/flow/transform/template-compile.ts";
import type { Json, JsonObject } from "../../../src/value/index.ts";
import { cpuMs } from "../../cpu-ms.ts";

const MEGABYTE = 1_048_576;

function evaluate(text: string, row: Json = {}, globals = globalsOf({ nowMs: Date.UTC(2024, 4, 1) })): Json | undefined {
  const compiled = compileValue(`_function ${text}`, { fieldPath: "F" });
  return evaluateValue(compiled, { row: row as JsonObject, globals, zone: "Asia/Shanghai" });
}

function codeOf(text: string, row: Json = {}): { code: string; position: unknown; tookMs: number } {
  const startedAt = cpuMs();
  try {
    evaluate(text, row);
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    return { code: error.code, position: error.details["position"], tookMs: cpuMs() - startedAt };
  }
  return { code: "none", position: undefined, tookMs: cpuMs() - startedAt };
}

describe("texts", () => {
  test.each([
    ["repeat('ab', 1e9)", 11],
    ["lpad('a', 2000000, 'x')", 11],
    ["replace(repeat('a',1000000),'a','bb')", 11],
    ["concat(repeat('a',600000),repeat('a',600000))", 11],
    ["concat_ws(repeat('a',600000),1,2,3)", 11],
    ["1 + length(repeat('x', 2000000))", 22],
    ["date_format('2024-05-01', repeat('%W', 200000))", 11],
    ["regexp_replace(repeat('a',2000),'a',repeat('b',1000))", 11],
  ])("of over a megabyte are refused before they are made: %s", (text, position) => {
    expect(codeOf(text)).toMatchObject({ code: "VALUE_TOO_LARGE", position });
  });

  test("of a megabyte pass", () => {
    expect(evaluate(`length(repeat('a', ${MEGABYTE}))`)).toBe(MEGABYTE);
    expect(evaluate("'{{a}}'", { a: "a".repeat(MEGABYTE) })).toHaveLength(MEGABYTE);
  });
});

describe("regular expressions", () => {
  const a = "a".repeat(100_000);

  test.each([
    ["'{{a}}b' regexp '^(a+)+$'", 0],
    ["'{{a}}' regexp '^(a|aa)*$'", 1],
    ["'{{a}}' regexp '(a*)*b'", 0],
    ["'{{a}}' regexp '(.*)(.*)(.*)(.*)(.*)x'", 0],
  ])("run in linear time: %s", (text, expected) => {
    const startedAt = cpuMs();
    expect(evaluate(text, { a })).toBe(expected);
    expect(cpuMs() - startedAt).toBeLessThan(3_000);
  });

  test.each([
    ["'a' regexp '(?=a)'", "EXPRESSION_PATTERN"],
    ["'a' regexp '('", "EXPRESSION_PATTERN"],
    ["'a' regexp ''", "EXPRESSION_PATTERN"],
    ["'a' regexp repeat('a', 1001)", "EXPRESSION_PATTERN"],
    ["'{{a}}' regexp '(a{0,30}){30}b'", "EXPRESSION_TOO_LONG"],
    ["regexp_replace('{{a}}', '(a.*z|a)', '')", "EXPRESSION_TOO_LONG"],
  ])("that cannot be are errors: %s", (text, code) => {
    const found = codeOf(text, { a });
    expect(found.code).toBe(code);
    expect(found.tookMs).toBeLessThan(15_000);
  });
});

describe("steps", () => {
  const big = "a".repeat(MEGABYTE);
  const lines = Array.from({ length: 20_000 }, (_, q) => ({ q }));

  test.each([
    ["sum(char_length({{big}})+{{l.q}})"],
    ["sum(if({{big}} like '%b',1,0)+{{l.q}})"],
    ["sum(if(md5({{big}})='x',1,0)+{{l.q}})"],
    ["locate(concat(left('{{big}}',500000),'b'), '{{big}}')"],
    ["max(concat({{l.q}}, left({{big}}, 100000)))"],
  ])("count what the data costs: %s", (text) => {
    const found = codeOf(text, { big, l: lines });
    expect(found.code).toBe("EXPRESSION_TOO_LONG");
    expect(found.tookMs).toBeLessThan(8_000);
  });

  test("count digits", () => {
    const row = { n: "7".repeat(490), l: lines };
    expect(codeOf("sum({{n}}*{{n}}*{{l.q}}/{{l.q}})", row).code).toBe("EXPRESSION_DIVISION_BY_ZERO");
    expect(codeOf("sum({{n}}*{{n}}+{{l.q}})", row).code).toBe("EXPRESSION_TOO_LONG");
  });
});

describe("nesting", () => {
  test.each([
    ["1".concat(" is null".repeat(300))],
    ["1".concat(" in (1)".repeat(300))],
    ["'2024-05-01'".concat(" + interval 1 day".repeat(300))],
    [`${"if(1,".repeat(201)}1${",2)".repeat(201)}`],
    [`${"cast(".repeat(201)}1${" as char)".repeat(201)}`],
    ["1 between 0 and ".repeat(300).concat("1")],
    [`${"- ".repeat(201)}1`],
  ])("over 200 is refused: %s", (text) => expect(codeOf(text).code).toBe("EXPRESSION_TOO_DEEP"));

  test("under 200 is evaluated, whatever stands in each level", () => {
    const open = "1 or 1 and 1 xor 1 = 1 + 1 * - if(1 in (0, (";
    expect(codeOf(`${open.repeat(60)}1${")), 1, 2)".repeat(60)}`).code).toBe("none");
    expect(evaluate("'2024-05-01'".concat(" + interval 1 day".repeat(150)))).toBe("2024-09-28");
    expect(evaluate("1".concat(" is not null".repeat(150)))).toBe(1);
  });
});

describe("names", () => {
  test.each([
    ["select 1", "EXPRESSION_INVALID"],
    ["(select 1)", "EXPRESSION_INVALID"],
    ["1 as x", "EXPRESSION_INVALID"],
    ["1; drop table x", "EXPRESSION_INVALID"],
    ["1 union select 2", "EXPRESSION_INVALID"],
    ["sleep(1)", "EXPRESSION_NAME_UNKNOWN"],
    ["__proto__(1)", "EXPRESSION_NAME_UNKNOWN"],
    ["now", "none"],
    ["curdate", "none"],
    ["left", "EXPRESSION_NAME_UNKNOWN"],
    ["like('a','b')", "EXPRESSION_INVALID"],
    ["cast(1 as whatever)", "EXPRESSION_INVALID"],
    ["date_add(now(), interval 1 fortnight)", "EXPRESSION_INVALID"],
    ["timestampdiff(1, now(), now())", "EXPRESSION_INVALID"],
    ["@@version", "EXPRESSION_NAME_UNKNOWN"],
  ])("%s ends with %s", (text, code) => expect(codeOf(text).code).toBe(code));
});

describe("the time now", () => {
  test("is the evaluation's, in the flow's zone", () => {
    expect(evaluate("concat(now(),'|',curdate(),'|',curtime(),'|',unix_timestamp())")).toBe(
      "2024-05-01 08:00:00|2024-05-01|08:00:00|1714521600",
    );
    const compiled = compileValue("_function now()", { fieldPath: "F" });
    const scope = { row: {}, globals: globalsOf({ nowMs: Date.UTC(2024, 4, 1) }), zone: "America/New_York" };
    expect(evaluateValue(compiled, scope)).toBe("2024-04-30 20:00:00");
  });

  test("is an error where there is none", () => {
    expect(() => evaluate("now()", {}, {})).toThrow(expect.objectContaining({ code: "VALUE_GLOBAL_MISSING" }) as DatongError);
  });
});
