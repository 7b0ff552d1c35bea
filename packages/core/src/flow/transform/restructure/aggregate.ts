/**
 * aggregate (Qeasy's groupCalculate): rows of many records to bills by group, their lines by a second group, the other columns by
 * calculation. What is neither grouped nor calculated is gone, as in a database's GROUP BY. Order is that of first appearance.
 *
 * It wants flat rows: an explode before it takes arrays apart. A header's amount then stands in each of its rows, so that `$sum` of it
 * counts once per line, as Qeasy does; `$first` or `$max` does not. A line's field has its column's name and, where the column is named
 * `<bodyName>_<field>`, the field's alone as well.
 */
import type { Json, JsonObject } from "../../../value/json.ts";
import { orderedObject } from "../../../value/key-order.ts";
import { getPath, parsePath, type Path } from "../../../value/path.ts";
import type { AggregateMethod, AggregateStep, TotalMethod } from "../restructure-schema.ts";
import { compileCap } from "./cap.ts";
import { joinSources } from "./group.ts";
import type { LineSource, Piece, StepContext, StepRunner } from "./piece.ts";
import { groupInOrder, valuesAt } from "./row.ts";
import { totalOf } from "./total.ts";

/** Name of the lines unless the step names them. */
export const LINES = "items";

type Members = readonly (readonly [string, Json])[];

interface Row {
  readonly piece: Piece;
  readonly sources: readonly LineSource[];
}

/** Makes the step ready. A column that no row has, or that is no number where one is needed, is an issue. */
export function compileAggregate(step: AggregateStep): StepRunner {
  const lines = step.bodyName ?? LINES;
  const header = (step.headerGroup ?? []).map(parsePath);
  const body = step.bodyGroup?.map(parsePath);
  const calculated = Object.entries(step.calculate ?? {}).map(([field, method]) => ({ path: parsePath(field), method }));
  // What is not named for the array can be read in the header too; in a line its own value comes first.
  const ofHeader = calculated.filter(({ path }) => body === undefined || !inBody(step, path.text));
  const cap = step.bodyMaxLine === undefined || body === undefined ? undefined : compileCap({ kind: "cap", lines, max: step.bodyMaxLine });
  return (pieces, context) => {
    const groups = groupInOrder(pieces, (piece) => keyed(piece, [...header, ...(body ?? [])], header.length, context));
    const bills = [...groups].map(([mergeKey, members]): Piece => {
      const { sources, places } = joinSources(members);
      const rows = members.map((piece, index): Row => ({ piece, sources: places[index] ?? [] }));
      const bill: Piece = { row: {}, segments: [], sources, lineSources: {}, mergeKey };
      const groupsOf = body === undefined ? [] : [...groupInOrder(rows, ({ piece }) => valuesAt(piece.row, body)).values()];
      const made = groupsOf.map((line) => lineRow(step, body ?? [], calculated, line, bill, context));
      const row = orderedObject([
        ...headed(header, members[0]),
        ...calculate(ofHeader, rows, bill, context),
        ...(body === undefined ? [] : [[lines, made] as const]),
        [step.sources ?? "source_numbers", [...new Set(sources.map((source) => source.number))]],
      ]);
      const lineSources = body === undefined ? {} : { [lines]: groupsOf.map((line) => line.flatMap((each) => each.sources)) };
      return { ...bill, row, lineSources };
    });
    return cap === undefined ? bills : cap(bills, context);
  };
}

interface Calculated {
  readonly path: Path;
  readonly method: AggregateMethod;
}

/** Whether a column is named for the array that was taken apart. */
function inBody({ bodyName }: AggregateStep, field: string): boolean {
  return bodyName !== undefined && field.startsWith(`${bodyName}_`);
}

/** The header's values as the group's key; a column that the row lacks is told. */
function keyed(piece: Piece, paths: readonly Path[], keys: number, context: StepContext): readonly (Json | undefined)[] {
  const values = valuesAt(piece.row, paths);
  values.forEach((value, index) => {
    if (value === undefined) context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field: paths[index]?.text });
  });
  return values.slice(0, keys);
}

function headed(paths: readonly Path[], first: Piece | undefined): Members {
  return paths.map((path) => [path.text, getPath(first?.row ?? {}, path) ?? null]);
}

function calculate(fields: readonly Calculated[], rows: readonly Row[], bill: Piece, context: StepContext): Members {
  return fields.map(({ path, method }): readonly [string, Json] => {
    const values = rows.map(({ piece }) => getPath(piece.row, path));
    if (values.every((value) => value === undefined)) context.issue(bill, "RESTRUCTURE_FIELD_MISSING", { field: path.text });
    const result = totalOf(method.slice(1) as TotalMethod, values);
    if ("value" in result) return [path.text, result.value];
    context.issue(bill, "RESTRUCTURE_NOT_A_NUMBER", { field: path.text, value: result.notNumber });
    return [path.text, null];
  });
}

function lineRow(
  step: AggregateStep,
  group: readonly Path[],
  fields: readonly Calculated[],
  rows: readonly Row[],
  bill: Piece,
  context: StepContext,
): JsonObject {
  const members = [...headed(group, rows[0]?.piece), ...calculate(fields, rows, bill, context)];
  const short = members.flatMap(([name, value]): Members => (inBody(step, name) ? [[shortName(step, name), value]] : []));
  return orderedObject([...members, ...short]);
}

/** A column's name without that of the array it came from. */
export function shortName({ bodyName }: Pick<AggregateStep, "bodyName">, field: string): string {
  const prefix = `${bodyName ?? ""}_`;
  return bodyName !== undefined && field.startsWith(prefix) ? field.slice(prefix.length) : field;
}
