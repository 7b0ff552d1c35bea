/** A hand-over paper (交接文档): sections of lines and tables, written as Markdown or as a workbook with a sheet for each table. */
import { writeWorkbook } from "@datong/engine";

export type Reader = "zh" | "en";

export interface PaperTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface PaperSection {
  readonly title: string;
  readonly lines?: readonly string[];
  readonly table?: PaperTable;
}

export interface Paper {
  readonly title: string;
  readonly sections: readonly PaperSection[];
}

export function paperMarkdown({ title, sections }: Paper): string {
  const parts = sections.flatMap(({ title: heading, lines = [], table }) => [
    `## ${heading}`,
    ...(lines.length === 0 ? [] : [lines.map((line) => `- ${line.replaceAll("\n", " ")}`).join("\n")]),
    ...(table === undefined || table.rows.length === 0 ? [] : [tableMarkdown(table)]),
  ]);
  return `# ${title}\n\n${parts.join("\n\n")}\n`;
}

function tableMarkdown({ head, rows }: PaperTable): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

function cell(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, "<br>")
    .replaceAll("<", "&lt;")
    .replaceAll("&lt;br>", "<br>");
}

/** What is no table comes first, on one sheet. */
export function paperWorkbook({ title, sections }: Paper): Uint8Array {
  const overview = sections.flatMap(({ title: heading, lines = [] }) => lines.map((line, i) => [i === 0 ? heading : "", line]));
  const tables = sections.flatMap(({ title: heading, table }) =>
    table === undefined || table.rows.length === 0 ? [] : [{ heading, table }],
  );
  return writeWorkbook([
    { name: sheetName(title, 0), rows: [[title, ""], ...overview] },
    ...tables.map(({ heading, table }, i) => ({
      name: sheetName(heading, i + 1),
      rows: [[...table.head], ...table.rows.map((row) => [...row])],
    })),
  ]);
}

/** Excel refuses some characters, long names, and two of one name. */
function sheetName(text: string, n: number): string {
  return `${n === 0 ? "" : `${n} `}${text.replace(/[[\]:*?/\\]/g, " ")}`.slice(0, 31);
}
