/** Lists that do not always look like lists. */
import { describe, expect, test } from "vitest";
import { asLists, emptyRows, readJson, elementText, type JsonArray, type JsonObject } from "@datong/core";

describe("a declared list", () => {
  test.each([
    ["of several stays", { r: { row: [{ a: 1 }, { a: 2 }] } }, { r: { row: [{ a: 1 }, { a: 2 }] } }],
    ["of one is a list of one", { r: { row: { a: 1 } } }, { r: { row: [{ a: 1 }] } }],
    ["of one text is a list of one", { r: { row: "x" } }, { r: { row: ["x"] } }],
    ["that is empty is an empty list", { r: { row: "" } }, { r: { row: [] } }],
    ["of none is empty where its parent is", { r: { total: "0" } }, { r: { total: "0", row: [] } }],
    ["of none is empty in an empty parent", { r: "" }, { r: { row: [] } }],
    ["is not made up where the parent is missing", { error: "x" }, { error: "x" }],
  ])("%s", (_, given, expected) => {
    expect(asLists(given, ["r.row"])).toEqual(expected);
  });

  test("inside a list is one in each element", () => {
    const given = { r: { row: { id: "1", lines: { line: { sku: "A" } } } } };
    expect(asLists(given, ["r.row", "r.row.lines.line"])).toEqual({ r: { row: [{ id: "1", lines: { line: [{ sku: "A" }] } }] } });
  });

  test("that is one already costs nothing and keeps its source text", () => {
    const given = readJson('{"rows":[{"q":1.10}]}', { keepSource: true }) as JsonObject;
    expect(asLists(given, ["rows"])).toBe(given);
    expect(elementText(given["rows"] as JsonArray, 0)).toBe('{"q":1.10}');
  });
});

test("nothing found is an empty list where the rows would lie", () => {
  expect(emptyRows({ code: "404", data: null }, "data.rows")).toEqual({ code: "404", data: { rows: [] } });
  expect(emptyRows(undefined, "a.b")).toEqual({ a: { b: [] } });
  expect(emptyRows({ x: 1 }, "")).toEqual([]);
});
