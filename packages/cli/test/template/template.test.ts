/** `datong template list|show|use`, and what a template is refused for. */
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flowFromTemplate, readTemplates } from "@datong/engine";
import { main } from "../../src/main.ts";
import { TEMPLATES } from "../../src/command/template.ts";
import { memoryTerminal, type MemoryTerminal } from "../memory-terminal.ts";

const ENTRIES = await readTemplates(TEMPLATES);
const RETURNS = "kingdee-return-to-jushuitan-inout";
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-template-"));
  await mkdir(join(dir, "connections"));
  await writeFile(join(dir, "workspace.yaml"), "name: own\n");
  for (const [id, system] of [
    ["my-erp", "kingdee-galaxy"],
    ["my-shop", "jushuitan"],
  ] as const)
    await writeFile(join(dir, "connections", `${id}.yaml`), `id: ${id}\nsystem: ${system}\nsettings: {}\n`);
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function datong(
  argv: readonly string[],
  answers?: readonly string[],
): Promise<{ readonly code: number; readonly terminal: MemoryTerminal }> {
  const left = [...(answers ?? [])];
  const terminal = { ...memoryTerminal({ cwd: dir }), ...(answers === undefined ? {} : { ask: async () => left.shift() ?? "" }) };
  return { code: await main(["template", ...argv], terminal), terminal };
}

test("every folder is found by itself, is in order and tells both languages", () => {
  const entries = ENTRIES;
  expect(entries.flatMap((entry) => (entry.kind === "broken" ? entry.issues : []))).toEqual([]);
  expect(entries.map((entry) => entry.id)).toContain(RETURNS);
  const names = entries.flatMap((entry) => (entry.kind === "ready" ? [entry.head.name.zh, entry.head.name.en] : []));
  expect(new Set(names).size).toBe(names.length);
});

test("list narrows by system and tag; --json tells the sides with their APIs", async () => {
  const { code, terminal } = await datong(["list", "--system", "jushuitan", "--tag", "returns", "--json"]);
  expect(code).toBe(0);
  const { templates } = terminal.json() as { readonly templates: readonly { readonly id: string }[] };
  expect(templates.find(({ id }) => id === RETURNS)).toMatchObject({
    source: { system: "kingdee-galaxy", api: "executeBillQuery:SAL_RETURNSTOCK" },
    target: { system: "jushuitan", api: "jushuitan.otherinout.upload" },
  });
  expect((await datong(["list", "--tag", "no such tag"])).terminal.outText()).toContain("没有符合的模板");
});

test("show names the connections of the workspace that would do", async () => {
  const { terminal } = await datong(["show", RETURNS]);
  expect(terminal.outText()).toContain("my-erp");
  expect(terminal.outText()).toContain("新建其它出入库");
});

test("use writes the flow as it stands in the template, comments and all, with nothing changed but id, name and connections", async () => {
  const { code } = await datong(["use", RETURNS, "--source", "my-erp", "--target", "my-shop", "--id", "returns"]);
  expect(code).toBe(0);
  const lines = (await readFile(join(dir, "flows", "returns.yaml"), "utf8")).split("\n");
  const [template] = ENTRIES.filter(({ id }) => id === RETURNS);
  const original = template?.kind === "ready" ? template.text.split("\n").slice(1) : [];
  const named = lines.findIndex((line) => line.startsWith("name: "));
  expect(lines.splice(named, 1)).toEqual([`name: ${template?.kind === "ready" ? template.head.name.zh : ""}`]);
  const changed = lines.filter((line, i) => line !== original[i]);
  expect(changed).toEqual(["id: returns", "  connection: my-erp", "  connection: my-shop"]);
  expect(lines).toHaveLength(original.length);
});

test("the template's mapping tables come along; one of the same name stays as it is", async () => {
  const use = (id: string) =>
    datong(["use", "jushuitan-refund-to-kingdee-return", "--source", "my-qimen", "--target", "my-erp", "--id", id, "--json"]);
  await writeFile(join(dir, "connections", "my-qimen.yaml"), "id: my-qimen\nsystem: jushuitan-qimen\nsettings: {}\n");
  await mkdir(join(dir, "tables"), { recursive: true });
  await writeFile(join(dir, "tables", "jushuitan-stocks.csv"), "a,b\n0,OWN\n");
  const first = await use("refunds");
  expect(first.terminal.json()).toMatchObject({ ok: true, tablesKept: ["jushuitan-stocks"] });
  expect(await readFile(join(dir, "tables", "jushuitan-shops.csv"), "utf8")).toContain("10001,KH10001");
  expect(await readFile(join(dir, "tables", "jushuitan-stocks.csv"), "utf8")).toContain("OWN");
  expect((await use("refunds-again")).terminal.json()).toMatchObject({ tables: [], tablesKept: ["jushuitan-shops", "jushuitan-stocks"] });
  expect((await datong(["show", "jushuitan-refund-to-kingdee-return"])).terminal.outText()).toContain("jushuitan-shops");
});

test("on a terminal the two connections are asked for, and nothing else", async () => {
  const { code } = await datong(["use", RETURNS, "--id", "asked"], ["my-erp", " my-shop "]);
  expect(code).toBe(0);
  await access(join(dir, "flows", "asked.yaml"));
});

test.each([
  ["a connection that is not named, with nobody to ask", [RETURNS, "--source", "my-erp"], "CONNECTION_NOT_NAMED", 2],
  ["a connection of another system", [RETURNS, "--source", "my-shop", "--target", "my-shop"], "CONNECTION_UNFIT", 1],
  ["a connection that is not there", [RETURNS, "--source", "no-erp", "--target", "my-shop"], "CONNECTION_UNFIT", 1],
  ["a template that is not there", ["kingdee-return-to-jushuitan-inot", "--source", "a"], "TEMPLATE_UNKNOWN", 1],
  ["an id that is none", [RETURNS, "--id", "Größe"], "FLOW_ID_INVALID", 2],
  ["a way out of the folder", ["../examples", "--source", "a"], "TEMPLATE_UNKNOWN", 1],
  ["a flow that is there already", [RETURNS, "--source", "my-erp", "--target", "my-shop", "--id", "returns"], "FLOW_EXISTS", 1],
] as const)("use refuses %s", async (_, argv, code, exit) => {
  const result = await datong(["use", ...argv, "--json"]);
  expect(result.code).toBe(exit);
  expect(result.terminal.json()).toMatchObject({ ok: false, error: { code } });
});

test("a write-back that names one of the two connections follows it", async () => {
  const [template] = ENTRIES.filter(({ id }) => id === RETURNS);
  if (template?.kind !== "ready") throw new Error("no template");
  const { connection } = template.flow.source;
  const text = `${template.text}\nwriteBack:\n  connection: ${connection} # told\n  api: x\n  mapping: []\n`;
  const told = { ...template, text, flow: { ...template.flow, writeBack: { connection, api: "x", mapping: [] } } };
  const { entry } = flowFromTemplate(told, { id: "a", source: "b", target: "c", file: "a.yaml" });
  expect(entry).toMatchObject({ flow: { source: { connection: "b" }, target: { connection: "c" }, writeBack: { connection: "b" } } });
});
