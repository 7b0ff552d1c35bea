/** Remedies (查漏补缺): a second reading with other params finds what the first has missed, and moves nothing else. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bill, bills, connectionTo, flowOf, openLab, type FlowChange, type Lab } from "./lab/lab.ts";
import { startWorker, until } from "../worker/child-worker.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const YEARLY = "0 0 0 1 1 *";
const HOUR_MS = 3_600_000;
const windowed: FlowChange = {
  source: {
    pageSize: 2,
    params: { from: "{{LAST_SYNC_TIME}}", to: "{{CURRENT_TIME}}", note: "usual" },
    watermark: { start: "-1d", lagS: 0, overlapS: 0 },
    remedy: { cron: YEARLY, params: { from: "{{DAYS_AGO_3}}", note: "remedy" } },
  },
};

test("reads by its own params: what is known is unchanged, what was missed or has changed goes on, the watermark stays", async () => {
  const scene = await lab.scene();
  const at = (hours: number): number => Date.now() - hours * HOUR_MS;
  scene.vendor.rows = [
    { ...bill("a"), atMs: at(2) },
    { ...bill("b"), atMs: at(1) },
  ];
  expect(await scene.run(windowed)).toMatchObject({ written: 2 });
  const watermark = await scene.cursor("watermark");
  scene.vendor.rows = [...scene.vendor.rows, { ...bill("missed"), atMs: at(50) }, { ...bill("too-old"), atMs: at(100) }];
  expect(await scene.run(windowed)).toMatchObject({ written: 0 });
  expect(await scene.run(windowed, { remedy: true })).toMatchObject({ fault: null, read: 3, records: 3, unchanged: 2, written: 1 });
  expect(scene.vendor.ledger.map(({ key }) => key)).toEqual(["a", "b", "missed"]);
  expect(Number(await scene.cursor("watermark"))).toBeGreaterThanOrEqual(Number(watermark));
  const before = await scene.cursor("watermark");
  await scene.run(windowed, { remedy: true });
  expect(await scene.cursor("watermark")).toBe(before);
  expect(await scene.cursor("remedy")).toBe("");
  expect(scene.vendor.requests("rows").at(-1)?.json["note"]).toBe("remedy");
});

test("one that is broken off goes on at its page, and the usual reading is not disturbed", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = bills(7);
  scene.vendor.script = ({ operation, json }) =>
    operation === "rows" && json["note"] === "remedy" && json["page"] === 3 ? { kind: "reply", status: 500, body: "" } : undefined;
  expect((await scene.run(windowed, { remedy: true })).fault).not.toBeNull();
  scene.vendor.script = () => undefined;
  expect(await scene.run(windowed)).toMatchObject({ fault: null, read: 7 });
  const asked = scene.vendor.seen.length;
  await scene.run(windowed, { remedy: true });
  expect(scene.vendor.seen.slice(asked).map(({ json }) => [json["note"], json["page"]])).toEqual([
    ["remedy", 3],
    ["remedy", 4],
  ]);
});

test("a flow without one says so", async () => {
  const scene = await lab.scene();
  expect((await scene.run({}, { remedy: true })).fault).toMatchObject({ code: "REMEDY_UNSET" });
});

test("two workers fire its tick once", async () => {
  const { vendor } = await lab.scene();
  vendor.rows = bills(3);
  const flow = flowOf("remedied", { source: { remedy: { cron: YEARLY, params: { note: "remedy" } } } });
  await lab.engine.pool.query("insert into tick (flow, at) values ('remedied:remedy', '2020-01-01')");
  const task = { dataDir: lab.dataDir, flows: [flow], connections: [connectionTo(vendor, "remedied")] };
  const workers = [startWorker(task), startWorker(task)];
  await until(() => vendor.ledger.length >= 3, 20_000);
  // Long enough for both to have looked again.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (const worker of workers) worker.kill("SIGTERM");
  const ended = await Promise.all(workers.map((worker) => worker.ended));
  expect(ended.map((end) => end?.pulls).toSorted()).toEqual([0, 1]);
  expect(vendor.requests("rows").map(({ json }) => json["note"])).toEqual(["remedy"]);
});
