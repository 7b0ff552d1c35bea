/** A value of the value language inside a step: compiled with the flow, evaluated per bill or line; a failure is an issue of the bill. */
import { DatongError, inBothLanguages } from "../../../error/datong-error.ts";
import type { Json } from "../../../value/json.ts";
import { compileValue, evaluateValue } from "../template-compile.ts";
import type { Piece, StepContext } from "./piece.ts";
import type { LinePlace } from "./row.ts";

/** Evaluates for a piece and, inside lines, for one line. `field` names what is being computed, for the issue. Undefined when missing or failed. */
export type Computed = (piece: Piece, line: LinePlace | undefined, field: string, context: StepContext) => Json | undefined;

/** Compiles a text; `path` is its place in the flow, for the value language's own errors. */
export function compileComputed(text: string, path: string): Computed {
  const value = compileValue(text, { fieldPath: path });
  return (piece, line, field, context) => {
    const { globals, zone } = context.scope;
    try {
      return evaluateValue(value, { row: piece.row, globals, zone, ...(line === undefined ? {} : { element: line }) });
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
      context.issue(piece, "RESTRUCTURE_VALUE_FAILED", { field, reason: inBothLanguages(error) });
      return undefined;
    }
  };
}
