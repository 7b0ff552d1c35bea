/**
 * The benchmark's job killed twenty times at random points with SIGKILL, its database too, while the target loses answers, fails,
 * throttles and refuses single bills; started once more each time, it must come to its end by itself. The target's account judges.
 */
import { afterAll, beforeAll, test } from "vitest";
import { reportFigure } from "@datong/testkit";
import { BENCH_MISSING, copyBench, type BenchFolder } from "./run-bench.ts";

const KILLS = 20;
const ROWS = "50000";
const START_MAX_S = 400;
const FAULTS = ["--ambiguous", "0.02", "--error", "0.05", "--throttle", "0.03", "--reject", "0.01"];

let bench: BenchFolder | undefined;
beforeAll(async () => {
  if (BENCH_MISSING === undefined) bench = await copyBench();
});
afterAll(() => bench?.remove());

test(`${KILLS} kills at random points`, async ({ skip, task }) => {
  skip(bench === undefined, BENCH_MISSING);
  const worst = { missing: 0, duplicates: 0, wrong: 0 };
  const late: string[] = [];
  let longestS = 0;
  let killed = 0;
  for (let i = 1; i <= KILLS; i += 1) {
    const seed = Math.floor(Math.random() * 1_000_000);
    const at = (0.02 + Math.random() * 0.96).toFixed(3);
    const startedMs = performance.now();
    const [run] =
      (await bench?.run(
        [],
        ["--rows", ROWS, "--repeat", "1", "--kill", at, "--seed", String(seed), "--timeout", String(START_MAX_S), ...FAULTS],
      )) ?? [];
    const tookS = (performance.now() - startedMs) / 1000;
    longestS = Math.max(longestS, tookS);
    if (run?.end === "killed") killed += 1;
    const counts = run?.afterSecond ?? run?.stats ?? { missing: Number.NaN, duplicates: Number.NaN, wrong: Number.NaN };
    for (const name of ["missing", "duplicates", "wrong"] as const) worst[name] = Math.max(worst[name], counts[name]);
    const end = run?.secondEnd ?? run?.end ?? "nothing";
    if (end !== "ok") late.push(`${at} (seed ${seed}): ${end}`);
    const told = `${counts.missing} missing, ${counts.duplicates} twice, ${counts.wrong} wrong`;
    process.stdout.write(
      `kill ${i} of ${KILLS} at ${at}, seed ${seed}: ${run?.end}, then ${end} in ${tookS.toFixed(0)} s altogether; ${told}\n`,
    );
  }
  const measured = `${worst.missing} / ${worst.duplicates} / ${worst.wrong}`;
  const holds = worst.missing + worst.duplicates + worst.wrong === 0;
  reportFigure(task, { figure: `missing / twice / wrong, ${killed} kills with faults, ${ROWS} rows`, aim: "0 / 0 / 0", measured, holds });
  reportFigure(task, {
    figure: "each start comes to its end",
    aim: `within ${START_MAX_S} s`,
    measured: late.length === 0 ? `all; longest pair of starts ${longestS.toFixed(0)} s` : late.join("; "),
    holds: late.length === 0,
  });
  reportFigure(task, { figure: "runs that were killed in the middle", aim: `${KILLS}`, measured: `${killed}`, holds: killed === KILLS });
});
