/**
 * Search and dashboard through the API over 5 million records (LARGE_LEDGER_RECORDS: another number), each answer checked: what a person
 * waits for, HTTP and rights and all.
 */
import { extraKey, fillLedger, queuedOf, reportFigure, sourceNumber, targetNumber, type FilledFlow } from "@datong/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const RECORDS = Number(process.env["LARGE_LEDGER_RECORDS"] ?? "5000000");
const TRIES = 500;
const MAIN = "/api/v1/workspaces/main";
let lab: ServerLab;
let ask: Ask;
let flows: readonly FilledFlow[];

beforeAll(async () => {
  lab = await openServerLab(1, [], { roles: ["api"] });
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  flows = await fillLedger(lab.server().engine, RECORDS, (line) => process.stdout.write(`large: ${line}\n`));
  for (const { id } of flows) {
    const document = {
      id,
      source: { connection: "datong", api: "receive", id: ["id"], number: "no" },
      mapping: [],
      target: { connection: "datong", api: "collect" },
      dispatch: { enabled: true },
    };
    await ask("PUT", `${MAIN}/flows/${id}`, { revision: 0, document });
    await ask("POST", `${MAIN}/flows/${id}/publish`, { revision: 1 });
  }
}, 3_600_000);
afterAll(() => lab.close());

/** A bill of the flow that is done. */
function doneOf(flow: FilledFlow): number {
  const i = flow.from + 1 + Math.floor(Math.random() * (flow.count - queuedOf(flow)));
  return i % 100 === 7 ? i - 1 || 1 : i;
}

const at = (spent: readonly number[], part: number): number =>
  spent.toSorted((a, b) => a - b)[Math.min(spent.length - 1, Math.floor(spent.length * part))] ?? 0;

async function measure(tries: number, once: (flow: FilledFlow) => Promise<boolean>): Promise<readonly number[]> {
  const spent: number[] = [];
  for (let i = 0; i < tries; i += 1) {
    const flow = flows[i % flows.length] as FilledFlow;
    const startedAt = performance.now();
    const isRight = await once(flow);
    spent.push(performance.now() - startedAt);
    expect(isRight).toBe(true);
  }
  return spent;
}

const SEARCHES: readonly (readonly [string, (i: number) => string])[] = [
  ["source number", sourceNumber],
  ["target number", targetNumber],
  ["extra key", extraKey],
];

test.for(SEARCHES)("search by %s", async ([name, numberOf], { task }) => {
  const spent = await measure(TRIES, async (flow) => {
    const { items } = (await ask("GET", `${MAIN}/records/search?number=${numberOf(doneOf(flow))}`)).body;
    return items.length === 1 && items[0].flow === flow.id && items[0].status === "done";
  });
  reportFigure(task, {
    figure: `search by ${name} through the API, ${RECORDS} records`,
    aim: "under 50 ms at the median, 200 ms at p99",
    measured: `${at(spent, 0.5).toFixed(1)} ms, p99 ${at(spent, 0.99).toFixed(1)} ms`,
    holds: at(spent, 0.5) < 50 && at(spent, 0.99) < 200,
  });
});

test("500 numbers at once", async ({ task }) => {
  const spent = await measure(20, async (flow) => {
    const numbers = Array.from({ length: 500 }, () => sourceNumber(doneOf(flow)));
    const { items } = (await ask("POST", `${MAIN}/records/search`, { numbers })).body as { items: readonly { isMissing: boolean }[] };
    return items.every((item) => !item.isMissing);
  });
  reportFigure(task, {
    figure: `500 pasted numbers through the API, ${RECORDS} records`,
    aim: "under 1 s",
    measured: `${at(spent, 0.5).toFixed(0)} ms at the median`,
    holds: at(spent, 0.5) < 1_000,
  });
});

test("what the dashboard asks", async ({ task }) => {
  const spent = await measure(100, async () => {
    const paths = ["overview", "counts", "queues", "missing", "pauses", "alerts"];
    const answers = await Promise.all(paths.map((path) => ask("GET", `${MAIN}/${path}`)));
    return answers.every((answer) => answer.status === 200);
  });
  reportFigure(task, {
    figure: `dashboard (overview, counts, queues, missing, pauses, alerts) through the API, ${RECORDS} records`,
    aim: "under 100 ms",
    measured: `${at(spent, 0.5).toFixed(1)} ms at the median, p99 ${at(spent, 0.99).toFixed(1)} ms`,
    holds: at(spent, 0.5) < 100,
  });
});
