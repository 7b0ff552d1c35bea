/** Order keys: documents with the same key are written one after the other, in the order of the source, whatever happens to one of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { markDone, pushAgain, retryRecords, skipByHand } from "../../src/ledger/index.ts";
import { listRecords } from "../../src/ledger/list-records.ts";
import { flowPosition } from "../../src/ledger/flow-position.ts";
import { bill, openLab, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const ORDERED: FlowChange = { target: { orderKey: "{{order}}" } };
const PASSING: FlowChange = { target: { orderKey: "{{order}}", onFailedHead: "skip" } };
const WHO = { reason: "核对过", person: "小王" };

/** Orders `o` … with so many documents each, in turns: o1-1, o2-1, o1-2 … */
function orders(count: number, each: number): { readonly text: string }[] {
  return Array.from({ length: count * each }, (_, i) => {
    const order = `o${(i % count) + 1}`;
    return bill(`${order}-${Math.floor(i / count) + 1}`, { order });
  });
}

/** Keys that the target took, by order. */
function taken(scene: Scene): Readonly<Record<string, readonly string[]>> {
  const byOrder: Record<string, string[]> = {};
  for (const { key } of scene.vendor.ledger) (byOrder[key.split("-")[0] ?? ""] ??= []).push(key);
  return byOrder;
}

/** Watches that the vendor never works on two documents of one order at once. */
function watch(scene: Scene): { readonly doubled: string[] } {
  const seen = { doubled: [] as string[] };
  const open = new Set<string>();
  scene.vendor.script = async (request) => {
    const documents = request.json["documents"] as readonly { readonly k: string }[] | undefined;
    const names = (documents ?? []).map((document) => document.k.split("-")[0] ?? "");
    for (const name of names) {
      if (open.has(name)) seen.doubled.push(name);
      open.add(name);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const name of names) open.delete(name);
    return undefined;
  };
  return seen;
}

const statusOf = async (scene: Scene): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await scene.documents()).map((document) => [document.external_key ?? document.unit, document.status]));

describe("documents with the same order key", () => {
  test("are written in the source's order, over pages, batches and writes at once, and never two together", async () => {
    const scene = await lab.scene();
    const seen = watch(scene);
    scene.vendor.rows = orders(7, 6);
    const change: FlowChange = { source: { pageSize: 10 }, target: { ...ORDERED.target, batch: 5, concurrency: 4 } };
    expect(await scene.run(change)).toMatchObject({ written: 42, queued: 0, fault: null });
    expect(seen.doubled).toEqual([]);
    const all = taken(scene);
    expect(Object.keys(all)).toHaveLength(7);
    for (const keys of Object.values(all)) expect(keys).toEqual([...keys].sort());
    // Documents of different keys still share a request.
    expect(scene.vendor.requests("save").length).toBeLessThan(42);
    expect(await lines(scene)).toEqual({ heads: 0, waiting: 0 });
  });

  test("wait for one that is tried again", async () => {
    const scene = await lab.scene();
    let times = 0;
    scene.vendor.rows = orders(1, 3);
    scene.vendor.script = (request) =>
      request.operation === "save" && (times += 1) < 3 ? { kind: "reply", body: '{"ok":false,"code":"BUSY","text":"忙"}' } : undefined;
    expect(await scene.run(ORDERED)).toMatchObject({ written: 3 });
    expect(taken(scene)).toEqual({ o1: ["o1-1", "o1-2", "o1-3"] });
  });

  test("without a key are in nobody's way", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("o1-1", { order: "o1" }), bill("o1-2", { order: " " }), bill("o1-3")];
    scene.vendor.refuse = (document) => (document["k"] === "o1-1" ? "不要" : undefined);
    expect(await scene.run(ORDERED)).toMatchObject({ written: 2, failed: 1 });
  });

  test("wait for one in doubt until the target has told", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = orders(1, 2);
    scene.vendor.script = (request) => (request.operation === "save" && request.nth === 0 ? { kind: "cut-after" } : undefined);
    expect(await scene.run(ORDERED)).toMatchObject({ written: 2, unknown: 0 });
    expect(taken(scene)).toEqual({ o1: ["o1-1", "o1-2"] });
    const calls = scene.vendor.seen.map((request) => request.operation).filter((name) => name !== "rows");
    expect(calls).toEqual(["save", "probe", "save"]);
  });
});

