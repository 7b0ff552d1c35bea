/** A mapping table while it is edited: rows with an identity of their own, what is wrong with them, what a paste or a file does. Pure. */
export interface SheetRow {
  readonly id: number;
  readonly cells: readonly string[];
}

export interface Sheet {
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
}

export interface TableDocument {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export type RowProblem = { readonly kind: "conflict"; readonly row: number } | { readonly kind: "key-missing" };

let lastId = 0;

export function rowOf(cells: readonly string[]): SheetRow {
  lastId += 1;
  return { id: lastId, cells };
}

export function sheetOf({ columns, rows }: TableDocument): Sheet {
  return { columns, rows: rows.map(rowOf) };
}

export function documentOf({ columns, rows }: Sheet): TableDocument {
  return {
    columns: columns.map((name) => name.trim()),
    rows: rows.map(({ cells }) => columns.map((_, i) => (cells[i] ?? "").trim())).filter((cells) => cells.some((cell) => cell !== "")),
  };
}

/** By row id. Rows that say the same twice are no problem: the server leaves one of them out. */
export function problemsOf({ columns, rows }: Sheet): ReadonlyMap<number, RowProblem> {
  const problems = new Map<number, RowProblem>();
  const first = new Map<string, { readonly place: number; readonly text: string }>();
  for (const [at, { id, cells }] of rows.entries()) {
    const texts = columns.map((_, i) => (cells[i] ?? "").trim());
    const [key = ""] = texts;
    if (texts.every((text) => text === "")) continue;
    if (key === "") {
      problems.set(id, { kind: "key-missing" });
      continue;
    }
    const text = JSON.stringify(texts);
    const before = first.get(key);
    if (before === undefined) first.set(key, { place: at + 1, text });
    else if (before.text !== text) problems.set(id, { kind: "conflict", row: before.place });
  }
  return problems;
}

export function hasSoundColumns({ columns }: Sheet): boolean {
  const names = columns.map((name) => name.trim());
  return names.every((name) => name !== "") && new Set(names).size === names.length;
}

export function withCell(sheet: Sheet, row: number, column: number, text: string): Sheet {
  const rows = sheet.rows.map((each) =>
    each.id === row ? { ...each, cells: sheet.columns.map((_, i) => (i === column ? text : (each.cells[i] ?? ""))) } : each,
  );
  return { ...sheet, rows };
}

/** Text of a spreadsheet's clipboard, filled in from a cell on to the right and down; rows are added where there are none. */
export function withPasted(sheet: Sheet, row: number, column: number, text: string): Sheet {
  const lines = text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line) => line.split("\t"));
  const from = sheet.rows.findIndex(({ id }) => id === row);
  const rows = [...sheet.rows];
  for (const [i, cells] of lines.entries()) {
    const known = rows[from + i];
    const next = sheet.columns.map((_, c) => cells[c - column] ?? known?.cells[c] ?? "");
    rows[from + i] = known === undefined ? rowOf(next) : { ...known, cells: next };
  }
  return { ...sheet, rows };
}

export function isSameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** By the first column: same keys take the other's cells, new ones are added behind; what the other has twice stays so, to be seen. */
export function merged(sheet: Sheet, other: TableDocument): Sheet {
  const given = Map.groupBy(other.rows, (cells) => cells[0] ?? "");
  const kept = sheet.rows.map((row) => {
    const cells = given.get(row.cells[0] ?? "")?.shift();
    return cells === undefined ? row : { ...row, cells };
  });
  return { ...sheet, rows: [...kept, ...[...given.values()].flat().map(rowOf)] };
}

/** What becomes of the rows, by the first column. */
export function changeOf(before: Sheet, after: Sheet): { readonly added: number; readonly changed: number; readonly removed: number } {
  const textOf = ({ cells }: SheetRow): string => JSON.stringify(cells);
  const was = new Map(before.rows.map((row) => [row.cells[0] ?? "", textOf(row)]));
  const is = new Map(after.rows.map((row) => [row.cells[0] ?? "", textOf(row)]));
  let [added, changed] = [0, 0];
  for (const [key, text] of is) {
    const former = was.get(key);
    if (former === undefined) added += 1;
    else if (former !== text) changed += 1;
  }
  return { added, changed, removed: [...was.keys()].filter((key) => !is.has(key)).length };
}
