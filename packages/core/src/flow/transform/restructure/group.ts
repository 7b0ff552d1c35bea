/**
 * group: the flat rows of one record to bills with lines, in the order of first appearance.
 *
 * A line holds `lineFields`, or all fields but those of `by` and `header`. The header takes the first row's values: `by`, `header` and
 * whatever is no line field, or without `header` the whole first row, so that a bill can still use its first line's entry id.
 * A line that lacks a field which the header has gets null, because the lookup in lines falls back to the header, and must not find
 * the first line's value there.
 */
import type { Json, JsonObject } from "../../../value/json.ts";
import { keysOf, orderedObject } from "../../../value/key-order.ts";
import { getPath, parsePath, type Path } from "../../../value/path.ts";
import type { GroupStep, Total } from "../restructure-schema.ts";
import type { BillSource, LineSource, Piece, StepContext, StepRunner } from "./piece.ts";
import { entriesOf, groupInOrder, keyText, linesOf, ownField, valuesAt, withFields } from "./row.ts";
import { totalOf } from "./total.ts";

/** Makes the step ready. A `by` field that a row lacks is an issue. */
export function compileGroup(step: GroupStep): StepRunner {
  const by = step.by.map((each) => parsePath(each));
  const split = compileHeaderSplit(step.by, step.header, step.lineFields);
  const totals = compileTotals(step.totals, step.lines);
  return (pieces, context) => {
    for (const piece of pieces) reportMissing(piece, by, context);
    const groups = groupInOrder(pieces, (piece) => keyText(valuesAt(piece.row, by)));
    return [...groups.values()].map((members, index) => {
      const rows = members.map((member) => member.row);
      const { header, lines } = split(rows);
      const { sources, places } = joinSources(members);
      const bill: Piece = {
        row: withFields(header, [[step.lines, lines]]),
        segments: [{ number: index + 1, quiet: true }],
        sources,
        lineSources: { [step.lines]: places },
      };
      return { ...bill, row: totals(bill.row, rows, bill, context) };
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
  const paths = new Map((lineFields ?? []).map((name) => [name, parsePath(name)]));
  return (rows) => {
    const first = rows[0] ?? {};
    const names = lineFields ?? [...new Set(rows.flatMap((row) => keysOf(row)))].filter((name) => !headerNames.has(name));
    const isLineField = new Set(names);
    const kept =
      header === undefined ? first : orderedObject(entriesOf(first).filter(([key]) => headerKept.has(key) || !isLineField.has(key)));
    return { header: kept, lines: rows.map((row) => orderedObject(lineEntries(row, names, paths, kept))) };
  };
}

/** The totals of a bill, as a function that adds them to its row. `of` with the lines' name in front reads the lines, else the rows. */
export function compileTotals(
  totals: Readonly<Record<string, Total>> | undefined,
  lines: string,
): (row: JsonObject, rows: readonly JsonObject[], piece: Piece, context: StepContext) => JsonObject {
  const all = Object.entries(totals ?? {}).map(([field, total]) => {
    const inLines = total.of.startsWith(`${lines}.`);
    return { field, total, inLines, path: parsePath(inLines ? total.of.slice(lines.length + 1) : total.of) };
  });
  return (row, rows, piece, context) => {
    const added = all.map(({ field, total, inLines, path }): readonly [string, Json] => {
      const holders = inLines || total.of === lines ? (linesOf(row, lines) ?? []) : rows;
      const values = total.of === lines ? holders : holders.map((each) => getPath(each, path));
      if (values.length > 0 && values.every((value) => value === undefined)) {
        context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field: total.of });
      }
      const result = totalOf(total.with, values);
      if ("value" in result) return [field, result.value];
      context.issue(piece, "RESTRUCTURE_NOT_A_NUMBER", { field: total.of, value: result.notNumber });
      return [field, null];
    });
    return added.length === 0 ? row : withFields(row, added);
  };
}

/** The members' sources in one list (a record once), and per member its rows as places in that list. */
export function joinSources(members: readonly Piece[]): {
  readonly sources: readonly BillSource[];
  readonly places: readonly (readonly LineSource[])[];
} {
  const byKey = new Map<string, { readonly index: number; readonly number: string; readonly rows: Set<number> }>();
  const places = members.map((member) =>
    member.sources.flatMap(({ key, number, rowIndexes }) => {
      const known = byKey.get(key) ?? { index: byKey.size, number, rows: new Set<number>() };
      byKey.set(key, known);
      for (const row of rowIndexes) known.rows.add(row);
      return rowIndexes.map((rowIndex): LineSource => ({ source: known.index, rowIndex }));
    }),
  );
  const sources = [...byKey].map(([key, { number, rows }]) => ({ key, number, rowIndexes: [...rows].toSorted((a, b) => a - b) }));
  return { sources, places };
}

/** An issue for each key field that the piece's row does not have at all. */
export function reportMissing(piece: Piece, paths: readonly Path[], context: StepContext): void {
  for (const path of paths) {
    if (getPath(piece.row, path) === undefined) context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field: path.text });
  }
}

function lineEntries(
  row: JsonObject,
  names: readonly string[],
  paths: ReadonlyMap<string, Path>,
  header: JsonObject,
): readonly (readonly [string, Json])[] {
  return names.flatMap((name): readonly (readonly [string, Json])[] => {
    const path = paths.get(name);
    const value = path === undefined ? ownField(row, name) : getPath(row, path);
    if (value !== undefined) return [[name, value]];
    return Object.hasOwn(header, name) ? [[name, null]] : [];
  });
}
