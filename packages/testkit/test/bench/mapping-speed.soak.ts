/** A page of a thousand bills, forty fields and three lookups each, against the same mapping written by hand in JavaScript with Maps. */
import { reportFigure } from "@datong/testkit";
import { test } from "vitest";
import { mappingJob, measureMapping } from "./mapping-speed.ts";

const RATIO_MAX = 1.5;

test("1,000 records of 40 fields with 3 lookups", ({ task }) => {
  const { mappedMs, byHandMs, ratio } = measureMapping(mappingJob(1_000), 400);
  reportFigure(task, {
    figure: "mapping 1,000 records × 40 fields with 3 lookups, times that by hand",
    aim: `under ${RATIO_MAX}`,
    measured: `${ratio.toFixed(2)} (${mappedMs.toFixed(1)} ms, by hand ${byHandMs.toFixed(1)} ms)`,
    holds: ratio < RATIO_MAX,
  });
});
