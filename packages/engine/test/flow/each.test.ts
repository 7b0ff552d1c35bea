/** Fan-out sources (逐条取数): the API is asked once for each stored record of another flow. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "@datong/core";
import { previewFlow } from "../../src/flow/preview.ts";
import { bill, openLab, type FlowChange, type Lab, type Scene } from "./lab/lab.ts";
import type { SeenRequest } from "./lab/vendor.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const COLLECT = { connection: "datong", api: "collect" } as const;

/** Departments that another flow has collected. */
async function departments(scene: Scene, ids: readonly string[], change: FlowChange = {}): Promise<string> {
  const id = `${scene.flow().id}-departments`;
  scene.vendor.rows = ids.map((each) => bill(each));
  await scene.run({ id, target: COLLECT, ...change });
  return id;
}

/** Users of a department, in pages of two; the vendor's rows are told apart by their `of`. */
function users(flow: string, change: FlowChange = {}): FlowChange {
  return { ...change, source: { pageSize: 2, each: { flow, params: { note: "of {{id}}" } }, ...change.source } };
}

/** Each department has as many users as said. */
function answering(scene: Scene, counts: Readonly<Record<string, number>>): void {
  scene.vendor.script = ({ operation, json }) => {
    if (operation !== "rows") return undefined;
    const department = String(json["note"]).slice(3);
    const of = Array.from({ length: counts[department] ?? 0 }, (_, i) => bill(`${department}-${i + 1}`).text);
    const page = Number(json["page"]);
    return { kind: "reply", status: 200, body: `{"ok":true,"rows":[${of.slice((page - 1) * 2, page * 2).join(",")}]}` };
  };
}

const asked = (requests: readonly SeenRequest[]): readonly string[] =>
  requests.filter(({ operation }) => operation === "rows").map(({ json }) => `${String(json["note"])} ${String(json["page"])}`);

test("asks page by page for each record that was stored, none for one that a rule has dropped, and again with every run", async () => {
  const scene = await lab.scene();
  const flow = await departments(scene, ["a", "b", "c", "closed"], {
    source: { condition: [[{ field: "id", logic: "neq", value: "closed" }]] },
  });
  answering(scene, { a: 3, b: 0, c: 1, closed: 9 });
  const before = scene.vendor.seen.length;
  expect(await scene.run(users(flow))).toMatchObject({ fault: null, read: 4, records: 4, written: 4 });
  expect(asked(scene.vendor.seen.slice(before))).toEqual(["of a 1", "of a 2", "of b 1", "of c 1"]);
  // Two writers send at once: which bill arrives first is nobody's promise.
  expect(scene.vendor.ledger.map(({ key }) => key).toSorted()).toEqual(["a-1", "a-2", "a-3", "c-1"]);
  answering(scene, { a: 3, b: 1, c: 1 });
  expect(await scene.run(users(flow))).toMatchObject({ read: 5, unchanged: 4, written: 1 });
});

test("broken off, it goes on with the record and the page where it was", async () => {
  const scene = await lab.scene();
  const flow = await departments(scene, ["a", "b", "c"]);
  answering(scene, { a: 1, b: 5, c: 1 });
  const whole = scene.vendor.script;
  scene.vendor.script = (request) =>
    request.json["note"] === "of b" && request.json["page"] === 2 ? { kind: "reply", status: 500, body: "" } : whole(request);
  expect((await scene.run(users(flow))).fault).not.toBeNull();
  scene.vendor.script = whole;
  const before = scene.vendor.seen.length;
  expect(await scene.run(users(flow))).toMatchObject({ fault: null });
  expect(asked(scene.vendor.seen.slice(before))).toEqual(["of b 2", "of b 3", "of c 1"]);
  expect(scene.vendor.ledger).toHaveLength(7);
});

