/**
 * Tables that people bring: .xlsx and .csv as sheets of rows of texts, for imports of numbers, mapping tables and parameter templates.
 *
 * Every cell is text. A number is written out without exponent and as Excel shows it in full (1.1, where the file holds
 * 1.1000000000000001); a long run of digits stays to the letter; a date or time is `yyyy-MM-dd`, `HH:mm:ss` or both; a truth value is
 * `true` or `false`; an error (#N/A) and an empty cell are "". Row n of the sheet is rows[n - 1], so that messages can name lines.
 * A .csv may be UTF-8 (with or without mark), UTF-16 with mark, or GB18030, divided by comma, semicolon or tab.
 * Faults: SPREADSHEET_UNREADABLE and SPREADSHEET_TOO_LARGE, both with the file.
 */
import { DatongError, decimalText, toDecimal, type Json } from "@datong/core";
import { unzipSync } from "fflate";
import { readXml } from "../connection/xml.ts";

export interface Sheet {
  /** The sheet's name; "" in a .csv. */
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

const BYTES_MAX = 200 * 1024 * 1024;
const ROWS_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;
const CELLS_MAX = 5_000_000;
const ZIP_MARK = "PK\x03\x04";
/** Compound file: .xls of old Excel, and any workbook with a password. */
const OLD_MARK = "\xd0\xcf\x11\xe0";

/** The sheets of a file in its order; what kind it is the bytes tell, not the name, which only messages use. */
export function readSpreadsheet(file: string, bytes: Uint8Array): readonly Sheet[] {
  if (bytes.length > BYTES_MAX) throw tooLarge(file);
  const mark = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  if (mark === ZIP_MARK) return workbookSheets(file, bytes);
  if (mark === OLD_MARK)
    throw unreadable(file, "旧的 .xls 或加了密码，请另存为 .xlsx / an old .xls or one with a password; save it as .xlsx");
  return [{ name: "", rows: delimitedRows(file, decodeText(file, bytes)) }];
}

function unreadable(file: string, reason: string, cause?: unknown): DatongError {
  return new DatongError("SPREADSHEET_UNREADABLE", { file, reason }, cause === undefined ? undefined : { cause });
}

function tooLarge(file: string): DatongError {
  return new DatongError("SPREADSHEET_TOO_LARGE", { file, megabytesMax: BYTES_MAX / 1024 / 1024, cellsMax: CELLS_MAX });
}

// ---- .xlsx

type Element = Readonly<Record<string, Json>>;

function workbookSheets(file: string, bytes: Uint8Array): readonly Sheet[] {
  const parts = unzipped(file, bytes);
  const part = (path: string): Element | undefined => {
    const found = parts[path];
    if (found === undefined) return undefined;
    // Some writers give every element a prefix; in XML a bare "<" begins an element and nothing else.
    const read = readXml(new TextDecoder().decode(found).replace(/(<\/?)x:(?=[A-Za-z])/g, "$1"));
    if (read.kind === "broken") throw unreadable(file, `${path}: ${read.reason}`);
    const [root] = Object.values(read.value as Element);
    return elementOf(root);
  };
  const workbook = part("xl/workbook.xml");
  if (workbook === undefined) throw unreadable(file, "不是 .xlsx 工作簿 / not an .xlsx workbook");
  const relations = new Map(
    childrenOf(part("xl/_rels/workbook.xml.rels"), "Relationship").map((each) => [textOf(each["@Id"]), textOf(each["@Target"])]),
  );
  const strings = childrenOf(part("xl/sharedStrings.xml"), "si").map(richText);
  const styles = dateStyles(part("xl/styles.xml"));
  const epochDays = /^(1|true)$/.test(textOf(childrenOf(workbook, "workbookPr")[0]?.["@date1904"])) ? EPOCH_1904 : EPOCH_1900;
  return childrenOf(childrenOf(workbook, "sheets")[0], "sheet").flatMap((sheet) => {
    const target = relations.get(textOf(sheet["@r:id"]) || textOf(sheet["@relationships:id"])) ?? "";
    const found = part(target.startsWith("/") ? target.slice(1) : `xl/${target}`);
    // Chart sheets have no cells.
    if (found === undefined || found["sheetData"] === undefined) return [];
    return [{ name: textOf(sheet["@name"]), rows: sheetRows(file, found, { strings, styles, epochDays }) }];
  });
}

/** Only what is read is unpacked, and only as much as is allowed: a small file may hold gigabytes. */
function unzipped(file: string, bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/^xl\/(?:workbook|styles|sharedStrings|worksheets\/[^/]+|_rels\/workbook)\.xml(?:\.rels)?$/.test(name)) return false;
        total += originalSize;
        if (total > BYTES_MAX) throw tooLarge(file);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof DatongError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(file, `压缩包读不出来（${reason}） / the archive cannot be read (${reason})`, error);
  }
}

