// @module-tag one-attempt
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DatongError } from "../../../src/error/index.ts";
import { globalsOf } from "../../../src/flow/transform/globals.ts";
import { compileValue, evaluateValue, referencesOf } from "../../../src/flow/transform/template-compile.ts";
import type { Scope, ScopeElement } from "../../../src/flow/transform/template-reference.ts";
import { readJson, writeJson, type Json, type JsonObject } from "../../../src/value/index.ts";

const globals = globalsOf({ nowMs: Date.UTC(2024, 4, 1), lastSyncAtMs: Date.UTC(2024, 3, 30, 16, 0, 0) });

function evaluate(text: string, row: Json = {}, element?: ScopeElement): Json | undefined {
  const scope: Scope = { row: row as JsonObject, globals, zone: "Asia/Shanghai", ...(element === undefined ? {} : { element }) };
  return evaluateValue(compileValue(`_function ${text}`, { fieldPath: "F" }), scope);
}

/** As JSON text, so that exact numbers compare by their letters. */
function shown(text: string, row: Json = {}): string {
  return writeJson(evaluate(text, row) ?? null);
}

function errorOf(run: () => unknown): DatongError {
  try {
    run();
  } catch (error) {
    if (error instanceof DatongError) return error;
    throw error;
  }
  throw new Error("no error");
}

function outcome(text: string): string {
  try {
    evaluate(text, { a: 1 });
    return "value";
  } catch (error) {
    return error instanceof DatongError ? "DatongError" : String(error);
  }
}

describe("expressions of the reference", () => {
  const line: ScopeElement = { path: "details_list", value: { tax: "0.13", qty: 2 } };

  test("_function {{details_list.tax}} * 100", () => expect(evaluate("{{details_list.tax}} * 100", {}, line)).toBe(13));

  test.each<[Json, Json]>([
    [{ FOrgId: "100", price: "1.10", qty: 3 }, 3.3],
    [{ FOrgId: 200, price: 1, qty: 1 }, "201"],
    [{ FOrgId: "300" }, "300"],
  ])("case '{{FOrgId}}' when '100' then {{price}}*{{qty}} when '200' then '201' else '{{FOrgId}}' end with %j", (row, expected) => {
    expect(evaluate("case '{{FOrgId}}' when '100' then {{price}}*{{qty}} when '200' then '201' else '{{FOrgId}}' end", row)).toBe(expected);
  });

  test.each<[Json, Json]>([
    [{ 检索的字段: "有检索文本的", 不匹配时字段A: "A", 匹配时的字段: "B" }, "B"],
    [{ 检索的字段: "没有", 不匹配时字段A: "A", 匹配时的字段: "B" }, "A"],
  ])("CASE LOCATE with %j", (row, expected) => {
    const text = "CASE LOCATE('检索文本','{{检索的字段}}')  WHEN 0 THEN '{{不匹配时字段A}}'  ELSE '{{匹配时的字段}}' END";
    expect(evaluate(text, row)).toBe(expected);
  });

  test.each<[Json, Json, Json]>([
    ["0", "", "true"],
    [0, "x", "true"],
    ["0.00", "x", "false"],
    ["5", "请仔细检查", "true"],
  ])("case when with sale_price %j and remark %j", (price, remark, expected) => {
    const text = "case when '{{items.sale_price}}'='0' then 'true' when LOCATE('仔细','{{remark}}')>0 then 'true' else 'false' end";
    expect(evaluate(text, { remark }, { path: "items", value: { sale_price: price } })).toBe(expected);
  });

  test("({{items.sale_amount}}/{{items.calAmount}})*{{items.calPamount}}/{{items.qty}}", () => {
    const text = "({{items.sale_amount}}/{{items.calAmount}})*{{items.calPamount}}/{{items.qty}}";
    expect(evaluate(text, {}, { path: "items", value: { sale_amount: 10, calAmount: 4, calPamount: "3.2", qty: 2 } })).toBe(4);
  });

  test("FROM_UNIXTIME({{LAST_SYNC_TIME}}-600 ,'%Y-%m-%d %H:%i:%s' )", () => {
    expect(evaluate("FROM_UNIXTIME({{LAST_SYNC_TIME}}-600 ,'%Y-%m-%d %H:%i:%s' )")).toBe("2024-04-30 23:50:00");
  });

  test("sum({{details_list.qty}})", () => {
    const row = readJson('{"details_list":[{"qty":0.10},{"qty":"0.20"},{},{"qty":null},{"qty":""}]}');
    expect(evaluate("sum({{details_list.qty}})", row)).toBe(0.3);
    expect(evaluate("avg({{details_list.qty}})", row)).toBe(0.15);
    expect(evaluate("max({{details_list.qty}})", row)).toBe(0.2);
    expect(evaluate("MIN( {{details_list.qty}} )", row)).toBe(0.1);
    expect(evaluate("COUNT({{details_list.qty}})", row)).toBe(2);
  });
});

