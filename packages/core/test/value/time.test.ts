// @module-tag one-attempt
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatInstant,
  formatWallTime,
  instantToWall,
  isZone,
  parseTime,
  parseWallTime,
  wallToInstant,
  zoneOffsetMs,
  type Json,
  type WallTime,
} from "../../src/value/index.ts";

function wall(text: string): WallTime {
  const parsed = parseWallTime(text);
  if (parsed === null) throw new Error(text);
  return parsed;
}

describe("parsing", () => {
  test.each([
    ["2024-05-01", "2024-05-01 00:00:00.000"],
    ["2024-05-01 08:09:10", "2024-05-01 08:09:10.000"],
    ["2024-05-01T08:09:10", "2024-05-01 08:09:10.000"],
    ["2024-05-01T08:09:10.5", "2024-05-01 08:09:10.500"],
    ["2024-05-01T08:09:10.1234567", "2024-05-01 08:09:10.123"],
    ["2024-05-01 08:09", "2024-05-01 08:09:00.000"],
    ["2024/5/1 8:09:10", "2024-05-01 08:09:10.000"],
    ["2024/05/01", "2024-05-01 00:00:00.000"],
    ["20240501", "2024-05-01 00:00:00.000"],
    ["20240501080910", "2024-05-01 08:09:10.000"],
    [" 2024-02-29 ", "2024-02-29 00:00:00.000"],
  ])("%s is a wall time", (text, expected) => expect(formatWallTime(wall(text), "datetimems")).toBe(expected));

  test.each<[Json, number]>([
    [1714536000, 1714536000000],
    ["1714536000", 1714536000000],
    [1714536000123, 1714536000123],
    ["1714536000.25", 1714536000250],
    ["2024-05-01T04:00:00Z", 1714536000000],
    ["2024-05-01T12:00:00.000+08:00", 1714536000000],
    ["2024-04-30 23:00:00-0500", 1714536000000],
  ])("%s is an instant", (value, atMs) => expect(parseTime(value)).toEqual({ kind: "instant", atMs }));

  test.each<Json>([
    "",
    "0",
    0,
    "abc",
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "0000-00-00 00:00:00",
    "2024-05-01 25:00:00",
    "2024-05/01",
    "12345",
    null,
    true,
    [],
    "20241301",
  ])("%j is no time", (value) => expect(parseTime(value)).toBeNull());

  test("a text with a zone is no wall time", () => expect(parseWallTime("2024-05-01T04:00:00Z")).toBeNull());
});

describe("zones", () => {
  test("Shanghai is eight hours ahead, with its summer time of 1986 to 1991", () => {
    expect(wallToInstant(wall("2024-05-01 12:00:00"))).toBe(1714536000000);
    expect(zoneOffsetMs("Asia/Shanghai", Date.UTC(1990, 6, 1))).toBe(9 * 3_600_000);
    expect(zoneOffsetMs("Asia/Shanghai", Date.UTC(1992, 6, 1))).toBe(8 * 3_600_000);
    expect(formatInstant(Date.UTC(1990, 6, 1), "datetime")).toBe("1990-07-01 09:00:00");
  });

  test("the fast way agrees with Intl's", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1992, 0, 1), max: Date.UTC(2100, 0, 1) }), (atMs) => {
        expect(zoneOffsetMs("Asia/Shanghai", atMs)).toBe(zoneOffsetMs("PRC", atMs));
      }),
    );
  });

  test.each([
    // New York leaps from 02:00 to 03:00 on 2024-03-10 and shows 01:00 to 02:00 twice on 2024-11-03.
    ["2024-03-10 01:59:59", "2024-03-10T06:59:59Z"],
    ["2024-03-10 02:30:00", "2024-03-10T07:30:00Z"],
    ["2024-03-10 03:00:00", "2024-03-10T07:00:00Z"],
    ["2024-11-03 00:59:59", "2024-11-03T04:59:59Z"],
    ["2024-11-03 01:30:00", "2024-11-03T05:30:00Z"],
    ["2024-11-03 02:00:00", "2024-11-03T07:00:00Z"],
  ])("New York %s is %s", (text, instant) => expect(wallToInstant(wall(text), "America/New_York")).toBe(Date.parse(instant)));

  test("a skipped time is read as the same span after the leap", () => {
    const at = wallToInstant(wall("2024-03-10 02:30:00"), "America/New_York");
    expect(formatInstant(at, "datetime", "America/New_York")).toBe("2024-03-10 03:30:00");
  });

  test.each(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "+08:00", "-0330", "UTC"])(
    "every instant of %s comes back from its wall time, or is the second of two",
    (zone) => {
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2099, 0, 1) }), (atMs) => {
          const shown = instantToWall(atMs, zone);
          const back = wallToInstant(shown, zone);
          expect(back).toBeLessThanOrEqual(atMs);
          expect(instantToWall(back, zone)).toEqual(shown);
        }),
      );
    },
  );

  test("unknown zones are refused", () => {
    expect(isZone("Asia/Shanghai")).toBe(true);
    expect(isZone("+08:00")).toBe(true);
    expect(isZone("Mars/Base")).toBe(false);
    expect(() => formatInstant(0, "date", "Mars/Base")).toThrow(expect.objectContaining({ code: "TIME_ZONE_UNKNOWN" }) as Error);
  });
});

describe("formats", () => {
  const atMs = Date.UTC(2024, 4, 1, 0, 5, 6, 78);

  test.each([
    ["datetime", "2024-05-01 08:05:06"],
    ["date", "2024-05-01"],
    ["time", "08:05:06"],
    ["timestamp", "1714521906"],
    ["timestampms", "1714521906078"],
    ["shortDate", "05-01"],
    ["shortTime", "08:05"],
    ["shortDateTime", "05-01 08:05"],
    ["compactDate", "20240501"],
    ["compactDateTime", "20240501080506"],
    ["datetimems", "2024-05-01 08:05:06.078"],
    ["iso", "2024-05-01T08:05:06.078+08:00"],
  ] as const)("%s", (format, expected) => expect(formatInstant(atMs, format)).toBe(expected));

  test("a wall time stays what the clock showed, whatever the zone", () => {
    expect(formatWallTime(wall("2024-05-01 08:00:00"), "datetime", "America/New_York")).toBe("2024-05-01 08:00:00");
    expect(formatWallTime(wall("2024-05-01 08:00:00"), "timestamp", "UTC")).toBe("1714550400");
  });

  test("instants out of range are refused", () => {
    expect(() => formatInstant(Number.NaN, "date")).toThrow(expect.objectContaining({ code: "TIME_OUT_OF_RANGE" }) as Error);
    expect(() => formatInstant(9e15, "date")).toThrow(expect.objectContaining({ code: "TIME_OUT_OF_RANGE" }) as Error);
  });
});
