/** All 10,000 histories of the world on the real PostgreSQL, step by step beside the model. WORLD_COUNT=n takes fewer, WORLD_FROM=seed others. */
import { afterAll, beforeAll, test } from "vitest";
import { liveHistory, openReplay, reportFigure, tellBroken, type Replay } from "@datong/testkit";

const COUNT = Number(process.env["WORLD_COUNT"] ?? 10_000);
const FROM = Number(process.env["WORLD_FROM"] ?? 1);
const TOLD = 500;
const TOLD_BROKEN = 3;

let replay: Replay;
beforeAll(async () => {
  replay = await openReplay();
});
afterAll(() => replay.close());

test(`${COUNT.toLocaleString("en")} histories on PostgreSQL from seed ${FROM} on`, async ({ task }) => {
  const startedMs = performance.now();
  let different = 0;
  for (let done = 0; done < COUNT; done += 1) {
    if (done > 0 && done % TOLD === 0)
      process.stdout.write(`${done} histories, ${((performance.now() - startedMs) / 60_000).toFixed(1)} min\n`);
    const result = await liveHistory(FROM + done, { beside: replay.beside });
    if (result.broken === null) continue;
    different += 1;
    if (different <= TOLD_BROKEN) process.stdout.write(`${tellBroken(result)}\n`);
  }
  const { operations, states } = replay.compared;
  reportFigure(task, {
    figure: `histories on PostgreSQL that differ from the model, of ${COUNT.toLocaleString("en")}`,
    aim: "0",
    measured: `${different}; ${operations.toLocaleString("en")} operations and ${states.toLocaleString("en")} whole states compared`,
    holds: different === 0,
  });
});