describe("values", () => {
  test.each<[string, Json, string]>([
    ["{{x}}", { x: "00123" }, '"00123"'],
    ["{{x}}+0", { x: "00123" }, "123"],
    ["IF({{x}}='9e9999', 'code', '')", { x: "9E9999" }, '"code"'],
    ["{{x}}", {}, '""'],
    ["{{x}}", { x: null }, "null"],
    ["IFNULL({{x}}, 7)", { x: null }, "7"],
    ["CONCAT({{x}}, '-', 1.50)", { x: "2.00" }, '"2.00-1.50"'],
    ["'it''s {{x}}'", { x: "O'Neil' or 1=1" }, "\"it's O'Neil' or 1=1\""],
    ["'a\\'b'", {}, '"a\'b"'],
    ["0.1+0.2", {}, "0.3"],
    ["1234567890123456789*10", {}, "12345678901234567890"],
    ["1/3", {}, "0.33333333333333333333"],
    ["-2 - -3", {}, "1"],
    ["2+3*4", {}, "14"],
    ["(2+3)*4", {}, "20"],
    ["7 % 3 + 7 mod 4 + 7 div 2", {}, "7"],
    ["-7 div 2", {}, "-3"],
    ["ROUND(2.345, 2)", {}, "2.35"],
    ["ROUND(-2.5)", {}, "-3"],
    ["round(1234, -2)", {}, "1200"],
    ["LEFT('𠮷野家', 2)", {}, '"𠮷野"'],
    ["LEFT({{x}}, 3)", { x: "20240501" }, '"202"'],
    ["LOCATE('B', 'abcb')", {}, "2"],
    ["LOCATE('b', 'abcb', 3)", {}, "4"],
    ["LOCATE('x', 'abc')", {}, "0"],
    ["IF({{q}}=0, 0, {{a}}/{{q}})", { q: 0, a: 5 }, "0"],
    ["'' + 1", {}, "1"],
    ["true", {}, "1"],
    ["{x} * 2", { x: 4 }, "8"],
  ])("%s with %j is %s", (text, row, expected) => expect(shown(text, row)).toBe(expected));

  test.each<[string, string]>([
    ["'1' = true", "1"],
    ["1 = '1.0'", "1"],
    ["'1' = '1.0'", "0"],
    ["'abc' = 0", "1"],
    ["'ABC' = 'abc'", "1"],
    ["'12abc' = 12", "1"],
    ["'b' > 'a'", "1"],
    ["2 > 10", "0"],
    ["'2' > '10'", "1"],
    ["2 <> 3 and 3 != 4", "1"],
    ["null = null", "null"],
    ["null <=> null", "1"],
    ["null is null", "1"],
    ["1 is not null", "1"],
    ["not 0", "1"],
    ["!1", "0"],
    ["not 1 = 2", "1"],
    ["0 and null", "0"],
    ["1 and null", "null"],
    ["1 or null", "1"],
    ["null or 0", "null"],
    ["1 xor 1", "0"],
    ["1 or 1 and 0", "1"],
    ["2 in (1, '2')", "1"],
    ["3 not in (1, 2)", "1"],
    ["3 in (1, null)", "null"],
    ["2 between 1 and 3 and 1", "1"],
    ["2 not between 1 and 3", "0"],
    ["case when null then 1 end", "null"],
    ["case null when null then 1 else 2 end", "2"],
    ["case 1 when '1' then 'a' when 1 then 'b' end", '"a"'],
  ])("%s is %s", (text, expected) => expect(shown(text)).toBe(expected));

  test("a JSON boolean equals TRUE and stays itself when passed through", () => {
    expect(evaluate("case {{x}} when true then 'y' else 'n' end", { x: true })).toBe("y");
    expect(evaluate("{{x}}", { x: true })).toBe(true);
  });

  test("the branch not taken is not evaluated", () => {
    expect(evaluate("case when 1 then 'ok' else 1/0 end")).toBe("ok");
    expect(evaluate("0 and 1/0")).toBe(0);
  });
});

