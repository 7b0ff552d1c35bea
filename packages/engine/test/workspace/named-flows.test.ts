/** Flows that other flows name: where rows are pushed to, and whose records are gone through. The built-in connection needs no document. */
import { expect, test } from "vitest";
import { checkWorkspaceFlow, connectionOf, flowNamed, workspaceOfTexts, type Workspace } from "../../src/workspace/index.ts";

const FORMER = "255f7565-c782-3985-9020-59aa6a647e61";
const SHOPS = `
id: shops
aliases: [${FORMER}]
source: { connection: datong, api: receive, id: [no] }
mapping: []
target: { connection: datong, api: collect }
dispatch: { enabled: true }
`;
const flow = (id: string, target: string, source = "{ connection: datong, api: receive, id: [no] }"): string =>
  `id: ${id}\nsource: ${source}\nmapping: [{ field: no, value: "{{no}}" }]\ntarget: ${target}\ndispatch: { enabled: true }\n`;

function workspace(...texts: readonly string[]): Workspace {
  const flows = texts.map((text) => ({ id: /id: (\S+)/.exec(text)?.[1] ?? "", text }));
  return workspaceOfTexts({ name: "w", flows, connections: [], connectors: [] }, []);
}

function codes(text: string, ...others: readonly string[]): readonly string[] {
  const all = workspace(text, SHOPS, ...others);
  const entry = flowNamed(all, "a");
  return entry === undefined ? ["gone"] : checkWorkspaceFlow(all, entry).map((issue) => `${issue.code} ${issue.path}`);
}

test("the built-in connection is there without a document, and an own one of its name takes its place", () => {
  expect(connectionOf(workspace(SHOPS), "datong")).toEqual({ id: "datong", system: "datong", settings: {} });
  const own = { id: "datong", text: "id: datong\nsystem: datong\nname: here\nsettings: {}\n", secrets: {} };
  expect(connectionOf(workspaceOfTexts({ name: "w", flows: [], connections: [own], connectors: [] }, []), "datong")).toMatchObject({
    name: "here",
  });
});

test("a push goes to a passive flow, by its id or a former one", () => {
  expect(codes(flow("a", "{ connection: datong, api: push, options: { flow: shops } }"))).toEqual([]);
  expect(codes(flow("a", `{ connection: datong, api: push, options: { flow: ${FORMER} } }`))).toEqual([]);
  expect(codes(flow("a", "{ connection: datong, api: push, options: { flow: shop } }"))).toEqual(["FLOW_UNKNOWN /target/options/flow"]);
  const asks = flow("asks", "{ connection: datong, api: collect }", "{ connection: nowhere, api: list }");
  expect(codes(flow("a", "{ connection: datong, api: push, options: { flow: asks } }"), asks)).toEqual([
    "FLOW_NOT_PASSIVE /target/options/flow",
  ]);
});

test("a flow goes through the records of another one, not its own", () => {
  const each = (name: string): string =>
    flow(
      "a",
      "{ connection: datong, api: collect }",
      `{ connection: datong, api: receive, id: [no], each: { flow: ${name}, params: {} } }`,
    );
  const passive = "SOURCE_PASSIVE_UNUSED /source";
  expect(codes(each("shops"))).toEqual([passive]);
  expect(codes(each("a"))).toEqual(["SOURCE_FLOW_ON_ITSELF /source/each/flow", passive]);
  expect(codes(each("shop"))).toEqual(["FLOW_UNKNOWN /source/each/flow", passive]);
});
