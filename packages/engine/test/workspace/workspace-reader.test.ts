/** A workspace that is read again after changes says exactly what one that is read from nothing says, and keeps what no change touched. */
import { expect, test } from "vitest";
import { checkWorkspaceFlow, createWorkspaceReader, workspaceOfTexts, type WorkspaceTexts } from "../../src/workspace/index.ts";

/** Mulberry32: the same series for the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

type Documents = Map<string, { readonly text: string; readonly secret?: string }>;

const FLOWS = ["f0", "f1", "f2", "f3", "f4"];

/** A flow that names others, tables and connections, some of which may not be there, or not what it takes them for. */
function flowText(id: string, pick: (below: number) => number): string {
  const other = [...FLOWS, "former", "nowhere"][pick(7)];
  const source = [
    "{ connection: datong, api: receive, id: [no] }",
    "{ connection: shop, api: list, id: [no] }",
    `{ connection: datong, api: receive, id: [no], each: { flow: ${other}, params: {} } }`,
  ][pick(3)];
  const target = ["{ connection: datong, api: collect }", `{ connection: datong, api: push, options: { flow: ${other} } }`][pick(2)];
  const field = ["", ", table: sizes, map: { from: a, to: b }", ", table: sizes"][pick(3)];
  const looked = pick(2) === 0 ? "" : `\n  - { field: of, value: "_findCollection find no from ${other} where no={{no}}" }`;
  const after = pick(3) === 0 ? `, after: ${other}` : "";
  const alias = pick(4) === 0 ? "aliases: [former]\n" : "";
  const broken = pick(12) === 0 ? "surplus: 1\n" : "";
  return `id: ${id}\n${alias}${broken}source: ${source}\nmapping:\n  - { field: no, value: "{{no}}"${field} }${looked}\ntarget: ${target}\ndispatch: { enabled: true${after} }\n`;
}

const CONNECTOR = (api: string): string => `
system: shop
name: { zh: 店, en: Shop }
auth: { kind: none }
settings: [{ field: url, label: 地址, required: true }, { field: key, label: 密钥, secret: true }]
apis: [{ code: ${api}, name: 单, role: source, effect: query, path: /x, method: GET, request: [], response: [{ field: no, label: 号 }] }]
`;

function changed(documents: Documents, pick: (below: number) => number): void {
  const id = FLOWS[pick(FLOWS.length)] ?? "";
  const turn = pick(10);
  if (turn < 5) documents.set(`flows/${id}`, { text: flowText(id, pick) });
  else if (turn === 5) documents.delete(`flows/${id}`);
  else if (turn === 6)
    documents.set("tables/sizes", { text: ["columns: [a, b]\nrows: [[x, 1]]", "columns: [a]\nrows: []"][pick(2)] ?? "" });
  else if (turn === 7) documents.delete(["tables/sizes", "connections/shop", "connectors/shop"][pick(3)] ?? "");
  else if (turn === 8) documents.set("connectors/shop", { text: CONNECTOR(["list", "other"][pick(2)] ?? "") });
  else {
    const text = "id: shop\nsystem: shop\nsettings: { url: 'https://shop.example', key: '${K}' }\n";
    documents.set("connections/shop", { text, secret: String(pick(3)) });
  }
}

function textsOf(documents: Documents): WorkspaceTexts {
  const of = (kind: string) =>
    [...documents].flatMap(([name, { text, secret }]) =>
      name.startsWith(`${kind}/`) ? [{ id: name.slice(kind.length + 1), text, secrets: secret === undefined ? {} : { K: secret } }] : [],
    );
  return { name: "w", flows: of("flows"), connections: of("connections"), connectors: of("connectors"), tables: of("tables") };
}

test("after each of many changes every flow is judged as from nothing", () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 3; seed += 1) {
    const pick = chance(seed);
    const read = createWorkspaceReader([]);
    const documents: Documents = new Map();
    for (let change = 0; change < 20; change += 1) {
      changed(documents, pick);
      const again = read(textsOf(documents));
      const anew = workspaceOfTexts(textsOf(documents), []);
      const judged = (workspace: typeof anew) =>
        [...workspace.flows.values()].map((entry) => ({ id: entry.id, issues: checkWorkspaceFlow(workspace, entry) }));
      expect(judged(again), `seed ${seed}, change ${change}`).toEqual(judged(anew));
      expect([...again.connections.keys(), ...again.tables.keys()]).toEqual([...anew.connections.keys(), ...anew.tables.keys()]);
      for (const { issues } of judged(anew)) for (const { code } of issues) seen.add(code);
    }
  }
  // The flows are not all broken in one way, or the comparison would say little.
  expect(seen.size).toBeGreaterThan(4);
});

test("what a change does not touch is the same object, and is not judged again", () => {
  const read = createWorkspaceReader([]);
  const pick = chance(7);
  const documents: Documents = new Map(FLOWS.map((id) => [`flows/${id}`, { text: flowText(id, pick) }]));
  const first = read(textsOf(documents));
  expect(read(textsOf(documents))).toBe(first);
  const plain = (id: string, field: string): string =>
    `id: ${id}\nsource: { connection: datong, api: receive, id: [no] }\nmapping: [{ field: ${field}, value: "1" }]\ntarget: { connection: datong, api: collect }\ndispatch: { enabled: true }\n`;
  documents.set("flows/f0", { text: plain("f0", "a") }).set("flows/f1", { text: plain("f1", "a") });
  const before = read(textsOf(documents));
  const issues = checkWorkspaceFlow(before, before.flows.get("f0") as never);
  documents.set("flows/f1", { text: plain("f1", "b") });
  const after = read(textsOf(documents));
  expect(after.flows.get("f0")).toBe(before.flows.get("f0"));
  expect(after.flows.get("f1")).not.toBe(before.flows.get("f1"));
  expect(checkWorkspaceFlow(after, after.flows.get("f0") as never)).toBe(issues);
});
