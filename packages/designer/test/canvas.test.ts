/** The canvas without a browser: where things stand of themselves, and flows as JSON to carry elsewhere. */
import { STEP_SCHEMAS } from "@datong/core";
import { expect, test } from "vitest";
import type { FlowRow } from "../src/api/answers.ts";
import { copiedOfText, renewed, textOfCopied } from "../src/canvas/clipboard.ts";
import { inOrder, laidOut } from "../src/canvas/layout.ts";
import { FLOW_SIZE, leftwards, modelOf, placed, SYSTEM_SIZE, turned } from "../src/canvas/model.ts";
import { detailOf, indexAt, KINDS, newStep, pipeOf, stepOfText } from "../src/canvas/steps/model.ts";

const flow = (id: string, source: string, target: string): FlowRow => ({
  id,
  name: `名${id}`,
  revision: 1,
  publishedRevision: null,
  isEnabled: false,
  isInOrder: true,
  source: { connection: source, api: "q" },
  target: { connection: target, api: "w" },
  changedAt: 0,
  changedBy: "a",
});

test("nothing stands upon another, systems from left to right, and who sets others off comes first; a ring ends", () => {
  const flows = [...Array.from({ length: 40 }, (_, n) => flow(`f${n}`, "a", "b")), flow("x", "b", "c"), flow("y", "c", "a")];
  const relations = [
    { kind: "after" as const, from: "f7", to: "f3" },
    { kind: "after" as const, from: "f3", to: "f7" },
    { kind: "after" as const, from: "x", to: "f1" },
  ];
  const order = inOrder(flows, relations);
  expect(order).toHaveLength(42);
  expect(order.indexOf("x")).toBeLessThan(order.indexOf("f1"));
  const places = laidOut(["a", "b", "c"], flows, relations);
  const boxes = [...places].map(([id, at]) => ({ id, ...at, ...(id.startsWith("c:") ? SYSTEM_SIZE : FLOW_SIZE) }));
  expect(boxes).toHaveLength(45);
  const overlapping = boxes.flatMap((a, n) =>
    boxes
      .slice(n + 1)
      .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
      .map((b) => `${a.id} ${b.id}`),
  );
  expect(overlapping).toEqual([]);
  expect(places.get("c:a")?.x).toBeLessThan(places.get("c:b")?.x ?? 0);
});

test("what exchanges most with the others stands in the middle, the others on both sides, and lines run the short way", () => {
  const shops = ["a", "b", "c", "d"];
  const flows = shops.flatMap((shop) => [flow(`${shop}-in`, shop, "erp"), flow(`${shop}-out`, "erp", shop)]);
  const places = laidOut([...shops, "erp"], flows, []);
  const x = (id: string): number => places.get(id)?.x ?? NaN;
  const isLeft = shops.map((shop) => x(`c:${shop}`) < x("c:erp"));
  expect(isLeft.filter(Boolean)).toHaveLength(2);
  // Both directions of a pair stand between its two systems.
  for (const [n, shop] of shops.entries())
    for (const id of [`f:${shop}-in`, `f:${shop}-out`])
      expect(isLeft[n] === true ? x(`c:${shop}`) < x(id) && x(id) < x("c:erp") : x("c:erp") < x(id) && x(id) < x(`c:${shop}`)).toBe(true);
  const model = modelOf({ flows, connections: [], view: { places: {}, notes: {}, relations: [] }, systemName: (system) => system });
  const edges = turned(model.edges, leftwards(model, placed(model, {}, places)));
  // A shop on the left: what it sends runs to the right on both edges, what it is sent to the left.
  const shop = shops[isLeft.indexOf(true)] ?? "";
  const handles = (id: string) => edges.find((edge) => edge.id === id)?.sourceHandle;
  expect(["r:", "w:"].map((side) => [handles(`${side}${shop}-in`), handles(`${side}${shop}-out`)])).toEqual([
    ["out", "out-left"],
    ["out", "out-left"],
  ]);
});

