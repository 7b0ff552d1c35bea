/**
 * 10,000 histories of faults, deaths and pauses, in virtual time: none lost, none twice, the cursor never ahead of the data.
 *
 * The seeds are 1 … 10,000, so that a run says the same as the last one; `WORLD_FROM=<n>` begins elsewhere, `WORLD_SEED=<n>` lives one
 * and prints it whole.
 *
 * @module-tag one-attempt
 */
import { describe, expect, test } from "vitest";
import { liveHistory, simplify, tellBroken, type HistoryResult } from "@datong/testkit";

const one = process.env["WORLD_SEED"];
const FROM = Number(process.env["WORLD_FROM"] ?? 1);
const COUNT = 10_000;
const CHUNKS = 10;

/** The first seed of each test, and how many it lives. */
const STARTS = one === undefined ? Array.from({ length: CHUNKS }, (_, i) => FROM + (i * COUNT) / CHUNKS) : [Number(one)];
const EACH = one === undefined ? COUNT / CHUNKS : 1;

const lived: HistoryResult[] = [];

/** What a history that broke tells; null for one that held. */
async function broken(result: HistoryResult): Promise<string | null> {
  return result.broken === null ? null : tellBroken(await simplify(result));
}

describe("histories", () => {
  test.each(STARTS)(`from seed %d on lose nothing and write nothing twice`, { timeout: 600_000 }, async (from) => {
    for (let seed = from; seed < from + EACH; seed += 1) {
      const result = await liveHistory(seed);
      expect(await broken(result)).toBeNull();
      lived.push(result);
    }
  });

  test("are not idle: processes die and pause in them, documents are written, every way to read and write is there", ({ skip }) => {
    skip(one !== undefined, "WORLD_SEED asks for one history");
    const sum = (of: (result: HistoryResult) => number): number => lived.reduce((total, result) => total + of(result), 0);
    expect(lived).toHaveLength(COUNT);
    expect(sum((result) => result.crashes)).toBeGreaterThan(COUNT / 2);
    expect(sum((result) => result.pauses)).toBeGreaterThan(COUNT / 20);
    expect(sum((result) => result.written)).toBeGreaterThan(COUNT * 4);
    expect(new Set(lived.map((result) => `${result.settings.read} ${result.settings.write} ${result.settings.changed}`)).size).toBe(60);
  });

  // Seed 176: a process claims a task, loses it to another one that sends it, and claims it again with the first claim still in its hand.
  test("of bills that change while several write keep what one has sent from another", async () => {
    const busy = { windows: false, read: "rows-by-offset", write: "save", refusesDoubles: false, withdrawn: null, rekeys: false } as const;
    const rates = { change: 0.08, writers: 2, putOff: 0.4, retries: 4, crash: 0, stop: 0, freeze: 0, runs: 3, bills: 8 };
    for (let seed = 172; seed < 180; seed += 1) {
      const { broken: found } = await liveHistory(seed, { settings: { ...busy, ...rates } });
      expect(found?.message ?? null).toBeNull();
    }
  });

  // A call on its way that time leapt over; a pause between intent and call; processes that start while another asks who lives.
  test.each([10_598, 11_327, 61_060, 153_678])("of seed %d, which broke once, holds", async (seed) => {
    expect(await broken(await liveHistory(seed))).toBeNull();
  });

  test("are the same when they are lived again", async () => {
    expect(await liveHistory(4_711)).toEqual(await liveHistory(4_711));
  });
});
