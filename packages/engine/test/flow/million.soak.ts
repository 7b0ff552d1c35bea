/**
 * A million bills through one flow, while a console asks every second: searches by number, counts, lists, a story. SOAK_BILLS=n takes
 * another number. The run is a process, the vendor a thread; the console's times are those of this process alone.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportFigure } from "@datong/testkit";
import { countRecords, findRecords, flowPosition, listRecords, recordStory } from "../../src/ledger/index.ts";
import type { BulkAccount } from "./lab/bulk-vendor-thread.ts";
import { runInChild } from "./lab/child-run.ts";
import { connectionTo, flowOf, openLab, type Lab } from "./lab/lab.ts";

const BILLS = Number(process.env["SOAK_BILLS"] ?? 1_000_000);
const HOUR_S = 3_600;
/** What a person does not notice. The exact aims are judged with ten million records and nothing else going on. */
const AT_ONCE_MS = 100;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test(`${BILLS.toLocaleString("en")} bills through one flow with the console's queries running`, async ({ task }) => {
  const vendor = new Worker(new URL("lab/bulk-vendor-thread.ts", import.meta.url));
  const [url] = (await once(vendor, "message")) as [string];
  const flow = flowOf("million", {
    source: { pageSize: 500, params: { note: `m:${BILLS}` } },
    target: { batch: 50, concurrency: 4 },
  });
  const startedMs = performance.now();
  const run = runInChild({ dataDir: lab.dataDir, flow, connections: [connectionTo({ url }, "million")], options: {} });
  const console = askAsConsole(lab, "million");
  const outcome = await run.ended;
  const seconds = (performance.now() - startedMs) / 1000;
  const asked = await console.stop();
  vendor.postMessage("account");
  const [account] = (await once(vendor, "message")) as [BulkAccount];
  await vendor.terminate();
  expect(outcome).toMatchObject({ written: BILLS, failed: 0, unknown: 0, queued: 0, fault: null });
  expect(account).toEqual({ taken: BILLS, doubles: 0 });

  const perSecond = BILLS / seconds;
  const measured = `${(seconds / 60).toFixed(1)} min, ${perSecond.toFixed(0)} bills/s, each once`;
  const aim = `under an hour a million (${(1_000_000 / HOUR_S).toFixed(0)} bills/s)`;
  reportFigure(task, {
    figure: `${BILLS.toLocaleString("en")} bills, console running`,
    aim,
    measured,
    holds: perSecond > 1_000_000 / HOUR_S,
  });
  for (const [query, times] of asked) {
    const sorted = times.toSorted((a, b) => a - b);
    const [median = Number.NaN, worst = Number.NaN] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    const told = `${median.toFixed(1)} ms (median of ${sorted.length}; longest ${worst.toFixed(0)} ms)`;
    reportFigure(task, { figure: `meanwhile: ${query}`, aim: `under ${AT_ONCE_MS} ms`, measured: told, holds: median < AT_ONCE_MS });
  }
});

/** Asks every second until it is stopped; times in ms by query. */
function askAsConsole(at: Lab, id: string): { readonly stop: () => Promise<ReadonlyMap<string, readonly number[]>> } {
  const { pool } = at.engine;
  const asked = new Map<string, number[]>();
  const timed = async <T>(query: string, work: Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work;
    asked.set(query, [...(asked.get(query) ?? []), performance.now() - from]);
    return result;
  };
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      const position = await flowPosition(pool, id);
      if (position !== null) {
        const page = await timed("the first fifty records", listRecords(pool, position, { limit: 50 }));
        await timed("the failed records", listRecords(pool, position, { limit: 50, status: "failed" }));
        await timed("counts by status", countRecords(pool, position));
        const some = page[Math.floor(Math.random() * page.length)];
        if (some !== undefined) {
          const [found] = await timed("search by the source's number", findRecords(pool, some.number ?? some.key));
          if (found?.key !== some.key) throw new Error(`${some.key} is not found by its number`);
          const number = some.documents[0]?.number;
          if (number !== null && number !== undefined) await timed("search by the target's number", findRecords(pool, number));
          if (found !== undefined) await timed("a bill's story", recordStory(pool, found));
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      stopped = true;
      await ended;
      return asked;
    },
  };
}
