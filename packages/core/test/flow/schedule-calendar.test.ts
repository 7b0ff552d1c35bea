/** When a schedule fires within a span, windows and all, and what came of each firing. */
import { describe, expect, test } from "vitest";
import { calendarOf, firingsBetween } from "../../src/index.ts";

const at = (text: string): number => Date.parse(`2026-03-02T${text}:00+08:00`);
const run = (id: string, startedAt: number, state = "done") => ({ id, startedAt, endedAt: startedAt + 1, state, code: null });

describe("firings", () => {
  test("follow the cron from the first instant on and before the last; more than asked for are cut", () => {
    const span = { fromMs: at("08:00"), toMs: at("11:00"), max: 10 };
    expect(firingsBetween({ cron: "0 * * * *" }, span).firings.map((each) => each.at)).toEqual([at("08:00"), at("09:00"), at("10:00")]);
    expect(firingsBetween({ cron: "0 * * * *" }, { ...span, max: 2 })).toMatchObject({ isCut: true, firings: [{}, {}] });
  });

  test("outside the windows come together when they open", () => {
    const schedule = { cron: "*/30 * * * *", windows: ["09:00-10:00"] };
    expect(firingsBetween(schedule, { fromMs: at("07:00"), toMs: at("10:00"), max: 10 }).firings).toEqual([
      { at: at("09:00"), ticks: 5 },
      { at: at("09:30"), ticks: 1 },
    ]);
  });
});

test("each firing has the first run that began before the next one; without one it was missed, waits or lies ahead", () => {
  const firings = ["08:00", "09:00", "10:00", "11:00", "12:00"].map((time) => ({ at: at(time), ticks: 1 }));
  const runs = [run("b", at("10:05"), "failed"), run("a", at("08:01")), run("late", at("08:30"))];
  const entries = calendarOf(firings, runs, { nowMs: at("11:20"), nextMs: at("13:00") });
  expect(entries.map((entry) => [entry.outcome, entry.run?.id ?? null])).toEqual([
    ["ran", "a"],
    ["missed", null],
    ["failed", "b"],
    ["waiting", null],
    ["planned", null],
  ]);
});
