/**
 * Rows of a source with the text that they are stored and told apart by: the source's own letters.
 *
 * A list of objects is stored as it is, `[{…},{…}]`. Rows that came as lists of cells stay so, with the names of the columns once:
 * `{"columns":["FBillNo",…],"rows":[[…],[…]]}`. Nothing is written anew that has been read already.
 */
import { isArray, isObject, type Json, type JsonArray, type JsonObject } from "../../value/json.ts";
import { elementText, readJson } from "../../value/json-read.ts";
import { writeJson } from "../../value/json-write.ts";
import { ObjectBuilder } from "../../value/key-order.ts";

export interface SourceRow {
  readonly value: JsonObject;
  readonly text: string;
  /** JSON list of the columns' names where `text` is a list of cells. */
  readonly columns: string | undefined;
}

/** A row that was made here, of several answers for example. */
export function sourceRow(value: JsonObject): SourceRow {
  return { value, text: writeJson(value), columns: undefined };
}

/** The rows of a list of objects; `undefined` at the first that is none, with its place. */
export function objectRows(list: JsonArray, refuse: (index: number, found: Json) => never): readonly SourceRow[] {
  return list.map((value, index): SourceRow => {
    if (!isObject(value)) return refuse(index, value);
    return { value, text: elementText(list, index) ?? writeJson(value), columns: undefined };
  });
}

/** The rows of a list of lists of cells, a cell for each column. */
export function cellRows(list: JsonArray, names: readonly string[], refuse: (index: number, found: Json) => never): readonly SourceRow[] {
  const columns = JSON.stringify(names);
  let value: JsonObject | undefined;
  return list.map((cells, index): SourceRow => {
    if (!isArray(cells) || cells.length !== names.length) return refuse(index, cells);
    // On a copy of the row before, whose members are the same: to replace values is cheaper than to add members.
    const builder = new ObjectBuilder(value);
    for (let at = 0; at < names.length; at++) builder.set(names[at] as string, cells[at] as Json);
    value = builder.done();
    return { value, text: elementText(list, index) ?? writeJson(cells), columns };
  });
}

/** The text of a record's rows. */
export function rowsText(rows: readonly SourceRow[]): string {
  const columns = rows[0]?.columns;
  // The columns were changed while the page's end cut the record in two.
  if (rows.some((row) => row.columns !== columns)) return writeJson(rows.map((row) => row.value));
  let text = columns === undefined ? "[" : `{"columns":${columns},"rows":[`;
  rows.forEach((row, index) => (text += index === 0 ? row.text : `,${row.text}`));
  return text + (columns === undefined ? "]" : "]}");
}

/** The rows of what `rowsText` wrote, read with `keepSource`. Anything else holds no rows. */
export function readRows(value: Json): readonly SourceRow[] {
  const refuse = (): never => {
    throw new TypeError("stored rows are what rowsText wrote");
  };
  if (isArray(value)) return objectRows(value, refuse);
  const { columns, rows } = isObject(value) ? value : {};
  return isArray(columns) && isArray(rows) ? cellRows(rows, columns as readonly string[], refuse) : [];
}

/** The rows of a stored text as objects. */
export function storedRows(text: string): readonly JsonObject[] {
  return readRows(readJson(text)).map((row) => row.value);
}

/** A stored text as a list of objects, for whoever is to read it: every row with the names of its columns. */
export function objectsText(text: string): string {
  return text.startsWith("{") ? writeJson(storedRows(text)) : text;
}
