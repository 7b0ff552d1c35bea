/** As crash-points.test.ts, at the second to fourth coming to each point. Part of `npm run soak`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CRASH_POINTS } from "../../src/crash-point.ts";
import { openLab, type Lab } from "../flow/lab/lab.ts";
import { dieAndGoOn } from "./die-at.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test.each(CRASH_POINTS.flatMap((point) => [2, 3, 4].map((nth) => [point, nth] as const)))(
  "a process killed at %s, time %i, loses nothing and writes nothing twice",
  async (point, nth) => {
    await expect(dieAndGoOn(lab, point, nth)).resolves.toBeUndefined();
  },
);
