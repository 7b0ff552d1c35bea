/** Full size: 20,000 bills under kills for a minute and more; the budget of two whole minutes used up by four processes. */
import { afterAll, beforeAll, test } from "vitest";
import { reportFigure } from "@datong/testkit";
import { bills, connectionTo, flowOf, openLab, type Lab } from "../flow/lab/lab.ts";
import { startWorker } from "./child-worker.ts";
import { surviveKills } from "./kills.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test("four processes see no refusal at 5 calls a second and 100 a minute, and use at least 95 % of it", async ({ task }) => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(600);
  const atMs: number[] = [];
  let refused = 0;
  vendor.script = () => {
    const now = performance.now();
    const last = (spanMs: number): number => atMs.filter((at) => at > now - spanMs).length;
    if (last(1_000) >= 5 || last(60_000) >= 100) {
      refused += 1;
      return { kind: "reply", status: 429, body: "" };
    }
    atMs.push(now);
    return undefined;
  };
  const connection = connectionTo(vendor, "limits", { limits: { callsPerSecond: 5, callsPerMinute: 100, concurrency: 8 } });
  const flow = { ...flowOf("limits", { target: { batch: 1 } }), dispatch: { enabled: true, source: { cron: "*/30 * * * * *" } } };
  const workers = Array.from({ length: 4 }, () => startWorker({ dataDir: lab.dataDir, flows: [flow], connections: [connection] }));
  await new Promise((resolve) => setTimeout(resolve, 150_000));
  for (const worker of workers) worker.kill("SIGTERM");
  await Promise.all(workers.map((worker) => worker.ended));
  const first = atMs[0] ?? 0;
  const inTwoMinutes = atMs.filter((at) => at < first + 120_000).length;
  const what = "4 processes, 5 calls/s and 100/min";
  reportFigure(task, { figure: `refused calls, ${what}`, aim: "0", measured: String(refused), holds: refused === 0 });
  const measured = `${inTwoMinutes} of 200 calls in two minutes (${inTwoMinutes / 2} %)`;
  reportFigure(task, { figure: `budget used, ${what}`, aim: "at least 95 %", measured, holds: inTwoMinutes >= 190 });
});

test("20,000 bills survive a minute of kills", async ({ task }) => {
  const done = await surviveKills(lab, { bills: 20_000, batch: 5, delayMs: 40, killsMin: 30, waitMs: 600_000 });
  // It comes here only when the vendor's ledger and ours agree: none lost, none twice.
  const measured = `0 lost, 0 twice; ${done.kills} kills in ${done.seconds} s`;
  const figure = "20,000 bills by 4 workers, one killed every 2 s";
  reportFigure(task, { figure, aim: "0 lost, 0 twice, at least 30 kills", measured, holds: done.kills >= 30 });
});
