/** What a run asks for and how far the watermark moves: lag, overlap, slices, failed runs, another clock. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { REAL_PORTS } from "../../src/ports.ts";
import { PRIORITY } from "../../src/store/task-rows.ts";
import { bill, openLab, type FlowChange, type Lab } from "./lab/lab.ts";

/** The engine's clock in this file; seconds matter, so it stands still until a test moves it. */
const START_MS = Date.parse("2026-11-01T00:00:00+08:00");
let nowMs = START_MS;
let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ ports: { ...REAL_PORTS, nowMs: () => nowMs } });
});
afterAll(() => lab.close());

const HOUR_MS = 3_600_000;
const windowed = (api = "rows", more: Partial<NonNullable<FlowChange["source"]>["watermark"] & object> = {}): FlowChange => ({
  source: {
    api,
    params: { from: "{{LAST_SYNC_TIME}}", to: "{{CURRENT_TIME}}" },
    watermark: { start: "2026-10-31 22:00:00", lagS: 60, overlapS: 600, ...more },
  },
});
/** The vendor answers by the engine's clock, unless a test says otherwise. */
const dated =
  (offsetMs = 0) =>
  (): { kind: "maim"; headers: Record<string, string>; maim: (text: string) => string } => ({
    kind: "maim",
    headers: { date: new Date(nowMs + offsetMs).toUTCString() },
    maim: (text) => text,
  });

describe("the window", () => {
  test("begins at the flow's start, ends a lag before now, and overlaps the next one", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.script = dated();
    const at = (ms: number, id: string): { readonly text: string; readonly atMs: number } => ({ ...bill(id), atMs: ms });
    scene.vendor.rows = [at(nowMs - HOUR_MS, "a"), at(nowMs - 30_000, "too-fresh"), at(nowMs - 3 * HOUR_MS, "too-old")];
    expect(await scene.run(windowed())).toMatchObject({ read: 1, written: 1 });
    expect(await scene.cursor("watermark")).toBe(String(nowMs - 60_000));
    nowMs += 300_000;
    expect(await scene.run(windowed())).toMatchObject({ read: 1, written: 1 });
    const asked = scene.vendor
      .requests("rows")
      .map(({ json }) => [Number(json["from"]) * 1000 - START_MS, Number(json["to"]) * 1000 - START_MS]);
    expect(asked).toEqual([
      [-2 * HOUR_MS, -60_000],
      [-60_000 - 600_000, 300_000 - 60_000],
    ]);
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a", "too-fresh"]);
  });

  test("a row that was committed late, with an older time, is found by the overlap and written once", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.script = dated();
    scene.vendor.rows = [{ ...bill("a"), atMs: nowMs - 300_000 }];
    await scene.run(windowed());
    scene.vendor.rows = [...scene.vendor.rows, { ...bill("late"), atMs: nowMs - 400_000 }];
    nowMs += 10_000;
    expect(await scene.run(windowed())).toMatchObject({ read: 2, unchanged: 1, written: 1 });
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a", "late"]);
  });

  test("longer than the API allows is cut into slices, and the watermark moves slice by slice", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.rows = [1, 2, 3, 4, 5].map((hour) => ({ ...bill(`h${hour}`), atMs: nowMs - hour * HOUR_MS + 60_000 }));
    const long = windowed("rows-hourly", { start: "2026-10-31 19:00:00", lagS: 0 });
    scene.vendor.script = (request) =>
      request.operation === "rows" && request.nth === 3 ? { kind: "reply", status: 500, body: "{}" } : dated()();
    const broken = await scene.run(long);
    expect(broken.fault?.code).toBe("VENDOR_UNWELL");
    expect(broken).toMatchObject({ read: 3, written: 3 });
    expect(await scene.cursor("watermark")).toBe(String(START_MS - 2 * HOUR_MS));
    scene.vendor.script = dated();
    expect(await scene.run(long)).toMatchObject({ written: 2, fault: null });
    const asked = scene.vendor.requests("rows").map(({ json }) => (Number(json["from"]) * 1000 - START_MS) / HOUR_MS);
    // The failed slice is asked for again, then what came up since; nothing before it.
    expect(asked.slice(0, 6)).toEqual([-5, -4, -3, -2, -2, -1]);
    // What is written by several at once comes in any order; the slices are asked for in theirs.
    expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(["h1", "h2", "h3", "h4", "h5"]);
    expect(await scene.cursor("watermark")).toBe(String(START_MS));
  });

  test("a failed run moves nothing: the next one asks from the same instant", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.script = (request) => (request.operation === "rows" ? { kind: "cut" } : undefined);
    scene.vendor.rows = [{ ...bill("a"), atMs: nowMs - HOUR_MS }];
    expect((await scene.run(windowed())).fault?.code).toBe("CALL_CUT");
    expect(await scene.cursor("watermark")).toBeNull();
    nowMs += HOUR_MS;
    scene.vendor.script = dated();
    expect(await scene.run(windowed())).toMatchObject({ written: 1 });
    expect(scene.vendor.requests("rows").map(({ json }) => Number(json["from"]) * 1000 - START_MS)).toEqual([-2 * HOUR_MS, -2 * HOUR_MS]);
  });

  test("the watermark waits for the last page of its slice, and a page that failed keeps the window that was asked", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.rows = [1, 2, 3, 4, 5].map((n) => ({ ...bill(`b${n}`), atMs: nowMs - HOUR_MS }));
    scene.vendor.script = (request) =>
      request.operation === "rows" && request.json["page"] === 2 && request.nth === 1 ? { kind: "cut" } : dated()();
    await scene.run({ ...windowed(), source: { ...windowed().source, pageSize: 2 } });
    expect(await scene.cursor("watermark")).toBeNull();
    const first = scene.vendor.requests("rows")[0]?.json["to"];
    nowMs += HOUR_MS;
    await scene.run({ ...windowed(), source: { ...windowed().source, pageSize: 2 } });
    // The second page is asked for in the first run's window, else rows would move between pages.
    expect(scene.vendor.requests("rows")[2]?.json).toMatchObject({ page: 2, to: first });
    expect(scene.vendor.ledger).toHaveLength(5);
    expect(Number(await scene.cursor("watermark"))).toBe(nowMs - 60_000);
  });
});

