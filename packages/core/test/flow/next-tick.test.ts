/** Schedules: cron in a zone, China's unless another is named. */
import { describe, expect, test } from "vitest";
import { nextTick } from "../../src/flow/next-tick.ts";

describe("the next tick", () => {
  test.each([
    [{ cron: "0 2 * * *" }, "2026-11-21T17:00:00Z", "2026-11-21T18:00:00.000Z"],
    [{ cron: "0 2 * * *", zone: "UTC" }, "2026-11-21T17:00:00Z", "2026-11-22T02:00:00.000Z"],
    [{ cron: "*/10 * * * * *" }, "2026-11-21T17:00:00Z", "2026-11-21T17:00:10.000Z"],
    // The day that Berlin's clocks go back has 02:30 twice; the job runs once.
    [{ cron: "30 2 25 10 *", zone: "Europe/Berlin" }, "2026-10-24T12:00:00Z", "2026-10-25T00:30:00.000Z"],
  ])("of %j after %s is %s", (schedule, after, expected) => {
    expect(new Date(nextTick(schedule, Date.parse(after)) ?? 0).toISOString()).toBe(expected);
  });

  test("does not exist for a day that never comes", () => {
    expect(nextTick({ cron: "0 0 30 2 *" }, Date.parse("2026-11-21T00:00:00Z"))).toBeNull();
  });
});
