/** Lookups in a run: one flow's lines are completed from what another flow has stored. */
import { storedPathOf, type MappingField } from "@datong/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { previewFlow } from "../../src/flow/preview.ts";
import { retryRecords } from "../../src/ledger/retry-records.ts";
import { hashOf, readyIndex } from "../../src/store/lookup-rows.ts";
import { forgetWaiters, forgetWoken, noteWaiters, seenOf, wokenWaiters } from "../../src/store/lookup-waits.ts";
import { runWorker } from "../../src/worker/index.ts";
import { bill, openLab, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

async function pair(): Promise<{ readonly goods: Scene; readonly orders: Scene; readonly from: string }> {
  const goods = await lab.scene();
  const orders = await lab.scene();
  return { goods, orders, from: goods.flow().id };
}

const bodies = async (scene: Scene): Promise<readonly unknown[]> => (await scene.documents()).map((document) => JSON.parse(document.body));
const good = (id: string, code: string, unit: string): { readonly text: string } => bill(id, { code, unit });

describe("a flow that looks into another one", () => {
  test("two fields, inside the lines, values with blanks, several rows of one record", async () => {
    const { goods, orders, from } = await pair();
    goods.vendor.rows = [
      good("g1", "A 1", "pcs"),
      good("g2", "A 1", "box"),
      // One record of two rows: each row is found by its own values.
      { text: JSON.stringify({ id: "g3", no: "N", code: "B", unit: "pcs", line: 1, name: "first" }) },
      { text: JSON.stringify({ id: "g3", no: "N", code: "B", unit: "box", line: 2, name: "second" }) },
    ];
    await goods.run();
    orders.vendor.rows = [
      bill("o1", {
        lines: [
          { code: "A 1", unit: "box" },
          { code: "B", unit: "box" },
          { code: "C", unit: "box" },
        ],
      }),
    ];
    const children: readonly MappingField[] = [
      { field: "sku", value: "{{lines.code}}" },
      { field: "qty", value: `_findCollection find name from ${from} where code={{lines.code}} unit={{lines.unit}}` },
    ];
    const mapping: readonly MappingField[] = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: `_findCollection find id from ${from} where code=A 1 unit=pcs` },
      {
        field: "code",
        value: `_function CONCAT('<', IFNULL(_findCollection find number from ${from} where code={{name}} _endFind, '-'), '>')`,
      },
      { field: "lines", type: "array", value: "lines", children },
    ];
    expect(await orders.run({ mapping })).toMatchObject({ written: 1, failed: 0 });
    expect(await bodies(orders)).toEqual([
      { k: "o1", name: "g1", code: "<->", lines: [{ sku: "A 1", qty: "单据 g2" }, { sku: "B", qty: "second" }, { sku: "C" }] },
    ]);
  });

  test("records that come, change and go away at the source after the index was made are found as they are now", async () => {
    const { goods, orders, from } = await pair();
    const withdrawn = { when: [[{ field: "code", logic: "eq" as const, value: "gone" }]], action: "ignore" as const };
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: `_findCollection find name from ${from} where code={{code}}` },
    ];
    goods.vendor.rows = [bill("g1", { code: "A", name: "old" }), bill("g2", { code: "B", name: "b" })];
    await goods.run({ source: { withdrawn } });
    orders.vendor.rows = ["A", "B", "C"].map((code) => bill(`x${code}`, { code }));
    await orders.run({ mapping });
    expect(await bodies(orders)).toMatchObject([{ name: "old" }, { name: "b" }, { k: "xC" }]);
    goods.vendor.rows = [
      bill("g1", { code: "A2", name: "new" }),
      bill("g2", { code: "gone", name: "b" }),
      bill("g3", { code: "C", name: "c" }),
    ];
    await goods.run({ source: { withdrawn } });
    orders.vendor.rows = ["A", "A2", "B", "C"].map((code) => bill(`y${code}`, { code }));
    await orders.run({ mapping });
    const now = (await bodies(orders)).slice(3);
    expect(now).toEqual([{ k: "yA" }, { k: "yA2", name: "new" }, { k: "yB" }, { k: "yC", name: "c" }]);
  });

  test("a thousand lines cost a handful of statements; what was stored before is filled in", async () => {
    const { goods, orders, from } = await pair();
    goods.vendor.rows = Array.from({ length: 1_200 }, (_, i) => bill(`g${i}`, { code: `c${i}` }));
    await goods.run();
    orders.vendor.rows = Array.from({ length: 20 }, (_, i) =>
      bill(`o${i}`, { lines: Array.from({ length: 50 }, (__, j) => ({ code: `c${i * 50 + j}` })) }),
    );
    const children = [{ field: "sku", value: `_findCollection find id from ${from} where code={{lines.code}}` }];
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "lines", type: "array" as const, value: "lines", children },
    ];
    const { rows } = await lab.engine.pool.query("select 1 from lookup_value");
    const before = rows.length;
    await orders.run({ mapping });
    const found = (await bodies(orders)) as readonly { readonly lines: readonly { readonly sku: string }[] }[];
    expect(found.flatMap((body) => body.lines.map((line) => line.sku)).toSorted()).toEqual(
      Array.from({ length: 1_000 }, (_, i) => `g${i}`).toSorted(),
    );
    const after = await lab.engine.pool.query("select 1 from lookup_value");
    expect(after.rows.length - before).toBe(1_200);
  });

  test("_mongoQuery with and without an equality; the status of the other flow's record", async () => {
    const { goods, orders, from } = await pair();
    goods.vendor.rows = [
      bill("g1", { code: "A", price: 5 }),
      bill("g2", { code: "A", price: "10.50" }),
      bill("g3", { code: "B", price: 20 }),
    ];
    await goods.run();
    orders.vendor.rows = [bill("o1", { code: "A", limit: 9 })];
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: `_mongoQuery ${from} findField=id where={"content.code":"{{code}}","content.price":{"$gt":{{limit}}}}` },
      { field: "code", value: `_mongoQuery ${from} findField=content.price where={"content.price":{"$gte":11}}` },
      { field: "extra", value: `_mongoQuery ${from} findField=status where={"content.code":"B","status":2}` },
      { field: "amount", value: `_mongoQuery ${from} findField=content.id where={"content.id":{"$regex":"{{bad}}"},"content.code":"A"}` },
    ];
    await orders.run({ mapping });
    expect(await bodies(orders)).toEqual([{ k: "o1", name: "g2", code: "20", extra: "2", amount: "g1" }]);
  });
});

