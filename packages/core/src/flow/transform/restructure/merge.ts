/**
 * merge: bills of many records to one, such as a day's summary per shop. Order is that of first appearance.
 *
 * Bills that already have lines give those (then each must have the field, be it empty); flat bills are lines themselves. The header takes the first bill's values. Every source
 * record stays in the result's `sources`, every line knows its rows, and the source numbers are listed in a field.
 */
import { memberOf, type Json, type JsonObject } from "../../../value/json.ts";
import { orderedObject } from "../../../value/key-order.ts";
import { decimalText } from "../../../value/decimal.ts";
import { getPath, parsePath, type Path } from "../../../value/path.ts";
import { comparableText, isEmpty, numberOf } from "../condition-compare.ts";
import type { MergeStep } from "../restructure-schema.ts";
import { compileComputed, type Computed } from "./computed.ts";
import { compileHeaderSplit, compileTotals, headerKeys, joinSources } from "./group.ts";
import type { LineSource, Piece, StepContext, StepRunner } from "./piece.ts";
import { entriesOf, groupInOrder, linesOf, valuesAt, withFields } from "./row.ts";
import { sumOf } from "./total.ts";

interface Line {
  readonly row: JsonObject;
  readonly sources: readonly LineSource[];
}

/** Makes the step ready; `path` is the step's place in the flow, for errors. */
export function compileMerge(step: MergeStep, path: string): StepRunner {
  const keys = step.by.map((by, index) => compileKey(by, `${path}.by[${index}]`));
  const addUp = compileAddUp(step);
  const totals = compileTotals(step.totals, step.lines);
  const build = compileParts(
    step,
    keys.map((key) => key.as),
  );
  return (pieces, context) => {
    // Decided for all bills at once: one that lacks its lines must not become a line because it stands alone in its group.
    const haveLines = pieces.some((piece) => Object.hasOwn(piece.row, step.lines));
    const keyed = pieces.map((piece) => ({ piece, values: keys.map((key) => key.valueOf(piece, context)) }));
    return [...groupInOrder(keyed, (each) => each.values)].map(([mergeKey, group]) => {
      const members = group.map((each) => each.piece);
      const { header, lines } = build(members, haveLines, context);
      const { sources } = joinSources(members);
      const computed = keys.map((key, index): readonly [string, Json] => [key.as, group[0]?.values[index] ?? null]);
      const bill: Piece = { row: header, segments: [], sources, lineSources: {}, mergeKey };
      const added = addUp(lines, bill, context);
      const fields: readonly (readonly [string, Json])[] = [
        ...computed,
        [step.lines, added.map((line) => line.row)],
        [step.sources ?? "source_numbers", [...new Set(sources.map((source) => source.number))]],
      ];
      const addedUp = totals(
        added.map((line) => line.row),
        members.map((member) => member.row),
        bill,
        context,
      );
      const row = withFields(header, [...fields, ...addedUp]);
      return { ...bill, row, lineSources: { [step.lines]: added.map((line) => line.sources) } };
    });
  };
}

interface MergeKey {
  readonly as: string;
  valueOf(piece: Piece, context: StepContext): Json | undefined;
}

function compileKey(by: MergeStep["by"][number], path: string): MergeKey {
  const field = typeof by === "string" ? by : by.field;
  const source = parsePath(field);
  const filter = typeof by === "string" ? undefined : by.filter;
  const computed: Computed | undefined = filter === undefined ? undefined : compileComputed(`{{${field}|${filter}}}`, `${path}.filter`);
  return {
    as: typeof by === "string" ? by : (by.as ?? field),
    valueOf(piece, context) {
      const value = getPath(piece.row, source);
      if (value === undefined) context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field });
      return value === undefined || computed === undefined ? value : computed(piece, undefined, field, context);
    },
  };
}

