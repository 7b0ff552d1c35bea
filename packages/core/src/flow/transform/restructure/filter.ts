/** filter: keeps the bills and lines that meet a condition; whatever goes is reported with the rule that said so. */
import { applyCondition, compileCondition } from "../condition.ts";
import type { FilterStep } from "../restructure-schema.ts";
import type { LineSources, Piece, StepRunner } from "./piece.ts";

/** Makes the step ready; `path` is the step's place in the flow, for errors. */
export function compileFilter(step: FilterStep, path: string): StepRunner {
  const condition = compileCondition(step.where, `${path}.where`);
  const named = (rule: string): string => (step.name === undefined || rule !== "condition" ? rule : step.name);
  return (pieces, context) =>
    pieces.flatMap((piece): readonly Piece[] => {
      const result = applyCondition(condition, piece.row);
      if ("dropped" in result) {
        context.drop(piece, "filter", named(result.dropped));
        return [];
      }
      for (const { path: linesPath, indexes, line, rule } of result.droppedLines) {
        context.drop(piece, "filter", named(rule), { path: linesPath, indexes, value: line });
      }
      if (result.row === piece.row) return [piece];
      const gone = new Set(result.droppedLines.map((each) => `${each.path}#${each.indexes.join(".")}`));
      return [{ ...piece, row: result.row, lineSources: keepPlaces(piece.lineSources, gone) }];
    });
}

function keepPlaces(lineSources: LineSources, gone: ReadonlySet<string>): LineSources {
  return Object.fromEntries(
    Object.entries(lineSources).map(([path, places]) => [path, places.filter((_, index) => !gone.has(`${path}#${index}`))]),
  );
}
