/** Counts kept by differences: exact after any work by many at once, in flows that regroup bills too, folded or not. */
import { STATUSES } from "@datong/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countFlows, countRecords } from "../../src/ledger/index.ts";
import { checkCounts } from "../../src/store/count-check.ts";
import { registerFlow, type FlowRow } from "../../src/store/flow-rows.ts";
import { commitPage, type DocumentRow, type PageRows } from "../../src/store/page-rows.ts";
import { queueDepths } from "../../src/store/queue-rows.ts";
import { foldCounts, statusCounts } from "../../src/store/status-counts.ts";
import { claimTasks, type ClaimedTask } from "../../src/store/task-rows.ts";
import { settleTasks } from "../../src/store/settle-rows.ts";
import { openLab, STATUS, type Lab } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

interface Place {
  readonly row: FlowRow;
  /** A page of records, each with documents of these units, every document in a task of its own. */
  readonly store: (records: Readonly<Record<string, readonly string[]>>, more?: Partial<PageRows>) => Promise<boolean>;
  readonly claim: (count?: number) => Promise<readonly ClaimedTask[]>;
  readonly settle: (tasks: readonly ClaimedTask[], status: number) => Promise<void>;
  readonly records: () => Promise<Readonly<Record<string, number>>>;
}

const OWNER = "00000000-0000-4000-8000-000000000001";
let flows = 0;
async function place(): Promise<Place> {
  const { pool, ids } = lab.engine;
  flows += 1;
  const account = `count-account-${flows % 2}`;
  const row = await registerFlow(pool, `count-${flows}`, account);
  const at = { lane: row.lane, flow: row.num };
  const known = new Set<string>();
  return {
    row,
    store: async (records, more = {}) => {
      const documents = Object.entries(records).flatMap(([recordKey, units]) =>
        units.map((unit): DocumentRow => {
          const [id, task] = [ids.next(), ids.next()];
          const status = STATUSES.queued.number;
          const empty = { part: "", version: 1, code: null, vendorText: null, body: "{}" };
          return { ...empty, id, unit, recordKey, externalKey: unit, status, task };
        }),
      );
      const stored = await commitPage(pool, {
        ...at,
        revision: 1,
        run: "1",
        account,
        records: Object.keys(records).map((key) => ({
          key,
          number: key,
          fingerprint: "ab",
          version: 1,
          status: records[key]?.length === 0 ? STATUS.skipped : STATUS.queued,
          reason: null,
          rows: "[]",
          isNew: !known.has(key),
        })),
        documents,
        replaced: [],
        skipped: [],
        planned: [],
        links: [],
        mergeItems: [],
        mergeDone: [],
        tasks: documents.map((document) => ({ id: document.task ?? "", action: "write", documents: [document.id] })),
        cursors: [],
        counts: { read: 0, records: 0, unchanged: 0 },
        exchanges: [],
        nextId: ids.next,
        ...more,
      });
      for (const key of Object.keys(records)) known.add(key);
      return stored;
    },
    claim: (count = 100) => claimTasks(pool, { ...at, count, owner: OWNER, leaseMs: 60_000 }),
    settle: (tasks, status) =>
      settleTasks(
        pool,
        tasks.map((task) => ({
          ...at,
          run: "1",
          account,
          owner: OWNER,
          task: task.id,
          ends: task.documents.map((document) => ({
            id: document.id,
            status,
            stage: null,
            number: status === STATUS.done ? `T${document.id}` : null,
            targetId: null,
            attempts: 1,
            code: null,
            cause: null,
            vendorCode: null,
            vendorText: null,
            task: null,
            before: { status: document.status, number: document.number, targetId: document.targetId },
          })),
          follow: [],
          exchanges: [],
        })),
      ),
    records: async () => Object.fromEntries(await countRecords(pool, at)),
  };
}

const exact = async (): Promise<void> => expect(await checkCounts(lab.engine.pool, false)).toEqual([]);

describe("a flow whose bills become a document each", () => {
  test("is counted by pages and settlements, records without documents by their own status, the queue with them", async () => {
    const { row, store, claim, settle, records } = await place();
    await store({ a: ["a"], b: ["b"], c: ["c"], d: [] });
    expect(await records()).toEqual({ queued: 3, skipped: 1 });
    expect((await queueDepths(lab.engine.pool, row.lane, [row.num]))[0]).toMatchObject({ tasks: 3, documents: 3, due: 3, inHand: 0 });
    const [first, second] = await claim(2);
    expect((await queueDepths(lab.engine.pool, row.lane, [row.num]))[0]).toMatchObject({ tasks: 3, documents: 3, due: 1, inHand: 2 });
    await settle(first === undefined ? [] : [first], STATUS.done);
    await settle(second === undefined ? [] : [second], STATUS.failed);
    // A former owner's settlement changes nothing, so it counts nothing.
    await settle(first === undefined ? [] : [first], STATUS.failed);
    expect(await records()).toEqual({ queued: 1, done: 1, failed: 1, skipped: 1 });
    expect((await queueDepths(lab.engine.pool, row.lane, [row.num]))[0]).toMatchObject({ tasks: 1, documents: 1, due: 1, inHand: 0 });
    await exact();
  });
});