describe("aggregates", () => {
  const row = {
    rate: 2,
    items: [
      { qty: 1, price: "1.5" },
      { qty: 2, price: 3 },
    ],
    other: [{ n: 1 }],
  };

  test("an expression inside is evaluated line by line", () => {
    expect(evaluate("SUM({{items.qty}}*{{items.price}})*{{rate}}", row)).toBe(15);
    expect(evaluate("SUM({{items.qty}}*{{rate}})", row)).toBe(6);
  });

  test("inside a line it means all lines, so that an amount can be shared out", () => {
    expect(evaluate("3*{{items.qty}}/SUM({{items.qty}})", row, { path: "items", value: row.items[1] as Json })).toBe(2);
    expect(shown("SUM({{items.qty}})", row)).toBe("3");
  });

  test("quoted fields are the texts of the line", () => {
    const days = { l: [{ d: "2024-05-01", n: "O'Neil" }, { d: "2024-12-01", n: 7 }, { d: "" }] };
    expect(evaluate("max('{{l.d}}')", days)).toBe("2024-12-01");
    expect(evaluate("count('{{l.d}}')", days)).toBe(2);
    expect(evaluate("sum('{{items.qty}}'*{{items.price}})", row)).toBe(7.5);
    expect(evaluate("max(case when '{{l.n}}' = 'O''Neil' then '{{l.d}} {{l.n}}' else '' end)", days)).toBe("2024-05-01 O'Neil");
    expect(evaluate("sum(if('{{l.d}}' like '2024-12%', {{l.n}}, 0))", days)).toBe(7);
    expect(errorOf(() => evaluate("max('{{l}}x')", { l: [[1]] })).code).toBe("VALUE_NOT_TEXT");
  });

  test("no lines: the sum is null and the count 0", () => {
    expect(evaluate("SUM({{items.qty}})", { items: [] })).toBeNull();
    expect(evaluate("COUNT({{items.qty}})", {})).toBe(0);
  });

  test("dates are compared as texts", () => {
    expect(evaluate("MAX({{l.d}})", { l: [{ d: "2024-05-01" }, { d: "2024-12-01" }] })).toBe("2024-12-01");
  });

  test("columns of different lists do not go together", () => {
    expect(errorOf(() => evaluate("SUM({{items.qty}}*{{other.n}})", row)).code).toBe("EXPRESSION_COLUMNS_DIFFER");
  });
});

