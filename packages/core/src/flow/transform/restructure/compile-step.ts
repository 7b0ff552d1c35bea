/** From a checked step document to the function that runs it. Bad paths and values are errors with the place in the flow. */
import { DatongError, inBothLanguages } from "../../../error/datong-error.ts";
import { compileAggregate } from "./aggregate.ts";
import { compileCap } from "./cap.ts";
import { compileDistinct } from "./distinct.ts";
import { compileExplode } from "./explode.ts";
import { compileFilter } from "./filter.ts";
import { compileFlatten } from "./flatten.ts";
import { compileGroup } from "./group.ts";
import { compileMerge } from "./merge.ts";
import type { StepRunner } from "./piece.ts";
import { compileRename } from "./rename.ts";
import { compileFormat, compileSet } from "./set.ts";
import { compileSpread } from "./spread.ts";
import type { RestructureStep } from "../restructure-schema.ts";

/** Compiles one step; `path` is its place in the flow. */
export function compileStep(step: RestructureStep, path: string): StepRunner {
  try {
    return compileKind(step, path);
  } catch (cause) {
    if (cause instanceof DatongError && cause.code === "PATH_INVALID") {
      throw new DatongError("RESTRUCTURE_STEP_INVALID", { path, expected: inBothLanguages(cause) }, { cause });
    }
    throw cause;
  }
}

function compileKind(step: RestructureStep, path: string): StepRunner {
  switch (step.kind) {
    case "flatten":
      return compileFlatten(step);
    case "group":
      return compileGroup(step);
    case "merge":
      if ((step.sumLinesBy === undefined) !== (step.sumFields === undefined)) {
        throw new DatongError("RESTRUCTURE_STEP_INVALID", { path, expected: "sumLinesBy and sumFields together, or neither" });
      }
      return compileMerge(step, path);
    case "aggregate":
      if (step.headerGroup === undefined && step.bodyGroup === undefined) {
        throw new DatongError("RESTRUCTURE_STEP_INVALID", { path, expected: "headerGroup or bodyGroup" });
      }
      return compileAggregate(step);
    case "explode":
      return compileExplode(step);
    case "cap":
      return compileCap(step);
    case "spread":
      return compileSpread(step);
    case "distinct":
      return compileDistinct(step);
    case "filter":
      return compileFilter(step, path);
    case "set":
      return compileSet(step, path);
    case "rename":
      return compileRename(step);
    case "format":
      return compileFormat(step, path);
  }
}
