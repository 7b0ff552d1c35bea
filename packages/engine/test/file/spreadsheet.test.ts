/** Spreadsheets: what a cell reads as, in workbooks put together here and in files of other encodings. */
import { DatongError } from "@datong/core";
import { strToU8, zipSync } from "fflate";
import iconv from "iconv-lite";
import { expect, test } from "vitest";
import { readSpreadsheet } from "../../src/file/spreadsheet.ts";

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

function workbook(rows: string, { styles = "", strings = "", pr = "" } = {}): Uint8Array {
  return zipSync({
    "[Content_Types].xml": strToU8(`${HEAD}<Types/>`),
    "xl/workbook.xml": strToU8(
      `${HEAD}<workbook ${MAIN} xmlns:r="${RELATIONS}">${pr}<sheets><sheet name="表一" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": strToU8(`${HEAD}<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`),
    "xl/sharedStrings.xml": strToU8(`${HEAD}<sst ${MAIN}>${strings}</sst>`),
    "xl/styles.xml": strToU8(`${HEAD}<styleSheet ${MAIN}>${styles}</styleSheet>`),
    "xl/worksheets/sheet1.xml": strToU8(`${HEAD}<worksheet ${MAIN}><sheetData>${rows}</sheetData></worksheet>`),
  });
}

const rowsOf = (bytes: Uint8Array): unknown => readSpreadsheet("a.xlsx", bytes)[0]?.rows;
const csv = (text: string | Uint8Array): unknown => readSpreadsheet("a.csv", typeof text === "string" ? strToU8(text) : text)[0]?.rows;
const codeOf = (bytes: Uint8Array): string => {
  try {
    readSpreadsheet("a", bytes);
    return "read";
  } catch (error) {
    return error instanceof DatongError ? error.code : String(error);
  }
};

test("numbers are what a person entered, long digits stay to the letter, gaps keep their place", () => {
  const rows =
    '<row r="1"><c r="A1"><v>1.1000000000000001</v></c><c r="C1"><v>1E-7</v></c><c r="D1"><v>12345678901234567</v></c></row>' +
    '<row r="3"><c r="B3" t="b"><v>1</v></c><c r="C3" t="e"><v>#N/A</v></c><c r="D3"><v>1.2E+20</v></c></row>';
  expect(rowsOf(workbook(rows))).toEqual([["1.1", "", "0.0000001", "12345678901234567"], [], ["", "true", "", "120000000000000000000"]]);
});

test("texts: shared, formatted in runs, inline, with entities and blanks; the phonetic guide is left out", () => {
  const strings =
    '<si><t>甲&amp;乙</t></si><si><r><t>一</t></r><r><t xml:space="preserve"> 二</t></r><rPh sb="0" eb="1"><t>yi</t></rPh></si>' +
    '<si><t xml:space="preserve">  007</t></si><si><t/></si>';
  const cells = [0, 1, 2, 3].map((i) => `<c r="${"ABCD"[i] ?? ""}1" t="s"><v>${i}</v></c>`).join("");
  const rows = `<row r="1">${cells}<c r="E1" t="inlineStr"><is><t>行内</t></is></c><c r="F1" t="str"><v>a_x000D_b</v></c></row>`;
  const prefixed = '<x:row r="1"><x:c r="B1"><x:v>2</x:v></x:c></x:row>';
  expect(rowsOf(workbook(prefixed))).toEqual([["", "2"]]);
  expect(rowsOf(workbook(rows, { strings }))).toEqual([["甲&乙", "一 二", "  007", "", "行内", "a\rb"]]);
});

test("dates by number format, 1900 and 1904; a format with digits is a number", () => {
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="[Red]0.00&quot;d&quot;"/></numFmts>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="21"/><xf numFmtId="165"/></cellXfs>';
  const rows =
    '<row r="1"><c r="A1" s="1"><v>46348</v></c><c r="B1" s="2"><v>46348.52152777778</v></c><c r="C1" s="3"><v>0.5</v></c><c r="D1" s="4"><v>2.5</v></c></row>';
  expect(rowsOf(workbook(rows, { styles }))).toEqual([["2026-11-22", "2026-11-22 12:31:00", "12:00:00", "2.5"]]);
  const earlier = '<row r="1"><c r="A1" s="1"><v>44886</v></c></row>';
  expect(rowsOf(workbook(earlier, { styles, pr: '<workbookPr date1904="1"/>' }))).toEqual([["2026-11-22"]]);
});

test("csv: quotes, dividers, line ends, encodings", () => {
  expect(csv('a,"b ""x"", y\nz",c\r\n1.10,,\r\n')).toEqual([
    ["a", 'b "x", y\nz', "c"],
    ["1.10", "", ""],
  ]);
  expect(csv("a\tb\n1\t2")).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
  expect(csv("a;b\n1,5;2")).toEqual([
    ["a", "b"],
    ["1,5", "2"],
  ]);
  for (const encoding of ["utf8", "gb18030", "utf16le"]) {
    expect(csv(iconv.encode("编码,名称\n01,甲乙", encoding, { addBOM: encoding !== "gb18030" }))).toEqual([
      ["编码", "名称"],
      ["01", "甲乙"],
    ]);
  }
  expect(csv("")).toEqual([]);
});

test("what cannot be read is told", () => {
  expect(codeOf(strToU8('a,"b'))).toBe("SPREADSHEET_UNREADABLE");
  expect(codeOf(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0, 0))).toBe("SPREADSHEET_UNREADABLE");
  expect(codeOf(zipSync({ "word/document.xml": strToU8("<a/>") }))).toBe("SPREADSHEET_UNREADABLE");
  expect(codeOf(workbook("<row>").slice(0, 200))).toBe("SPREADSHEET_UNREADABLE");
  expect(codeOf(workbook("<row><c>"))).toBe("SPREADSHEET_UNREADABLE");
});
