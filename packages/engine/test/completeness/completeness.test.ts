/** Certificates of closed windows, gaps, refills that die and go on, estimates, single bills; old certificates fold without closing a gap. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunOptions } from "../../src/flow/running.ts";
import {
  beginRefill,
  checkByNumber,
  coverageOf,
  estimateRefill,
  listCertificates,
  reconcileFlow,
  showRefill,
  stopRefill,
  takeUpRefills,
  workRefill,
  type Coverage,
} from "../../src/index.ts";
import { tidyCertificates } from "../../src/store/retention-certificates.ts";
import { REAL_PORTS } from "../../src/ports.ts";
import { runInChild } from "../flow/lab/child-run.ts";
import { bill, openLab, type FlowChange, type Lab, type Scene } from "../flow/lab/lab.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.parse("2026-11-01T00:00:00+08:00");
let nowMs = START_MS;
/** Processes that die go by the real clock, and so must whoever goes on after them: a later run has a later id. */
let isReal = false;
let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ ports: { ...REAL_PORTS, nowMs: () => (isReal ? Date.now() : nowMs) } });
});
afterAll(() => lab.close());

const hourly = (start = "2026-10-31 20:00:00"): FlowChange => ({
  source: {
    api: "rows-hourly",
    pageSize: 2,
    params: { from: "{{LAST_SYNC_TIME}}", to: "{{CURRENT_TIME}}" },
    watermark: { start, lagS: 0, overlapS: 0 },
  },
});

/** Three bills an hour over four hours; the vendor's clock is ours. */
async function filled(): Promise<Scene> {
  nowMs = START_MS;
  const scene = await lab.scene();
  scene.vendor.script = () => ({
    kind: "maim",
    headers: { date: new Date(isReal ? Date.now() : nowMs).toUTCString() },
    maim: (text) => text,
  });
  scene.vendor.rows = [1, 2, 3, 4].flatMap((hour) =>
    [1, 2, 3].map((n) => ({ ...bill(`h${hour}-${n}`), atMs: nowMs - hour * HOUR_MS + n * 60_000 })),
  );
  return scene;
}

const given = (scene: Scene, change: FlowChange = hourly()) => ({ flow: scene.flow(change), connections: scene.connections });

async function coverage(scene: Scene, change = hourly()): Promise<Coverage> {
  const span = { fromMs: START_MS - 2 * 24 * HOUR_MS, toMs: nowMs };
  return coverageOf(lab.engine, lab.engine.ready(scene.flow(change), scene.connections), span);
}

const certificates = (scene: Scene) => listCertificates(lab.engine, scene.flow().id, { fromMs: 0, toMs: nowMs + 1, limit: 100 });

/** As if a window had never been closed: an installation from before there were certificates, or a store put back. */
async function lose(scene: Scene, fromMs: number, toMs: number, bills: boolean): Promise<void> {
  const { rows } = await lab.engine.pool.query<{ num: number }>("select num from flow where id = $1", [scene.flow().id]);
  const flow = rows[0]?.num ?? 0;
  await lab.engine.pool.query(
    "delete from certificate where flow = $1 and to_at > to_timestamp($2::float8 / 1000) and from_at < to_timestamp($3::float8 / 1000)",
    [flow, fromMs, toMs],
  );
  if (!bills) return;
  await lab.engine.pool.query("delete from document where flow = $1 and record_key like 'h2-%'", [flow]);
  await lab.engine.pool.query("delete from record where flow = $1 and key like 'h2-%'", [flow]);
  await lab.recount();
}

