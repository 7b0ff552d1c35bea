/**
 * Tables for people to take away: .xlsx and .csv from sheets of texts. A cell is a text unless its column holds amounts, so that a bill number
 * keeps its zeros and all its digits; a text that Excel would take for a formula is only a text in .xlsx, and gets a leading quote in .csv.
 */
import { strToU8, Zip, ZipDeflate, zipSync } from "fflate";
import type { Sheet } from "./spreadsheet.ts";

export interface WrittenSheet extends Sheet {
  /** Positions of the columns that hold amounts. */
  readonly numbers?: readonly number[];
}

/** Texts of a cell are cut there, as Excel does. */
const CELL_MAX = 32_767;
const NAME_MAX = 31;
const AMOUNT = /^-?\d{1,15}(\.\d{1,10})?$/;
const FORMULA = /^[=+\-@\t\r]/;
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A workbook; names of sheets must differ. */
export function writeWorkbook(sheets: readonly WrittenSheet[]): Uint8Array {
  const files = packageFiles(sheets.map(({ name }) => name));
  for (const [i, sheet] of sheets.entries()) files[sheetFile(i)] = strToU8(sheetXml(sheet));
  return zipSync(files);
}

/**
 * A workbook of one sheet whose rows come page by page: memory holds a page, however many there are. Each page is compressed before the
 * next is asked for.
 */
export async function* streamWorkbook(
  name: string,
  head: readonly string[],
  pages: AsyncIterable<readonly (readonly string[])[]>,
): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    ready.push(chunk);
  });
  const take = function* (): Generator<Uint8Array> {
    const taken = ready;
    ready = [];
    yield* taken;
  };
  const add = (file: string): ZipDeflate => {
    const entry = new ZipDeflate(file, { level: 4 });
    zip.add(entry);
    return entry;
  };
  for (const [file, bytes] of Object.entries(packageFiles([name]))) add(file).push(bytes, true);
  const sheet = add(sheetFile(0));
  sheet.push(strToU8(SHEET_HEAD + rowXml(head, 0, [])));
  let written = 1;
  for await (const page of pages) {
    const from = written;
    written += page.length;
    sheet.push(strToU8(page.map((row, r) => rowXml(row, from + r, [])).join("")));
    yield* take();
  }
  sheet.push(strToU8(SHEET_TAIL), true);
  zip.end();
  yield* take();
}

const SHEET_HEAD = `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`;
const SHEET_TAIL = "</sheetData></worksheet>";

function sheetFile(index: number): string {
  return `xl/worksheets/sheet${index + 1}.xml`;
}

/** Everything but the sheets. */
function packageFiles(names: readonly string[]): Record<string, Uint8Array> {
  const each = (part: (name: string, n: number) => string): string => names.map((name, i) => part(name, i + 1)).join("");
  return {
    "[Content_Types].xml": strToU8(
      `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${KIND}.sheet.main+xml"/>${each((_, n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${KIND}.worksheet+xml"/>`)}</Types>`,
    ),
    "_rels/.rels": strToU8(
      `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    "xl/workbook.xml": strToU8(
      `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each((name, n) => `<sheet name="${escaped(name.replace(/[[\]:*?/\\]/g, " ").slice(0, NAME_MAX))}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": strToU8(
      `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${each((_, n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
    ),
  };
}

function sheetXml({ rows, numbers = [] }: WrittenSheet): string {
  return SHEET_HEAD + rows.map((row, r) => rowXml(row, r, numbers)).join("") + SHEET_TAIL;
}

function rowXml(row: readonly string[], r: number, numbers: readonly number[]): string {
  const cells = row.map((text, column) => {
    const at = `${columnName(column)}${r + 1}`;
    if (text === "") return "";
    // The first row names the columns.
    if (r > 0 && numbers.includes(column) && AMOUNT.test(text)) return `<c r="${at}"><v>${text}</v></c>`;
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(text.slice(0, CELL_MAX))}</t></is></c>`;
  });
  return `<row r="${r + 1}">${cells.join("")}</row>`;
}

function columnName(column: number): string {
  const letter = String.fromCodePoint(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

function escaped(text: string): string {
  const plain = text.toWellFormed().replace(/[^\P{Cc}\t\n\r]/gu, " ");
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** One sheet as UTF-8 with its mark, which Excel needs for Chinese. */
export function writeCsv({ rows, numbers = [] }: WrittenSheet): Uint8Array {
  const cell = (text: string, column: number): string => {
    const safe = FORMULA.test(text) && !(numbers.includes(column) && AMOUNT.test(text)) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return strToU8(`\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`);
}