describe("a head that failed", () => {
  const refusing = async (change: FlowChange, rows = orders(2, 3)): Promise<Scene> => {
    const scene = await lab.scene();
    scene.vendor.rows = rows;
    scene.vendor.refuse = (document) => (document["k"] === "o1-1" ? "不要" : undefined);
    await scene.run(change);
    return scene;
  };

  test("blocks those behind it and nobody else; they say behind whom they wait", async () => {
    const scene = await refusing(ORDERED);
    expect(taken(scene)).toEqual({ o2: ["o2-1", "o2-2", "o2-3"] });
    expect(await statusOf(scene)).toMatchObject({ "o1-1": STATUS.failed, "o1-2": STATUS.pending, "o1-3": STATUS.pending });
    const at = await flowPosition(lab.engine.pool, scene.flow().id);
    const listed = await listRecords(lab.engine.pool, at ?? { lane: 0, flow: 0 }, { limit: 10, status: "pending" });
    expect(listed.map((record) => record.key)).toEqual(["o1-2", "o1-3"]);
    const behind = { number: "N-o1-1", status: "failed" };
    expect(listed.map((record) => record.documents[0])).toMatchObject([
      { code: "ORDER_WAITS", behind },
      { code: "ORDER_WAITS", behind },
    ]);
    // A second run changes nothing, and what comes new joins the line.
    scene.vendor.rows = [...scene.vendor.rows, bill("o1-4", { order: "o1" })];
    await scene.run(ORDERED);
    expect(taken(scene)["o1"]).toBeUndefined();
    expect(await lines(scene)).toEqual({ heads: 1, waiting: 3 });
  });

  test.each(["same", "map", "fetch"] as const)("is retried (%s), and the others follow in order", async (how) => {
    const scene = await refusing(ORDERED);
    scene.vendor.refuse = () => undefined;
    expect(await retryRecords(lab.engine, scene.flow(ORDERED), scene.connections, {}, { how })).toMatchObject({ queued: 1 });
    await scene.run(ORDERED);
    expect(taken(scene)["o1"]).toEqual(["o1-1", "o1-2", "o1-3"]);
    expect(await lines(scene)).toEqual({ heads: 0, waiting: 0 });
  });

  test("is marked as done, or skipped, by hand, and the others follow", async () => {
    const done = await refusing(ORDERED);
    await markDone(lab.engine, done.flow().id, { number: "N-o1-1", targetNumber: "手工-1", ...WHO });
    await done.run(ORDERED);
    expect(taken(done)["o1"]).toEqual(["o1-2", "o1-3"]);
    const skipped = await refusing(ORDERED);
    await skipByHand(lab.engine, skipped.flow().id, { number: "N-o1-2", ...WHO });
    await skipByHand(lab.engine, skipped.flow().id, { number: "N-o1-1", ...WHO });
    await skipped.run(ORDERED);
    expect(taken(skipped)["o1"]).toEqual(["o1-3"]);
    expect(await lines(skipped)).toEqual({ heads: 0, waiting: 0 });
  });

  test("lets the others pass where the flow says so, and is written when it can be", async () => {
    const scene = await refusing(PASSING);
    expect(taken(scene)["o1"]).toEqual(["o1-2", "o1-3"]);
    scene.vendor.refuse = () => undefined;
    await retryRecords(lab.engine, scene.flow(PASSING), scene.connections, {}, {});
    await scene.run(PASSING);
    expect(taken(scene)["o1"]).toEqual(["o1-2", "o1-3", "o1-1"]);
  });

  test("lets the others pass from the next run on when the flow is changed, and all go when it has no order key any more", async () => {
    const scene = await refusing(ORDERED);
    await scene.run(PASSING);
    expect(taken(scene)["o1"]).toEqual(["o1-2", "o1-3"]);
    const other = await refusing(ORDERED);
    await other.run();
    expect(other.vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(["o1-2", "o1-3", "o2-1", "o2-2", "o2-3"]);
    expect(await lines(other)).toEqual({ heads: 0, waiting: 0 });
  });

  test("a document that cannot be mapped blocks in its turn, until a new version of the bill can be", async () => {
    const scene = await lab.scene();
    const change: FlowChange = { ...ORDERED, mapping: [{ field: "k", value: "{{k}}", required: true }] };
    const row = (id: string, k: string): { readonly text: string } => bill(id, { order: "o1", k });
    scene.vendor.rows = [row("1", "o1-1"), row("2", ""), row("3", "o1-3")];
    await scene.run(change);
    expect(taken(scene)).toEqual({ o1: ["o1-1"] });
    scene.vendor.rows = [row("1", "o1-1"), row("2", "o1-2"), row("3", "o1-3")];
    await scene.run(change);
    expect(taken(scene)).toEqual({ o1: ["o1-1", "o1-2", "o1-3"] });
  });
});

describe("a newer version", () => {
  const UPDATING: FlowChange = { target: { ...ORDERED.target, changed: "update" } };

  test("of a document that waits takes its place, in place", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = orders(1, 3);
    scene.vendor.refuse = (document) => (document["k"] === "o1-1" ? "不要" : undefined);
    await scene.run(UPDATING);
    scene.vendor.rows = [
      bill("o1-1", { order: "o1", name: "改一" }),
      bill("o1-2", { order: "o1", name: "改二" }),
      bill("o1-3", { order: "o1" }),
    ];
    scene.vendor.refuse = () => undefined;
    await scene.run(UPDATING);
    expect(taken(scene)).toEqual({ o1: ["o1-1", "o1-2", "o1-3"] });
    expect(scene.vendor.ledger.map((entry) => entry.text.includes("改"))).toEqual([true, true, false]);
  });

  test("of one that is done is an update behind those that came before, and goes to another line with another key", async () => {
    const scene = await lab.scene();
    scene.vendor.rows = [bill("o1-1", { order: "o1" })];
    await scene.run(UPDATING);
    scene.vendor.refuse = (document) => (document["k"] === "o1-2" ? "不要" : undefined);
    scene.vendor.rows = [bill("o1-1", { order: "o1" }), bill("o1-2", { order: "o1" })];
    await scene.run(UPDATING);
    const changed = bill("o1-1", { order: "o1", name: "新" });
    scene.vendor.rows = [changed, bill("o1-2", { order: "o1" }), bill("o1-3", { order: "o1" })];
    await scene.run(UPDATING);
    expect(scene.vendor.ledger).toMatchObject([{ key: "o1-1", updates: 0 }]);
    expect(await statusOf(scene)).toMatchObject({ "o1-1": STATUS.pending, "o1-2": STATUS.failed, "o1-3": STATUS.pending });
    // The head gets another order: its former line goes on.
    scene.vendor.rows = [changed, bill("o1-2", { order: "o9" }), bill("o1-3", { order: "o1" })];
    await scene.run(UPDATING);
    expect(scene.vendor.ledger).toMatchObject([{ key: "o1-1", updates: 1 }, { key: "o1-3" }]);
    expect(await lines(scene)).toEqual({ heads: 1, waiting: 0 });
  });

  test("a bill withdrawn while it waits is not written; one that stands is taken back in its turn", async () => {
    const scene = await lab.scene();
    const change: FlowChange = {
      ...ORDERED,
      source: { withdrawn: { when: [[{ field: "off", logic: "eq", value: "1" }]], action: "reverse" } },
    };
    const row = (id: string, off: string): { readonly text: string } => bill(id, { order: "o1", off });
    scene.vendor.refuse = (document) => (document["k"] === "o1-2" ? "不要" : undefined);
    scene.vendor.rows = [row("o1-1", "0"), row("o1-2", "0"), row("o1-3", "0"), row("o1-4", "0")];
    await scene.run(change);
    scene.vendor.rows = [row("o1-1", "1"), row("o1-2", "0"), row("o1-3", "1"), row("o1-4", "0")];
    await scene.run(change);
    expect(scene.vendor.requests("reverse")).toHaveLength(0);
    expect(await statusOf(scene)).toMatchObject({ "o1-1": STATUS.done, "o1-3": STATUS.skipped, "o1-4": STATUS.pending });
    scene.vendor.refuse = () => undefined;
    await retryRecords(lab.engine, scene.flow(change), scene.connections, { status: "failed" }, {});
    await scene.run(change);
    const written = scene.vendor.seen.map((request) => request.operation).filter((name) => name === "save" || name === "reverse");
    expect(written).toEqual(["save", "save", "save", "save", "reverse"]);
    expect(scene.vendor.ledger).toMatchObject([{ key: "o1-1", reversed: true }, { key: "o1-2" }, { key: "o1-4" }]);
    expect(await lines(scene)).toEqual({ heads: 0, waiting: 0 });
  });
});

