/** Schedules: cron in a zone, China's unless another is named; what becomes of ticks that were missed; hours in which calls begin. */
import { describe, expect, test } from "vitest";
import { dueTick, latestTick, nextTick, targetTick } from "../../src/flow/next-tick.ts";
import { hoursChangeAt, isOpen, opensAt, windowHours, withoutMaintenance } from "../../src/flow/open-hours.ts";

const ms = (text: string): number => Date.parse(text);
const text = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());

describe("the next tick", () => {
  test.each([
    [{ cron: "0 2 * * *" }, "2026-11-21T17:00:00Z", "2026-11-21T18:00:00.000Z"],
    [{ cron: "0 2 * * *", zone: "UTC" }, "2026-11-21T17:00:00Z", "2026-11-22T02:00:00.000Z"],
    [{ cron: "*/10 * * * * *" }, "2026-11-21T17:00:00Z", "2026-11-21T17:00:10.000Z"],
    // The day that Berlin's clocks go back has 02:30 twice; the job runs once.
    [{ cron: "30 2 25 10 *", zone: "Europe/Berlin" }, "2026-10-24T12:00:00Z", "2026-10-25T00:30:00.000Z"],
    // The day that they go forward has no 02:30: it runs as soon as that is past.
    [{ cron: "30 2 * * *", zone: "Europe/Berlin" }, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00.000Z"],
    [{ cron: "30 2 * * *", zone: "Europe/Berlin" }, "2026-03-29T02:00:00Z", "2026-03-30T00:30:00.000Z"],
    [{ cron: "0 12 * * *", zone: "America/New_York" }, "2026-03-07T18:00:00Z", "2026-03-08T16:00:00.000Z"],
    [{ cron: "0 12 * * *", zone: "America/New_York" }, "2026-10-31T17:00:00Z", "2026-11-01T17:00:00.000Z"],
    // Lord Howe's clocks go back by half an hour.
    [{ cron: "0 9 * * *", zone: "Australia/Lord_Howe" }, "2026-04-03T23:00:00Z", "2026-04-04T22:30:00.000Z"],
    [{ cron: "0 0 29 2 *" }, "2026-11-21T00:00:00Z", "2028-02-28T16:00:00.000Z"],
    [{ cron: "0 9 * * 1-5" }, "2026-11-20T01:00:00Z", "2026-11-23T01:00:00.000Z"],
  ])("of %j after %s is %s", (schedule, after, expected) => {
    expect(text(nextTick(schedule, ms(after)))).toBe(expected);
  });

  test("of 4-59/31 6-23 * * * is twice an hour from 06:04 to 23:35 in China", () => {
    const ticks = [];
    for (let at = nextTick({ cron: "4-59/31 6-23 * * *" }, ms("2026-11-20T16:00:00Z")) ?? 0; at < ms("2026-11-21T16:00:00Z");) {
      ticks.push(new Date(at + 8 * 3_600_000).toISOString().slice(11, 16));
      at = nextTick({ cron: "4-59/31 6-23 * * *" }, at) ?? Number.POSITIVE_INFINITY;
    }
    const hours = Array.from({ length: 18 }, (_, i) => String(i + 6).padStart(2, "0"));
    expect(ticks).toEqual(hours.flatMap((hour) => [`${hour}:04`, `${hour}:35`]));
  });

  test("does not exist for a day that never comes", () => {
    expect(nextTick({ cron: "0 0 30 2 *" }, ms("2026-11-21T00:00:00Z"))).toBeNull();
  });
});

test.each([
  ["2026-11-21T18:00:00Z", "2026-11-21T18:00:00.000Z"],
  ["2026-11-21T18:00:00.400Z", "2026-11-21T18:00:00.000Z"],
  ["2026-11-21T17:59:59.999Z", "2026-11-20T18:00:00.000Z"],
])("the latest tick of 02:00 at %s is %s", (at, expected) => {
  expect(text(latestTick({ cron: "0 2 * * *" }, ms(at)))).toBe(expected);
});

describe("ticks that were missed", () => {
  const HOURLY = { cron: "0 * * * *", zone: "UTC" };
  // The last one fired at 03:00; the process came back at 08:20.
  const at = { firedMs: ms("2026-11-21T03:00:00Z"), nowMs: ms("2026-11-21T08:20:30Z"), presentMs: ms("2026-11-21T08:20:00Z") };

  test("fire once, together, with `last`, which is what happens unless something else is said", () => {
    const expected = { due: true, tickMs: ms("2026-11-21T04:00:00Z"), untilMs: at.nowMs };
    expect(dueTick(HOURLY, at)).toEqual(expected);
    expect(dueTick({ ...HOURLY, misfire: "last" }, at)).toEqual(expected);
  });

  test("do not fire with `none`; what comes due while somebody is there does, however late", () => {
    expect(dueTick({ ...HOURLY, misfire: "none" }, at)).toEqual({ due: false, nextMs: ms("2026-11-21T09:00:00Z") });
    const later = { ...at, nowMs: ms("2026-11-21T09:50:00Z") };
    expect(dueTick({ ...HOURLY, misfire: "none" }, later)).toEqual({ due: true, tickMs: ms("2026-11-21T09:00:00Z"), untilMs: later.nowMs });
  });

  test("fire each with `all`, the newest hundred at most", () => {
    let { firedMs } = at;
    const fired = [];
    for (let due = dueTick({ ...HOURLY, misfire: "all" }, { ...at, firedMs }); due.due;) {
      fired.push(new Date(due.tickMs).getUTCHours());
      firedMs = due.untilMs;
      due = dueTick({ ...HOURLY, misfire: "all" }, { ...at, firedMs });
    }
    expect(fired).toEqual([4, 5, 6, 7, 8]);
    const month = dueTick({ ...HOURLY, misfire: "all" }, { ...at, firedMs: ms("2026-10-21T03:00:00Z") });
    expect(month).toMatchObject({ due: true, tickMs: ms("2026-11-17T05:00:00Z") });
  });

  test("outside the windows are one, even with `all`", () => {
    const schedule = { ...HOURLY, misfire: "all" as const, windows: ["06:00-20:00"] };
    expect(dueTick(schedule, at)).toEqual({ due: true, tickMs: ms("2026-11-21T04:00:00Z"), untilMs: ms("2026-11-21T06:00:00Z") });
  });

  test("of a target: the latest counts, but with `none` only when somebody was there", () => {
    expect(targetTick(HOURLY, at)).toBe(ms("2026-11-21T08:00:00Z"));
    expect(targetTick({ ...HOURLY, misfire: "none" }, at)).toBeNull();
    expect(targetTick({ ...HOURLY, misfire: "none" }, { ...at, presentMs: at.firedMs })).toBe(ms("2026-11-21T08:00:00Z"));
  });
});

describe("hours", () => {
  const day = windowHours({ windows: ["08:00-20:00"] });
  const night = windowHours({ windows: ["22:00-06:00"], zone: "UTC" });

  test.each([
    [day, "2026-11-20T23:59:59Z", false],
    [day, "2026-11-21T00:00:00Z", true],
    [day, "2026-11-21T11:59:59.999Z", true],
    [day, "2026-11-21T12:00:00Z", false],
    [night, "2026-11-21T22:00:00Z", true],
    [night, "2026-11-21T05:59:59Z", true],
    [night, "2026-11-21T06:00:00Z", false],
    [windowHours({ windows: ["20:00-24:00"], zone: "UTC" }), "2026-11-21T23:59:59Z", true],
    [windowHours({ windows: ["20:00-24:00"], zone: "UTC" }), "2026-11-21T00:00:00Z", false],
    [windowHours(undefined), "2026-11-21T00:00:00Z", true],
    // 08:00 in Berlin is 07:00 UTC in winter and 06:00 in summer.
    [windowHours({ windows: ["08:00-20:00"], zone: "Europe/Berlin" }), "2026-03-28T06:30:00Z", false],
    [windowHours({ windows: ["08:00-20:00"], zone: "Europe/Berlin" }), "2026-03-29T06:30:00Z", true],
  ])("%j at %s: open is %s", (hours, at, expected) => {
    expect(isOpen(hours, ms(at))).toBe(expected);
  });

  test("end where maintenance begins, on the days on which it begins, and go on afterwards", () => {
    // Saturday night, until Sunday 04:00.
    const hours = withoutMaintenance(windowHours(undefined), [{ days: [6], from: "23:00", to: "04:00" }], "UTC");
    expect(isOpen(hours, ms("2026-11-21T22:59:59Z"))).toBe(true);
    expect(isOpen(hours, ms("2026-11-21T23:00:00Z"))).toBe(false);
    expect(isOpen(hours, ms("2026-11-22T03:59:00Z"))).toBe(false);
    expect(isOpen(hours, ms("2026-11-22T23:30:00Z"))).toBe(true);
    expect(isOpen(hours, ms("2026-11-21T03:00:00Z"))).toBe(true);
    expect(text(opensAt(hours, ms("2026-11-21T23:30:00Z")))).toBe("2026-11-22T04:00:00.000Z");
  });

  test("change at the next beginning or end; hours that never open are never open", () => {
    expect(text(hoursChangeAt(day, ms("2026-11-21T00:00:00Z")))).toBe("2026-11-21T12:00:00.000Z");
    expect(hoursChangeAt(windowHours(undefined), 0)).toBeNull();
    const never = withoutMaintenance(windowHours(undefined), [{ from: "08:00", to: "08:00" }], "UTC");
    expect(opensAt(never, ms("2026-11-21T00:00:00Z"))).toBeNull();
  });
});
