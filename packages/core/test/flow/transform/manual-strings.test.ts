/**
 * The expressions of Qeasy's manual, as `080-dsl-strings-manual.json` of the reference corpus has them, letter by letter. The values
 * are derived by hand from what the manual says of each. Those that look things up are in lookup.test.ts.
 */
import { describe, expect, test } from "vitest";
import { globalsOf } from "../../../src/flow/transform/globals.ts";
import { compileValue, evaluateValue } from "../../../src/flow/transform/template-compile.ts";
import type { ScopeElement } from "../../../src/flow/transform/template-reference.ts";
import { writeJson, type Json, type JsonObject } from "../../../src/value/index.ts";

const LAST_SYNC_MS = Date.UTC(2024, 4, 1, 0, 10, 0);

function shown(text: string, row: Json, element?: ScopeElement): string {
  const globals = globalsOf({ nowMs: LAST_SYNC_MS + 3_600_000, lastSyncAtMs: LAST_SYNC_MS });
  const scope = { row: row as JsonObject, globals, zone: "Asia/Shanghai", ...(element === undefined ? {} : { element }) };
  return writeJson(evaluateValue(compileValue(text, { fieldPath: "F" }), scope) ?? null);
}

const BY_ORG = "_function case '{{FOrgId}}' when '100' then {{price}}*{{qty}} when '200' then '201' else '{{FOrgId}}' end";
const BY_TEXT = "_function CASE LOCATE('检索文本','{{检索的字段}}')  WHEN 0 THEN '{{不匹配时字段A}}'  ELSE '{{匹配时的字段}}' END";
const texts = { 不匹配时字段A: "甲", 匹配时的字段: "乙" };
const lines: Json = {
  details_list: [
    { tax: "0.13", qty: "1.10" },
    { tax: 0.06, qty: 2.2 },
    { tax: "", qty: null },
  ],
};

describe("expressions of the manual", () => {
  test.each<[string, Json, string]>([
    // Ten minutes before the last synchronisation, which was at 08:10 in Shanghai.
    ["_function FROM_UNIXTIME({{LAST_SYNC_TIME}}-600 ,'%Y-%m-%d %H:%i:%s' )", {}, '"2024-05-01 08:00:00"'],
    [BY_ORG, { FOrgId: "100", price: "19.90", qty: 3 }, "59.7"],
    [BY_ORG, { FOrgId: 100, price: "19.90", qty: "3" }, "59.7"],
    [BY_ORG, { FOrgId: "200", price: 1, qty: 1 }, '"201"'],
    [BY_ORG, { FOrgId: "300", price: "x", qty: "y" }, '"300"'],
    [BY_ORG, { FOrgId: "O'1", price: 1, qty: 1 }, '"O\'1"'],
    [BY_ORG, {}, '""'],
    ["_function sum({{details_list.qty}})", lines, "3.3"],
    ["_function avg({{details_list.qty}})", lines, "1.65"],
    ["_function max({{details_list.qty}})", lines, "2.2"],
    ["_function min({{details_list.qty}})", lines, "1.1"],
    ["_function count({{details_list.qty}})", lines, "2"],
    [BY_TEXT, { ...texts, 检索的字段: "含有检索文本的备注" }, '"乙"'],
    [BY_TEXT, { ...texts, 检索的字段: "别的" }, '"甲"'],
    [BY_TEXT, texts, '"甲"'],
  ])("%s of %j is %s", (text, row, expected) => expect(shown(text, row)).toBe(expected));

  test.each<[Json, string]>([
    [{ tax: "0.13" }, "13"],
    [{ tax: 0.065 }, "6.5"],
    [{}, "0"],
  ])("_function {{details_list.tax}} * 100 of the line %j is %s", (line, expected) => {
    expect(shown("_function {{details_list.tax}} * 100", {}, { path: "details_list", value: line })).toBe(expected);
  });
});