test("a document pushed again stands in line too", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = orders(1, 1);
  await scene.run(ORDERED);
  scene.vendor.ledger.length = 0;
  scene.vendor.rows = orders(1, 3);
  scene.vendor.refuse = (document) => (document["k"] === "o1-2" ? "不要" : undefined);
  await scene.run(ORDERED);
  await pushAgain(lab.engine, scene.flow(ORDERED), scene.connections, { number: "N-o1-1", ...WHO });
  await scene.run(ORDERED);
  expect(scene.vendor.ledger).toEqual([]);
  await skipByHand(lab.engine, scene.flow().id, { number: "N-o1-2", ...WHO });
  await scene.run(ORDERED);
  expect(taken(scene)).toEqual({ o1: ["o1-1", "o1-3"] });
});

test("records of another flow are distributed in order", async () => {
  const scene = await lab.scene();
  scene.vendor.rows = orders(3, 4);
  await scene.run();
  scene.vendor.ledger.length = 0;
  const second: FlowChange = { ...ORDERED, id: `${scene.flow().id}-b`, source: { flow: scene.flow().id } };
  expect(await scene.run(second)).toMatchObject({ written: 12 });
  for (const keys of Object.values(taken(scene))) expect(keys).toEqual([...keys].sort());
});

async function lines(scene: Scene): Promise<{ readonly heads: number; readonly waiting: number }> {
  const { rows } = await lab.engine.pool.query<{ heads: string; waiting: string }>(
    `select (select count(*) from order_head h where h.flow = f.num) as heads, (select count(*) from order_line w where w.flow = f.num) as waiting
     from flow f where f.id = $1`,
    [scene.flow().id],
  );
  return { heads: Number(rows[0]?.heads), waiting: Number(rows[0]?.waiting) };
}