describe("certificates", () => {
  test("one for each window that was read to its end, in its last page's transaction; none for one that failed", async () => {
    const scene = await filled();
    const honest = scene.vendor.script;
    scene.vendor.script = (request) => (request.operation === "rows" && request.nth === 5 ? { kind: "cut" } : honest(request));
    expect((await scene.run(hourly())).fault?.code).toBe("CALL_CUT");
    const broken = await certificates(scene);
    expect(
      broken.map(({ fromMs, toMs, pages, rows, records }) => [(fromMs ?? 0) - START_MS, toMs - START_MS, pages, rows, records]),
    ).toEqual([
      [-3 * HOUR_MS, -2 * HOUR_MS, 2, 3, 3],
      [-4 * HOUR_MS, -3 * HOUR_MS, 2, 3, 3],
    ]);
    expect((await coverage(scene)).gaps).toEqual([{ fromMs: START_MS - 2 * HOUR_MS, toMs: START_MS, kind: "unread" }]);
    scene.vendor.script = honest;
    expect(await scene.run(hourly())).toMatchObject({ fault: null, added: 5 });
    const whole = await certificates(scene);
    expect(whole).toHaveLength(4);
    expect(new Set(whole.map(({ hash }) => hash)).size).toBe(4);
    expect(await coverage(scene)).toMatchObject({ reads: "windows", startAt: START_MS - 4 * HOUR_MS, readTo: START_MS, gaps: [] });
  });

  test("the hash of ids is that of the bills, in whatever order and pages they come", async () => {
    const scene = await filled();
    await scene.run(hourly());
    const before = await certificates(scene);
    scene.vendor.rows.reverse();
    const change = { ...hourly(), source: { ...hourly().source, pageSize: 50 } };
    await scene.run(change, { range: { from: "2026-10-31 20:00:00", to: "2026-10-31 21:00:00" } });
    const [again] = (await certificates(scene)).filter((each) => each.pages === 1);
    expect(again).toMatchObject({ records: 3, hash: before.find((each) => each.toMs === again?.toMs)?.hash });
    scene.vendor.rows = scene.vendor.rows.filter((row) => !row.text.includes("h4-1"));
    await scene.run(change, { range: { from: "2026-10-31 20:00:00", to: "2026-10-31 20:30:00" } });
    const hashes = (await certificates(scene)).filter((each) => each.pages === 1).map((each) => each.hash);
    expect(new Set(hashes).size).toBe(2);
  });

  test("a limit or single numbers close nothing; a flow that reads all is told when it last did", async () => {
    const scene = await filled();
    await scene.run(hourly(), { limit: 2 });
    await scene.run(hourly(), { numbers: ["N-h1-1"] });
    expect(await certificates(scene)).toEqual([]);
    const all = await filled();
    await all.run();
    expect(await coverage(all, {})).toMatchObject({ reads: "all", gaps: [], wholeAt: expect.any(Number) });
  });

  test("old ones fold by day, and a gap stays a gap", async () => {
    const scene = await filled();
    await scene.run(hourly());
    await lose(scene, START_MS - 3 * HOUR_MS + 1, START_MS - 2 * HOUR_MS - 1, false);
    const before = await coverage(scene);
    expect(before.gaps).toEqual([{ fromMs: START_MS - 3 * HOUR_MS, toMs: START_MS - 2 * HOUR_MS, kind: "hole" }]);
    expect(before.days.at(-1)).toMatchObject({ day: "2026-10-31", state: "part", rows: 6, records: 6 });
    const { rows } = await lab.engine.pool.query<{ lane: number; flow: number }>("select lane, num as flow from flow where id = $1", [
      scene.flow().id,
    ]);
    const at = rows[0] ?? { lane: 0, flow: 0 };
    await tidyCertificates(lab.engine.pool, at, nowMs + 3 * 24 * HOUR_MS, Number.POSITIVE_INFINITY);
    await tidyCertificates(lab.engine.pool, at, nowMs + 3 * 24 * HOUR_MS, Number.POSITIVE_INFINITY);
    const folded = await certificates(scene);
    // The one that ends at midnight belongs to the next day.
    expect(folded.map(({ windows, rows: n }) => [windows, n])).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
    ]);
    expect((await coverage(scene)).gaps).toEqual(before.gaps);
    await tidyCertificates(lab.engine.pool, at, nowMs + 3 * 24 * HOUR_MS, 1);
    expect(await certificates(scene)).toEqual([]);
  });
});

describe("reconciling documents of many bills", () => {
  const change: FlowChange = {
    source: {
      params: { from: "{{LAST_SYNC_TIME}}", to: "{{CURRENT_TIME}}" },
      watermark: { start: "2026-10-31 20:00:00", lagS: 0, overlapS: 0 },
    },
    restructure: [{ kind: "merge", by: ["shop"], lines: "lines", header: ["shop"], lineFields: ["sku"] }],
    mapping: [{ field: "k", value: "{{shop}}" }],
  };
  const atHour = (id: string, shop: string, hour: number) => ({ ...bill(id, { shop, sku: id }), atMs: START_MS - hour * HOUR_MS });

  test("what was deleted at the target is pushed again, what was never read is read; then nothing differs", async () => {
    const scene = await filled();
    scene.vendor.rows = [atHour("a1", "A", 3), atHour("a2", "A", 3), atHour("b1", "B", 3)];
    await scene.run(change);
    expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(["A", "B"]);
    scene.vendor.ledger.splice(0, scene.vendor.ledger.length, ...scene.vendor.ledger.filter((entry) => entry.key !== "A"));
    // Came late, with an older time.
    scene.vendor.rows = [...scene.vendor.rows, atHour("c1", "C", 2)];
    const flow = scene.flow(change);
    const found = await reconcileFlow(lab.engine, flow, scene.connections, { person: "tester" });
    expect(found.differences.map(({ kind, key, ledger }) => [kind, key, ledger]).toSorted()).toEqual([
      ["missing", "A", "done"],
      ["missing", "C", null],
    ]);
    const range = { from: "2026-10-31 20:00:00", to: "2026-11-01 00:00:00" };
    const ranged = await reconcileFlow(lab.engine, flow, scene.connections, { person: "tester", range });
    const mended = await reconcileFlow(lab.engine, flow, scene.connections, { person: "tester", range, repair: ranged.id });
    expect(mended).toMatchObject({ differences: [], summary: { repaired: { pushed: 1, retried: 1, told: [] }, missing: 0 } });
    expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(["A", "B", "C"]);
  });
});

