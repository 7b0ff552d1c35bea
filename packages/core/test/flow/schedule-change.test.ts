/** What a changed flow skips, reads again or delays, by the span. */
import { expect, test } from "vitest";
import type { Flow } from "../../src/flow/flow.ts";
import { scheduleChanges, type ChangePlace } from "../../src/flow/schedule-change.ts";

const ms = (text: string): number => Date.parse(`${text}+08:00`);
const AT: ChangePlace = { nowMs: ms("2026-11-22T09:05:00"), watermarkMs: ms("2026-11-22T09:00:00"), zone: "Asia/Shanghai" };
const BASE: Flow = {
  id: "f",
  source: { connection: "a", api: "rows", params: { a: "{{LAST_SYNC_TIME}}" }, watermark: {} },
  mapping: [],
  target: { connection: "b", api: "save" },
  dispatch: { enabled: true, source: { cron: "*/10 * * * *" } },
};
type Change = { readonly source?: Partial<Flow["source"]>; readonly dispatch?: Partial<Flow["dispatch"]> };
const flow = ({ source, dispatch }: Change): Flow => ({
  ...BASE,
  source: { ...BASE.source, ...source },
  dispatch: { ...BASE.dispatch, ...dispatch },
});
const told = (before: Change, after: Change, at: Partial<ChangePlace> = {}): unknown =>
  scheduleChanges(flow(before), flow(after), { ...AT, ...at }).map(({ path, effect, fromMs, toMs }) => [
    path,
    effect,
    ...[fromMs, toMs].map((each) => (each === null ? null : new Date(each + 8 * 3_600_000).toISOString().slice(5, 16))),
  ]);
const watermark = (start: string): Change => ({ source: { watermark: { start } } });
const cron = (text: string, more: object = {}): Change => ({ dispatch: { source: { cron: text, ...more } } });

test.each<[string, Change, Change, Partial<ChangePlace>, unknown]>([
  ["nothing", {}, {}, {}, []],
  ["what neither reads nor waits", {}, { dispatch: { priority: 9 } }, {}, []],
  // The next reading begins ten minutes before the watermark.
  [
    "a start that is yet to come",
    {},
    watermark("2026-11-22 12:00:00"),
    {},
    [["/source/watermark/start", "skipped", "11-22T08:50", "11-22T12:00"]],
  ],
  [
    "a later start of a flow not yet read",
    watermark("2026-01-01 00:00:00"),
    watermark("2026-03-01 00:00:00"),
    { watermarkMs: null },
    [["/source/watermark/start", "skipped", "01-01T00:00", "03-01T00:00"]],
  ],
  [
    "an earlier start of a flow not yet read",
    watermark("2026-03-01 00:00:00"),
    watermark("2026-01-01 00:00:00"),
    { watermarkMs: null },
    [["/source/watermark", "again", "01-01T00:00", "03-01T00:00"]],
  ],
  [
    "an earlier start that has been passed",
    watermark("2026-03-01 00:00:00"),
    watermark("2026-01-01 00:00:00"),
    {},
    [["/source/watermark/start", "skipped", "01-01T00:00", "03-01T00:00"]],
  ],
  [
    "a larger overlap",
    {},
    { source: { watermark: { overlapS: 3_600 } } },
    {},
    [["/source/watermark", "again", "11-22T08:00", "11-22T08:50"]],
  ],
  [
    "a filter",
    {},
    { source: { condition: [{ field: "x", op: "eq", value: "1" }] as never } },
    {},
    [["/source/condition", "skipped", null, "11-22T08:50"]],
  ],
  [
    "a parameter",
    {},
    { source: { params: { a: "{{LAST_SYNC_TIME}}", b: "1" } } },
    {},
    [["/source/params", "skipped", null, "11-22T08:50"]],
  ],
  ["another source", {}, { source: { api: "others" } }, {}, [["/source", "skipped", null, "11-22T08:50"]]],
  ["another key", {}, { source: { id: ["no"] } }, {}, [["/source/id", "again", null, "11-22T09:00"]]],
  ["a rarer schedule", {}, cron("0 2 * * *"), {}, [["/dispatch/source", "later", "11-22T09:10", "11-23T02:00"]]],
  ["a denser schedule", cron("0 2 * * *"), {}, {}, []],
  ["windows", {}, cron("*/10 * * * *", { windows: ["22:00-06:00"] }), {}, [["/dispatch/source", "later", "11-22T09:10", "11-22T22:00"]]],
  [
    "another zone",
    cron("0 10 * * *"),
    cron("0 10 * * *", { zone: "UTC" }),
    {},
    [["/dispatch/source", "later", "11-22T10:00", "11-22T18:00"]],
  ],
  [
    "a target cron where there was none",
    {},
    { dispatch: { target: { cron: "0 2 * * *" } } },
    {},
    [["/dispatch/target", "later", "11-22T09:05", "11-23T02:00"]],
  ],
])("%s", (_, before, after, at, expected) => {
  expect(told(before, after, at)).toEqual(expected);
});

test("a watermark that goes and one that comes; a schedule that ends", () => {
  const { watermark: _none, ...rest } = BASE.source;
  const all: Flow = { ...BASE, source: rest };
  expect(scheduleChanges(BASE, all, AT)).toMatchObject([{ path: "/source/watermark", effect: "again", fromMs: null }]);
  expect(scheduleChanges(all, BASE, { ...AT, watermarkMs: null })).toMatchObject([
    { path: "/source/watermark", effect: "skipped", fromMs: null },
  ]);
  const [change] = scheduleChanges(BASE, { ...BASE, dispatch: { enabled: true } }, AT);
  expect(change).toMatchObject({ effect: "later", toMs: null, zh: "不再按计划读取，原定下一次 2026-11-22 09:10:00" });
});
