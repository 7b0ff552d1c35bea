/** The built-in connection: rows that are pushed, flows that only collect, flows that push to another one. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow, Json } from "@datong/core";
import { runWorker } from "../../src/worker/index.ts";
import { inboxWaits } from "../../src/store/inbox-rows.ts";
import { findFlow } from "../../src/store/flow-rows.ts";
import { dieAt } from "../crash-points/die-at.ts";
import { runInChild, type ChildRun } from "./lab/child-run.ts";
import { bill, bills, openLab, QUICK_RETRIES, STATUS, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const COLLECT = { connection: "datong", api: "collect" } as const;
const RECEIVE: Flow["source"] = { connection: "datong", api: "receive", id: ["id"], number: "no" };
const rows = (count: number, from = 1): Json[] => bills(count, from).map((each) => JSON.parse(each.text) as Json);

/** A passive flow of the scene. */
function passive(scene: Scene, change: FlowChange = {}): Flow {
  return scene.flow({ id: `${scene.flow().id}-in`, ...change, source: { ...RECEIVE, ...change.source } });
}

function known(scene: Scene, ...flows: readonly Flow[]): void {
  lab.engine.useFlows((name) => {
    const flow = flows.find((each) => each.id === name);
    return flow === undefined ? undefined : { flow, connections: scene.connections };
  });
}

const waits = async (flow: Flow): Promise<boolean> => {
  const row = await findFlow(lab.engine.pool, flow.id);
  return row !== null && inboxWaits(lab.engine.pool, row.lane, row.num);
};

describe("collect", () => {
  test("a record is done once stored, without a document, a dropped one is skipped, and a change is a new version", async () => {
    const scene = await lab.scene();
    const change: FlowChange = {
      target: COLLECT,
      source: { condition: [[{ field: "name", logic: "neq", value: "no" }]] },
      mapping: [{ field: "anything", value: "{{gone}}", required: true }],
    };
    scene.vendor.rows = [...bills(3), bill("b9", { name: "no" })];
    expect(await scene.run(change)).toMatchObject({ fault: null, records: 4, failed: 0, queued: 0, skipped: 1 });
    expect(await scene.documents()).toEqual([]);
    expect((await scene.records()).map(({ status }) => status)).toEqual([STATUS.done, STATUS.done, STATUS.done, STATUS.skipped]);
    scene.vendor.rows = [bill("b0001", { name: "neu" }), ...bills(2, 2)];
    expect(await scene.run(change)).toMatchObject({ records: 3, unchanged: 2 });
    expect((await scene.records())[0]).toMatchObject({ version: 2, status: STATUS.done });
    expect(scene.vendor.requests("save")).toEqual([]);
  });
});

describe("pushed rows", () => {
  test("are records of the flow, written like any others; the same again is unchanged, and a row without its key is told by its place", async () => {
    const scene = await lab.scene();
    const flow = passive(scene);
    known(scene, flow);
    const received = await lab.engine.receive(flow.id, [...rows(2), { no: "x" }, "text"]);
    expect(received).toMatchObject([
      { index: 0, key: "b0001", number: "N-b0001" },
      { index: 1, key: "b0002" },
      { index: 2, code: "SOURCE_KEY_MISSING" },
      { index: 3, code: "SOURCE_ROW_SHAPE" },
    ]);
    const run = () => lab.engine.run(flow, scene.connections, { waitMs: 3_000 });
    expect(await run()).toMatchObject({ fault: null, read: 2, records: 2, written: 2, failed: 0 });
    expect(await waits(flow)).toBe(false);
    await lab.engine.receive(flow.id, rows(3));
    expect(await run()).toMatchObject({ read: 3, records: 3, unchanged: 2, written: 1 });
    expect(scene.vendor.ledger.map(({ key }) => key)).toEqual(["b0001", "b0002", "b0003"]);
  });

  test("a flow whose source is a passive flow reads its records, and takes no pushes itself", async () => {
    const scene = await lab.scene();
    const flow = passive(scene, { target: COLLECT });
    const reader = scene.flow({ source: { ...RECEIVE, flow: flow.id } });
    known(scene, flow, reader);
    await lab.engine.receive(flow.id, rows(2));
    await lab.engine.run(flow, scene.connections);
    expect(await lab.engine.run(reader, scene.connections, { waitMs: 3_000 })).toMatchObject({ fault: null, records: 2, written: 2 });
    await expect(lab.engine.receive(reader.id, rows(1))).rejects.toMatchObject({ code: "FLOW_NOT_PASSIVE" });
  });

  test("many pushes of one bill in order leave its last version; numbers keep their digits", async () => {
    const scene = await lab.scene();
    const flow = passive(scene, { target: COLLECT });
    known(scene, flow);
    for (const name of ["a", "b", "c"]) await lab.engine.receive(flow.id, [{ id: "1", name }]);
    await lab.engine.run(flow, scene.connections);
    expect((await scene.records(flow.id)).map((each) => each.rows)).toEqual(['[{"id":"1","name":"c"}]']);
  });

  test("are refused for a flow that asks its source, and for one that nobody knows", async () => {
    const scene = await lab.scene();
    known(scene, scene.flow());
    await expect(lab.engine.receive(scene.flow().id, rows(1))).rejects.toMatchObject({ code: "FLOW_NOT_PASSIVE" });
    await expect(lab.engine.receive("nobody", rows(1))).rejects.toMatchObject({ code: "FLOW_UNKNOWN" });
  });

  test("cannot be asked for by number", async () => {
    const scene = await lab.scene();
    const run = lab.engine.run(passive(scene), scene.connections, { numbers: ["N-b0001"] });
    expect((await run).fault).toMatchObject({ code: "SOURCE_PASSIVE" });
  });

  test("a run that is cut short by its limit goes on with the rest", async () => {
    const scene = await lab.scene();
    const flow = passive(scene);
    known(scene, flow);
    await lab.engine.receive(flow.id, rows(5));
    expect(await lab.engine.run(flow, scene.connections, { limit: 2 })).toMatchObject({ written: 2 });
    expect(await lab.engine.run(flow, scene.connections)).toMatchObject({ written: 3, unchanged: 2 });
  });
});

