/** As fuzz-language.test.ts, ten times as much and from another seed. Part of `npm run soak`. */
import { reportFigure } from "@datong/testkit";
import { expect, test } from "vitest";
import { fuzzValues, meaningChanged } from "./fuzz-language.ts";

test("100,000 random values over hostile records end, with a value or an error of ours", ({ task }) => {
  const { values, codes, slowestMs } = fuzzValues(1_000_000, 100_000);
  const refused = [...codes.values()].reduce((sum, count) => sum + count, 0);
  reportFigure(task, {
    figure: "100,000 random values over hostile records",
    aim: "each ends with a value or an error of ours, in under 5 s",
    measured: `${values} values, ${refused} refused by ${codes.size} errors; the slowest took ${slowestMs.toFixed(0)} ms`,
    holds: values + refused === 100_000 && slowestMs < 5_000,
  });
  expect(values).toBeGreaterThan(20_000);
});

test("30,000 expressions over bound data mean what they mean over literals", ({ task }) => {
  const changed = Array.from({ length: 30_000 }, (_, seed) => meaningChanged(1_000_000 + seed)).filter((each) => each !== undefined);
  reportFigure(task, {
    figure: "30,000 expressions over bound hostile data",
    aim: "each means what it means over literals",
    measured: changed.length === 0 ? "all do" : `${changed.length} do not, such as ${changed[0]}`,
    holds: changed.length === 0,
  });
  expect(changed).toEqual([]);
});
