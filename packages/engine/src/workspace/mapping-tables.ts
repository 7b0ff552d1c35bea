/**
 * Mapping tables of a workspace: `tables/<name>.csv`, `.xlsx` (its first sheet) or `.yaml`. The first row holds the columns' names, two or
 * more; all other cells are texts, as `file/spreadsheet.ts` reads them. A row without a first cell, a column without a name or two alike
 * make the table unusable, because a code that is silently missing writes a bill to the wrong place.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { DatongError, MappingTableSchema, type MappingTable } from "@datong/core";
import { readSpreadsheet } from "../file/spreadsheet.ts";
import { readDocument, type DocumentIssue } from "./read-document.ts";

export type TableEntry =
  | { readonly kind: "ready"; readonly name: string; readonly file: string; readonly table: MappingTable }
  | { readonly kind: "broken"; readonly name: string; readonly file: string; readonly issues: readonly DocumentIssue[] };

/** One thing about a row of a file, from 1, its first row being 1. */
export interface TableFinding {
  readonly row: number;
  readonly kind: "blank" | "repeated" | "conflict" | "key-missing";
  /** The first cell. */
  readonly value: string;
  /** The row that it repeats or contradicts. */
  readonly other?: number;
}

export interface TableRead {
  readonly table: MappingTable;
  /** Conflicts and rows without a first cell make the table unusable; blank and repeated rows are left out. */
  readonly findings: readonly TableFinding[];
}

const ENDINGS = [".csv", ".xlsx", ".yaml", ".yml"];

/** Every table of a folder by name; none where there is no such folder. */
export async function readTables(dir: string): Promise<ReadonlyMap<string, TableEntry>> {
  const tables = new Map<string, TableEntry>();
  if (!existsSync(dir)) return tables;
  // Excel keeps a lock file beside an open workbook.
  const names = (await readdir(dir)).filter((name) => ENDINGS.includes(extname(name)) && !/^(\.|~\$)/.test(name)).toSorted();
  for (const file of names.map((name) => join(dir, name))) {
    const name = basename(file, extname(file));
    const other = tables.get(name);
    const twice = (): TableEntry => {
      const details = { id: name, file, other: other?.file ?? "" };
      return { kind: "broken", name, file, issues: [{ code: "DOCUMENT_TWICE", file, path: "", details }] };
    };
    tables.set(name, other === undefined ? await entryOf(name, file) : twice());
  }
  return tables;
}

async function entryOf(name: string, file: string): Promise<TableEntry> {
  try {
    const { table, findings } = await readTable(file);
    const flaw = findings.find((finding) => finding.kind === "key-missing");
    if (flaw !== undefined) throw invalid(file, `第 ${flaw.row} 行第一列是空的 / row ${flaw.row} has no first cell`);
    return { kind: "ready", name, file, table };
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    return { kind: "broken", name, file, issues: [{ code: error.code, file, path: "", details: error.details }] };
  }
}

/** One file. Throws TABLE_INVALID, SPREADSHEET_UNREADABLE and SPREADSHEET_TOO_LARGE. `sheet`: a sheet's name, the first one unless given. */
export async function readTable(file: string, sheet?: string): Promise<TableRead> {
  if (/\.ya?ml$/.test(file)) {
    const read = await readDocument<MappingTable>(file, MappingTableSchema);
    const flaw = read.kind === "broken" ? read.issues[0] : undefined;
    if (read.kind === "broken") throw new DatongError(flaw?.code ?? "DOCUMENT_INVALID", flaw?.details ?? { file });
    return tableOfRows(file, [read.value.columns, ...read.value.rows]);
  }
  const sheets = readSpreadsheet(file, await readFile(file));
  const found = sheet === undefined ? sheets[0] : sheets.find((each) => each.name === sheet);
  if (found === undefined) {
    const names = sheets.map((each) => each.name).join(", ");
    throw invalid(file, `没有工作表「${sheet ?? ""}」，有：${names} / no sheet '${sheet ?? ""}'; there are: ${names}`);
  }
  return tableOfRows(file, found.rows);
}

/** Rows of texts, the first being the columns' names; cells are trimmed. Throws TABLE_INVALID for the names. */
export function tableOfRows(file: string, rows: readonly (readonly string[])[]): TableRead {
  const columns = withoutEnd((rows[0] ?? []).map((cell) => cell.trim()));
  if (columns.length < 2)
    throw invalid(file, "要有两列以上，第一行是列名 / it needs two columns or more, and their names in the first row");
  const unnamed = columns.indexOf("") + 1;
  if (unnamed > 0) throw invalid(file, `第 ${unnamed} 列没有名称 / column ${unnamed} has no name`);
  const same = columns.find((name, i) => columns.indexOf(name) !== i);
  if (same !== undefined) throw invalid(file, `两列都叫「${same}」 / two columns are called '${same}'`);
  const findings: TableFinding[] = [];
  const kept: (readonly string[])[] = [];
  const places: number[] = [];
  const seen = new Map<string, { readonly row: number; readonly text: string }>();
  for (const [i, cells] of rows.entries()) {
    if (i === 0) continue;
    const row = i + 1;
    const texts = columns.map((_, at) => (cells[at] ?? "").trim());
    const [value = ""] = texts;
    if (cells.every((cell) => cell.trim() === "")) {
      findings.push({ row, kind: "blank", value });
      continue;
    }
    if (value === "") {
      findings.push({ row, kind: "key-missing", value });
      continue;
    }
    const text = JSON.stringify(texts);
    const before = seen.get(value);
    if (before === undefined) seen.set(value, { row, text });
    else findings.push({ row, kind: before.text === text ? "repeated" : "conflict", value, other: before.row });
    if (before?.text === text) continue;
    kept.push(texts);
    places.push(row);
  }
  return { table: { columns, rows: kept, places }, findings };
}

function withoutEnd(cells: readonly string[]): readonly string[] {
  const last = cells.findLastIndex((cell) => cell !== "");
  return cells.slice(0, last + 1);
}

function invalid(file: string, reason: string): DatongError {
  return new DatongError("TABLE_INVALID", { file, reason });
}