test("a record that the source refuses does not hold up the others; it is told, and the watermark stays", async () => {
  const scene = await lab.scene();
  const flow = await departments(scene, ["a", "b", "c"]);
  answering(scene, { a: 1, c: 1 });
  const whole = scene.vendor.script;
  scene.vendor.script = (request) =>
    request.json["note"] === "of b" ? { kind: "reply", status: 200, body: '{"ok":false,"code":"NO","text":"没有"}' } : whole(request);
  const windowed = users(flow, { source: { params: { from: "{{LAST_SYNC_TIME}}" }, watermark: { start: "-1d", lagS: 0 } } });
  const first = await scene.run(windowed);
  expect(first).toMatchObject({ written: 2, fault: { code: "VENDOR_REFUSED" } });
  expect(await scene.cursor("watermark")).toBeNull();
  scene.vendor.script = whole;
  expect(await scene.run(windowed)).toMatchObject({ fault: null, unchanged: 2 });
  expect(Number(await scene.cursor("watermark"))).toBeGreaterThan(Date.now() - 60_000);
});

test("only the asked bills, with no cursor; a former id names the other flow too; nothing to go through is no fault", async () => {
  const scene = await lab.scene();
  const former = "255f7565-c782-3985-9020-59aa6a647e61";
  const id = `${scene.flow().id}-aliased`;
  scene.vendor.rows = [bill("a"), bill("b")];
  const other: Flow = { ...scene.flow({ id, target: COLLECT }), aliases: [former] };
  await lab.engine.run(other, scene.connections);
  answering(scene, { a: 2, b: 2 });
  expect(await scene.run(users(former), { numbers: ["N-b-1"] })).toMatchObject({ written: 1 });
  expect(await scene.cursor("each")).toBeNull();
  expect(await scene.run(users("nobody"))).toMatchObject({ fault: null, read: 0 });
});

test("params see the first row in its stored form, and what the form lacks as it was read; a record that the steps drop is not asked for", async () => {
  const scene = await lab.scene();
  const id = `${scene.flow().id}-formed`;
  const bosses = (name: string): Readonly<Record<string, unknown>> => ({ made: "2024-05-01 08:00:00", bosses: [{ name }, { name: "x" }] });
  scene.vendor.rows = [bill("a", bosses("Li")), bill("b", { made: "2024-05-02 08:00:00", bosses: [] }), bill("c", bosses("Wu"))];
  await scene.run({
    id,
    target: COLLECT,
    restructure: [
      { kind: "format", fields: [{ old: "made", new: "day", format: "date" }] },
      { kind: "explode", path: "bosses", whenEmpty: "drop" },
    ],
  });
  answering(scene, {});
  const before = scene.vendor.seen.length;
  const note = "of {{id}} {{day}} {{bosses_name}} {{bosses[1].name}}";
  expect(await scene.run(users(id, { source: { each: { flow: id, params: { note } } } }))).toMatchObject({ fault: null, read: 0 });
  expect(asked(scene.vendor.seen.slice(before))).toEqual(["of a 2024-05-01 Li x 1", "of c 2024-05-01 Wu x 1"]);
});

test("what has no record to ask for says so: a preview before the other flow has run, rows fetched again by number", async () => {
  const scene = await lab.scene();
  const ready = lab.engine.ready(scene.flow(users("nobody")), scene.connections);
  const { ports, pool } = lab.engine;
  await expect(previewFlow(ready, { limit: 1, ports, pool })).rejects.toMatchObject({ code: "EACH_WITHOUT_RECORD" });
  answering(scene, { x: 1 });
  const preview = await previewFlow(ready, { limit: 1, ports, pool, record: { id: "x" } });
  expect(preview.records).toMatchObject([{ key: "x-1" }]);
});

test("remedies go through the records as well", async () => {
  const scene = await lab.scene();
  const flow = await departments(scene, ["a", "b"]);
  answering(scene, { a: 1, b: 1 });
  const change = users(flow, { source: { remedy: { cron: "0 3 * * *", params: { from: "{{DAYS_AGO_1}}" } } } });
  expect(await scene.run(change, { remedy: true })).toMatchObject({ fault: null, written: 2 });
  expect(scene.vendor.seen.at(-2)?.json["from"] ?? scene.vendor.requests("rows").at(-1)?.json["from"]).toBeDefined();
});
