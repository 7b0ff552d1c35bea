/**
 * Which columns of a query show the fields of a document that was written, for targets that answer by column (金蝶): a header's field under
 * its own name, base data by the member that names it (`FCustId.FNumber`), a sub-head's and a line's fields by theirs. Lines come as rows of
 * one document. Of several lists only one can be asked for at once; the others stay uncompared.
 */
import { isArray, isObject, keysOf, ObjectBuilder, type Json, type JsonObject } from "../../value/index.ts";

interface Column {
  /** Member by member; the list is passed through. */
  readonly path: readonly string[];
  /** The vendor's key. */
  readonly key: string;
  readonly inList: boolean;
}

export interface ReadBackColumns {
  /** The list whose elements are rows; undefined where the document has none. */
  readonly list: string | undefined;
  readonly columns: readonly Column[];
}

/** The columns for documents of one kind; `bodies` show which fields there are. */
export function readBackColumns(bodies: readonly JsonObject[]): ReadBackColumns {
  const found = new Map<string, Column>();
  let list: string | undefined;
  const add = (path: readonly string[], key: string, inList: boolean): void => {
    if (!found.has(path.join("."))) found.set(path.join("."), { path, key, inList });
  };
  for (const body of bodies) {
    for (const name of keysOf(body)) {
      const value = body[name] ?? null;
      if (isArray(value)) {
        list ??= name;
        if (list === name) for (const line of value) if (isObject(line)) addFields(line, [name], true, add);
      } else addField(name, value, [], false, add);
    }
  }
  return { list, columns: [...found.values()] };
}

type Add = (path: readonly string[], key: string, inList: boolean) => void;

function addFields(object: JsonObject, front: readonly string[], inList: boolean, add: Add): void {
  for (const name of keysOf(object)) addField(name, object[name] ?? null, front, inList, add);
}

function addField(name: string, value: Json, front: readonly string[], inList: boolean, add: Add): void {
  if (isArray(value)) return;
  if (!isObject(value)) return add([...front, name], name, inList);
  const [only = "", ...others] = keysOf(value);
  const isBaseData = others.length === 0 && /^FNumber$|^FId$|^FName$|^FUserID$/i.test(only);
  if (isBaseData) add([...front, name, only], `${name}.${canonical(only)}`, inList);
  // A sub-head: its fields are asked for by their own names.
  else if (front.length === 0) addFields(value, [name], inList, add);
}

/** Members are written in any case, and asked for in one. */
function canonical(member: string): string {
  return /^fnumber$/i.test(member) ? "FNumber" : member;
}

/** The document that rows of one bill show; `valueOf` gives a column's cell, undefined where it was not asked for. */
export function documentOfRows(
  { list, columns }: ReadBackColumns,
  rows: readonly JsonObject[],
  valueOf: (row: JsonObject, column: Column) => Json | undefined,
): JsonObject {
  const head = rows[0];
  if (head === undefined) return built([]);
  const cells = (row: JsonObject, inList: boolean): readonly Cell[] =>
    columns.flatMap((column): Cell[] => {
      const value = column.inList === inList ? valueOf(row, column) : undefined;
      return value === undefined ? [] : [{ path: inList ? column.path.slice(1) : column.path, value }];
    });
  const lines = rows.map((row) => cells(row, true));
  const shown: readonly Cell[] =
    list === undefined || lines.every((line) => line.length === 0) ? [] : [{ path: [list], value: lines.map(built) }];
  return built([...cells(head, false), ...shown]);
}

interface Cell {
  readonly path: readonly string[];
  readonly value: Json;
}

/** Cells that begin alike lie in one object. */
function built(cells: readonly Cell[]): JsonObject {
  const members = new Map<string, Cell[]>();
  for (const cell of cells) {
    const [name = ""] = cell.path;
    const own = members.get(name);
    if (own === undefined) members.set(name, [cell]);
    else own.push(cell);
  }
  const object = new ObjectBuilder();
  for (const [name, own] of members) {
    const leaf = own.find(({ path }) => path.length === 1);
    object.set(name, leaf === undefined ? built(own.map(({ path, value }) => ({ path: path.slice(1), value }))) : leaf.value);
  }
  return object.done();
}
