/**
 * group: the flat rows of one record to bills with lines, in the order of first appearance.
 *
 * A line holds `lineFields`, or all fields but those of `by` and `header`. The header takes the first row's values: `by`, `header` and
 * whatever is no line field, or without `header` the whole first row, so that a bill can still use its first line's entry id.
 * A line that lacks a field which the header has gets null, because the lookup in lines falls back to the header, and must not find
 * the first line's value there.
 */
import { memberOf, type Json, type JsonObject } from "../../../value/json.ts";
import { keysOf, ObjectBuilder, orderedObject } from "../../../value/key-order.ts";
import { getPath, parsePath, type Path } from "../../../value/path.ts";
import type { GroupStep, Total } from "../restructure-schema.ts";
import type { BillSource, LineSource, Piece, StepContext, StepRunner } from "./piece.ts";
import { entriesOf, groupInOrder, valuesAt, withFields } from "./row.ts";
import { totalOf } from "./total.ts";

/** Makes the step ready. A `by` field that a row lacks is an issue. */
export function compileGroup(step: GroupStep): StepRunner {
  const by = step.by.map((each) => parsePath(each));
  const split = compileHeaderSplit(step.by, step.header, step.lineFields);
  const totals = compileTotals(step.totals, step.lines);
  return (pieces, context) => {
    const groups = groupInOrder(pieces, (piece) => {
      const values = valuesAt(piece.row, by);
      reportMissing(piece, by, values, context);
      return values;
    });
    return [...groups.values()].map((members, index) => {
      const rows = members.map((member) => member.row);
      const { header, lines } = split(rows);
      const { sources, places } = joinSources(members);
      const bill: Piece = { row: header, segments: [{ number: index + 1, quiet: true }], sources, lineSources: { [step.lines]: places } };
      return { ...bill, row: withFields(header, [[step.lines, lines], ...totals(lines, rows, bill, context)]) };
    });
  };
}

/** The row's keys that named header fields need: the names themselves, and for a path into an object that object's key. */
export function headerKeys(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, parsePath(name).steps[0]?.key ?? name]));
}

/** Splits rows of one bill into the header (from the first) and one line per row. */
export function compileHeaderSplit(
  by: readonly string[],
  header: readonly string[] | undefined,
  lineFields: readonly string[] | undefined,
): (rows: readonly JsonObject[]) => { readonly header: JsonObject; readonly lines: readonly JsonObject[] } {
  const headerNames = new Set([...by, ...(header ?? [])]);
  const headerKept = headerKeys([...headerNames]);
  const named = lineFields?.map((name): LineField => ({ name, path: parsePath(name) }));
  return (rows) => {
    const first = rows[0] ?? {};
    const fields =
      named ??
      [...new Set(rows.flatMap((row) => keysOf(row)))].filter((name) => !headerNames.has(name)).map((name) => ({ name, path: undefined }));
    const kept = headerOf(first, fields);
    return { header: kept, lines: rows.map((row) => lineOf(row, fields, kept)) };
  };

  function headerOf(first: JsonObject, fields: readonly LineField[]): JsonObject {
    if (header === undefined) return first;
    const isLineField = new Set(fields.map((field) => field.name));
    return orderedObject(entriesOf(first).filter(([key]) => headerKept.has(key) || !isLineField.has(key)));
  }
}

/** A field of a line, by its path where it was named in the step, else by its own name as it stands in a row. */
interface LineField {
  readonly name: string;
  readonly path: Path | undefined;
}

function lineOf(row: JsonObject, fields: readonly LineField[], header: JsonObject): JsonObject {
  const line = new ObjectBuilder();
  for (const { name, path } of fields) {
    const value = path === undefined ? memberOf(row, name) : getPath(row, path);
    if (value !== undefined) line.set(name, value);
    else if (Object.hasOwn(header, name)) line.set(name, null);
  }
  return line.done();
}

/** The totals of a bill, as fields for its header. `of` with the lines' name in front reads the lines, else the rows. */
export function compileTotals(
  totals: Readonly<Record<string, Total>> | undefined,
  lines: string,
): (lines: readonly JsonObject[], rows: readonly JsonObject[], piece: Piece, context: StepContext) => readonly (readonly [string, Json])[] {
  const all = Object.entries(totals ?? {}).map(([field, total]) => {
    const inLines = total.of.startsWith(`${lines}.`);
    return { field, total, inLines, path: parsePath(inLines ? total.of.slice(lines.length + 1) : total.of) };
  });
  return (made, rows, piece, context) =>
    all.map(({ field, total, inLines, path }): readonly [string, Json] => {
      const values = total.of === lines ? made : (inLines ? made : rows).map((each) => getPath(each, path));
      const result = totalOf(total.with, values);
      if (values.length > 0 && values.every((value) => value === undefined)) {
        context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field: total.of });
      }
      if ("value" in result) return [field, result.value];
      context.issue(piece, "RESTRUCTURE_NOT_A_NUMBER", { field: total.of, value: result.notNumber });
      return [field, null];
    });
}

/** The members' sources in one list (a record once), and per member its rows as places in that list. */
export function joinSources(members: readonly Piece[]): {
  readonly sources: readonly BillSource[];
  readonly places: readonly (readonly LineSource[])[];
} {
  const joined = new Map<string, JoinedSource>();
  let last: JoinedSource | undefined;
  const places = members.map((member) => {
    const own: LineSource[] = [];
    for (const { key, number, rowIndexes } of member.sources) {
      if (last?.key !== key) {
        last = joined.get(key);
        if (last === undefined) joined.set(key, (last = { index: joined.size, key, number, rows: [] }));
      }
      for (const rowIndex of rowIndexes) {
        last.rows.push(rowIndex);
        own.push({ source: last.index, rowIndex });
      }
    }
    return own;
  });
  const sources = [...joined.values()].map(({ key, number, rows }) => ({ key, number, rowIndexes: ascending(rows) }));
  return { sources, places };
}

interface JoinedSource {
  readonly index: number;
  readonly key: string;
  readonly number: string;
  readonly rows: number[];
}

/** Each number once, in order, as the rows of a record mostly are already. */
function ascending(rows: readonly number[]): readonly number[] {
  return rows.every((row, index) => index === 0 || row > (rows[index - 1] as number)) ? rows : [...new Set(rows)].sort((a, b) => a - b);
}

/** An issue for each key field that the piece's row does not have at all. */
function reportMissing(piece: Piece, paths: readonly Path[], values: readonly (Json | undefined)[], context: StepContext): void {
  values.forEach((value, index) => {
    if (value === undefined) context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field: paths[index]?.text });
  });
}