describe("a source whose clock differs", () => {
  test("is asked by its own clock, as its Date header tells it", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    // Ten minutes behind us: our "now" is its future, and rows committed there after our asking would be passed over.
    scene.vendor.script = dated(-600_000);
    scene.vendor.rows = [{ ...bill("a"), atMs: nowMs - 700_000 }];
    await scene.run(windowed());
    nowMs += 1_000_000;
    await scene.run(windowed());
    const last = scene.vendor.requests("rows").at(-1);
    expect(Number(last?.json["to"]) * 1000).toBe(nowMs - 600_000 - 60_000);
    expect(Number(await scene.cursor("watermark"))).toBe(nowMs - 600_000 - 60_000);
  });

  test("by less than two seconds is not corrected: Date has whole seconds", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.script = dated(-1_000);
    await scene.run(windowed());
    nowMs += 600_000;
    await scene.run(windowed());
    expect(Number(scene.vendor.requests("rows").at(-1)?.json["to"]) * 1000).toBe(nowMs - 60_000);
  });

  test("does not move the watermark past what the first run could see", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    // The first answer of a connection is the first that tells the clock: this row is committed at the source right after it.
    scene.vendor.script = dated(-2 * HOUR_MS);
    await scene.run(windowed("rows", { start: "2026-10-31 12:00:00" }));
    scene.vendor.rows = [{ ...bill("a"), atMs: nowMs - 2 * HOUR_MS + 5_000 }];
    nowMs += 1_200_000;
    await scene.run(windowed());
    expect(scene.vendor.ledger.map((entry) => entry.key)).toEqual(["a"]);
  });
});

describe("a span of time that is read again", () => {
  const range = { from: "2026-10-31 20:00:00", to: "2026-10-31 23:00:00" };
  const old = (): { readonly text: string; readonly atMs: number }[] =>
    [1, 2, 3, 4].map((hour) => ({ ...bill(`h${hour}`), atMs: START_MS - hour * HOUR_MS - 60_000 }));

  test("waits behind what is new, and leaves the watermark where it is", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.script = dated();
    const late = windowed("rows", { start: "2026-10-31 23:30:00" });
    await scene.run(late);
    const before = await scene.cursor("watermark");
    scene.vendor.rows = old();
    await lab.engine.pool.query("insert into pause (kind, id) values ('target', $1)", [scene.flow().id]);
    expect(await scene.run(late, { range })).toMatchObject({ read: 3, written: 0, queued: 3 });
    expect(await scene.priorities()).toEqual([PRIORITY.backfill]);
    await lab.engine.pool.query("delete from pause where id = $1", [scene.flow().id]);
    expect(await scene.run(late, { range })).toMatchObject({ read: 3, unchanged: 3, written: 3 });
    expect(await scene.cursor("watermark")).toBe(before);
  });

  test("broken off, it goes on with the slice that failed", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    scene.vendor.rows = old();
    scene.vendor.script = (request) =>
      request.operation === "rows" && request.nth === 1 ? { kind: "reply", status: 500, body: "{}" } : dated()();
    const hourly = windowed("rows-hourly");
    expect((await scene.run(hourly, { range })).fault?.code).toBe("VENDOR_UNWELL");
    scene.vendor.script = dated();
    expect(await scene.run(hourly, { range })).toMatchObject({ read: 2, written: 2, fault: null });
    const asked = scene.vendor.requests("rows").map(({ json }) => (Number(json["from"]) * 1000 - START_MS) / HOUR_MS);
    expect(asked).toEqual([-4, -3, -3, -2]);
  });

  test("is refused where it is empty, and where the flow does not read by time", async () => {
    nowMs = START_MS;
    const scene = await lab.scene();
    expect((await scene.run(windowed(), { range: { from: "-1d", to: "-2d" } })).fault?.code).toBe("RANGE_EMPTY");
    expect((await scene.run({}, { range })).fault?.code).toBe("RANGE_WITHOUT_WATERMARK");
  });
});
