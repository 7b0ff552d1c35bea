/** 10 million records (LARGE_LEDGER_RECORDS: another number): what the console asks, at the median, and claims beside an empty ledger. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { join } from "node:path";
import { temporaryStore } from "../../store/postgres/temporary-store.ts";
import { openLab, type Lab } from "../../flow/lab/lab.ts";
import { ASKS } from "./asks.ts";
import { compareClaims, median, queueTasks } from "./claim-rate.ts";
import { fillLedger, reportFigure, type FilledFlow } from "@datong/testkit";

const RECORDS = Number(process.env["LARGE_LEDGER_RECORDS"] ?? "10000000");
const TRIES = 200;
const TASKS = 2_000;

let lab: Lab;
let flows: readonly FilledFlow[];
const store = temporaryStore();
beforeAll(async () => {
  const dataDir = join(store.folder, "data");
  const filling = await openLab({ dataDir });
  flows = await fillLedger(filling.engine, RECORDS, (line) => process.stdout.write(`large ledger: ${line}\n`));
  await filling.close();
  // A ledger grows over months, with starts between: its server keeps what its size is worth.
  lab = await openLab({ dataDir });
});
afterAll(async () => {
  await lab.close();
  store.remove();
});

test.for(ASKS)("$name", async ({ name, aimMs, ask }, { task }) => {
  const spent: number[] = [];
  for (let i = 0; i < TRIES; i += 1) {
    const flow = flows[i % flows.length];
    const startedAt = performance.now();
    const isRight = flow !== undefined && (await ask(lab.engine.pool, flow, Math.random));
    spent.push(performance.now() - startedAt);
    expect(isRight).toBe(true);
  }
  const [ms, slow] = [median(spent), spent.toSorted((a, b) => a - b)[Math.floor(TRIES * 0.95)] ?? 0];
  reportFigure(task, {
    figure: `${name}, ${RECORDS} records`,
    aim: `under ${aimMs} ms`,
    measured: `${ms.toFixed(1)} ms (median of ${TRIES}; 95 % under ${slow.toFixed(1)})`,
    holds: ms < aimMs,
  });
});

test("claims", async ({ task }) => {
  const empty = await openLab();
  try {
    const [large, small] = await compareClaims(await queueTasks(lab.engine, TASKS), await queueTasks(empty.engine, TASKS));
    reportFigure(task, {
      figure: `claim rate beside an empty ledger's, ${RECORDS} records`,
      aim: "at least 80 %",
      measured: `${Math.round((large / small) * 100)} % (${Math.round(large)} and ${Math.round(small)} tasks/s, medians in turns)`,
      holds: large >= small * 0.8,
    });
  } finally {
    await empty.close();
  }
});
