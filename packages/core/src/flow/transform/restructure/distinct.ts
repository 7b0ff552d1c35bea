/** distinct: one bill per key. Within a record the first stays; across records the engine compares `distinctKey`. */
import { getPath, parsePath } from "../../../value/path.ts";
import { isEmpty } from "../condition-compare.ts";
import type { DistinctStep } from "../restructure-schema.ts";
import type { Piece, StepRunner } from "./piece.ts";
import { keyText, valuesAt } from "./row.ts";

/** Makes the step ready. A bill with an empty key field is an issue and gets no key. */
export function compileDistinct(step: DistinctStep): StepRunner {
  const by = step.by.map((field) => parsePath(field));
  return (pieces, context) => {
    const seen = new Set<string>();
    return pieces.flatMap((piece): readonly Piece[] => {
      const empty = by.filter((path) => isEmpty(getPath(piece.row, path)));
      for (const path of empty) context.issue(piece, "RESTRUCTURE_KEY_EMPTY", { field: path.text });
      if (empty.length > 0) return [piece];
      const distinctKey = keyText(valuesAt(piece.row, by));
      if (seen.has(distinctKey)) {
        context.drop(piece, "duplicate", distinctKey);
        return [];
      }
      seen.add(distinctKey);
      return [{ ...piece, distinctKey }];
    });
  };
}