describe("rows in their stored form", () => {
  const asked = (from: string, where: string, find: string): string => `_findCollection find ${find} from ${from} where ${where}`;

  test("what the steps made is found, also by the piece's id; what they took away, as it was read; what they dropped, not at all", async () => {
    const { goods, orders, from } = await pair();
    const restructure: FlowChange["restructure"] = [
      { kind: "format", fields: [{ old: "made", new: "made_day", format: "date" }] },
      { kind: "explode", path: "details", id: "bfn_id" },
      { kind: "filter", where: [[{ field: "details_sku", logic: "neq", value: "old" }]] },
      { kind: "group", by: ["no"], lines: "items" },
    ];
    const details = ["a", "b", "old"].map((sku, index) => ({ sku, qty: index + 1 }));
    goods.vendor.rows = [bill("g1", { code: "A", made: "2026-05-01 08:00:00", details }), bill("g2", { code: "B", details: [details[2]] })];
    await goods.run({ restructure });
    expect((await goods.records()).map(({ status, reason }) => [status, reason])).toEqual([
      [STATUS.queued, null],
      [STATUS.skipped, "condition"],
    ]);
    orders.vendor.rows = [bill("o1", {})];
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: asked(from, "code=A details_sku=b", "made_day") },
      { field: "code", value: `_mongoQuery ${from} findField=content.details_qty where={"id":{"$in":["g1-2","g9"]}}` },
      {
        field: "extra",
        value: `_function CONCAT(_mongoQuery ${from} findField=content.details_qty where={"id":"g1-0"} _endFind, IFNULL(${asked(from, "code=B", "name")} _endFind, '-'))`,
      },
      { field: "amount", value: asked(from, "code=A", "details.qty"), parser: { name: "ArrayToString", params: "+" } },
    ];
    await orders.run({ mapping });
    expect(await bodies(orders)).toEqual([{ k: "o1", name: "2026-05-01", code: "2", extra: "1-", amount: "1+2+3" }]);
  });

  test("another form has the index filled anew, and wakes who waits", async () => {
    const { goods, orders, from } = await pair();
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: asked(from, "short={{code}}", "id") },
    ];
    const change: FlowChange = { mapping, lookups: { empty: "wait" } };
    goods.vendor.rows = [bill("g1", { code: "A-1" })];
    await goods.run();
    orders.vendor.rows = [bill("o1", { code: "A" })];
    expect(await orders.run(change)).toMatchObject({ written: 0, failed: 0 });
    // Nothing new at the source: the stored rows are seen otherwise from now on.
    const fields = [{ field: "short", value: "_function SUBSTRING_INDEX({{code}}, '-', 1)" }];
    await goods.run({ restructure: [{ kind: "set", fields }] });
    orders.vendor.rows = [];
    expect(await orders.run(change)).toMatchObject({ written: 1 });
    expect(await bodies(orders)).toEqual([{ k: "o1", name: "g1" }]);
  });
});

