import { describe, expect, test } from "vitest";
import { compileKeys, groupRows, sourceRow, type JsonObject, type SourceRow } from "@datong/core";

const whole = compileKeys({ id: ["id"], rows: { kind: "objects" } });

function rowsOf(...values: readonly JsonObject[]): readonly SourceRow[] {
  return values.map(sourceRow);
}

describe("rows that are whole records", () => {
  test("are complete at once: nothing is carried over the page's edge", () => {
    expect(groupRows(whole, [], rowsOf({ id: "1" }, { id: "2" }), false)).toEqual({
      records: [
        { key: "1", number: "1", rows: [{ id: "1" }], text: '[{"id":"1"}]' },
        { key: "2", number: "2", rows: [{ id: "2" }], text: '[{"id":"2"}]' },
      ],
      carry: [],
    });
  });

  test("make one record when a row comes twice, of the later one", () => {
    const twice = groupRows(whole, [], rowsOf({ id: "1", v: "a" }, { id: "1", v: "b" }), false);
    expect(twice.records).toEqual([{ key: "1", number: "1", rows: [{ id: "1", v: "b" }], text: '[{"id":"1","v":"b"}]' }]);
  });
});

test("rows with a line's key, and rows of columns, are lines of one bill and are carried", () => {
  for (const keys of [
    compileKeys({ id: ["id"], lineId: "line", rows: { kind: "objects" } }),
    compileKeys({ id: ["id"], rows: { kind: "arrays" } }),
  ]) {
    const rows = rowsOf({ id: "1", line: "1" }, { id: "1", line: "2" });
    expect(groupRows(keys, [], rows, false)).toEqual({ records: [], carry: rows });
    expect(groupRows(keys, rows, [], true).records).toMatchObject([{ key: "1", number: "1", rows: [{ line: "1" }, { line: "2" }] }]);
  }
});
