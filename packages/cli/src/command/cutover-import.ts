/**
 * `datong cutover import FLOW FILE`: numbers that another system has written, from Excel or CSV. The bills are done: those that are stored
 * now, and those that will be read later. What contradicts itself or the ledger is told by row and not taken; the exit code is 1 then.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { DatongError, didYouMean, nearestName } from "@datong/core";
import { readSpreadsheet, takeOver, type TakeOverResult } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { openFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { table } from "../output/table.ts";
import { cutoverText } from "../text/cutover.ts";
import { personOf } from "./by-hand.ts";

export interface CutoverImportOptions extends PlaceOptions {
  readonly sourceColumn?: string;
  readonly numberColumn?: string;
  readonly sheet?: string;
  readonly reason?: string;
  readonly by?: string;
}

interface Conflict {
  readonly row: number;
  readonly number: string;
  readonly targetNumber: string | null;
  readonly kind: string;
  readonly found: string | null;
}

/** As many as a person reads; --json has all. */
const TOLD_MAX = 50;

export async function cutoverImportCommand(
  context: Context,
  flowName: string,
  given: string,
  options: CutoverImportOptions,
): Promise<number> {
  const { terminal, language } = context;
  const text = cutoverText(language);
  const file = resolve(terminal.cwd, given);
  if (!existsSync(file)) throw new DatongError("DOCUMENT_MISSING", { file, reason: "ENOENT" });
  const read = numbersOf(await rowsOf(file, options.sheet), options);
  const { workspace, flow, connections } = await openFlow(context, flowName, options);
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    const deed = { reason: options.reason ?? text.reason(basename(file)), person: options.by ?? personOf(context) };
    const result = await takeOver(engine, flow, connections, read.numbers, deed);
    const conflicts: readonly Conflict[] = [
      ...read.conflicts,
      ...result.conflicts.map((conflict) => ({ ...conflict, row: read.rowOf.get(conflict.number) ?? 0 })),
    ].toSorted((a, b) => a.row - b.row);
    tell(context, flow.id, { ...result, conflicts, blank: read.blank, repeated: read.repeated });
    return conflicts.length === 0 ? 0 : 1;
  } finally {
    await engine.close();
  }
}

type Told = Omit<TakeOverResult, "conflicts"> & {
  readonly conflicts: readonly Conflict[];
  readonly blank: number;
  readonly repeated: number;
};

function tell(context: Context, flow: string, told: Told): void {
  const { terminal, language } = context;
  const text = cutoverText(language);
  const { conflicts } = told;
  if (context.json) {
    terminal.out(`${JSON.stringify({ ok: conflicts.length === 0, flow, ...told })}\n`);
    return;
  }
  terminal.out(`${text.imported(told)}\n`);
  if (told.blank + told.repeated > 0) terminal.out(`${text.skipped(told.blank, told.repeated)}\n`);
  if (conflicts.length === 0) return;
  const rows = conflicts
    .slice(0, TOLD_MAX)
    .map(({ row, number, targetNumber, kind, found }) => [
      String(row),
      number,
      targetNumber ?? "",
      text.kinds[kind]?.(found ?? "") ?? kind,
    ]);
  terminal.out(`${text.conflicts(conflicts.length)}\n${table(text.conflictTable, rows, [0])}`);
}

async function rowsOf(file: string, sheet: string | undefined): Promise<readonly (readonly string[])[]> {
  const sheets = readSpreadsheet(file, await readFile(file));
  const found = sheet === undefined ? sheets[0] : sheets.find((each) => each.name === sheet);
  if (found !== undefined) return found.rows;
  const names = sheets.map((each) => each.name).join(", ");
  throw new CommandFailure("SHEET_UNKNOWN", {
    zh: `没有工作表「${sheet ?? ""}」`,
    en: `There is no sheet '${sheet ?? ""}'`,
    todoZh: `改用：${names}`,
    todoEn: `Use one of: ${names}`,
  });
}

interface ReadNumbers {
  readonly numbers: readonly { readonly number: string; readonly targetNumber: string | null }[];
  readonly conflicts: readonly Conflict[];
  readonly blank: number;
  readonly repeated: number;
  readonly rowOf: ReadonlyMap<string, number>;
}

/** Each number once; one that the file has with two target numbers is taken with neither. */
function numbersOf(rows: readonly (readonly string[])[], options: CutoverImportOptions): ReadNumbers {
  const head = (rows[0] ?? []).map((cell) => cell.trim());
  const source = columnOf(head, options.sourceColumn ?? "1");
  const target = options.numberColumn === undefined ? (head.length > 1 ? columnOf(head, "2") : null) : columnOf(head, options.numberColumn);
  const found = new Map<string, { readonly targetNumber: string | null; readonly row: number }>();
  const bad = new Map<string, Conflict>();
  let blank = 0;
  let repeated = 0;
  for (const [i, cells] of rows.entries()) {
    if (i === 0) continue;
    const number = (cells[source] ?? "").trim();
    const targetNumber = target === null ? null : (cells[target] ?? "").trim() || null;
    const before = found.get(number);
    if (number === "") blank += 1;
    else if (before === undefined) found.set(number, { targetNumber, row: i + 1 });
    else if (before.targetNumber === targetNumber) repeated += 1;
    else bad.set(number, { row: i + 1, number, targetNumber, kind: "contradicts", found: `${before.row}: ${before.targetNumber ?? ""}` });
  }
  const taken = [...found].filter(([number]) => !bad.has(number));
  return {
    numbers: taken.map(([number, { targetNumber }]) => ({ number, targetNumber })),
    conflicts: [...bad.values()],
    blank,
    repeated,
    rowOf: new Map(taken.map(([number, { row }]) => [number, row])),
  };
}

/** A column by its name, its position from 1, or its letters; the index from 0. */
function columnOf(head: readonly string[], asked: string): number {
  const named = head.indexOf(asked.trim());
  if (named >= 0) return named;
  const at = /^\d{1,5}$/.test(asked) ? Number(asked) - 1 : /^[A-Za-z]{1,3}$/.test(asked) ? lettersIndex(asked) : -1;
  if (at >= 0 && at < head.length) return at;
  const meant = didYouMean(nearestName(asked, head));
  throw new CommandFailure("COLUMN_UNKNOWN", {
    zh: `表里没有列「${asked}」${meant.meantZh}`,
    en: `The file has no column '${asked}'${meant.meantEn}`,
    todoZh: `第一行要写列名；现有的列：${head.join("、")}`,
    todoEn: `The first row holds the columns' names; there are: ${head.join(", ")}`,
  });
}

function lettersIndex(letters: string): number {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