describe("errors", () => {
  test.each<[string, string, number]>([
    ["select 1", "EXPRESSION_INVALID", 11],
    ["1 as x", "EXPRESSION_INVALID", 13],
    ["1; 2", "EXPRESSION_INVALID", 12],
    ["abc", "EXPRESSION_NAME_UNKNOWN", 11],
    ["NOSUCH(1)", "EXPRESSION_NAME_UNKNOWN", 11],
    ["constructor(1)", "EXPRESSION_NAME_UNKNOWN", 11],
    ["1 constructor", "EXPRESSION_INVALID", 13],
    ["", "EXPRESSION_INVALID", 11],
    ["1+", "EXPRESSION_INVALID", 13],
    ["(1", "EXPRESSION_INVALID", 13],
    ["1)", "EXPRESSION_INVALID", 12],
    ["'abc", "EXPRESSION_INVALID", 11],
    ["{{a}}{{b}}", "EXPRESSION_INVALID", 16],
    ["{{a", "TEMPLATE_INVALID", 11],
    ["LEFT('a')", "EXPRESSION_INVALID", 11],
    ["case 1 end", "EXPRESSION_INVALID", 18],
    ["case when 1 then 2", "EXPRESSION_INVALID", 29],
    ["1 # 2", "EXPRESSION_INVALID", 13],
    ["SUM(1)", "EXPRESSION_INVALID", 11],
    [
      "case _findCollection find FIsKFPeriod from 66da8241-98f4-39f9-8fee-cac02e30e532 where FNumber={{details.details_item_code}} _endFind when true then '{{details.details_detail_batch_validTime}}' else '' end",
      "VALUE_LOOKUP_UNSUPPORTED",
      16,
    ],
    ["SUM(SUM({{a.b}}))", "EXPRESSION_INVALID", 15],
    ["{a|constructor}", "EXPRESSION_INVALID", 11],
  ])("%s does not compile", (text, code, position) => {
    const error = errorOf(() => compileValue(`_function ${text}`, { fieldPath: "FQty" }));
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject({ fieldPath: "FQty", expression: `_function ${text}`, position });
  });

  test.each<[string, Json, string, number]>([
    ["1/0", {}, "EXPRESSION_DIVISION_BY_ZERO", 12],
    ["{{a}}/{{b}}", { a: 1, b: "0.00" }, "EXPRESSION_DIVISION_BY_ZERO", 16],
    ["{{a}}/{{b}}", { a: 1 }, "EXPRESSION_DIVISION_BY_ZERO", 16],
    ["5 % 0", {}, "EXPRESSION_DIVISION_BY_ZERO", 13],
    ["1 + {{a}}", { a: "12元" }, "EXPRESSION_NOT_NUMBER", 13],
    ["{{a}} + 1", { a: [1] }, "EXPRESSION_NOT_SCALAR", 17],
    ["{{a}} + 1", { a: "1e5000" }, "DECIMAL_TOO_LARGE", 17],
    ["FROM_UNIXTIME({{a}})", { a: "99999999999999" }, "TIME_OUT_OF_RANGE", 11],
    ["{{a}}*{{a}}", { a: "1e900" }, "DECIMAL_TOO_LARGE", 16],
    ["CONCAT('{{a}}','{{a}}')", { a: "x".repeat(600_000) }, "VALUE_TOO_LARGE", 11],
  ])("%s with its row fails when run", (text, row, code, position) => {
    const error = errorOf(() => evaluate(text, row));
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject({ fieldPath: "F", expression: `_function ${text}`, position });
  });

  test("nesting is bounded, length of a chain is not", () => {
    expect(errorOf(() => evaluate(`${"(".repeat(201)}1${")".repeat(201)}`)).code).toBe("EXPRESSION_TOO_DEEP");
    expect(errorOf(() => evaluate("not ".repeat(100_000) + "1")).code).toBe("EXPRESSION_TOO_DEEP");
    expect(errorOf(() => evaluate("case when 1 then ".repeat(5_000))).code).toBe("EXPRESSION_TOO_DEEP");
    expect(evaluate(`${"(".repeat(199)}1${")".repeat(199)}`)).toBe(1);
    expect(evaluate(Array.from({ length: 5_000 }, () => "1").join("+"))).toBe(5000);
  });

  test("steps are bounded", () => {
    const lines = Array.from({ length: 200_000 }, () => ({ q: 1 }));
    expect(errorOf(() => evaluate("SUM({{l.q}}+{{l.q}}+{{l.q}}+{{l.q}}+{{l.q}}+{{l.q}})", { l: lines })).code).toBe("EXPRESSION_TOO_LONG");
  });
});

describe("properties", () => {
  test("a bound text never changes what the expression means", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(evaluate("case when '{{x}}' = '{{x}}' then 'same' else '{{x}}' end", { x: text })).toBe("same");
        expect(evaluate("CONCAT('<', '{{x}}', '>')", { x: text })).toBe(`<${text}>`);
      }),
    );
  });

  test("sums and products of whole numbers agree with BigInt", () => {
    const big = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    fc.assert(
      fc.property(big, big, big, (a, b, c) => {
        const row = { a: String(a), b: String(b), c: String(c) };
        expect(shown("{{a}}*{{b}}-{{c}}", row)).toBe(writeJson(readJson(String(a * b - c))));
      }),
    );
  });

  test("any text compiles or is refused by name, never breaks", () => {
    const piece = fc.constantFrom(
      "(",
      ")",
      "'",
      "1",
      "{{a}}",
      "case",
      " when ",
      " then ",
      " end",
      "+",
      "-",
      ",",
      "IF",
      "SUM(",
      " and ",
      "null",
      "{a}",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(["value", "DatongError"]).toContain(outcome(pieces.join("")));
      }),
      { numRuns: 500 },
    );
  });

  test("references are those of every part", () => {
    const compiled = compileValue("_function IF('{{a.b}}'={{c}}, SUM({{items.q}}), {{CURRENT_TIME}})", { fieldPath: "F" });
    expect(referencesOf(compiled)).toEqual(["a.b", "c", "items.q"]);
  });
});
