/** What is written is read back to the letter; nothing becomes a formula. */
import { describe, expect, test } from "vitest";
import { readSpreadsheet } from "../../src/file/spreadsheet.ts";
import { writeCsv, writeWorkbook } from "../../src/file/write-spreadsheet.ts";

const ROWS = [
  ["单号", "金额", "备注"],
  ["00123456789012345678", "12.50", '<a & "b">, 第二行\n'],
  ["=1+1", "-3", "@x"],
  ["", "not a number", "  "],
];

describe("writeWorkbook", () => {
  test("keeps numbers' zeros, amounts as amounts, all sheets by name", () => {
    const sheets = readSpreadsheet(
      "x.xlsx",
      writeWorkbook([
        { name: "差异", rows: ROWS, numbers: [1] },
        { name: "a/b", rows: [["x"]] },
      ]),
    );
    expect(sheets.map(({ name }) => name)).toEqual(["差异", "a b"]);
    expect(sheets[0]?.rows[1]?.slice(0, 2)).toEqual(["00123456789012345678", "12.5"]);
    expect(sheets[0]?.rows[2]).toEqual(["=1+1", "-3", "@x"]);
    expect(sheets[0]?.rows[3]?.[1]).toBe("not a number");
  });

  test("columns beyond Z have their names", () => {
    const row = Array.from({ length: 60 }, (_, i) => `c${i}`);
    expect(readSpreadsheet("x.xlsx", writeWorkbook([{ name: "s", rows: [row] }]))[0]?.rows).toEqual([row]);
  });
});

test("writeCsv quotes what must be, and a formula is a text", () => {
  const [sheet] = readSpreadsheet("x.csv", writeCsv({ name: "", rows: ROWS, numbers: [1] }));
  expect(sheet?.rows[1]).toEqual(["00123456789012345678", "12.50", '<a & "b">, 第二行\n']);
  expect(sheet?.rows[2]).toEqual(["'=1+1", "-3", "'@x"]);
});
