/** cap: a bill with too many lines to several, each with the whole header. The pieces' lines, put together, are the old lines. */
import type { CapStep } from "../restructure-schema.ts";
import type { Piece, StepRunner } from "./piece.ts";
import { linesOf, withFields } from "./row.ts";

/** Makes the step ready. A bill without lines stays one piece; a field that is no list of lines is an issue. */
export function compileCap(step: CapStep): StepRunner {
  const part = step.part ?? "part_no";
  return (pieces, context) =>
    pieces.flatMap((piece): readonly Piece[] => {
      const lines = linesOf(piece.row, step.lines);
      if (lines === undefined) {
        context.issue(piece, "RESTRUCTURE_NOT_LINES", { field: step.lines });
        return [piece];
      }
      const count = Math.max(1, Math.ceil(lines.length / step.max));
      return Array.from({ length: count }, (_, index): Piece => {
        const [from, to] = [index * step.max, (index + 1) * step.max];
        const own = count === 1 ? [] : [[step.lines, lines.slice(from, to)] as const];
        const places = piece.lineSources[step.lines];
        return {
          ...piece,
          row: withFields(piece.row, [...own, [part, index + 1]]),
          segments: [...piece.segments, { number: index + 1, quiet: true }],
          ...(places === undefined ? {} : { lineSources: { ...piece.lineSources, [step.lines]: places.slice(from, to) } }),
        };
      });
    });
}