interface CellTexts {
  readonly strings: readonly string[];
  readonly styles: readonly (DateParts | undefined)[];
  readonly epochDays: number;
}

function sheetRows(file: string, sheet: Element, texts: CellTexts): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let cells = 0;
  for (const row of childrenOf(childrenOf(sheet, "sheetData")[0], "row")) {
    const at = Number(textOf(row["@r"]) || rows.length + 1);
    if (!Number.isInteger(at) || at < 1 || at > ROWS_MAX) throw unreadable(file, `行号不对：${at} / row number ${at} cannot be`);
    while (rows.length < at) rows.push([]);
    const line = rows[at - 1] as string[];
    for (const cell of childrenOf(row, "c")) {
      const place = /^([A-Z]{1,3})\d+$/.exec(textOf(cell["@r"]))?.[1];
      const column = place === undefined ? line.length : columnOf(place);
      if (column >= COLUMNS_MAX) throw unreadable(file, `列太多：${place ?? column} / too many columns: ${place ?? column}`);
      const text = cellText(cell, texts);
      if (text === "") continue;
      while (line.length < column) line.push("");
      line[column] = text;
      cells += 1;
      if (cells > CELLS_MAX) throw tooLarge(file);
    }
  }
  return rows;
}

/** A is 0, Z 25, AA 26. */
function columnOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function cellText(cell: Element, { strings, styles, epochDays }: CellTexts): string {
  const kind = textOf(cell["@t"]);
  const raw = textOf(cell["v"]);
  if (kind === "s") return strings[Number(raw)] ?? "";
  if (kind === "inlineStr") return childrenOf(cell, "is").map(richText).join("");
  if (kind === "b") return raw === "1" || raw === "true" ? "true" : "false";
  if (kind === "e") return "";
  if (kind === "str" || kind === "d") return unescaped(raw);
  const parts = styles[Number(textOf(cell["@s"]) || 0)];
  return parts === undefined || raw === "" ? numberText(raw) : dateText(raw, parts, epochDays);
}

/** Excel keeps a number as a double and writes up to 17 digits of it; the shortest text of that double is what a person entered. */
function numberText(raw: string): string {
  if (/^-?\d+$/.test(raw)) return raw;
  const number = Number(raw);
  if (!Number.isFinite(number) || raw.trim() === "") return raw;
  const decimal = toDecimal(number);
  return decimal === null ? raw : decimalText(decimal);
}

/** `<si>` and `<is>`: one text, or runs of formatted text; the phonetic guide (rPh) is no part of it. */
function richText(element: Element): string {
  const own = listOf(element["t"]).map(textOf);
  const runs = childrenOf(element, "r").flatMap((run) => listOf(run["t"]).map(textOf));
  return unescaped([...own, ...runs].join(""));
}

