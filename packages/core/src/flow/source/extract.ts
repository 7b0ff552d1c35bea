/**
 * Takes the rows out of a reply. `objects`: a list of objects; `arrays`: value lists named by the asked columns; `one`: the value
 * itself. The first path that exists counts; a list that is null counts as empty, a missing one is a fault: an answer without its
 * list must not look like the end of the data.
 */
import type { Rows } from "../../connector/api.ts";
import { DatongError } from "../../error/datong-error.ts";
import { isArray, isObject, type Json } from "../../value/json.ts";
import { getPath, parsePath } from "../../value/path.ts";
import { cellRows, objectRows, sourceRow, type SourceRow } from "./source-row.ts";

/** Throws SOURCE_ROWS_MISSING, SOURCE_ROW_SHAPE. */
export function extractRows(rows: Rows, json: Json, columns: readonly string[]): readonly SourceRow[] {
  const found = rows.paths.map((path) => (path === "" ? json : getPath(json, parsePath(path)))).find((value) => value !== undefined);
  if (found === undefined) throw new DatongError("SOURCE_ROWS_MISSING", { paths: rows.paths.join(", ") });
  if (rows.kind === "one") return isObject(found) ? [sourceRow(found)] : [];
  if (found === null) return [];
  if (!isArray(found)) throw new DatongError("SOURCE_ROWS_MISSING", { paths: rows.paths.join(", ") });
  return rows.kind === "arrays" ? cellRows(found, columns, refuseCells) : objectRows(found, refuseObject);

  function refuseCells(row: number, cells: Json): never {
    const length = isArray(cells) ? cells.length : "no list";
    throw new DatongError("SOURCE_ROW_SHAPE", { row, expected: `list of ${columns.length}`, found: length });
  }
}

function refuseObject(row: number): never {
  throw new DatongError("SOURCE_ROW_SHAPE", { row, expected: "object" });
}
