import { expect, test } from "vitest";
import { createRateWindow } from "../../src/kit/rate-window.ts";

test("a full window refuses until the oldest call has left it", () => {
  const window = createRateWindow(2, 1000);
  expect([window.take(0), window.take(400), window.take(999)]).toEqual([true, true, false]);
  expect(window.waitMs(999)).toBe(1);
  expect([window.take(1000), window.take(1001), window.take(1400)]).toEqual([true, false, true]);
});

test("refused calls use up no room", () => {
  const window = createRateWindow(1, 1000);
  window.take(0);
  for (let at = 1; at < 1000; at += 100) window.take(at);
  expect(window.used(999)).toBe(1);
  expect([window.waitMs(1000), window.take(1000)]).toEqual([0, true]);
});