/** Control characters are written _x000D_ in a workbook. */
function unescaped(text: string): string {
  return text.replace(/_x([\dA-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

// ---- dates

interface DateParts {
  readonly day: boolean;
  readonly time: boolean;
}

const EPOCH_1900 = Date.UTC(1899, 11, 30) / 86_400_000;
const EPOCH_1904 = Date.UTC(1904, 0, 1) / 86_400_000;

/** For each cell style the parts that its number format shows of a date; undefined for a plain number. */
function dateStyles(styles: Element | undefined): readonly (DateParts | undefined)[] {
  const own = new Map(
    childrenOf(childrenOf(styles, "numFmts")[0], "numFmt").map((each) => [textOf(each["@numFmtId"]), textOf(each["@formatCode"])]),
  );
  return childrenOf(childrenOf(styles, "cellXfs")[0], "xf").map((style) => {
    const id = textOf(style["@numFmtId"]);
    return partsOf(own.get(id) ?? builtInFormat(Number(id)));
  });
}

/** Formats that every Excel has without writing them; 27 to 36 and 50 to 58 are the Chinese ones. */
function builtInFormat(id: number): string {
  if (id === 22) return "y-m-d h:m";
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47) || (id >= 32 && id <= 35) || id === 55 || id === 56) return "h:m:s";
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return "y-m-d";
  return "General";
}

function partsOf(format: string): DateParts | undefined {
  // Quoted and escaped letters, colours, locales and padding show nothing of the value; elapsed time ([h]) stays a number of days.
  const bare = format
    .replace(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./g, "")
    .split(";")[0]
    ?.toLowerCase();
  if (bare === undefined || /general|[#0?]/.test(bare.replace(/s[.,]0+/g, "s"))) return undefined;
  const parts = { day: /[yd]|m/.test(bare.replace(/h+[^a-z]*m+|m+[^a-z]*s+/g, "")), time: /[hs]/.test(bare) };
  return parts.day || parts.time ? parts : undefined;
}

function dateText(raw: string, { day, time }: DateParts, epochDays: number): string {
  const serial = Number(raw);
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_466) return numberText(raw);
  // Before March 1900 Excel counts a leap day that never was.
  const days = epochDays === EPOCH_1900 && serial < 60 && serial >= 1 ? serial + 1 : serial;
  const iso = new Date(Math.round((epochDays + days) * 86_400) * 1000).toISOString();
  const clock = iso.slice(11, 19);
  if (!day) return clock;
  return time || (clock !== "00:00:00" && serial % 1 !== 0) ? `${iso.slice(0, 10)} ${clock}` : iso.slice(0, 10);
}

// ---- elements

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** An element without attributes and children reads as its text. */
function elementOf(value: Json | undefined): Element {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Element;
  return { "#text": value ?? "" };
}

/** The children of one name; one that is nothing but text is that text. */
function childrenOf(element: Element | undefined, name: string): readonly Element[] {
  if (element === undefined) return [];
  return listOf(element[name]).map((each) => (typeof each === "string" && name === "si" ? { t: each } : elementOf(each)));
}

function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null || typeof value !== "object") return "";
  return textOf((value as Element)["#text"]);
}

// ---- .csv

function decodeText(file: string, bytes: Uint8Array): string {
  const mark = Buffer.from(bytes.subarray(0, 2)).toString("latin1");
  try {
    if (mark === "\xff\xfe") return new TextDecoder("utf-16le").decode(bytes);
    if (mark === "\xfe\xff") return new TextDecoder("utf-16be").decode(bytes);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const text = new TextDecoder("gb18030").decode(bytes);
  if (text.includes("\uFFFD")) throw unreadable(file, "既不是 UTF-8 也不是 GB18030 / neither UTF-8 nor GB18030");
  return text;
}

/** RFC 4180: quoted fields may hold the divider, line ends and doubled quotes. The divider is the commonest of the first line. */
function delimitedRows(file: string, text: string): readonly (readonly string[])[] {
  if (text.includes("\0")) throw unreadable(file, "不是文本 / not a text");
  const head = text.slice(0, Math.max(0, text.search(/\r|\n|$/))).replace(/"[^"]*"/g, "");
  const count = (divider: string): number => head.split(divider).length;
  const divider = ["\t", ";"].find((each) => count(each) > count(",")) ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  let cells = 0;
  while (at < text.length) {
    let field: string;
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1);
      while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end === -1) throw unreadable(file, `第 ${rows.length + 1} 行的引号没有结束 / a quote in row ${rows.length + 1} does not end`);
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      // What follows a closing quote up to the divider is kept as it stands.
      const rest = endOfField(text, at, divider);
      field += text.slice(at, rest);
      at = rest;
    } else {
      const end = endOfField(text, at, divider);
      field = text.slice(at, end);
      at = end;
    }
    row.push(field);
    if (++cells > CELLS_MAX) throw tooLarge(file);
    if (text[at] === divider) {
      at += 1;
      if (at === text.length) row.push("");
      continue;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

function endOfField(text: string, from: number, divider: string): number {
  let at = from;
  while (at < text.length && text[at] !== divider && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return at;
}