describe("a refill", () => {
  const range = { from: "2026-10-31 21:30:00", to: "2026-10-31 23:00:00" };
  const begin = (scene: Scene) => beginRefill(lab.engine, given(scene), { range, person: "tester" });
  const never = new AbortController().signal;

  test("stores only what is lacking or changed, closes the gap, and leaves the watermark", async () => {
    const scene = await filled();
    await scene.run(hourly());
    const watermark = await scene.cursor("watermark");
    await lose(scene, START_MS - 2 * HOUR_MS + 1, START_MS - HOUR_MS - 1, true);
    scene.vendor.rows = scene.vendor.rows.map((row) =>
      row.text.includes('"h2-1"') || !row.text.includes('"h3-3"')
        ? row
        : { ...row, text: row.text.replace("单据", "改过"), atMs: START_MS - 2 * HOUR_MS + 5 },
    );
    expect(await estimateRefill(lab.engine, scene.flow(hourly()), scene.connections, range)).toMatchObject({
      windows: 2,
      // The first window ends with its only page; the second has more than a page and tells no total: as in former readings.
      how: "history",
    });
    const { id } = await begin(scene);
    const done = await workRefill(lab.engine, given(scene), id, { signal: never, writes: true });
    expect(done).toMatchObject({ state: "done", asked: 4, there: 0, added: 3, changed: 1, progress: 1, person: "tester" });
    expect(await scene.cursor("watermark")).toBe(watermark);
    expect((await coverage(scene)).gaps).toEqual([]);
    expect(await scene.cursor(`refill ${id}`)).toBeNull();
    const again = await workRefill(lab.engine, given(scene), (await begin(scene)).id, { signal: never, writes: true });
    expect(again).toMatchObject({ state: "done", asked: 4, there: 4, added: 0, changed: 0 });
  });

  test("stopped by a person ends; what cannot be asked is told before anything is begun", async () => {
    const scene = await filled();
    await scene.run(hourly());
    const { id } = await begin(scene);
    expect(await stopRefill(lab.engine, scene.flow().id, id)).toBe(true);
    expect(await workRefill(lab.engine, given(scene), id, { signal: never })).toMatchObject({ state: "stopped" });
    await expect(beginRefill(lab.engine, given(scene, {}), { range, person: "t" })).rejects.toMatchObject({
      code: "RANGE_WITHOUT_WATERMARK",
    });
    await expect(showRefill(lab.engine, scene.flow().id, "123")).rejects.toMatchObject({ code: "REFILL_UNKNOWN" });
    expect(() => checkByNumber(lab.engine, scene.flow(), scene.connections)).toThrow(/SOURCE_NOT_BY_NUMBER|rows/);
  });

  test.each(["page.inside#2", "page.after#2"])("killed at %s goes on where it was, its counts exact", async (point) => {
    const scene = await filled();
    isReal = true;
    await scene.run({ ...hourly("-1d"), source: { ...hourly("-1d").source, api: "rows" } });
    const { id } = await begin(scene);
    process.env["DATONG_CRASH_AT"] = point;
    const flow = scene.flow(hourly());
    const options: RunOptions = { range, refill: id, sourceRetryDelaysMs: [] };
    const child = runInChild({ dataDir: lab.dataDir, flow, connections: [...scene.connections.values()], options });
    delete process.env["DATONG_CRASH_AT"];
    expect(await child.ended).toBeNull();
    // Nobody takes it up before its process has been silent for a while; then one does.
    const mine = (): Promise<boolean> => takeUpRefills(lab.engine).then((taken) => taken.some((each) => each.id === id));
    expect(await mine()).toBe(false);
    await lab.engine.pool.query("update refill set touched_at = touched_at - interval '31 seconds' where id = $1", [id]);
    expect((await showRefill(lab.engine, flow.id, id)).state).toBe("interrupted");
    expect(await Promise.all([mine(), mine()])).toContain(true);
    expect(await mine()).toBe(false);
    const done = await workRefill(lab.engine, given(scene), id, { signal: never, writes: true });
    expect(done).toMatchObject({ state: "done", asked: 3, there: 0, added: 3, changed: 0 });
    expect(scene.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(["h2-1", "h2-2", "h2-3"]);
  });
});
