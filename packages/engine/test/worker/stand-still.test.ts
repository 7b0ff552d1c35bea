/**
 * A process that stands still for longer than its leases, as on a machine that slept: what it was about to send has been sent by another
 * one when it goes on. The vendor takes a document twice; nobody but us could keep it from that.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "@datong/core";
import { bills, connectionTo, flowOf, openLab, STATUS, type Lab } from "../flow/lab/lab.ts";
import { startWorker, until, type ChildWorker } from "./child-worker.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** Stops at a named point as if the machine slept, until it is told to go on. */
function startSleeper(task: Parameters<typeof startWorker>[0], point: string): ChildWorker {
  Object.assign(process.env, { DATONG_CRASH_AT: point, DATONG_CRASH_WITH: "SIGSTOP" });
  try {
    return startWorker(task);
  } finally {
    delete process.env["DATONG_CRASH_AT"];
    delete process.env["DATONG_CRASH_WITH"];
  }
}

const sleeps = ({ pid }: ChildWorker): boolean => /\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

test("between intent and call, until another process has written, does not write too", { timeout: 180_000 }, async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(1);
  const base = flowOf("asleep");
  const flow: Flow = { ...base, dispatch: { ...base.dispatch, source: { cron: "* * * * * *" } } };
  const task = { dataDir: lab.dataDir, flows: [flow], connections: [connectionTo(vendor, "asleep")] };
  const asleep = startSleeper(task, "call.before");
  await until(() => sleeps(asleep), 60_000);
  expect(vendor.ledger).toHaveLength(0);
  const other = startWorker(task);
  await until(() => vendor.ledger.length > 0, 90_000);
  asleep.kill("SIGCONT");
  // It lives on: what it pulls after its sleep it writes.
  other.kill("SIGTERM");
  await other.ended;
  vendor.rows = bills(3);
  await until(() => vendor.ledger.length >= 3, 150_000);
  asleep.kill("SIGTERM");
  await asleep.ended;
  expect(vendor.ledger.map(({ key }) => key).toSorted()).toEqual(bills(3).map(({ text }) => (JSON.parse(text) as { id: string }).id));
  const { rows } = await lab.engine.pool.query<{ status: number; n: string }>(
    "select d.status, count(*) as n from document d join flow f on f.num = d.flow where f.id = 'asleep' group by 1",
  );
  expect(rows).toEqual([{ status: STATUS.done, n: "3" }]);
});