/** Header and lines of the members: from their own lines where they have them, else a member is one line. */
function compileParts(
  step: MergeStep,
  by: readonly string[],
): (
  members: readonly Piece[],
  haveLines: boolean,
  context: StepContext,
) => { readonly header: JsonObject; readonly lines: readonly Line[] } {
  const split = compileHeaderSplit(by, step.header, step.lineFields);
  const headerNames = step.header === undefined ? undefined : headerKeys([...by, ...step.header]);
  const lineFields = step.lineFields?.map((name) => parsePath(name));
  return (members, haveLines, context) => {
    const { places } = joinSources(members);
    if (!haveLines) {
      const { header, lines } = split(members.map((member) => member.row));
      return { header, lines: lines.map((row, index) => ({ row, sources: places[index] ?? [] })) };
    }
    const first = members[0]?.row ?? {};
    const header = headerNames === undefined ? first : orderedObject(entriesOf(first).filter(([key]) => headerNames.has(key)));
    const lines = members.flatMap((member, index) => ownLines(member, step.lines, lineFields, places[index] ?? [], context));
    return { header, lines };
  };
}

function ownLines(
  member: Piece,
  name: string,
  lineFields: readonly Path[] | undefined,
  places: readonly LineSource[],
  context: StepContext,
): readonly Line[] {
  const lines = linesOf(member.row, name);
  if (lines === undefined) context.issue(member, "RESTRUCTURE_NOT_LINES", { field: name });
  if (memberOf(member.row, name) === undefined) context.issue(member, "RESTRUCTURE_FIELD_MISSING", { field: name });
  // The member's own line sources count in its list of sources; find the same rows in the joined list.
  const joined = new Map<string, LineSource>();
  member.sources
    .flatMap((source, at) => source.rowIndexes.map((row) => `${at}/${row}`))
    .forEach((id, index) => {
      const place = places[index];
      if (place !== undefined) joined.set(id, place);
    });
  return (lines ?? []).map((line, index) => {
    const own = member.lineSources[name]?.[index]?.flatMap((place) => joined.get(`${place.source}/${place.rowIndex}`) ?? []);
    return { row: lineFields === undefined ? line : pickLine(line, member.row, lineFields), sources: own ?? places };
  });
}

function pickLine(line: JsonObject, header: JsonObject, fields: readonly Path[]): JsonObject {
  return orderedObject(
    fields.flatMap((path): readonly (readonly [string, Json])[] => {
      const inLine = getPath(line, path);
      const value = inLine === undefined ? getPath(header, path) : inLine;
      return value === undefined ? [] : [[path.text, value]];
    }),
  );
}

/** Puts lines with the same `sumLinesBy` together, adding `sumFields`; the first line gives the other fields. */
function compileAddUp(step: MergeStep): (lines: readonly Line[], piece: Piece, context: StepContext) => readonly Line[] {
  const { sumLinesBy } = step;
  if (sumLinesBy === undefined) return (lines) => lines;
  const inLine = (name: string): string => (name.startsWith(`${step.lines}.`) ? name.slice(step.lines.length + 1) : name);
  const by = sumLinesBy.map((name) => parsePath(inLine(name)));
  const sumFields = (step.sumFields ?? []).map(inLine);
  return (lines, piece, context) =>
    [...groupInOrder(lines, (line) => valuesAt(line.row, by)).values()].map((same) => {
      const sums = sumFields.flatMap((field) => sumField(same, field, piece, context));
      return { row: withFields(same[0]?.row ?? {}, sums), sources: same.flatMap((line) => line.sources) };
    });
}

function sumField(lines: readonly Line[], field: string, piece: Piece, context: StepContext): readonly (readonly [string, Json])[] {
  const values = lines.map((line) => memberOf(line.row, field));
  if (values.every((value) => value === undefined)) context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field });
  const wrong = values.find((value) => !isEmpty(value) && numberOf(value) === undefined);
  if (wrong !== undefined) context.issue(piece, "RESTRUCTURE_NOT_A_NUMBER", { field, value: comparableText(wrong) });
  return [[field, decimalText(sumOf(values.flatMap((value) => (isEmpty(value) ? [] : (numberOf(value) ?? [])))))]];
}
