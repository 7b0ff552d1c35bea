/** What is dropped and what never: partitions by age, the default partition drained, records by flow and status, blocks nobody names. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deleteExchanges, keepPartitionDays, partitionName } from "../../src/store/partition-days.ts";
import { pruneStore } from "../../src/store/retention-keep.ts";
import { keepDaysOf, loadRetention, longestExchangeDays, saveRetention } from "../../src/store/retention-settings.ts";
import { bill, bills, openLab, STATUS, type Lab, type Scene } from "../flow/lab/lab.ts";

const DAY_MS = 86_400_000;
let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const partitions = async (): Promise<readonly string[]> =>
  (
    await lab.engine.pool.query<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'exchange'::regclass order by 1",
    )
  ).rows.map((row) => row.name);
const number = async (text: string, values: readonly unknown[] = []): Promise<number> =>
  Number((await lab.engine.pool.query<{ n: string }>(`select count(*) as n from ${text}`, [...values])).rows[0]?.n);
const exchange = (atMs: number, id: number, flow = 99): Promise<unknown> =>
  lab.engine.pool.query(
    "insert into exchange (at, lane, id, flow, run, operation, status, took_ms, request, response) values (to_timestamp($1 / 1000.0), 1, $2, $3, 1, 'o', 200, 1, '', '')",
    [atMs, id, flow],
  );

describe("partitions of exchanges", () => {
  test("today's and tomorrow's are there once the store is open, and what is stored now lands in today's", async () => {
    const now = Date.now();
    expect(await partitions()).toEqual(expect.arrayContaining([partitionName(now), partitionName(now + DAY_MS)]));
    await exchange(now, 1);
    expect(await number(partitionName(now))).toBe(1);
    expect(await number("exchange_rest")).toBe(0);
  });

  test("a second look changes nothing, and processes that look at once do not disturb each other", async () => {
    const at = { nowMs: Date.now() + 5 * DAY_MS, keepDays: 30 };
    const results = await Promise.all([1, 2, 3].map(() => keepPartitionDays(lab.engine.pool, at)));
    const again = await keepPartitionDays(lab.engine.pool, at);
    const created = [...results, again].flatMap((result) => result.created).toSorted();
    expect(created).toEqual([partitionName(at.nowMs), partitionName(at.nowMs + DAY_MS)]);
    expect(await keepPartitionDays(lab.engine.pool, at)).toEqual({ created: [], dropped: [], drained: 0 });
  });

  test("what the default partition holds is moved to days of its own, also today's, and can be written and found there", async () => {
    const now = Date.now() + 400 * DAY_MS;
    await exchange(now, 10);
    await exchange(now, 11);
    await exchange(now - 3 * DAY_MS, 12);
    expect(await number("exchange_rest")).toBe(3);
    const result = await keepPartitionDays(lab.engine.pool, { nowMs: now, keepDays: 500 });
    expect(result.drained).toBe(3);
    expect(result.created).toContain(partitionName(now - 3 * DAY_MS));
    expect(await number("exchange_rest")).toBe(0);
    expect(await number(partitionName(now))).toBe(2);
    await exchange(now, 13);
    expect(await number(partitionName(now))).toBe(3);
    expect(await number("exchange where lane = 1 and id = any('{10,11,12,13}')")).toBe(4);
  });

  test("days that ended before the span are dropped whole, the day of the horizon itself stays, and old rows of the default partition go", async () => {
    const now = Date.now() + 800 * DAY_MS;
    await keepPartitionDays(lab.engine.pool, { nowMs: now, keepDays: 1000 });
    await exchange(now - 60 * DAY_MS, 20);
    await exchange(now - 600 * DAY_MS, 21);
    const result = await keepPartitionDays(lab.engine.pool, { nowMs: now + 10 * DAY_MS, keepDays: 10 });
    expect(result.dropped).toContain(partitionName(Date.now()));
    expect(result.drained).toBe(2);
    expect(await partitions()).toEqual(["exchange_rest", ...[0, 1, 10, 11].map((days) => partitionName(now + days * DAY_MS))].toSorted());
  });

  test("a flow that keeps less has its own rows deleted, the others' stay", async () => {
    const now = Date.now();
    await keepPartitionDays(lab.engine.pool, { nowMs: now, keepDays: 30 });
    await exchange(now - 2 * DAY_MS, 30, 7);
    await exchange(now - 2 * DAY_MS, 31, 8);
    await exchange(now, 32, 7);
    expect(await deleteExchanges(lab.engine.pool, 1, 7, now - DAY_MS)).toBe(1);
    expect(await number("exchange where id = any('{30,31,32}')")).toBe(2);
  });
});

describe("settings", () => {
  test("a flow's own word goes before the one for all, and exchanges have a default", async () => {
    const { pool } = lab.engine;
    expect(keepDaysOf(await loadRetention(pool), 5, "exchanges", null)).toBe(30);
    expect(keepDaysOf(await loadRetention(pool), 5, "rows", "done")).toBeNull();
    await saveRetention(pool, { flow: 0, part: "rows", status: "done", keepDays: 90 });
    await saveRetention(pool, { flow: 5, part: "rows", status: "done", keepDays: 7 });
    await saveRetention(pool, { flow: 5, part: "exchanges", status: null, keepDays: 60 });
    const settings = await loadRetention(pool);
    expect(keepDaysOf(settings, 5, "rows", "done")).toBe(7);
    expect(keepDaysOf(settings, 6, "rows", "done")).toBe(90);
    expect(keepDaysOf(settings, 6, "rows", "failed")).toBeNull();
    expect(longestExchangeDays(settings)).toBe(60);
    for (const setting of settings) await saveRetention(pool, { ...setting, keepDays: null });
    expect(await loadRetention(pool)).toEqual([]);
  });
});

/** Everything of a flow as if it had happened so many days ago. */
async function age(scene: Scene, days: number): Promise<void> {
  const { pool } = lab.engine;
  const { rows } = await pool.query<{ num: number; lane: number }>("select num, lane from flow where id = $1", [scene.flow().id]);
  const row = rows[0];
  if (row === undefined) throw new Error("the flow has not run");
  const shift = BigInt(days * DAY_MS) << 22n;
  await pool.query("update record set changed_at = changed_at - make_interval(days => $2) where flow = $1", [row.num, days]);
  await pool.query("update document set changed_at = changed_at - make_interval(days => $2), id = id - $3 where flow = $1", [
    row.num,
    days,
    shift,
  ]);
  await pool.query("update attention set document = document - $2 where flow = $1", [row.num, shift]);
  await pool.query("update document_number set document = document - $2 where flow = $1", [row.num, shift]);
  await pool.query("update document_source set document = document - $2 where flow = $1", [row.num, shift]);
  await pool.query("update task set documents = array(select d - $2::bigint from unnest(documents) d) where flow = $1", [row.num, shift]);
}

