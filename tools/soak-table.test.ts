import { expect, test } from "vitest";
import { allHold, soakLines, soakTable, type SoakResult, type SoakTest } from "./soak-table.ts";

const figure = { figure: "time", aim: "at most 2.0", measured: "1.9", holds: true };
const passed = (name: string): SoakTest => ({ name, state: "passed", figures: [] });
const result = (tests: readonly SoakTest[]): SoakResult => ({ soak: "pair", minutes: 3, lines: soakLines(tests) });

test("every figure, failure and skip is a line; what simply passed is one", () => {
  const tests: readonly SoakTest[] = [
    { ...passed("timed"), figures: [figure] },
    passed("a"),
    passed("b"),
    { name: "c", state: "failed", reason: "lost | two", figures: [] },
    { name: "d", state: "skipped", reason: "no bench here", figures: [] },
  ];
  expect(soakTable([result(tests)]).split("\n")).toEqual([
    "| soak           | figure         | aim         | measured               | holds |",
    "|----------------|----------------|-------------|------------------------|-------|",
    "| pair (3.0 min) | time           | at most 2.0 | 1.9                    | yes   |",
    "|                | a … and 1 more | passes      | 2 passed               | yes   |",
    "|                | c              | passes      | failed: lost \\| two    | NO    |",
    "|                | d              | passes      | skipped: no bench here | —     |",
    "",
    "2 hold, 1 do not, 1 not measured (3 min)",
  ]);
});

test.each([
  ["all held", [passed("a")], true],
  ["some were skipped", [passed("a"), { name: "d", state: "skipped", figures: [] }], true],
  ["nothing was measured", [{ name: "d", state: "skipped", figures: [] }], false],
  ["nothing was run", [], false],
  ["one failed", [passed("a"), { name: "c", state: "failed", figures: [] }], false],
  ["a figure of a test that passed does not hold", [{ ...passed("a"), figures: [{ ...figure, holds: false }] }], false],
] as const)("when %s", (_, tests, holds) => {
  expect(allHold([result(tests)])).toBe(holds);
});
