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
import { oneSegment, UNTRACED, type BillSource, type LineSource, type Piece, type StepContext, type StepRunner } from "./piece.ts";
import { entriesOf, keyText, valuesAt } from "./row.ts";
import { plainSum, totalOf } from "./total.ts";

/** Makes the step ready. A `by` field that a row lacks is an issue. */
export function compileGroup(step: GroupStep): StepRunner {
  const by = step.by.map((each) => parsePath(each));
  const split = compileHeaderSplit(step.by, step.header, step.lineFields);
  const totals = compileTotals(step.totals, step.lines);
  return (pieces, context) => {
    const groups = groupRows(pieces, by, context);
    return groups.map((members, index): Piece => {
      const rows = members.map((member) => member.row);
      const { header, lines } = split(rows);
      const { sources, lineSources } = sourcesOf(members, step.lines, context);
      const bill: Piece = {
        row: header,
        segments: oneSegment(index + 1, true),
        sources,
        lineSources,
        distinctKey: undefined,
        mergeKey: undefined,
      };
      const row = new ObjectBuilder(header);
      row.set(step.lines, lines);
      for (const [field, value] of totals(lines, rows, bill, context)) row.set(field, value);
      return { ...bill, row: row.done() };
    });
  };
}

/** As groupInOrder; rows of one bill mostly follow each other, and need no list of their values to be known as alike. */
function groupRows(pieces: readonly Piece[], by: readonly Path[], context: StepContext): readonly (readonly Piece[])[] {
  const groups = new Map<string, Piece[]>();
  let last: readonly (Json | undefined)[] = [];
  let open: Piece[] | undefined;
  for (const piece of pieces) {
    if (open === undefined || !hasValues(piece.row, by, last)) {
      last = valuesAt(piece.row, by);
      reportMissing(piece, by, last, context);
      const key = keyText(last);
      open = groups.get(key);
      if (open === undefined) groups.set(key, (open = []));
    }
    open.push(piece);
  }
  return [...groups.values()];
}

/** Whether the row has these very values; never where it lacks one, for that is told of every row. */
function hasValues(row: JsonObject, paths: readonly Path[], values: readonly (Json | undefined)[]): boolean {
  for (let index = 0; index < paths.length; index++) {
    const value = getPath(row, paths[index] as Path);
    if (value === undefined || value !== values[index]) return false;
  }
  return true;
}

function sourcesOf(members: readonly Piece[], lines: string, context: StepContext): Pick<Piece, "sources" | "lineSources"> {
  // A group's members are of one record.
  if (context.scope.untraced === true) return { sources: members[0]?.sources ?? [], lineSources: UNTRACED };
  const { sources, places } = joinSources(members);
  return { sources, lineSources: { [lines]: places } };
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
  const lineOf = lineMaker();
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

/**
 * A line is begun on a copy of an empty one where it has the same members as the one before: to replace values is cheaper than to add
 * members. The line itself is not kept: its texts are cut out of the whole page's.
 */
function lineMaker(): (row: JsonObject, fields: readonly LineField[], header: JsonObject) => JsonObject {
  let empty: JsonObject | undefined;
  let had: readonly string[] = [];
  return (row, fields, header) => {
    let isAlike = had.length === fields.length;
    const values: (Json | undefined)[] = [];
    for (let index = 0; index < fields.length; index++) {
      const { name, path } = fields[index] as LineField;
      const value = path === undefined ? memberOf(row, name) : getPath(row, path);
      values.push(value === undefined && Object.hasOwn(header, name) ? null : value);
      if (isAlike && (values[index] === undefined || had[index] !== name)) isAlike = false;
    }
    const line = new ObjectBuilder(isAlike ? empty : undefined);
    for (let index = 0; index < fields.length; index++) {
      const value = values[index];
      if (value !== undefined) line.set((fields[index] as LineField).name, value);
    }
    if (!isAlike) {
      had = values.includes(undefined) ? [] : fields.map(({ name }) => name);
      empty = orderedObject(had.map((name): [string, Json] => [name, null]));
    }
    return line.done();
  };
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
      const each = inLines ? made : rows;
      const sum = total.with === "sum" && total.of !== lines ? plainSum(each.length, (index) => getPath(each[index], path)) : undefined;
      if (sum !== undefined) return [field, sum];
      const values = total.of === lines ? made : each.map((row) => getPath(row, path));
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