const flowNumber = async (scene: Scene): Promise<number> =>
  (await lab.engine.pool.query<{ num: number }>("select num from flow where id = $1", [scene.flow().id])).rows[0]?.num ?? 0;

describe("records and documents", () => {
  test("done ones go with their numbers and blocks; failed ones and those of yesterday stay", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(30);
    scene.vendor.refuse = (document) => (document["k"] === "b0007" ? "不允许" : undefined);
    await scene.run({ target: { batch: 5 } });
    const flow = await flowNumber(scene);
    expect((await scene.documents()).filter((document) => document.status === STATUS.failed)).toHaveLength(1);
    await age(scene, 100);
    scene.vendor.rows = [...scene.vendor.rows, bill("new")];
    await scene.run();
    const pruned = await pruneStore(lab.engine.pool, {
      nowMs: Date.now(),
      flow: scene.flow().id,
      by: { part: "rows", statuses: ["done"], keepDays: 90 },
    });
    expect(pruned).toMatchObject({ records: 29, documents: 29 });
    expect((await scene.documents()).map((document) => document.record_key)).toEqual(["b0007", "new"]);
    expect((await scene.records()).map((record) => record.key)).toEqual(["b0007", "new"]);
    // What is left can still be read, and every block left is named by something.
    expect((await scene.records())[0]?.rows).toContain("b0007");
    expect((await scene.documents())[0]?.body).toContain("b0007");
    expect(await number("document_number where flow = $1", [flow])).toBe(1);
    expect(await number("attention where flow = $1", [flow])).toBe(1);
    expect(
      await number(
        `block b where flow = $1 and not exists (select 1 from record r where r.lane = b.lane and r.block = b.id)
           and not exists (select 1 from document d where d.lane = b.lane and d.block = b.id)`,
        [flow],
      ),
    ).toBe(0);
  });

  test("bodies go and rows stay: the bill is still known, and is not written again when the source hands it out", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(5);
    await scene.run();
    await age(scene, 10);
    const pruned = await pruneStore(lab.engine.pool, {
      nowMs: Date.now(),
      flow: scene.flow().id,
      by: { part: "bodies", statuses: ["done"], keepDays: 9 },
    });
    expect(pruned).toMatchObject({ records: 5, documents: 5 });
    expect(pruned?.blocks).toBeGreaterThanOrEqual(2);
    expect(await number("block where flow = $1", [await flowNumber(scene)])).toBe(0);
    expect((await scene.documents()).map((document) => [document.status, document.body])).toEqual(Array(5).fill([STATUS.done, ""]));
    const result = await scene.run();
    expect(result.unchanged).toBe(5);
    expect(scene.vendor.ledger).toHaveLength(5);
    // A second time there is nothing left to drop.
    expect(
      await pruneStore(lab.engine.pool, {
        nowMs: Date.now(),
        flow: scene.flow().id,
        by: { part: "bodies", statuses: ["done"], keepDays: 9 },
      }),
    ).toMatchObject({ records: 0, documents: 0, blocks: 0 });
  });

  test("nothing that is not settled is dropped, however old: queued, sent, unknown, pending, and records beside such a document", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(8);
    await scene.run({ target: { batch: 1 } });
    await age(scene, 1000);
    const { pool } = lab.engine;
    const flow = await flowNumber(scene);
    const open = [STATUS.pending, STATUS.queued, STATUS.sent, STATUS.unknown];
    for (const [i, status] of open.entries())
      await pool.query("update document set status = $3 where flow = $1 and record_key = $2", [flow, `b000${i + 1}`, status]);
    // The fifth shares a document with the first, which is still open; the sixth waits to be merged; the seventh has a task.
    const { rows } = await pool.query<{ id: string; lane: number }>(
      "select id, lane from document where flow = $1 and record_key = 'b0001'",
      [flow],
    );
    const lane = rows[0]?.lane ?? 0;
    await pool.query("insert into document_source (lane, flow, record_key, document) values ($1, $2, 'b0005', $3)", [
      lane,
      flow,
      rows[0]?.id,
    ]);
    await pool.query("insert into merge_item (lane, flow, merge_key, record_key, run) values ($1, $2, 'm', 'b0006', 1)", [lane, flow]);
    await pool.query("update document set tasks = '{424242}' where flow = $1 and record_key = 'b0007'", [flow]);
    await pool.query("insert into task (lane, id, flow, account, action, documents) values ($1, 424242, $2, 'a', 'write', '{}')", [
      lane,
      flow,
    ]);
    await lab.recount();
    const prune = (part: "rows" | "bodies"): Promise<unknown> =>
      pruneStore(pool, { nowMs: Date.now(), flow: scene.flow().id, by: { part, statuses: ["done", "failed", "skipped"], keepDays: 0 } });
    expect(await prune("bodies")).toMatchObject({ documents: 1 });
    expect(await prune("rows")).toMatchObject({ records: 1, documents: 1 });
    expect((await scene.records()).map((record) => record.key)).toEqual(bills(7).map((row) => (JSON.parse(row.text) as { id: string }).id));
    for (const record of await scene.records()) expect(record.rows).toContain(record.key);
  });

  test("a document that somebody holds is passed over, not waited for", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(3);
    await scene.run();
    await age(scene, 50);
    const client = await lab.engine.pool.connect();
    try {
      await client.query("begin");
      await client.query("select 1 from document where flow = $1 and record_key = 'b0002' for update", [await flowNumber(scene)]);
      const request = { nowMs: Date.now(), flow: scene.flow().id, by: { part: "rows", statuses: ["done"], keepDays: 1 } } as const;
      expect(await pruneStore(lab.engine.pool, request)).toMatchObject({ documents: 2, records: 2 });
      await client.query("rollback");
      expect(await pruneStore(lab.engine.pool, request)).toMatchObject({ documents: 1, records: 1 });
    } finally {
      client.release();
    }
  });

  test("records that a rule dropped or that never became a document go by their own status", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = bills(4);
    await scene.run();
    const flow = await flowNumber(scene);
    const { pool } = lab.engine;
    await pool.query("delete from document where flow = $1", [flow]);
    await pool.query("update record set status = case when key < 'b0003' then $2::int else $3::int end where flow = $1", [
      flow,
      STATUS.skipped,
      STATUS.failed,
    ]);
    await lab.recount();
    await age(scene, 20);
    await saveRetention(pool, { flow, part: "rows", status: "skipped", keepDays: 10 });
    await saveRetention(pool, { flow, part: "rows", status: "failed", keepDays: 30 });
    expect(await pruneStore(pool, { nowMs: Date.now(), flow: scene.flow().id })).toMatchObject({ records: 2, documents: 0 });
    expect((await scene.records()).map((record) => record.key)).toEqual(["b0003", "b0004"]);
  });

  test("by the settings, every flow by its own", async () => {
    const [first, second] = [await lab.scene(), await lab.scene()];
    const { pool } = lab.engine;
    for (const scene of [first, second]) {
      scene.vendor.rows = bills(2);
      await scene.run();
      await age(scene, 40);
    }
    await saveRetention(pool, { flow: await flowNumber(first), part: "rows", status: "done", keepDays: 30 });
    await saveRetention(pool, { flow: await flowNumber(second), part: "rows", status: "done", keepDays: 50 });
    await pruneStore(pool, { nowMs: Date.now() });
    expect([(await first.records()).length, (await second.records()).length]).toEqual([0, 2]);
    expect(await pruneStore(pool, { nowMs: Date.now(), flow: "no-such-flow" })).toBeNull();
  });
});
