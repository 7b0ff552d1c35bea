/** Mapping tables in a flow's fields: directions, columns, what is ambiguous, and what becomes of a value that a table lacks. */
import { describe, expect, test } from "vitest";
import { applyMapping, compileMapping, flowWithTables, globalsOf, type Flow, type Json, type MappingField } from "../../src/index.ts";

const TABLES = new Map([
  [
    "shops",
    {
      columns: ["shop", "customer", "name"],
      rows: [
        ["10001", "KH1", "甲"],
        ["10002", "KH2", "乙"],
        ["10003", "KH2", "丙"],
        ["__proto__", "KH9", "丁"],
        ["10004", "", "戊"],
      ],
      places: [2, 3, 5, 6, 7],
    },
  ],
]);

function filled(field: MappingField): ReturnType<typeof flowWithTables> {
  const flow = { mapping: [field], writeBack: { api: "a", mapping: [{ field: "P", children: [field] }] } } as unknown as Flow;
  return flowWithTables(flow, TABLES);
}

function mapped(field: Partial<MappingField>, value: Json): unknown {
  const { flow, issues } = filled({ field: "F", value: "{{v}}", table: "shops", ...field });
  expect(issues).toEqual([]);
  const result = applyMapping(compileMapping(flow.mapping), { row: { v: value }, globals: globalsOf({ nowMs: 0 }), zone: "Asia/Shanghai" });
  return result.ok ? result.body["F"] : result.issues.map((issue) => issue.code);
}

describe("looked up", () => {
  test.each<[string, Partial<MappingField>, Json, unknown]>([
    ["forward", {}, "10001", "KH1"],
    ["a number", {}, 10002, "KH2"],
    ["a name that objects have anyway", {}, "__proto__", "KH9"],
    ["and one that the table lacks", {}, "constructor", "constructor"],
    ["reverse, by two columns of three", { direction: "reverse", tableColumns: ["shop", "name"] }, "丙", "10003"],
    ["an empty answer is an answer", {}, "10004", ""],
    ["a list, each by itself", { type: "array" }, ["10001", "10002"], ["KH1", "KH2"]],
    ["kept when it is not there", {}, "x", "x"],
    ["the default when it is not there", { mapDefault: "KH0" }, "x", "KH0"],
    ["kept although there is a default", { mapDefault: "KH0", mapMissing: "keep" }, "x", "x"],
    ["failed when it is not there", { mapMissing: "fail" }, "x", ["VALUE_UNMAPPED"]],
    ["an empty text is no code", { mapMissing: "fail" }, "", ""],
    ["the field's own entries win", { map: { "10001": "KH7", "20000": "KH8" } }, "10001", "KH7"],
  ])("%s", (_, field, value, expected) => {
    expect(mapped(field, value)).toEqual(expected);
  });
});

test("in write-backs and in children too; a flow without tables is the same object", () => {
  const { flow } = filled({ field: "F", value: "{{v}}", table: "shops" });
  expect(flow.writeBack?.mapping[0]?.children?.[0]?.map?.["10001"]).toBe("KH1");
  const plain = { mapping: [{ field: "F", children: [{ field: "G" }] }] } as unknown as Flow;
  expect(flowWithTables(plain, TABLES).flow).toBe(plain);
});

describe("refused", () => {
  test.each<[string, Partial<MappingField>, object]>([
    [
      "a table that is not there",
      { table: "shopz" },
      { code: "TABLE_UNKNOWN", path: "/mapping/0/table", details: { suggestion: "shops" } },
    ],
    ["a column that is not there", { tableColumns: ["shop", "x"] }, { code: "TABLE_COLUMN_UNKNOWN", details: { column: "x" } }],
    [
      "a code with two answers, with the rows of its file",
      { direction: "reverse" },
      { code: "TABLE_AMBIGUOUS", details: { rows: "3, 5" } },
    ],
  ])("%s", (_, field, issue) => {
    expect(filled({ field: "F", value: "{{v}}", table: "shops", ...field }).issues[0]).toMatchObject(issue);
  });

  test("a field whose table nobody filled in, and a default that is none", () => {
    expect(() => compileMapping([{ field: "F", value: "{{v}}", table: "shops" }])).toThrow("shops");
    expect(() => compileMapping([{ field: "F", value: "{{v}}", map: {}, mapMissing: "default" }])).toThrow("mapDefault");
  });
});