describe("a flow that regroups bills", () => {
  test("has a record counted by the worst of its documents, which several settle at once", async () => {
    const { store, claim, settle, records } = await place();
    const keys = Array.from({ length: 30 }, (_, i) => `r${i}`);
    await store(Object.fromEntries(keys.map((key) => [key, [`${key}#1`, `${key}#2`, `${key}#3`]])));
    expect(await records()).toEqual({ queued: 30 });
    const tasks = await claim();
    // Parts of one record in different transactions at the same time: nobody sees the others' outcome, yet the last one must.
    await Promise.all(tasks.map((task, i) => settle([task], i % 45 === 0 ? STATUS.failed : STATUS.done)));
    expect(await records()).toEqual({ done: 28, failed: 2 });
    await exact();
  });

  test("has records that share a document counted with it, also one that is linked to it while it is settled", async () => {
    const { row, store, claim, settle, records } = await place();
    await store({ a: ["=x"], b: [] });
    const [task] = await claim();
    const document = task?.documents[0]?.id ?? "";
    await Promise.all([settle(task === undefined ? [] : [task], STATUS.done), store({ c: [] }, { links: [{ recordKey: "c", document }] })]);
    expect(await records()).toEqual({ done: 2, skipped: 1 });
    expect((await statusCounts(lab.engine.pool, row.lane, row.num)).find((count) => count.status === STATUS.done)).toMatchObject({
      records: 2,
      documents: 1,
      tasks: 0,
    });
    await exact();
  });

  test("may have been a plain one a moment ago: a bill gets a second document while its first is settled", async () => {
    const { store, claim, settle, records } = await place();
    const keys = Array.from({ length: 20 }, (_, i) => `p${i}`);
    await store(Object.fromEntries(keys.map((key) => [key, [key]])));
    const tasks = await claim();
    await Promise.all([
      ...tasks.map((task) => settle([task], STATUS.done)),
      store(Object.fromEntries(keys.slice(5, 15).map((key) => [key, [`${key}#2`]]))),
    ]);
    expect(await records()).toEqual({ done: 10, queued: 10 });
    await exact();
  });
});

describe("folding", () => {
  test("changes no count, whoever does it and however many at once, while others go on", async () => {
    const { pool } = lab.engine;
    const { row, store, claim, settle, records } = await place();
    const left = async (): Promise<number> =>
      (await pool.query("select 1 from status_delta where lane = $1 and flow = $2", [row.lane, row.num])).rows.length;
    for (let i = 0; i < 5; i += 1) await store({ [`f${i}`]: [`f${i}`], [`g${i}`]: [] });
    expect(await left()).toBeGreaterThan(0);
    const tasks = await claim();
    await Promise.all([
      foldCounts(pool, 0),
      ...tasks.map((task) => settle([task], STATUS.done)),
      foldCounts(pool, 0),
      store({ h: ["h"] }),
      foldCounts(pool, 0),
    ]);
    expect(await records()).toEqual({ done: 5, skipped: 5, queued: 1 });
    await foldCounts(pool, 0);
    expect(await left()).toBe(0);
    expect(await records()).toEqual({ done: 5, skipped: 5, queued: 1 });
    await exact();
  });
});

test("all flows at once, by their ids", async () => {
  const one = await place();
  const id = `count-${flows}`;
  await one.store({ a: ["a"], b: [] });
  const mine = (await countFlows(lab.engine.pool)).filter((count) => count.flowId === id);
  expect(mine).toEqual([
    { flowId: id, status: "queued", records: 1, documents: 1 },
    { flowId: id, status: "skipped", records: 1, documents: 0 },
  ]);
});

test("a check finds what was changed behind the program's back, and a repair adds what is missing", async () => {
  const { pool } = lab.engine;
  const { row, store } = await place();
  await store({ a: ["a"], b: ["b"] });
  await pool.query("update document set status = 3 where lane = $1 and flow = $2 and unit = 'a'", [row.lane, row.num]);
  const at = { lane: row.lane, flow: row.num };
  const found = await checkCounts(pool, true);
  expect(found).toEqual([
    { ...at, status: STATUS.queued, records: -1, documents: -1, tasks: 0 },
    { ...at, status: STATUS.done, records: 1, documents: 1, tasks: 0 },
  ]);
  await exact();
});