test("a flow whose connection is gone is still there, with the connection marked", () => {
  const view = { places: {}, notes: {}, relations: [{ kind: "lookup" as const, from: "gone", to: "f" }] };
  const { nodes, edges } = modelOf({ flows: [flow("f", "k", "datong")], connections: [], view, systemName: (system) => system });
  expect(nodes.map(({ id }) => id)).toEqual(["c:k", "c:datong", "f:f"]);
  expect(edges.map(({ id }) => id)).toEqual(["r:f", "w:f"]);
});

test("flows pasted get free ids, keep their comments, and refer to their fellows by the new ids", () => {
  const text = (id: string, after: string): string => `# 说明\nid: ${id}\nname: 甲\ndispatch: { enabled: true, after: ${after} }\n`;
  const copied = {
    flows: [
      { id: "a", text: text("a", "elsewhere"), place: { x: 1, y: 2 } },
      { id: "b-2", text: text("b-2", "a"), place: { x: 3, y: 4 } },
    ],
    notes: [{ x: 0, y: 0, text: "记" }],
  };
  const read = copiedOfText(textOfCopied(copied));
  expect(read).toEqual(copied);
  const made = renewed(read ?? copied, new Set(["a", "b-2", "b-3"]), (name) => `${name} 副本`, [{ x: 0, y: 0 }]);
  expect(made.map(({ id, place }) => [id, place])).toEqual([
    ["a-2", { x: 1, y: 2 + FLOW_SIZE.height }],
    ["b-4", { x: 3, y: 4 + 2 * FLOW_SIZE.height }],
  ]);
  expect(made[0]?.text).toBe("# 说明\nid: a-2\nname: 甲 副本\ndispatch: { enabled: true, after: elsewhere }\n");
  expect(made[1]?.text).toContain("after: a-2");
  for (const other of ["", "[]", '{"format":"datong:canvas/1","flows":[{"id":1}],"notes":[]}', "名称,数量"])
    expect(copiedOfText(other)).toBeNull();
});

test("a flow's steps stand in the order of the list, each drop between two has its index, and every kind of core can be dragged in", () => {
  expect([...KINDS].toSorted()).toEqual(Object.keys(STEP_SCHEMAS).toSorted());
  const restructure = KINDS.map((kind) => newStep(kind, ["FID"]));
  const document = { restructure, mapping: [{ field: "a", value: "_findCollection find X from other where a={{b}} _endFind" }] };
  const issue = { code: "X", path: "/restructure/2/by", zh: "", en: "", todoZh: "", todoEn: "" };
  const { nodes, edges } = pipeOf(document as never, [issue], false);
  const ids = nodes.map(({ id }) => id);
  expect(ids).toEqual(["source", "condition", ...KINDS.map((_, n) => `s:${n}`), "lookup", "map", "write"]);
  expect(nodes.filter(({ data }) => data.problems > 0).map(({ id }) => id)).toEqual(["s:2"]);
  expect(edges.map(({ source, target }) => [source, target])).toEqual(ids.slice(1).map((id, n) => [ids[n], id]));
  const steps = nodes.filter((node) => node.type === "step");
  expect(steps.map(({ position }) => indexAt(position, KINDS.length))).toEqual(steps.map(({ data }) => data.index));
  expect(indexAt({ x: -500, y: -500 }, 4)).toBe(0);
  expect(indexAt({ x: 9_000, y: 9_000 }, 4)).toBe(4);
  expect(detailOf(newStep("group", ["FID", "FNo"]))).toBe("FID, FNo");
  expect(stepOfText(JSON.stringify({ kind: "cap", lines: "items", max: 3 }))).toEqual({ kind: "cap", lines: "items", max: 3 });
  for (const other of ["", "1", '{"kind":"drop table"}']) expect(stepOfText(other)).toBeNull();
});
