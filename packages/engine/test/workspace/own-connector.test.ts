/** Own connectors in YAML: what is wrong with one is told with its file and line, wherever it is used. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CONNECTORS } from "@datong/connectors";
import { checkConnector, explain, DatongError } from "@datong/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkWorkspaceFlow, loadWorkspace } from "../../src/workspace/index.ts";

const EXAMPLE = join(import.meta.dirname, "../../../../examples/workspace-http");
const ENV = { SHOP_URL: "http://s", SHOP_APP_KEY: "k", SHOP_APP_SECRET: "s", WMS_URL: "http://w", WMS_USER: "u", WMS_PASSWORD: "p" };
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-http-"));
  await cp(EXAMPLE, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

/** The issues after a change of a connector's text, and the line of the text that was put in. */
async function changed(system: string, from: string, to: string) {
  const file = join(dir, `connectors/${system}.yaml`);
  const text = await readFile(file, "utf8");
  if (!text.includes(from)) throw new Error(from);
  await writeFile(file, text.replace(from, to));
  const workspace = await loadWorkspace(dir, { env: ENV, connectors: [] });
  const line = text.slice(0, text.indexOf(from)).split("\n").length;
  return { workspace, issues: workspace.issues, line };
}

describe("a connector in YAML", () => {
  test.each([
    ["an unknown key", "example-shop", "    id: [no]\n", "    id: [no]\n    pagging: {}\n", "DOCUMENT_INVALID", "pagging"],
    [
      "a parameter that the shape asks for and nobody declares",
      "example-shop",
      '{ "...": "{{params}}" }',
      '{ a: "{{params.frm}}" }',
      "PARAMETER_UNKNOWN",
      "frm",
    ],
    ["a setting that is not declared", "example-shop", "{{settings.appKey}}", "{{settings.appKee}}", "SETTING_UNKNOWN", "appKee"],
    ["a value of the session that no log-in gives", "example-shop", "{{session.token}}", "{{session.tokn}}", "GLOBAL_UNKNOWN", "tokn"],
    ["a template that cannot be read", "example-shop", '"{{LAST_SYNC_TIME|datetime}}"', '"{{LAST_SYNC_TIME|"', "TEMPLATE", ""],
    ["a path that is none", "example-shop", "paths: [data.orders]", "paths: [data..orders]", "PATH_INVALID", "data..orders"],
    ["an id that the rows do not have", "example-shop", "id: [no]", "id: [nr]", "CONNECTOR_FLAW", "nr"],
    ["a probe that is not there", "example-shop", "api: receipts\n", "api: receits\n", "API_UNKNOWN", "receits"],
    ["a probe that asks for no key", "example-shop", '"{{keys}}"', "all", "CONNECTOR_FLAW", "{{keys}}"],
    ["a sign without a condition", "example-wms", "exists: true }\n  code", "}\n  code", "CONNECTOR_FLAW", "exists"],
    ["paging that never reaches the request", "example-wms", "{{PAGINATION_START_PAGE}}", "1", "PAGING_LOST", "PAGINATION_START_PAGE"],
    ["a session of its own strategy", "example-shop", "kind: declared\n", "kind: custom\n", "DOCUMENT_INVALID", ""],
    ["two bodies", "example-shop", "path: auth/token\n", "path: auth/token\n          method2: x\n", "DOCUMENT_INVALID", "method2"],
    ["broken YAML", "example-wms", "reply: xml", "reply: [xml", "DOCUMENT_UNREADABLE", ""],
  ])("with %s is told", async (_, system, from, to, code, named) => {
    const { issues } = await changed(system, from, to);
    const issue = issues.find((each) => each.code.startsWith(code));
    expect(issues).not.toEqual([]);
    expect(issue).toBeDefined();
    expect(basename(issue?.file ?? "")).toBe(`${system}.yaml`);
    expect(issue?.line).toBeGreaterThan(1);
    expect(JSON.stringify(issue)).toContain(named);
    const told = issue === undefined ? "" : explain(new DatongError(issue.code, issue.details), "zh").message;
    expect(told).not.toMatch(/(?<!\{)\{\w+\}(?!\})/);
  });

  test("whose sessions, rows or pages are wrong inside is told by the kind that was written", async () => {
    const { issues } = await changed("example-shop", "next: { path: data.next }", "next: { pth: data.next }");
    expect(issues.filter((issue) => !issue.path.startsWith("/apis/0/paging/next"))).toEqual([]);
    const other = await changed("example-shop", "kind: link", "kind: links");
    expect(other.issues.map((issue) => issue.path)).toContain("/apis/0/paging/kind");
  });

  test("names the line where it stands", async () => {
    const { issues, line } = await changed("example-shop", "{{settings.appKey}}", "{{settings.appKee}}");
    expect(issues[0]).toMatchObject({ code: "SETTING_UNKNOWN", line });
  });

  test("breaks the connections that need it and the flows' check, and nothing else", async () => {
    const { workspace } = await changed("example-wms", "id: [No]", "id: [Nr]");
    expect(workspace.connections.get("wms")).toMatchObject({ kind: "broken", issues: [{ code: "CONNECTOR_FLAW" }] });
    expect(workspace.connections.get("shop")).toMatchObject({ kind: "ready" });
    const entry = workspace.flows.get("orders-to-outbound");
    if (entry === undefined) throw new Error();
    expect(checkWorkspaceFlow(workspace, entry)).toMatchObject([{ code: "CONNECTOR_FLAW", path: "/target/connection" }]);
  });

  test("keeps letters where anything may stand: 007 and 1.10 are texts, 7 a number", async () => {
    const { workspace } = await changed("example-shop", "json: { receipts: ", "json: { a: 007, b: 1.10, c: 7, d: true, receipts: ");
    const shape = workspace.connectors
      .find((each) => each.system === "example-shop")
      ?.apis.find((api) => api.code === "save-receipts")?.shape;
    expect(shape?.json).toEqual({ a: "007", b: "1.10", c: 7, d: true, receipts: "{{documents}}" });
  });
});

test("the connector of docs/generic-http.md is sound as it is printed", async () => {
  const page = await readFile(join(EXAMPLE, "../../docs/generic-http.md"), "utf8");
  const printed = /```yaml\n(system: example-shop\n[\s\S]*?)```/.exec(page)?.[1] ?? "";
  await writeFile(join(dir, "connectors/example-shop.yaml"), printed);
  const workspace = await loadWorkspace(dir, { env: ENV, connectors: [] });
  expect(workspace.issues).toEqual([]);
  const entry = workspace.flows.get("orders-to-outbound");
  if (entry === undefined) throw new Error();
  expect(checkWorkspaceFlow(workspace, entry)).toEqual([]);
});

test("the connectors that come with Datong keep the same rules, their log-in strategies apart", () => {
  const issues = CONNECTORS.flatMap((connector) => checkConnector(connector, { file: connector.system }));
  expect(issues.filter((issue) => issue.path !== "/auth/session/kind")).toEqual([]);
});
