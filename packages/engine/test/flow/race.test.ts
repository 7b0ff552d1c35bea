/**
 * The pull and the writer work on the same documents at the same time: bills change while their old versions are being sent.
 *
 * @module-tag one-attempt
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bill, openLab, STATUS, type FlowChange, type Lab } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** Widens the moment between what a page's plan was made on and its being stored, so that the writer always comes between. */
function slowPlanning(pool: Lab["engine"]["pool"]): () => void {
  const query = pool.query.bind(pool);
  const slow = async (...args: Parameters<typeof query>): Promise<unknown> => {
    const result: unknown = await query(...args);
    const [asked] = args as readonly unknown[];
    if (typeof asked === "object" && asked !== null && "name" in asked && asked.name === "document_of_records")
      await new Promise((resolve) => setTimeout(resolve, 25));
    return result;
  };
  Object.assign(pool, { query: slow });
  return () => Object.assign(pool, { query });
}

const COUNT = 60;
const versions = (name: string): { readonly text: string }[] =>
  Array.from({ length: COUNT }, (_, i) => bill(`r${String(i).padStart(3, "0")}`, { name }));
const nameOf = (text: string): unknown => (JSON.parse(text) as { name?: unknown }).name;

describe("bills that change while they are being written", () => {
  test.each([
    ["batches of five", "save", 5],
    ["all-or-nothing batches with a culprit", "save-all", 8],
    ["one at a time", "save", 1],
  ] as const)("make one document each, in %s", async (_, api, batch) => {
    const scene = await lab.scene();
    const change: FlowChange = {
      source: { pageSize: 7 },
      target: { api, batch, concurrency: 4, changed: "update" },
      retries: { count: 50, delaysS: [0.02] },
    };
    scene.vendor.rows = versions("v1");
    scene.vendor.refuse = (document) => (document["k"] === "r031" ? "编码不存在" : undefined);
    // At first nothing gets through: everything is queued, some of it due at any moment.
    scene.vendor.script = (request) =>
      request.operation.startsWith("save") ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"系统忙"}' } : undefined;
    await scene.run(change, { waitMs: 0, signal: AbortSignal.timeout(400) });
    const atFullSpeed = slowPlanning(lab.engine.pool);
    // Then every second write gets through, slowly, while three more versions come.
    for (const name of ["v2", "v3", "v4"]) {
      scene.vendor.rows = versions(name);
      scene.vendor.script = async (request) => {
        await new Promise((resolve) => setTimeout(resolve, (request.index * 7) % 13));
        return request.operation.startsWith("save") && request.nth % 2 === 0
          ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"系统忙"}' }
          : undefined;
      };
      await scene.run(change, { waitMs: 0 });
    }
    atFullSpeed();
    scene.vendor.script = () => undefined;
    for (let i = 0; i < 3; i += 1) await scene.run(change);
    const keys = scene.vendor.ledger.map((entry) => entry.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(COUNT - 1);
    const documents = await scene.documents();
    expect(documents.filter((document) => document.status === STATUS.done)).toHaveLength(COUNT - 1);
    expect(documents.find((document) => document.record_key === "r031")).toMatchObject({ status: STATUS.failed });
    // With an id to update by, the last version has arrived.
    // The all-or-nothing API tells no ids: its documents stay as they were written.
    const late = scene.vendor.ledger.filter((entry) => nameOf(entry.text) !== "v4").map((entry) => entry.key);
    expect(api === "save" ? late : []).toEqual([]);
  });
});

test("a run that is stopped says so, loses nothing, and the next one goes on", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = versions("v1");
  scene.vendor.delayMs = 15;
  const stop = new AbortController();
  const change: FlowChange = { source: { pageSize: 5 }, target: { batch: 2 } };
  const first = await scene.run(change, {
    signal: stop.signal,
    onProgress: (progress) => (progress.written >= 6 ? stop.abort() : undefined),
  });
  expect(first.written).toBeGreaterThanOrEqual(6);
  expect(first.written).toBeLessThan(COUNT);
  const { rows } = await lab.engine.pool.query("select state from run r join flow f on f.num = r.flow where f.id = $1", [scene.flow().id]);
  expect(rows).toEqual([{ state: "stopped" }]);
  scene.vendor.delayMs = 0;
  for (let i = 0; i < 2; i += 1) await scene.run(change);
  const keys = scene.vendor.ledger.map((entry) => entry.key);
  expect(keys).toHaveLength(COUNT);
  expect(new Set(keys).size).toBe(COUNT);
});
