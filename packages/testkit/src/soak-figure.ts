/**
 * What a soak measured, for the table that `npm run soak` prints at its end. Figures travel with the test to the process that prints.
 * A test that reports none is a line with its verdict; a figure that does not hold ends the command with 1, whether or not the test fails.
 */
import type { TestContext } from "vitest";

export interface SoakFigure {
  /** What was measured, with the conditions: "bills lost, 20 kills". */
  readonly figure: string;
  /** As the issue or the document says it, with its unit: "at most 20 ms". */
  readonly aim: string;
  /** With its unit, and whatever a reader needs to judge it: "7.3 ms (median of 200)". */
  readonly measured: string;
  readonly holds: boolean;
}

declare module "vitest" {
  interface TaskMeta {
    figures?: SoakFigure[];
  }
}

/** Adds a line to the table: `test("…", async ({ task }) => { … reportFigure(task, { … }); })`. */
export function reportFigure(task: TestContext["task"], figure: SoakFigure): void {
  (task.meta.figures ??= []).push(figure);
}
