/** Four workers on one store, one of them killed every two seconds and replaced, until all is written; then the account. */
import { expect } from "vitest";
import type { Flow } from "@datong/core";
import { bills, connectionTo, flowOf, STATUS, type Lab } from "../flow/lab/lab.ts";
import { startWorker, until, type ChildWorker } from "./child-worker.ts";

export async function surviveKills(
  lab: Lab,
  options: { readonly bills: number; readonly batch: number; readonly delayMs: number; readonly killsMin: number; readonly waitMs: number },
): Promise<{ readonly kills: number; readonly seconds: number }> {
  const { vendor } = await lab.scene();
  vendor.rows = bills(options.bills);
  vendor.delayMs = options.delayMs;
  const connection = connectionTo(vendor, "kills", { limits: { concurrency: 8 } });
  const base = flowOf("kills", { source: { pageSize: 200 }, target: { batch: options.batch }, retries: { count: 50, delaysS: [0.2] } });
  const flow: Flow = { ...base, dispatch: { ...base.dispatch, source: { cron: "*/5 * * * * *" } } };
  const task = { dataDir: lab.dataDir, flows: [flow], connections: [connection] };
  const workers: ChildWorker[] = Array.from({ length: 4 }, () => startWorker(task));
  const startedMs = performance.now();
  let kills = 0;
  const killer = setInterval(() => {
    const victim = Math.floor(Math.random() * workers.length);
    workers[victim]?.kill("SIGKILL");
    workers[victim] = startWorker(task);
    kills += 1;
  }, 2_000);
  const openTasks = async (): Promise<number> =>
    (await lab.engine.pool.query("select 1 from task t join flow f on f.num = t.flow where f.id = 'kills'")).rows.length;
  try {
    await until(
      async () => kills >= options.killsMin && vendor.ledger.length >= options.bills && (await openTasks()) === 0,
      options.waitMs,
    );
  } finally {
    clearInterval(killer);
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  for (const worker of workers) worker.kill("SIGTERM");
  await Promise.all(workers.map((worker) => worker.ended));
  const keys = vendor.ledger.map((entry) => entry.key).toSorted();
  const expected = bills(options.bills).map((row) => (JSON.parse(row.text) as { id: string }).id);
  expect(keys).toEqual(expected.toSorted());
  const { rows } = await lab.engine.pool.query<{ status: number; n: string }>(
    "select d.status, count(*) as n from document d join flow f on f.num = d.flow where f.id = 'kills' group by 1",
  );
  expect(rows).toEqual([{ status: STATUS.done, n: String(options.bills) }]);
  return { kills, seconds };
}
