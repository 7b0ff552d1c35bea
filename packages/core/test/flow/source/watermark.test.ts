/** A flow that begins at a date reads nothing older: not at first, not by the overlap, not in a range that begins there. */
import { expect, test } from "vitest";
import { planSlices, rangeSlices } from "../../../src/index.ts";

const ZONE = "Asia/Shanghai";
const at = (text: string): number => Date.parse(`2026-11-${text}+08:00`);
const NOW = at("05T12:00:00");
const planned = (start: string, watermarkMs: number | null): readonly object[] =>
  planSlices({ start }, { sourceNowMs: NOW, watermarkMs, zone: ZONE });

test("the first window begins at the date, to the second", () => {
  expect(planned("2026-11-05 11:00:00", null)).toEqual([{ fromMs: at("05T11:00:00"), toMs: NOW - 60_000 }]);
});

test("the overlap of the next ones does not reach behind the date, and later is what it was", () => {
  expect(planned("2026-11-05 11:00:00", at("05T11:05:00"))).toMatchObject([{ fromMs: at("05T11:00:00") }]);
  expect(planned("2026-11-05 11:00:00", at("05T11:30:00"))).toMatchObject([{ fromMs: at("05T11:20:00") }]);
});

test("a date that is moved on takes effect; days back are where the first run begins and nothing else", () => {
  expect(planned("2026-11-05 11:45:00", at("05T11:30:00"))).toMatchObject([{ fromMs: at("05T11:45:00") }]);
  expect(planned("-1d", at("03T00:00:00"))).toMatchObject([{ fromMs: at("03T00:00:00") - 600_000 }]);
});

test("before the date nothing is read", () => {
  expect(planned("2026-11-06 00:00:00", null)).toEqual([]);
});

test("a range begins where it says, without an overlap", () => {
  const slices = rangeSlices({ from: "2026-11-04 00:00:00", to: "2026-11-05 00:00:00" }, {}, { sourceNowMs: NOW, zone: ZONE });
  expect(slices).toEqual([{ fromMs: at("04T00:00:00"), toMs: at("05T00:00:00") }]);
});
