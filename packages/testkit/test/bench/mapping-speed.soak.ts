/**
 * A page of a thousand bills, forty fields and three lookups each, against the same mapping written by hand in JavaScript with Maps. In a
 * process of its own: vitest reads each imported name through its module's record, which calls between modules pay for and loops do not.
 */
import { reportFigure } from "@datong/testkit";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import type { MappingSpeeds } from "./mapping-speed.ts";

const RATIO_MAX = 1.5;
const PROGRAM = fileURLToPath(new URL("measure-mapping.ts", import.meta.url));

test("1,000 records of 40 fields with 3 lookups", ({ task }) => {
  const { texts, objects } = JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: "utf8" })) as MappingSpeeds;
  for (const [form, speed] of [["texts", texts] as const, ["objects", objects] as const]) {
    const { mappedMs, byHandMs, ratio, tightMs, tightRatio } = speed;
    reportFigure(task, {
      figure: `mapping 1,000 records × 40 fields with 3 lookups to ${form}, times that by hand`,
      aim: `under ${RATIO_MAX}`,
      measured: `${ratio.toFixed(2)} (${mappedMs.toFixed(1)} ms, by hand ${byHandMs.toFixed(1)} ms); against one object literal ${tightRatio.toFixed(2)} (${tightMs.toFixed(1)} ms)`,
      holds: ratio < RATIO_MAX,
    });
  }
});
