/**
 * Takes the rows out of a reply. `objects`: a list of objects; `arrays`: value lists named by the asked columns; `one`: the value
 * itself. The first path that exists counts; a list that is null counts as empty, a missing one is a fault: an answer without its
 * list must not look like the end of the data.
 */
import type { Rows } from "../../connector/api.ts";
import { DatongError } from "../../error/datong-error.ts";
import { isArray, isObject, type Json, type JsonObject } from "../../value/json.ts";
import { orderedObject } from "../../value/key-order.ts";
import { getPath, parsePath } from "../../value/path.ts";

/** Throws SOURCE_ROWS_MISSING, SOURCE_ROW_SHAPE. */
export function extractRows(rows: Rows, json: Json, columns: readonly string[]): readonly JsonObject[] {
  const found = rows.paths.map((path) => (path === "" ? json : getPath(json, parsePath(path)))).find((value) => value !== undefined);
  if (found === undefined) throw new DatongError("SOURCE_ROWS_MISSING", { paths: rows.paths.join(", ") });
  if (rows.kind === "one") return isObject(found) ? [found] : [];
  if (found === null) return [];
  if (!isArray(found)) throw new DatongError("SOURCE_ROWS_MISSING", { paths: rows.paths.join(", ") });
  return rows.kind === "arrays" ? found.map((row, i) => named(row, columns, i)) : found.map(checked);
}

function checked(row: Json, index: number): JsonObject {
  if (!isObject(row)) throw new DatongError("SOURCE_ROW_SHAPE", { row: index, expected: "object" });
  return row;
}

function named(row: Json, columns: readonly string[], index: number): JsonObject {
  if (!isArray(row) || row.length !== columns.length) {
    throw new DatongError("SOURCE_ROW_SHAPE", {
      row: index,
      expected: `list of ${columns.length}`,
      found: isArray(row) ? row.length : "no list",
    });
  }
  return orderedObject(columns.map((column, i): readonly [string, Json] => [column, row[i] ?? null]));
}
