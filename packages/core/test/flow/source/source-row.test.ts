/**
 * Rows with the text they are stored by.
 *
 * @module-tag one-attempt
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  extractRows,
  readJson,
  readRows,
  rowsText,
  storedRecord,
  writeJson,
  type DatongError,
  type Json,
  type Rows,
  type SourceRow,
} from "@datong/core";

const CELLS: Rows = { kind: "arrays", paths: [""] };
const OBJECTS: Rows = { kind: "objects", paths: ["rows"] };

function read(text: string): Json {
  return readJson(text, { keepSource: true });
}

function cells(text: string, columns: readonly string[]): readonly SourceRow[] {
  return extractRows(CELLS, read(text), columns);
}

describe("the text of rows", () => {
  test("is the source's own, to the letter", () => {
    const rows = extractRows(OBJECTS, read('{"rows":[ {"q" : 1.10,"s":"\\u4e2d"} ,{"10":1,"2":7615917337495251231}]}'), []);
    expect(rowsText(rows)).toBe('[{"q" : 1.10,"s":"\\u4e2d"},{"10":1,"2":7615917337495251231}]');
    expect(readRows(read(rowsText(rows)))).toEqual(rows);
  });

  test("of cells names the columns once, and gives the same rows back", () => {
    const rows = cells('[["A",1.10,null],["A", 2,"x"]]', ["no", "10", "2"]);
    expect(rows.map((row) => writeJson(row.value))).toEqual(['{"no":"A","10":1.10,"2":null}', '{"no":"A","10":2,"2":"x"}']);
    const text = rowsText(rows);
    expect(text).toBe('{"columns":["no","10","2"],"rows":[["A",1.10,null],["A", 2,"x"]]}');
    expect(readRows(read(text))).toEqual(rows);
    const stored = storedRecord({ key: "A", number: null, rows: text });
    expect(stored).toEqual({ key: "A", number: null, rows: rows.map((row) => row.value), text });
  });

  test("of a bill whose columns were changed while it was cut in two names them in each row", () => {
    const rows = [...cells('[["A",1]]', ["no", "qty"]), ...cells('[["A",2,3]]', ["no", "qty", "price"])];
    expect(rowsText(rows)).toBe('[{"no":"A","qty":1},{"no":"A","qty":2,"price":3}]');
  });

  test("a row of another shape is refused with its place", () => {
    expect(() => cells('[["A",1],["B"]]', ["no", "qty"])).toThrow(expect.objectContaining({ code: "SOURCE_ROW_SHAPE" }) as DatongError);
    expect(() => extractRows(OBJECTS, read('{"rows":[{},[]]}'), [])).toThrow(
      expect.objectContaining({ details: { row: 1, expected: "object" } }) as DatongError,
    );
  });

  test("whatever the cells, names and values come back as they are", () => {
    const name = fc.oneof(fc.string(), fc.nat(30).map(String), fc.constant("__proto__"));
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        names.chain((keys) => fc.tuple(fc.constant(keys), fc.array(fc.tuple(...keys.map(() => fc.jsonValue())), { maxLength: 4 }))),
        ([keys, list]) => {
          const rows = cells(JSON.stringify(list), keys);
          expect(writeJson(rows.map((row) => keys.map((key) => row.value[key] ?? null)))).toBe(JSON.stringify(list));
          expect(readRows(read(rowsText(rows)))).toEqual(rows);
        },
      ),
    );
  });
});