describe("nothing found", () => {
  test("wait: the bill waits, and goes on by itself once the other flow has read the row", async () => {
    const { goods, orders, from } = await pair();
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: `_findCollection find name from ${from} where code={{code}}` },
    ];
    const change = { mapping, lookups: { empty: "wait" as const } };
    orders.vendor.rows = [bill("o1", { code: "A" }), bill("o2", { code: "B" })];
    expect(await orders.run(change)).toMatchObject({ written: 0, failed: 0 });
    goods.vendor.rows = [bill("g1", { code: "B", name: "b" })];
    await goods.run();
    // Their window is over: the source does not give them again.
    orders.vendor.rows = [];
    expect(await orders.run(change)).toMatchObject({ written: 1 });
    const seen = (): Promise<readonly unknown[]> =>
      orders.documents().then((all) => all.map(({ record_key, status, code, version }) => [record_key, status, code, version]));
    expect(await seen()).toEqual([
      ["o1", STATUS.pending, "LOOKUP_WAITS", 1],
      ["o2", STATUS.done, null, 1],
    ]);
    expect(await orders.run(change)).toMatchObject({ written: 0, failed: 0 });
    goods.vendor.rows = [bill("g2", { code: "A", name: "a" })];
    await goods.run();
    await orders.run(change);
    expect(await seen()).toEqual([
      ["o1", STATUS.done, null, 1],
      ["o2", STATUS.done, null, 1],
    ]);
    expect(orders.vendor.requests("save")).toHaveLength(2);
  });

  test("wait: a new version of a bill that is written leaves it as it is until it can be mapped", async () => {
    const { goods, orders, from } = await pair();
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: `_findCollection find name from ${from} where code={{code}}` },
    ];
    const change = { mapping, lookups: { empty: "wait" as const }, target: { changed: "update" as const } };
    goods.vendor.rows = [bill("g1", { code: "A", name: "a" })];
    await goods.run();
    orders.vendor.rows = [bill("o1", { code: "A" })];
    await orders.run(change);
    orders.vendor.rows = [bill("o1", { code: "B" })];
    await orders.run(change);
    expect(await orders.documents()).toMatchObject([{ status: STATUS.done, version: 1 }]);
    goods.vendor.rows = [bill("g2", { code: "B", name: "b" })];
    await goods.run();
    orders.vendor.rows = [];
    await orders.run(change);
    expect(await orders.documents()).toMatchObject([{ status: STATUS.done, version: 2 }]);
    expect(await bodies(orders)).toMatchObject([{ name: "b" }]);
  });

  test("wait: a form that changes between the question and the waiting wakes it at once", async () => {
    const { goods, from } = await pair();
    const restructure: FlowChange["restructure"] = [{ kind: "set", fields: [{ field: "short", value: "x" }] }];
    goods.vendor.rows = [bill("g1", { code: "A" })];
    await goods.run({ restructure });
    const row = await lab.engine.pool.query<{ num: number; lane: number; form: string }>(
      "select num, lane, stored_form as form from flow where id = $1",
      [from],
    );
    const { num: flow, lane, form } = row.rows[0] as { num: number; lane: number; form: string };
    const num = await readyIndex(lab.engine.pool, { lane, flow }, [storedPathOf("content.code")]);
    const woken = async (askedBy: string | null, seen: string | null): Promise<number> => {
      const awaited = [{ name: from, lane, flow, num, hash: hashOf("B"), seen, form: askedBy }];
      await noteWaiters(lab.engine.pool, 998, "record", [{ key: "x", awaited }]);
      return (await wokenWaiters(lab.engine.pool, 998, "record")).length;
    };
    expect(await woken(form, "")).toBe(0);
    expect(await woken(null, "")).toBe(1);
    expect(await woken(form, "")).toBe(0);
    expect(await woken(null, null)).toBe(1);
    await goods.run();
    expect(await woken(form, "")).toBe(1);
    expect(await woken(null, "")).toBe(0);
    await forgetWaiters(lab.engine.pool, 998, ["x"], "record");
  });

  test("wait: a row that is stored between the question and the waiting wakes it all the same", async () => {
    const { goods, orders, from } = await pair();
    goods.vendor.rows = [bill("g1", { code: "A", name: "" })];
    await goods.run();
    const row = await lab.engine.pool.query<{ num: number; lane: number }>("select num, lane from flow where id = $1", [from]);
    const { num: flow, lane } = row.rows[0] as { num: number; lane: number };
    const fields = [storedPathOf("content.code")];
    const num = await readyIndex(lab.engine.pool, { lane, flow }, fields);
    const place = { name: from, lane, flow, num, hash: hashOf("A") };
    const woken = async (seen: string): Promise<readonly string[]> => {
      await noteWaiters(lab.engine.pool, 999, "record", [{ key: "x", awaited: [{ ...place, seen }] }]);
      return keys();
    };
    const keys = async (): Promise<readonly string[]> => (await wokenWaiters(lab.engine.pool, 999, "record")).map(({ waiter }) => waiter);
    const known = await lab.engine.pool.query<{ key: string; status: number; version: number }>(
      "select key, status, version from record where lane = $1 and flow = $2",
      [lane, flow],
    );
    expect(await woken(seenOf(known.rows))).toEqual([]);
    goods.vendor.rows = [bill("g1", { code: "A", name: "a" })];
    await goods.run();
    const first = await wokenWaiters(lab.engine.pool, 999, "record");
    expect(first).toMatchObject([{ waiter: "x" }]);
    // It was taken up, waits again and is woken at once: that is a waking of its own, whenever the first one is forgotten.
    expect(await woken(seenOf(known.rows))).toEqual(["x"]);
    await forgetWoken(lab.engine.pool, 999, "record", first);
    expect(await keys()).toEqual(["x"]);
    await forgetWoken(lab.engine.pool, 999, "record", await wokenWaiters(lab.engine.pool, 999, "record"));
    expect(await keys()).toEqual([]);
    // It begins to wait for something else and is broken off in between: it waits as before.
    const waits = async () =>
      (await lab.engine.pool.query("select num, hash, woken_at from lookup_wait where waiter_flow = 999")).rows as unknown;
    await woken(
      seenOf(
        (await lab.engine.pool.query("select key, status, version from record where lane = $1 and flow = $2", [lane, flow])).rows as never,
      ),
    );
    const before = await waits();
    expect(before).toMatchObject([{ num, woken_at: null }]);
    const other = { ...place, hash: hashOf("B"), seen: "" };
    const broken = [{ key: "x", awaited: [other, { ...other, num: num + 1, hash: "no number" }] }];
    await expect(noteWaiters(lab.engine.pool, 999, "record", broken)).rejects.toThrow("no number");
    expect(await waits()).toEqual(before);
    await forgetWaiters(lab.engine.pool, 999, ["x"], "record");
    expect(orders.vendor.requests("rows")).toHaveLength(0);
  });

  test("fail: the bill fails with the question in its reason; a retry asks again", async () => {
    const { goods, orders, from } = await pair();
    const mapping = [
      { field: "k", value: "{{id}}" },
      { field: "name", value: `_findCollection find name from ${from} where code={{code}}`, lookup: { empty: "fail" as const } },
    ];
    orders.vendor.rows = [bill("o1", { code: "A" })];
    expect(await orders.run({ mapping })).toMatchObject({ written: 0 });
    expect(await orders.documents()).toMatchObject([
      { status: STATUS.failed, code: "LOOKUP_EMPTY", vendor_text: expect.stringContaining("code=A") as string },
    ]);
    goods.vendor.rows = [bill("g1", { code: "A", name: "a" })];
    await goods.run();
    expect(await retryRecords(lab.engine, orders.flow({ mapping }), orders.connections, {})).toMatchObject({ queued: 1, unmapped: 0 });
    await orders.run({ mapping });
    expect(await orders.documents()).toMatchObject([{ status: STATUS.done }]);
  });
});

