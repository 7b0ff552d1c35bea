/**
 * The way back: a flow of the examples, written as Qeasy's documents and read again, is the same flow; an imported flow that was edited gives
 * its originals with exactly the edits.
 */
import { CONNECTORS } from "@datong/connectors";
import { readJson, writeJson, type Flow, type Json, type JsonObject, type QeasySide } from "@datong/core";
import { loadWorkspace } from "@datong/engine";
import { exportFlow, importFiles, type ImportContext } from "@datong/qeasy";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONTEXT, corpusText, CORPUS, importText } from "./corpus.ts";

const ROOT = join(import.meta.dirname, "../../..");
const workspaces = await Promise.all(
  ["examples/workspace", "examples/workspace-http"].map((dir) => loadWorkspace(join(ROOT, dir), { env: {}, connectors: CONNECTORS })),
);
const FLOWS = workspaces.flatMap((workspace) => {
  const context: ImportContext = {
    ...CONTEXT,
    connectors: workspace.connectors,
    connections: [...workspace.connections.values()].flatMap(({ id, document }) =>
      document === undefined ? [] : [{ id, system: document.system }],
    ),
  };
  return [...workspace.flows.values()].flatMap((entry) => (entry.kind === "ready" ? [[entry.id, entry.flow, context] as const] : []));
});

test.each(FLOWS)("%s: out and in again is the same flow", (_, flow, context) => {
  const { source, target } = exportFlow(flow, context);
  const { flows, refused } = importText(`${writeJson(source as JsonObject, 2)}\n${writeJson(target as JsonObject, 2)}`, context);
  expect(refused).toEqual([]);
  expect(flows).toHaveLength(1);
  expect({ ...flows[0]?.flow, qeasy: undefined }).toEqual({ ...flow, qeasy: undefined });
});

test.each(FLOWS)("%s: the second export of what was imported is the first", (_, flow, context) => {
  const first = exportFlow(flow, context);
  const text = `${writeJson(first.source as JsonObject)}\n${writeJson(first.target as JsonObject)}`;
  const [made] = importText(text, context).flows;
  expect(exportFlow(made?.flow as Flow, context)).toEqual(first);
});

test("an edited value stands in the original, everything else as it was", () => {
  const name = CORPUS.find((each) => each.startsWith("060")) as string;
  const original = readJson(corpusText(name)) as { readonly source: JsonObject; readonly target: JsonObject };
  const [made] = importText(corpusText(name)).flows;
  const flow = made?.flow as Flow;
  const edited: Flow = {
    ...flow,
    mapping: flow.mapping.map((field) =>
      field.field === "textField_ku6aw61g" ? { ...field, value: "{{FName}}!", map: { a: "b" } } : field,
    ),
  };
  const { source, target } = exportFlow(edited, CONTEXT);
  expect(source).toEqual(original.source);
  const [first, ...rest] = original.target["request"] as readonly JsonObject[];
  expect(target).toEqual({ ...original.target, request: [{ ...first, value: "{{FName}}!", datong: { map: { a: "b" } } }, ...rest] });
});

test("fields that were added and taken away are, and keys that nobody knows stay", () => {
  const target = {
    api: "crm.customer.add",
    effect: "EXECUTE",
    strange: { x: [1.1, "02"] },
    request: [
      { field: "customerCode", label: "编号", value: "{{code}}", sortIndex: 3 },
      { field: "nickname", label: "昵称", value: "{{name}}" },
    ],
  };
  const source = { api: "shops.query", effect: "QUERY", id: "shop_id", number: "shop_id", request: [], extra_flag: "1" };
  const [made] = importText(JSON.stringify([source, target])).flows;
  expect(made?.unknown.map(({ path }) => path)).toEqual(["/0/extra_flag", "/1/strange", "/1/request/0/sortIndex"]);
  const flow = made?.flow as Flow;
  const edited: Flow = { ...flow, mapping: [flow.mapping[0] as Flow["mapping"][number], { field: "alias", value: "{{alias}}" }] };
  const exported = exportFlow(edited, CONTEXT);
  expect(exported.source).toEqual(source);
  expect(exported.target).toEqual({ ...target, request: [target.request[0], { field: "alias", value: "{{alias}}" }] });
});

test("a native flow's name and former ids come back; those of an imported one stand in a document of their own", () => {
  const [, flow, context] = FLOWS[0] as (typeof FLOWS)[number];
  const named: Flow = { ...flow, name: "出库 → 金蝶", aliases: ["8e620793-bebb-3167-95a4-9030368e5262", "old"] };
  const native = exportFlow(named, context);
  expect(native.scheme).toBeUndefined();
  const [again] = importText(`${writeJson(native.source as JsonObject)}\n${writeJson(native.target as JsonObject)}`, context).flows;
  expect({ ...again?.flow, qeasy: undefined }).toEqual({ ...named, qeasy: undefined });
});

test.each(CORPUS)("%s: the documents of an imported scheme go out as they came, and come in again as the same flow", (name) => {
  for (const { flow } of importText(corpusText(name)).flows) {
    const { source, target, scheme } = exportFlow(flow, CONTEXT);
    const { source: ofSource, target: ofTarget } = flow.qeasy ?? {};
    expect(source).toEqual(goesOut(ofSource, "QUERY"));
    expect(target).toEqual(goesOut(ofTarget, "EXECUTE"));
    const files = [
      ["x.scheme.json", scheme],
      ["x.source.json", source],
      ["x.target.json", target],
    ] as const;
    const inputs = files.flatMap(([file, document]) => (document === undefined ? [] : [{ file, text: writeJson(document) }]));
    const { flows } = importFiles(inputs, CONTEXT);
    const told = (each: Flow) => ({ ...each, qeasy: null });
    expect(flows.map((each) => told(each.flow))).toEqual([told(flow)]);
  }
});

/** As it came; of a side of which an article told the API alone the effect says whose side it is; of an empty one there is none. */
function goesOut(side: QeasySide | undefined, effect: string): Json | undefined {
  if (side === undefined) return undefined;
  const came = readJson(side.metadata) as JsonObject;
  if (Object.keys(came).length === 0) return undefined;
  return Object.keys(came).join() === "api" ? { ...came, effect } : came;
}
