// @module-tag one-attempt
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DatongError } from "../../../src/error/index.ts";
import { FILTERS } from "../../../src/flow/transform/filter.ts";
import { globalsOf } from "../../../src/flow/transform/globals.ts";
import { compileValue, evaluateValue, referencesOf } from "../../../src/flow/transform/template-compile.ts";
import { parseTemplate, printTemplate, type TemplatePart } from "../../../src/flow/transform/template-parse.ts";
import type { Scope, ScopeElement } from "../../../src/flow/transform/template-reference.ts";
import { readJson, type Json, type JsonObject } from "../../../src/value/index.ts";

const NOW_MS = Date.UTC(2024, 4, 1, 4, 30, 5, 250);
const globals = globalsOf({ nowMs: NOW_MS, lastSyncAtMs: Date.UTC(2024, 3, 30, 16, 0, 0), pageSize: 50, startPage: 1, startRow: 0 });

function scopeOf(row: Json, element?: ScopeElement): Scope {
  return { row: row as JsonObject, globals, zone: "Asia/Shanghai", ...(element === undefined ? {} : { element }) };
}

function evaluate(text: string, row: Json = {}, element?: ScopeElement): Json | undefined {
  return evaluateValue(compileValue(text, { fieldPath: "F" }), scopeOf(row, element));
}

function codeOf(run: () => unknown): { code: string; position: unknown; details: DatongError["details"] } {
  try {
    run();
  } catch (error) {
    if (error instanceof DatongError) return { code: error.code, position: error.details["position"], details: error.details };
    throw error;
  }
  throw new Error("no error");
}