test("a preview answers lookups, and tells what it asked", async () => {
  const { goods, orders, from } = await pair();
  goods.vendor.rows = [bill("g1", { code: "A", name: "a" })];
  await goods.run();
  orders.vendor.rows = [bill("o1", { code: "A" })];
  const mapping = [
    { field: "k", value: "{{id}}" },
    { field: "name", value: `_findCollection find name from former-id where code={{code}}` },
  ];
  const ready = lab.engine.ready({ ...orders.flow({ mapping }), lookupNames: { "former-id": from } }, orders.connections);
  const preview = await previewFlow(ready, { limit: 1, ports: lab.engine.ports, pool: lab.engine.pool });
  expect(preview.records[0]?.documents[0]).toMatchObject({ body: { k: "o1", name: "a" }, problem: null });
  expect(preview.records[0]?.documents[0]?.trace[1]?.lookups).toEqual([
    { flow: "former-id", find: "name", where: "code=A", matched: 1, found: "a" },
  ]);
});

// Last: a worker that ends takes the calls of its engine with it.
test("wait: single bills, put-together ones and write-backs are woken by the page that stores the row; a worker takes them up", async () => {
  const { goods, orders, from } = await pair();
  const named = `_findCollection find name from ${from} where code={{code}}`;
  const lookups = { empty: "wait" as const };
  const single: FlowChange = {
    mapping: [
      { field: "k", value: "{{id}}" },
      { field: "name", value: named },
    ],
    lookups,
  };
  const group: FlowChange = {
    id: `${orders.flow().id}-g`,
    restructure: [{ kind: "merge", by: ["code"], lines: "lines", header: ["code"], lineFields: ["id"] }],
    mapping: [
      { field: "k", value: "G{{code}}" },
      { field: "name", value: named },
    ],
    lookups,
  };
  const told: FlowChange = {
    id: `${orders.flow().id}-t`,
    mapping: [{ field: "k", value: "T{{id}}" }],
    writeBack: {
      api: "save",
      mapping: [
        { field: "k", value: "told-{{id}}" },
        { field: "name", value: named },
      ],
    },
    lookups,
  };
  orders.vendor.rows = [bill("o1", { code: "A" }), bill("o2", { code: "B" })];
  // The other flow has never run: it is waited for by its name.
  expect(await orders.run(single)).toMatchObject({ written: 0, failed: 0 });
  goods.vendor.rows = [bill("g0", { code: "Z", name: "z" })];
  await goods.run();
  expect(await orders.run(group)).toMatchObject({ written: 0, failed: 0 });
  expect(await orders.run(told)).toMatchObject({ written: 2, failed: 0, writeBack: { written: 0, failed: 0 } });
  expect(await orders.documents(group.id)).toMatchObject([
    { status: STATUS.pending, code: "LOOKUP_WAITS" },
    { status: STATUS.pending, code: "LOOKUP_WAITS" },
  ]);
  const stop = new AbortController();
  const flows = [single, group, told].map((change) => ({ flow: orders.flow(change), connections: orders.connections }));
  const working = runWorker(lab.engine, { flows, signal: stop.signal });
  const asked = orders.vendor.requests("rows").length;
  goods.vendor.rows = [bill("g1", { code: "A", name: "a" })];
  await goods.run();
  const saved = (): readonly string[] => orders.vendor.ledger.map((entry) => entry.key).filter((key) => !key.startsWith("T"));
  await expect.poll(saved, { timeout: 20_000 }).toHaveLength(3);
  stop.abort();
  await working;
  expect([...saved()].sort()).toEqual(["GA", "o1", "told-o1"]);
  expect(orders.vendor.requests("rows")).toHaveLength(asked);
  const waits = await lab.engine.pool.query<{ kind: string; waiter: string }>(
    "select kind, waiter from lookup_wait w join flow f on f.num = w.waiter_flow where f.id like $1 order by 1, 2",
    [`${orders.flow().id}%`],
  );
  expect(waits.rows.map(({ kind, waiter }) => `${kind} ${waiter}`)).toEqual(['group ["B"]', "record o2", "write-back o2"]);
});