describe("push as a target", () => {
  const pushing = (scene: Scene, to: string, change: FlowChange = {}): Flow =>
    scene.flow({
      mapping: [
        { field: "id", value: "{{id}}" },
        { field: "no", value: "{{no}}" },
        { field: "name", value: "from {{name}}" },
      ],
      ...change,
      target: { ...change.target, connection: "datong", api: "push", options: { flow: to } },
    });

  test("documents become rows of the other flow, once, with its key as the target's number", async () => {
    const scene = await lab.scene();
    const flow = passive(scene);
    known(scene, flow);
    scene.vendor.rows = bills(3);
    expect(await lab.engine.run(pushing(scene, flow.id), scene.connections)).toMatchObject({ fault: null, written: 3, failed: 0 });
    expect((await scene.documents()).map((each) => [each.number, each.target_id, each.external_key])).toEqual([
      ["N-b0001", "b0001", "b0001"],
      ["N-b0002", "b0002", "b0002"],
      ["N-b0003", "b0003", "b0003"],
    ]);
    expect(await lab.engine.run(flow, scene.connections, { waitMs: 3_000 })).toMatchObject({ written: 3 });
    expect(scene.vendor.ledger.map(({ text }) => (JSON.parse(text) as { name: string }).name)).toEqual([
      "from 单据 b0001",
      "from 单据 b0002",
      "from 单据 b0003",
    ]);
  });

  test("a changed bill is pushed again where the flow says so, as a new version there", async () => {
    const scene = await lab.scene();
    const flow = passive(scene, { target: COLLECT });
    known(scene, flow);
    scene.vendor.rows = bills(1);
    const pushes = pushing(scene, flow.id, { target: { changed: "update" } });
    await lab.engine.run(pushes, scene.connections);
    await lab.engine.run(flow, scene.connections);
    scene.vendor.rows = [bill("b0001", { name: "neu" })];
    expect(await lab.engine.run(pushes, scene.connections)).toMatchObject({ written: 1, warnings: [] });
    await lab.engine.run(flow, scene.connections);
    expect((await scene.records(flow.id))[0]).toMatchObject({ version: 2, rows: '[{"id":"b0001","no":"N-b0001","name":"from neu"}]' });
  });

  test("a row without the other flow's key fails alone; an unknown flow fails them all, and neither is sent again", async () => {
    const scene = await lab.scene();
    const flow = passive(scene, { source: { id: ["name"] } });
    known(scene, flow);
    scene.vendor.rows = [bill("b1"), bill("b2", { name: "" })];
    const mapping = [
      { field: "name", value: "{{name}}" },
      { field: "no", value: "{{no}}" },
    ];
    expect(await lab.engine.run(pushing(scene, flow.id, { mapping }), scene.connections)).toMatchObject({ written: 1, failed: 1 });
    expect((await scene.documents())[1]).toMatchObject({ code: "VENDOR_REFUSED", attempts: 1 });
    const other = await lab.scene();
    other.vendor.rows = bills(1);
    expect(await lab.engine.run(pushing(other, "nobody"), other.connections)).toMatchObject({ written: 0, failed: 1 });
    expect((await other.documents())[0]?.vendor_text).toContain("nobody");
  });

  test("as a write-back: another flow learns the target's number under Qeasy's name for it", async () => {
    const scene = await lab.scene();
    const flow = passive(scene, { target: COLLECT });
    known(scene, flow);
    scene.vendor.rows = bills(2);
    const writeBack: NonNullable<Flow["writeBack"]> = {
      connection: "datong",
      api: "push",
      options: { flow: flow.id },
      mapping: [
        { field: "id", value: "{{id}}" },
        { field: "number", value: "{{primaryWriteback.number}}" },
        { field: "same", value: "{{target.number}}" },
      ],
    };
    const result = await lab.engine.run(scene.flow({ writeBack }), scene.connections, { waitMs: 3_000 });
    expect(result).toMatchObject({ written: 2, writeBack: { written: 2, failed: 0, queued: 0 } });
    await lab.engine.run(flow, scene.connections);
    const told = (await scene.records(flow.id)).map((each) => (JSON.parse(each.rows) as readonly Record<string, string>[])[0]);
    expect(told).toEqual(scene.vendor.ledger.map((entry) => ({ id: entry.key, number: entry.number, same: entry.number })));
    expect(told).toHaveLength(2);
  });
});

