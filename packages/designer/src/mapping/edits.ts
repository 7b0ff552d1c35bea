/** What the grid does to the document: values, places and fields as edits of the draft. Pure. */
import type { FormEdit } from "../flow/draft.ts";
import { flatFields, newMapping, type SourceField } from "../flow/fields.ts";
import { isMissing, valueOf, type GridRow } from "./grid-rows.ts";
import type { Suggestion } from "./suggest.ts";

/** A value for a field; one that is not mapped yet becomes so. */
export function keepEdit(row: GridRow, value: string, lists: readonly string[]): FormEdit | null {
  const { list, index, api } = row;
  if (index >= 0) return { kind: "set", path: [...list, index, "value"], value: value === "" ? null : value };
  if (api === undefined || value === "") return null;
  return { kind: "add", path: list, values: [{ ...newMapping(api, lists), value }] };
}

/**
 * A source field behind what the line has; a list takes it alone. Of a line's field whose list has no source yet, the list takes the one
 * that the source field lies in: without it there would be one line, and nothing in it.
 */
export function putEdits(row: GridRow, path: string, rows: readonly GridRow[], lists: readonly string[]): readonly FormEdit[] {
  const edit = keepEdit(row, row.isParent ? path : `${valueOf(row)}{{${path}}}`, lists);
  const parent = rows.find(({ key, isParent }) => isParent && key === row.key.slice(0, row.key.lastIndexOf(".")));
  const from = lists.filter((list) => path.startsWith(`${list}.`)).at(-1);
  const isOpen = parent !== undefined && parent.index >= 0 && parent.field?.type === "array" && valueOf(parent) === "";
  const whole = isOpen && from !== undefined ? keepEdit(parent, from, lists) : null;
  return [whole, edit].filter((each) => each !== null);
}

export function addEdits(rows: readonly GridRow[], lists: readonly string[]): readonly FormEdit[] {
  return rows.flatMap(({ api, list, index }): FormEdit[] =>
    api === undefined || index >= 0 ? [] : [{ kind: "add", path: list, values: [newMapping(api, lists)] }],
  );
}

export function takeEdits(taken: readonly Suggestion[], rows: readonly GridRow[], lists: readonly string[]): readonly FormEdit[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return taken.flatMap(({ key, value, more = {} }) => {
    const row = byKey.get(key);
    const edit = row === undefined ? null : keepEdit(row, value, lists);
    if (row === undefined || edit === null) return [];
    if (edit.kind === "add") return [{ ...edit, values: edit.values.map((made) => ({ ...(made as object), ...more, value })) }];
    const others = Object.entries(more).filter(([name]) => row.field?.[name as keyof typeof more] === undefined);
    return [edit, ...others.map(([name, own]): FormEdit => ({ kind: "set", path: [...row.list, row.index, name], value: own }))];
  });
}

export function moveEdit({ list, index, siblings }: GridRow, to: number): FormEdit | null {
  return index < 0 || to === index || to < 0 || to >= siblings ? null : { kind: "move", path: list, from: index, to };
}

/** Onto the place of another line of the same list. */
export function dropEdit(from: GridRow | undefined, onto: GridRow): FormEdit | null {
  if (from === undefined || from.list.join("/") !== onto.list.join("/")) return null;
  return moveEdit(from, from.index < onto.index ? onto.index - 1 : onto.index);
}

export function listsOf(fields: readonly SourceField[]): readonly string[] {
  return flatFields(fields).flatMap(({ path, type }) => (type === "array" ? [path] : []));
}

/** Required fields that are not there at all. */
export function absentRequired(rows: readonly GridRow[]): readonly GridRow[] {
  return rows.filter((row) => row.index < 0 && isMissing(row));
}
