/**
 * `datong table import|list|show`: mapping tables of the workspace. What is imported is kept as `tables/<name>.csv` in UTF-8 with a mark, so
 * that Excel opens it again. A code with two answers, or a row without one, refuses the whole file: a table that is nearly right writes
 * bills to the wrong place.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatongError, didYouMean, nearestName, tablesOf, type MappingTable } from "@datong/core";
import { readTable, type TableEntry, type TableFinding, type TableRead, type Workspace } from "@datong/engine";
import type { Context } from "../context.ts";
import { BrokenDocuments, CommandFailure } from "../failure.ts";
import { readWorkspace, type PlaceOptions } from "../open-flow.ts";
import { table as asTable } from "../output/table.ts";
import { tableText } from "../text/table.ts";

export interface TableImportOptions extends PlaceOptions {
  readonly sheet?: string;
}

export interface TableShowOptions extends PlaceOptions {
  readonly value?: string;
}

/** As many as a person reads. */
const TOLD_MAX = 50;

export async function tableImportCommand(context: Context, name: string, given: string, options: TableImportOptions): Promise<number> {
  const { terminal, language } = context;
  const text = tableText(language);
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,99}$/u.test(name)) throw badName(name);
  const file = resolve(terminal.cwd, given);
  if (!existsSync(file)) throw new DatongError("DOCUMENT_MISSING", { file, reason: "ENOENT" });
  const workspace = await readWorkspace(context, options);
  const before = workspace.tables.get(name);
  const path = join(workspace.dir, "tables", `${name}.csv`);
  if (before !== undefined && before.file !== path) throw otherForm(name, before.file);
  const { table, findings } = await readTable(file, options.sheet);
  const refused = findings.filter(({ kind }) => kind === "conflict" || kind === "key-missing");
  if (refused.length > 0) throw notImported(file, refused);
  const change = changeOf(before, table);
  await mkdir(join(workspace.dir, "tables"), { recursive: true });
  // Put in its place as a whole: a running worker never reads half a table.
  await writeFile(`${path}.new`, csvOf(table));
  await rename(`${path}.new`, path);
  if (context.json)
    terminal.out(`${JSON.stringify({ ok: true, table: name, file: path, rows: table.rows.length, ...change, findings })}\n`);
  else {
    for (const finding of findings.slice(0, TOLD_MAX)) terminal.err(`${findingText(finding, language)}\n`);
    if (findings.length > TOLD_MAX) terminal.err(`${text.more(findings.length - TOLD_MAX)}\n`);
    terminal.out(`${text.imported(name, table.rows.length, change)}\n`);
  }
  return 0;
}

export async function tableListCommand(context: Context, options: PlaceOptions): Promise<number> {
  const { terminal, language } = context;
  const text = tableText(language);
  const workspace = await readWorkspace(context, options);
  const entries = [...workspace.tables.values()];
  const broken = entries.flatMap((entry) => (entry.kind === "broken" ? entry.issues : []));
  if (broken.length > 0) throw new BrokenDocuments(broken);
  const listed = entries.flatMap((entry) => (entry.kind === "ready" ? [told(workspace, entry)] : []));
  if (context.json) terminal.out(`${JSON.stringify({ ok: true, tables: listed })}\n`);
  else if (listed.length === 0) terminal.out(`${text.none}\n`);
  else {
    const rows = listed.map((entry) => [entry.name, entry.columns.join(", "), String(entry.rows), entry.flows.join(", ")]);
    terminal.out(asTable(text.head, rows, [2]));
  }
  return 0;
}

export async function tableShowCommand(context: Context, name: string, options: TableShowOptions): Promise<number> {
  const { terminal } = context;
  const workspace = await readWorkspace(context, options);
  const entry = workspace.tables.get(name);
  if (entry === undefined) throw unknown(name, [...workspace.tables.keys()]);
  if (entry.kind === "broken") throw new BrokenDocuments(entry.issues);
  const { columns, rows } = entry.table;
  const shown = options.value === undefined ? rows : rows.filter((row) => row.includes(options.value ?? ""));
  if (context.json) terminal.out(`${JSON.stringify({ ok: true, table: name, columns, rows: shown })}\n`);
  else terminal.out(asTable(columns, shown));
  return 0;
}

