/**
 * The small version of fuzz-language.soak.ts. A failure names its seed: `fuzzValues(<seed>, 1)`.
 *
 * @module-tag one-attempt
 */
import { readJson, type JsonObject } from "@datong/core";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "./hostile-records.ts";
import { fuzzValues, meaningChanged, outcomeOf, type FuzzReport } from "./fuzz-language.ts";

describe("random values over hostile records", () => {
  test("end with a value or an error of ours, within their steps", () => {
    const report = fuzzValues(1, 10_000);
    // A generator that only makes refused values would prove nothing.
    expect(report.values).toBeGreaterThan(2_000);
    expect(report.codes.size).toBeGreaterThan(12);
    expect(report).toSatisfy(({ slowestMs }: FuzzReport) => slowestMs < 5_000);
  });

  test("are never part of the expression: bound data means what a literal means", () => {
    const changed = Array.from({ length: 3_000 }, (_, seed) => meaningChanged(seed)).filter((each) => each !== undefined);
    expect(changed).toEqual([]);
  });

  test.each([
    "{{h}}",
    "_function '{{h}}'",
    "_function CONCAT('{{h}}','')",
    "_function CONCAT_WS('{{h}}','','')",
    "_function IF('{{h}}'='{{h}}','{{h}}','no')",
    "_function CASE WHEN '{{h}}' IN ('{{h}}') AND NOT '{{h}}' <> '{{h}}' THEN '{{h}}' ELSE 'no' END",
    "_function REPLACE(CONCAT('{{h}}','§'),'§','')",
    "_function SUBSTRING(CONCAT('§','{{h}}'),2)",
    "_function SUBSTRING_INDEX(CONCAT('{{h}}','§b'),'§',1)",
    "_function JSON_UNQUOTE(JSON_QUOTE('{{h}}'))",
    "_function REVERSE(REVERSE('{{h}}'))",
    "_function REGEXP_REPLACE('§','§','{{h}}')",
    "_function COALESCE(NULLIF('{{h}}','§'),'no')",
  ])("%s gives hostile data back as it came", (text) => {
    // The replacement of a regular expression has signs of its own.
    const texts = HOSTILE_TEXTS.filter((hostile) => !text.includes("REGEXP") || !/[$\\]/.test(hostile));
    for (const hostile of [...texts, "'{{h}}\\".repeat(100_000)]) {
      if (text.includes("REGEXP") && hostile.length > 9_999) continue;
      const row = readJson(JSON.stringify({ h: hostile })) as JsonObject;
      expect(outcomeOf(text, row)).toEqual({ value: hostile });
    }
  });
});