describe("templates", () => {
  test.each<[string, Json, Json | undefined]>([
    ["QTRKD01_SYS", {}, "QTRKD01_SYS"],
    ["100", {}, "100"],
    ["true", {}, "true"],
    ["{{FBillNo}}", { FBillNo: "XS01" }, "XS01"],
    ["{{FBillNo}}{{SubHeadEntity_FEntryId}}XStuiin", { FBillNo: "XS01", SubHeadEntity_FEntryId: 100023 }, "XS01100023XStuiin"],
    ["旺店通单号{{order_no}}", { order_no: "JY1" }, "旺店通单号JY1"],
    ["{{extend.business_id}}", { extend: { business_id: "b" } }, "b"],
    ["{{FRetcustId.FNumber}}", { "FRetcustId.FNumber": "C01", FRetcustId: { FNumber: "other" } }, "C01"],
    ["{{lines[1].no}}", { lines: [{ no: 1 }, { no: 2 }] }, 2],
    ["{order_no}", { order_no: "JY1" }, "JY1"],
    ["{PAGINATION_START_PAGE}", {}, 1],
    ["{{ spaced }}", { spaced: 1 }, 1],
    ["{{备注}}", { 备注: "急" }, "急"],
    ["{{gone}}", {}, undefined],
    ["[{{gone}}]", {}, "[]"],
    ["{{empty}}", { empty: "" }, ""],
    ["{{nothing}}", { nothing: null }, null],
    ["a{{nothing}}b", { nothing: null }, "ab"],
    ["{{flag}}-{{n}}", { flag: true, n: 1.5 }, "true-1.5"],
  ])("%s", (text, row, expected) => expect(evaluate(text, row)).toEqual(expected));

  test("exact numbers arrive with their letters", () => {
    expect(evaluate("{{id}}/{{price}}", readJson('{"id":7615917337495251231,"price":1.10}'))).toBe("7615917337495251231/1.10");
  });

  test.each(['{"content.FName":{"$eq":"x"}}', "{}", "{ a }", "{a-b}", "{1}", "{a|nosuchfilter}", "}}", "a } b", "{", "[{]"])(
    "%s is text",
    (text) => expect(evaluate(text, { a: "no" })).toBe(text),
  );

  test("a placeholder inside JSON text is filled", () => {
    expect(evaluate('{"content.FName":{"$eq":"{{shop_name}}"}}', { shop_name: "店" })).toBe('{"content.FName":{"$eq":"店"}}');
  });

  test.each<[string, string, number]>([
    ["a{{b", "TEMPLATE_INVALID", 2],
    ["{{a{{b}}", "TEMPLATE_INVALID", 1],
    ["{{}}", "TEMPLATE_INVALID", 1],
    ["x{{a..b}}", "TEMPLATE_INVALID", 6],
    ["{{a*2}}", "TEMPLATE_INVALID", 4],
    ["{{a|b c}}", "TEMPLATE_INVALID", 5],
    ["{{a|nosuch}}", "FILTER_UNKNOWN", 5],
    ["{{a|trim:2}}", "TEMPLATE_INVALID", 5],
    ["{{a|round:x}}", "TEMPLATE_INVALID", 5],
    ["_findCollection find FNumber from 255f7565 where FName={{shop_name}}", "VALUE_LOOKUP_UNSUPPORTED", 1],
    ['_mongoQuery 255f7565 findField=content.FNumber where={"content.FName":{"$eq":"{{shop_name}}"}}', "VALUE_LOOKUP_UNSUPPORTED", 1],
    [" _function 1+1", "VALUE_PREFIX_MISPLACED", 1],
    ["_Function 1+1", "VALUE_PREFIX_MISPLACED", 1],
  ])("%s is refused when compiled", (text, code, position) => {
    const error = codeOf(() => compileValue(text, { fieldPath: "FEntity.FQty" }));
    expect(error).toMatchObject({ code, position, details: { fieldPath: "FEntity.FQty", expression: text } });
  });

  test("lists and objects do not go into text", () => {
    expect(codeOf(() => evaluate("x{{a}}", { a: [1] })).code).toBe("VALUE_NOT_TEXT");
    expect(codeOf(() => evaluate("x{{a}}", { a: {} })).code).toBe("VALUE_NOT_TEXT");
  });

  test("text over the bound is refused", () => {
    const row = { a: "x".repeat(600_000) };
    expect(codeOf(() => evaluate("{{a}}{{a}}", row)).code).toBe("VALUE_TOO_LARGE");
  });

  test("references leave globals out and name each path once", () => {
    expect(referencesOf(compileValue("{{b.c}}{{a}}{{b.c}}{{CURRENT_TIME}}", { fieldPath: "F" }))).toEqual(["b.c", "a"]);
  });

  test("printing and parsing again gives the same parts", () => {
    const part: fc.Arbitrary<TemplatePart> = fc.oneof(
      fc.record({ kind: fc.constant("text" as const), text: fc.stringMatching(/^[a-z字 "':,.|}]{1,8}$/) }),
      fc.record({
        kind: fc.constant("placeholder" as const),
        path: fc.stringMatching(/^[a-z_]{1,4}(\.[a-z0-9字]{1,3}|\[[0-9]\]){0,2}$/),
        filters: fc.array(
          fc.oneof(
            fc.constantFrom({ name: "datetime" }, { name: "trim" }, { name: "round", argument: "2" }),
            fc.stringMatching(/^[a-z ,|字]{0,4}$/).map((argument) => ({ name: "default", argument })),
          ),
          { maxLength: 3 },
        ),
        offset: fc.constant(0),
      }),
    );
    const site = { fieldPath: "F", expression: "" };
    const plain = (parts: readonly TemplatePart[]): unknown => parts.map((each) => (each.kind === "text" ? each : { ...each, offset: 0 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const merged = parts.filter((each, index) => each.kind !== "text" || parts[index - 1]?.kind !== "text");
        // A brace of the text beside a placeholder would belong to it.
        fc.pre(!merged.some((each) => each.kind === "text" && each.text.includes("}")));
        expect(plain(parseTemplate(printTemplate(merged), site))).toEqual(plain(merged));
      }),
    );
  });
});

describe("elements", () => {
  const items = { path: "items", value: { sku: "A", qty: 2 } };
  const row = { io_date: "2024-05-01", qty: 9, items: [{ sku: "A", qty: 2 }], "items.flat": "f" };

  test.each<[string, Json | undefined]>([
    ["{{items.sku}}", "A"],
    ["{{sku}}", "A"],
    ["{{qty}}", 2],
    ["{{io_date}}", "2024-05-01"],
    ["{{items.none}}", undefined],
    ["{{items.flat}}", "f"],
  ])("%s is looked for in the element, then in the header", (text, expected) => expect(evaluate(text, row, items)).toBe(expected));

  test("outside its list a path gives the column", () => {
    expect(evaluate("{{items.sku}}", { items: [{ sku: "A" }, {}, { sku: "B" }] })).toEqual(["A", "B"]);
    expect(evaluate("FNumber in ({{items.sku|sqllist}})", { items: [{ sku: "A'" }, { sku: "B" }] })).toBe("FNumber in ('A''','B')");
    expect(evaluate("{{items.sku}}", { items: [{}] })).toBeUndefined();
  });
});

describe("globals", () => {
  test.each<[string, Json]>([
    ["{{LAST_SYNC_TIME|datetime}}", "2024-05-01 00:00:00"],
    ["FApproveDate>='{{LAST_SYNC_TIME|dateTime}}'", "FApproveDate>='2024-05-01 00:00:00'"],
    ["{{CURRENT_TIME|date}}", "2024-05-01"],
    ["{CURRENT_TIME|datetime}", "2024-05-01 12:30:05"],
    ["{{CURRENT_TIME}}", NOW_MS / 1000 - 0.25],
    ["{{MICROTIME}}", NOW_MS / 1000],
    ["{{DAYS_AGO_30|date}}", "2024-04-01"],
    ["{{PAGINATION_PAGE_SIZE}}", 50],
    ["{{PAGINATION_START_ROW}}", 0],
  ])("%s", (text, expected) => expect(evaluate(text, { CURRENT_TIME: "row" })).toBe(expected));

  test("a global without value is an error, never the empty text", () => {
    const scope: Scope = { row: {}, globals: globalsOf({ nowMs: NOW_MS }), zone: "Asia/Shanghai" };
    const compiled = compileValue("FDate>='{{LAST_SYNC_TIME|datetime}}'", { fieldPath: "FilterString" });
    expect(codeOf(() => evaluateValue(compiled, scope))).toMatchObject({ code: "VALUE_GLOBAL_MISSING", position: 9 });
  });

  test("the time 0 is an instant", () => {
    const scope: Scope = { row: {}, globals: globalsOf({ nowMs: NOW_MS, lastSyncAtMs: 0 }), zone: "Asia/Shanghai" };
    expect(evaluateValue(compileValue("{{LAST_SYNC_TIME|datetime}}", { fieldPath: "F" }), scope)).toBe("1970-01-01 08:00:00");
  });

  test("further names give way to the row", () => {
    const more = globalsOf({ nowMs: NOW_MS, more: { token: "t", a: "global" } });
    const scope: Scope = { row: { a: "row" }, globals: more, zone: "Asia/Shanghai" };
    expect(evaluateValue(compileValue("{{token}}{{a}}", { fieldPath: "F" }), scope)).toBe("trow");
  });
});

describe("filters", () => {
  test.each<[string, Json, Json | undefined]>([
    ["{{consign_time|date}}", { consign_time: "2024-05-01 08:09:10" }, "2024-05-01"],
    ["{{t|DateTime}}", { t: 1714536000 }, "2024-05-01 12:00:00"],
    ["{{t|datetime}}", { t: "1714536000123" }, "2024-05-01 12:00:00"],
    ["{{t|datetime}}", { t: "2024-05-01T08:00:00Z" }, "2024-05-01 16:00:00"],
    ["{{t|time}}", { t: "2024-05-01T08:00:00.123" }, "08:00:00"],
    ["{{t|timestamp}}", { t: "2024-05-01 12:00:00" }, 1714536000],
    ["{{t|timestampms}}", { t: "2024/05/01" }, 1714492800000],
    ["{{t|compactDate}}", { t: "20240501" }, "20240501"],
    ["{{t|iso}}", { t: 1714536000 }, "2024-05-01T12:00:00.000+08:00"],
    ["{{t|date}}", { t: "" }, ""],
    ["{{t|date}}", { t: null }, null],
    ["{{t|date}}", {}, undefined],
    ["{{n|round}}", { n: "2.345" }, 2.35],
    ["{{n|round:0}}", { n: -2.5 }, -3],
    ["{{n|round(1)}}", { n: 1.25 }, 1.3],
    ["{{n|intval}}", { n: "-7.9" }, -7],
    ["{{n|amount}}", { n: 1234.5 }, "1234.50"],
    ["{{n|amount}}", { n: "0.005" }, "0.01"],
    ["{{a|implode}}", { a: ["x", 1] }, "x,1"],
    ["{{a|implode('|')}}", { a: ["x", "y"] }, "x|y"],
    ["{{a|trim|upper}}", { a: " ab " }, "AB"],
    ["{{a|lower}}", { a: "AB" }, "ab"],
    ["{{a|default('无')}}", {}, "无"],
    ["{{a|default:无}}", { a: "" }, "无"],
    ["{{a|default:无}}", { a: 0 }, 0],
    ["{{a|sqllist}}", { a: "x, y'z" }, "'x','y''z'"],
    ["{{a|sqllist}}", { a: [] }, "NULL"],
    ["{{a|sqlquote}}", { a: "O'Neil" }, "'O''Neil'"],
    ["{{a|json}}", { a: { b: [1, "x"] } }, '{"b":[1,"x"]}'],
    ["{{a|first}}", { a: [1, 2] }, 1],
    ["{{a|last|default:z}}", { a: [] }, "z"],
    ["{{a|longText:2}}", { a: "𠮷野家" }, "𠮷野"],
    // Now is 12:30:05 on the 1st of May 2024 in the zone.
    ["{{a|dateDescription}}", { a: "2024-05-01 12:30:00" }, "刚刚"],
    ["{{a|datedescription}}", { a: "2024-05-01 12:29:00" }, "一分钟前"],
    ["{{a|dateDescription}}", { a: "2024-05-01 09:00:00" }, "3小时前"],
    ["{{a|dateDescription}}", { a: "2024-04-30" }, "一天前"],
    ["{{a|dateDescription}}", { a: 1713900000 }, "一周前"],
    ["{{a|dateDescription}}", { a: "2024-03-31" }, "一个月前"],
    ["{{a|dateDescription}}", { a: "2021-01-01" }, "3年前"],
    ["{{a|dateDescription}}", { a: "2030-01-01" }, "刚刚"],
    ["{{a|ellipsis(2)}}", { a: "𠮷野家" }, "𠮷野..."],
    ["{{a|ellipsis(3)}}", { a: "𠮷野家" }, "𠮷野家"],
    ["{{a|currency}}", { a: "1000000" }, "￥1,000,000.00"],
    ["{{a|currency}}", { a: "-158000.505" }, "-￥158,000.51"],
    ["{{a|currency}}", { a: "999.9" }, "￥999.90"],
  ])("%s of %j", (text, row, expected) => expect(evaluate(text, row)).toEqual(expected));

  test.each<[string, Json]>([
    ["{{a|date}}", { a: "下周一" }],
    ["{{a|date}}", { a: "2024-02-30" }],
    ["{{a|round}}", { a: "12元" }],
    ["{{a|upper}}", { a: {} }],
    ["{{a|implode}}", { a: [{}] }],
  ])("%s refuses %j", (text, row) => {
    expect(codeOf(() => evaluate(text, row))).toMatchObject({ code: "FILTER_VALUE", position: 1, details: { expression: text } });
  });

  test("every filter explains itself in both languages and has its own name", () => {
    expect(new Set(FILTERS.map((row) => row.name.toLowerCase())).size).toBe(FILTERS.length);
    for (const row of FILTERS) expect(row.zh.length * row.en.length).toBeGreaterThan(0);
  });
});
