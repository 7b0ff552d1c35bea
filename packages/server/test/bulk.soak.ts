/** 50,000 bills that failed by a broken mapping are retried through the API once it is mended: until all are queued again, and until all have arrived. */
import { reportFigure } from "@datong/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IN, openOrders, OUT, publishOrders, pushOrders, waitForCounts } from "./pushed-flows.ts";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const BILLS = Number(process.env["BULK_BILLS"] ?? "50000");
let lab: ServerLab;
let ask: Ask;

beforeAll(async () => {
  lab = await openServerLab(1, []);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  await openOrders(ask);
  await pushOrders(ask, BILLS);
  await waitForCounts(ask, IN, { failed: BILLS }, 1_200_000);
  await publishOrders(ask, { isBroken: false, revision: 1 });
}, 1_500_000);
afterAll(() => lab.close());

test("bulk retry", async ({ task }) => {
  const startedAt = performance.now();
  const begun = await ask("POST", `${IN}/bulk`, { kind: "retry", status: "failed" });
  const answeredMs = performance.now() - startedAt;
  await ask("GET", `/api/v1/workspaces/main/bulk/${begun.body.id}/events`);
  const seconds = (performance.now() - startedAt) / 1000;
  const bulk = (await ask("GET", `/api/v1/workspaces/main/bulk/${begun.body.id}`)).body;
  expect(bulk).toMatchObject({ state: "done", queued: BILLS });
  reportFigure(task, {
    figure: `bulk retry of ${BILLS} records through the API, mapped again`,
    aim: "under a minute",
    measured: `${seconds.toFixed(1)} s (answered after ${answeredMs.toFixed(0)} ms)`,
    holds: seconds < 60,
  });
  await waitForCounts(ask, OUT, { done: BILLS }, 1_200_000);
  const all = (performance.now() - startedAt) / 1000;
  reportFigure(task, {
    figure: `the same until all have arrived`,
    aim: "under 5 minutes",
    measured: `${all.toFixed(0)} s`,
    holds: all < 300,
  });
});