test("retries of a push that was in doubt change nothing: the row is there already", async () => {
  const scene = await lab.scene();
  const flow = passive(scene, { target: COLLECT, retries: QUICK_RETRIES });
  known(scene, flow);
  await lab.engine.receive(flow.id, rows(1));
  await lab.engine.receive(flow.id, rows(1));
  expect(await lab.engine.run(flow, scene.connections)).toMatchObject({ records: 1, read: 2 });
  expect((await scene.records(flow.id))[0]).toMatchObject({ version: 1 });
});

describe("a process that dies", () => {
  const runAndDie = async (flow: Flow, { vendor, connections }: Scene, point: string): Promise<void> => {
    const all = [...connections.values()];
    const start = (): ChildRun => runInChild({ dataDir: lab.dataDir, flow, connections: all, options: {} });
    expect(await dieAt({ vendor, connections: all, start }, point)).toBe("SIGKILL");
  };

  test("between storing pushed rows and letting them go has them once", async () => {
    const scene = await lab.scene();
    const flow = passive(scene);
    known(scene, flow);
    await lab.engine.receive(flow.id, rows(3));
    await runAndDie(flow, scene, "page.after");
    expect(await waits(flow)).toBe(true);
    expect(await lab.engine.run(flow, scene.connections, { waitMs: 3_000 })).toMatchObject({ fault: null, unchanged: 3, written: 3 });
    expect(scene.vendor.ledger.map(({ key }) => key)).toEqual(["b0001", "b0002", "b0003"]);
    expect(await waits(flow)).toBe(false);
  });

  test("after it has pushed and before it knows pushes again, and the other flow has each bill once", async () => {
    const scene = await lab.scene();
    const flow = passive(scene);
    known(scene, flow);
    // The other flow is known in the ledger, where the dying process finds it.
    await lab.engine.run(flow, scene.connections);
    scene.vendor.rows = bills(3);
    const mapping = ["id", "no", "name"].map((field) => ({ field, value: `{{${field}}}` }));
    const pushes = scene.flow({ mapping, target: { connection: "datong", api: "push", options: { flow: flow.id } } });
    await runAndDie(pushes, scene, "call.after");
    expect(await lab.engine.run(pushes, scene.connections, { waitMs: 10_000 })).toMatchObject({ written: 3, failed: 0, unknown: 0 });
    expect(await lab.engine.run(flow, scene.connections, { waitMs: 3_000 })).toMatchObject({ read: 6, records: 3, written: 3 });
    expect(scene.vendor.ledger).toHaveLength(3);
  });
});

// Last: a worker that ends takes the calls of its engine with it.
test("a worker reads pushed rows within seconds, without a schedule", async () => {
  const scene = await lab.scene();
  const flow = passive(scene);
  known(scene, flow);
  const stop = new AbortController();
  const working = runWorker(lab.engine, { flows: [{ flow, connections: scene.connections }], signal: stop.signal });
  await lab.engine.receive(flow.id, rows(4));
  await expect.poll(() => scene.vendor.ledger.length, { timeout: 20_000 }).toBe(4);
  stop.abort();
  await working;
});
