/**
 * explode: one bill to one per element of an array. The element's members stand beside the header's under a prefix, the array goes.
 * An element's field wins over a header field of the same name. An object in the array's place counts as its one element.
 */
import { isArray, isObject, memberOf, type Json, type JsonArray, type JsonObject } from "../../../value/json.ts";
import { getPath, parsePath } from "../../../value/path.ts";
import { comparableText, isEmpty } from "../condition-compare.ts";
import type { ExplodeStep } from "../restructure-schema.ts";
import { flattenObject } from "./flatten.ts";
import type { Piece, StepContext, StepRunner } from "./piece.ts";
import { entriesOf, withFields, withoutPath } from "./row.ts";

/** Makes the step ready. Something that is neither array nor object at the path is an issue. */
export function compileExplode(step: ExplodeStep): StepRunner {
  const path = parsePath(step.path);
  const separator = step.separator ?? "_";
  const name = path.steps.at(-1)?.key ?? step.path;
  const prefix = step.prefix ?? `${name}${separator}`;
  const [number, start] = [step.number ?? "bfn_num", step.start ?? 1];

  const elementFields = (element: Json, piece: Piece, context: StepContext): readonly (readonly [string, Json])[] => {
    if (!isObject(element)) return [[prefix === "" ? name : prefix.replace(/[_.-]$/, ""), element]];
    const clashes = new Set<string>();
    const flat = flattenObject(element, separator, undefined, clashes);
    for (const clash of clashes) context.issue(piece, "RESTRUCTURE_NAME_CLASH", { field: `${prefix}${clash}` });
    return entriesOf(flat).map(([key, value]) => [`${prefix}${key}`, value] as const);
  };

  return (pieces, context) =>
    pieces.flatMap((piece): readonly Piece[] => {
      const value = getPath(piece.row, path);
      const elements = elementsOf(value);
      if (elements === undefined) {
        context.issue(piece, "RESTRUCTURE_NOT_LINES", { field: step.path });
        return [piece];
      }
      const header = value === undefined ? piece.row : withoutPath(piece.row, path.steps);
      if (elements.length === 0) {
        const whole = step.id === undefined ? [] : [[step.id, recordKey(piece)] as const];
        if (step.whenEmpty !== "drop") return [pieceOf(piece, withFields(header, [[number, start], ...whole]), step.path, 0)];
        context.drop(piece, "empty", step.path);
        return [];
      }
      return elements.map((element, index) =>
        pieceOf(
          piece,
          withFields(header, [
            ...elementFields(element, piece, context),
            [number, start + index],
            ...numbered(step, piece, header, `-${start + index}`),
          ]),
          step.path,
          index,
        ),
      );
    });
}

/** The record's key and the fields that carry the piece's number behind them. */
function numbered(step: ExplodeStep, piece: Piece, header: JsonObject, suffix: string): readonly (readonly [string, Json])[] {
  const fields = (step.suffixed ?? []).flatMap((field): (readonly [string, Json])[] => {
    const value = memberOf(header, field);
    return isEmpty(value) ? [] : [[field, `${comparableText(value)}${suffix}`]];
  });
  return [...fields, ...(step.id === undefined ? [] : [[step.id, `${recordKey(piece)}${suffix}`] as const])];
}

function recordKey({ sources }: Piece): string {
  return [...new Set(sources.map((source) => source.key))].join(",");
}

function elementsOf(value: Json | undefined): JsonArray | undefined {
  if (value === undefined || value === null || value === "") return [];
  if (isArray(value)) return value;
  return isObject(value) ? [value] : undefined;
}

/** The piece for one element. When the array's lines have known source rows, the piece stems from its own rows alone. */
function pieceOf(piece: Piece, row: JsonObject, path: string, index: number): Piece {
  const segments = [...piece.segments, { number: index + 1, quiet: false }];
  const { [path]: places, ...lineSources } = piece.lineSources;
  const own = places?.[index];
  if (own === undefined) return { ...piece, row, segments, lineSources };
  const sources = piece.sources.flatMap((source, at) => {
    const rowIndexes = own.filter((place) => place.source === at).map((place) => place.rowIndex);
    return rowIndexes.length === 0 ? [] : [{ ...source, rowIndexes }];
  });
  // Other lists of lines count in the old list of sources, so they would point at the wrong record.
  return { ...piece, row, segments, sources, lineSources: piece.sources.length === sources.length ? lineSources : {} };
}
