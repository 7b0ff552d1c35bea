/**
 * Time and memory of the benchmark's job against the floor's in the same invocation: medians of three at 100,000 rows, one run at
 * 1,000,000. With PEERS_DIR (the benchmark's README) Node-RED runs too. BENCH_LOCK=file shares the machine with other benchmarks.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { reportFigure } from "@datong/testkit";
import { BENCH_MISSING, copyBench, median, type BenchFolder, type BenchRun } from "./run-bench.ts";

const RATIO_MAX = 2;
const PEAK_MAX_MIB = 500;
const GROWTH_MAX = 1.1;
const PEERS = ["floor", ...(existsSync(join(process.env["PEERS_DIR"] ?? "/nowhere", "nodered")) ? ["node-red"] : [])];

let bench: BenchFolder | undefined;
beforeAll(async () => {
  if (BENCH_MISSING === undefined) bench = await copyBench();
});
afterAll(() => bench?.remove());

const peaks = new Map<number, number>();

test.for([
  [100_000, 3],
  [1_000_000, 1],
] as const)("%d rows", async ([rows, repeat], { skip, task }) => {
  skip(bench === undefined, BENCH_MISSING);
  const runs = (await bench?.run(PEERS, ["--rows", String(rows), "--repeat", String(repeat), "--timeout", "1800"])) ?? [];
  const of = (name: string): readonly BenchRun[] => runs.filter((run) => run.name === name);
  const seconds = (name: string): number => median(of(name).map((run) => run.workMs)) / 1000;
  const named = `${rows.toLocaleString("en")} rows`;
  const verified = of("ours").filter((run) => run.end === "ok" && run.stats?.ok === true).length;
  reportFigure(task, {
    figure: `${named}: every bill once and right`,
    aim: `${repeat} of ${repeat}`,
    measured: `${verified} of ${repeat}`,
    holds: verified === repeat,
  });
  const ratio = seconds("ours") / seconds("floor");
  reportFigure(task, {
    figure: `${named}: time, times the floor's`,
    aim: `at most ${RATIO_MAX.toFixed(1)}`,
    measured: `${ratio.toFixed(1)} (${seconds("ours").toFixed(2)} s, floor ${seconds("floor").toFixed(2)} s)`,
    holds: ratio <= RATIO_MAX,
  });
  if (PEERS.includes("node-red")) {
    const measured = `${seconds("ours").toFixed(2)} s, Node-RED ${seconds("node-red").toFixed(2)} s`;
    reportFigure(task, {
      figure: `${named}: time`,
      aim: "never slower than Node-RED",
      measured,
      holds: seconds("ours") <= seconds("node-red"),
    });
  }
  const peak = median(of("ours").map((run) => run.peakMiB));
  peaks.set(rows, peak);
  reportFigure(task, {
    figure: `${named}: peak memory, all processes`,
    aim: `under ${PEAK_MAX_MIB} MiB`,
    measured: `${peak} MiB`,
    holds: peak < PEAK_MAX_MIB,
  });
  const smaller = peaks.get(100_000) ?? peak;
  if (rows > 100_000) {
    const measured = `${(peak / smaller).toFixed(2)} times`;
    reportFigure(task, {
      figure: `${named}: memory against 100,000 rows`,
      aim: `at most ${GROWTH_MAX} times`,
      measured,
      holds: peak <= smaller * GROWTH_MAX,
    });
  }
});