interface ToldTable {
  readonly name: string;
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Flows that use it. */
  readonly flows: readonly string[];
}

function told(workspace: Workspace, { name, file, table }: Extract<TableEntry, { readonly kind: "ready" }>): ToldTable {
  const flows = [...workspace.flows.values()].flatMap((entry) =>
    entry.kind === "ready" && tablesOf(entry.flow).includes(name) ? [entry.id] : [],
  );
  return { name, file, columns: table.columns, rows: table.rows.length, flows };
}

/** By the first cell of each row. */
function changeOf(
  before: TableEntry | undefined,
  after: MappingTable,
): { readonly added: number; readonly changed: number; readonly removed: number } {
  const byKey = (table: MappingTable | undefined): ReadonlyMap<string, string> =>
    new Map((table?.rows ?? []).map((row) => [row[0] ?? "", JSON.stringify(row)]));
  const [former, now] = [byKey(before?.kind === "ready" ? before.table : undefined), byKey(after)];
  const known = [...now.keys()].filter((key) => former.has(key));
  return {
    added: now.size - known.length,
    changed: known.filter((key) => former.get(key) !== now.get(key)).length,
    removed: former.size - known.length,
  };
}

function csvOf({ columns, rows }: Pick<TableRead["table"], "columns" | "rows">): string {
  const cell = (text: string): string => (/[",\r\n;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `\uFEFF${[columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("")}`;
}

function findingText(finding: TableFinding, language: "zh" | "en"): string {
  const text = tableText(language);
  const { row, kind, value, other = 0 } = finding;
  const what = {
    blank: text.blank,
    repeated: text.repeated(value, other),
    conflict: text.conflict(value, other),
    "key-missing": text.keyMissing,
  }[kind];
  return `${text.row(row)}: ${what}`;
}

function notImported(file: string, refused: readonly TableFinding[]): CommandFailure {
  const list = (language: "zh" | "en"): string => {
    const lines = refused.slice(0, TOLD_MAX).map((finding) => `\n  ${findingText(finding, language)}`);
    const rest = refused.length - lines.length;
    return `${lines.join("")}${rest > 0 ? `\n  ${tableText(language).more(rest)}` : ""}`;
  };
  return new CommandFailure("TABLE_NOT_IMPORTED", {
    zh: `${file} 有 ${refused.length} 行不能用，没有导入：${list("zh")}`,
    en: `${file} has ${refused.length} rows that cannot be used; nothing was imported:${list("en")}`,
    todoZh: "同一个编码只能有一个结果，第一列不能为空；改好后再导入。",
    todoEn: "A code has one answer only, and the first cell of a row is not empty; correct the file and import it again.",
  });
}

function badName(name: string): CommandFailure {
  return new CommandFailure(
    "TABLE_NAME_INVALID",
    {
      zh: `「${name}」不能用作映射表的名称`,
      en: `'${name}' cannot name a mapping table`,
      todoZh: "用文字、数字、下划线、点和连字符，最多 100 个。",
      todoEn: "Use letters, digits, underscores, dots and hyphens, at most 100.",
    },
    2,
  );
}

function otherForm(name: string, file: string): CommandFailure {
  return new CommandFailure("TABLE_EXISTS", {
    zh: `映射表「${name}」已经是另一种格式的文件：${file}`,
    en: `The mapping table '${name}' is there in another form: ${file}`,
    todoZh: "直接修改那个文件，或先删掉它再导入。",
    todoEn: "Change that file, or remove it before you import.",
  });
}

function unknown(name: string, known: readonly string[]): DatongError {
  return new DatongError("TABLE_UNKNOWN", { field: "", table: name, known: known.join(", "), ...didYouMean(nearestName(name, known)) });
}
