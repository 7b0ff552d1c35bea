/** The table of `npm run soak`: a line for each figure that a soak reported, and one for its tests that reported none. */
import type { SoakFigure } from "@datong/testkit";

/** What one test of a soak came to. */
export interface SoakTest {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped, one line. */
  readonly reason?: string;
  readonly figures: readonly SoakFigure[];
}

/** `holds` is null where nothing was measured. */
export interface SoakLine extends Omit<SoakFigure, "holds"> {
  readonly holds: boolean | null;
}

export interface SoakResult {
  readonly soak: string;
  readonly minutes: number;
  readonly lines: readonly SoakLine[];
}

/** Figures, failures and skips one by one; what simply passed in one line. */
export function soakLines(tests: readonly SoakTest[]): readonly SoakLine[] {
  const silent = tests.filter((test) => test.state === "passed" && test.figures.length === 0);
  const [first] = silent;
  const named = first === undefined ? [] : [silent.length === 1 ? first.name : `${first.name} … and ${silent.length - 1} more`];
  return [
    ...tests.flatMap((test) => test.figures),
    ...named.map((figure) => ({
      figure,
      aim: "passes",
      measured: silent.length === 1 ? "passed" : `${silent.length} passed`,
      holds: true,
    })),
    ...tests.flatMap((test): readonly SoakLine[] => {
      if (test.state === "passed") return [];
      const measured = `${test.state}: ${test.reason ?? "no reason given"}`;
      return [{ figure: test.name, aim: "passes", measured, holds: test.state === "failed" ? false : null }];
    }),
  ];
}

/** Whether everything was seen to hold. */
export function allHold(results: readonly SoakResult[]): boolean {
  const lines = results.flatMap((result) => result.lines);
  return lines.some((line) => line.holds === true) && lines.every((line) => line.holds !== false);
}

/** Markdown, for the notes of an issue, and a last line with the sums. */
export function soakTable(results: readonly SoakResult[]): string {
  const rows = results.flatMap(({ soak, minutes, lines }) =>
    lines.map((line, i) => [
      i === 0 ? `${soak} (${minutes.toFixed(1)} min)` : "",
      line.figure,
      line.aim,
      line.measured,
      line.holds === null ? "—" : line.holds ? "yes" : "NO",
    ]),
  );
  const head = ["soak", "figure", "aim", "measured", "holds"];
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ")));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  const [header = [], ...body] = cells;
  const count = (holds: boolean | null): number => results.flatMap((result) => result.lines).filter((line) => line.holds === holds).length;
  const minutes = results.reduce((sum, result) => sum + result.minutes, 0);
  const skipped = count(null) > 0 ? `, ${count(null)} not measured` : "";
  return [
    lineOf(header),
    rule,
    ...body.map(lineOf),
    "",
    `${count(true)} hold, ${count(false)} do not${skipped} (${minutes.toFixed(0)} min)`,
  ].join("\n");
}
