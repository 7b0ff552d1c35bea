/** `datong table import|list|show`, and a flow that goes by a table: checked, previewed, taken up anew when the table changes. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createContext } from "../src/context.ts";
import { followWorkspace } from "../src/follow-workspace.ts";
import { memoryTerminal } from "./memory-terminal.ts";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const FLOW = "wangdiantong-warehouse-to-kingdee-stock";
const FIELD = '  - field: FNumber\n    value: "{{warehouse_no}}"\n';
/** 编码,名称 / W01,主仓 / (blank) / W02,分仓 / W01,主仓 in GB18030. */
const GB18030 = Buffer.from("b1e0c2eb2cc3fbb3c60d0a5730312cd6f7b2d60d0a2c0d0a5730322cb7d6b2d60d0a5730312cd6f7b2d60d0a", "hex");
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(2);
});
afterAll(async () => {
  await example.close();
});

async function imported(name: string, content: string | Buffer): Promise<{ readonly code: number; readonly json: unknown }> {
  const file = join(example.dir, "given.csv");
  await writeFile(file, content);
  const { code, terminal } = await example.datong("table", "import", name, file, "--json");
  return { code, json: terminal.json() };
}

describe("import", () => {
  test("GB18030 from an old Excel: blanks and repetitions are left out and told by row; the table is UTF-8 that Excel opens", async () => {
    const { code, json } = await imported("仓库", GB18030);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      rows: 2,
      added: 2,
      findings: [
        { row: 3, kind: "blank" },
        { row: 5, kind: "repeated", other: 2 },
      ],
    });
    expect(await readFile(join(example.dir, "tables", "仓库.csv"), "utf8")).toBe("\uFEFF编码,名称\nW01,主仓\nW02,分仓\n");
  });

  test("again, with another answer, one less and one more: told as changes", async () => {
    const { json } = await imported("仓库", '\uFEFF编码;名称\nW01;"主;仓"\nW03;三仓\n');
    expect(json).toMatchObject({ ok: true, rows: 2, added: 1, changed: 1, removed: 1 });
    const { terminal } = await example.datong("table", "show", "仓库", "--value", "W01", "--json");
    expect(terminal.json()).toMatchObject({ columns: ["编码", "名称"], rows: [["W01", "主;仓"]] });
  });

  test.each([
    ["a code with two answers", "a,b\n1,x\n2,y\n1,z\n", "TABLE_NOT_IMPORTED", "第 4 行"],
    ["a row without a code", "a,b\n1,x\n,y\n", "TABLE_NOT_IMPORTED", "第 3 行"],
    ["one column", "a\n1\n", "TABLE_INVALID", "列"],
    ["a column without a name", "a,,c\n1,2,3\n", "TABLE_INVALID", "第 2 列"],
    ["two columns of one name", "a,a\n1,2\n", "TABLE_INVALID", "「a」"],
  ])("refuses %s and leaves the former table", async (_, content, code, words) => {
    const result = await imported("仓库", content);
    expect(result).toMatchObject({ code: 1, json: { ok: false, error: { code, zh: expect.stringContaining(words) } } });
    expect(await readFile(join(example.dir, "tables", "仓库.csv"), "utf8")).toContain("W03");
  });

  test("refuses a name that leads elsewhere, a file that is not there, and a table kept in another form", async () => {
    expect(await imported("../x", "a,b\n")).toMatchObject({ code: 2, json: { error: { code: "TABLE_NAME_INVALID" } } });
    expect((await example.datong("table", "import", "x", "nowhere.csv", "--json")).terminal.json()).toMatchObject({
      error: { code: "DOCUMENT_MISSING" },
    });
    await writeFile(join(example.dir, "tables", "own.yaml"), "columns: [a, b]\nrows:\n  - [01, 1.10]\n");
    expect(await imported("own", "a,b\n1,2\n")).toMatchObject({ code: 1, json: { error: { code: "TABLE_EXISTS" } } });
    const { terminal } = await example.datong("table", "show", "own", "--json");
    expect(terminal.json()).toMatchObject({ rows: [["01", "1.10"]] });
  });
});

describe("a flow that goes by a table", () => {
  test("check names a table that is not there, with the line; a broken one by its own file", async () => {
    await example.edit(`flows/${FLOW}.yaml`, FIELD, `${FIELD}    table: stocks\n    mapMissing: fail\n`);
    const check = async (): Promise<unknown> => (await example.datong("check", FLOW, "--json")).terminal.json();
    expect(await check()).toMatchObject({ ok: false, issues: [{ code: "TABLE_UNKNOWN", line: expect.any(Number) }] });
    await mkdir(join(example.dir, "tables"), { recursive: true });
    await writeFile(join(example.dir, "tables", "stocks.csv"), "only\nW01\n");
    expect(await check()).toMatchObject({ ok: false, issues: [{ code: "TABLE_INVALID", file: expect.stringContaining("stocks.csv") }] });
    await rm(join(example.dir, "tables", "stocks.csv"));
    await imported("stocks", "from,to\nW01,CK-A\n");
    expect(await check()).toMatchObject({ ok: true });
  });

  test("list names the flows that use it; the run writes by it and fails what it lacks", async () => {
    expect((await example.datong("table", "list", "--json")).terminal.json()).toMatchObject({
      tables: expect.arrayContaining([expect.objectContaining({ name: "stocks", flows: [FLOW] })]),
    });
    const { code } = await example.datong("run", FLOW, "--json");
    expect(code).toBe(1);
    const written = example
      .vendor("kingdee-galaxy")
      .ledger()
      .map((entry) => entry.key);
    expect(written).toEqual(["CK-A"]);
    const { terminal } = await example.datong("records", FLOW, "--status", "failed", "--json");
    const { records } = terminal.json() as { readonly records: readonly { readonly documents: readonly { readonly code: string }[] }[] };
    expect(new Set(records.flatMap((record) => record.documents.map((document) => document.code)))).toEqual(new Set(["VALUE_UNMAPPED"]));
  });

  test("a running worker takes up a table that has changed", async () => {
    const lines: string[] = [];
    const context = createContext(memoryTerminal({ cwd: example.dir, env: example.env }), { json: false });
    const followed = await followWorkspace(context, { dir: example.dir, flows: [FLOW], log: (line) => lines.push(line) });
    const mapOf = (flow: (typeof followed.flows)[number]["flow"]): unknown => flow.mapping.find((field) => field.field === "FNumber")?.map;
    expect(followed.flows.map(({ flow }) => mapOf(flow))).toEqual([{ W01: "CK-A" }]);
    await imported("stocks", "from,to\nW01,CK-B\n");
    const taken: unknown[] = [];
    const engine = { useConnectors: () => undefined, useFlows: () => undefined } as unknown as Parameters<typeof followed.changes>[0];
    for (let asked = 0; asked < 3; asked++)
      await followed.changes(engine, async (flows) => {
        taken.push(...flows.map(({ flow }) => mapOf(flow)));
      });
    expect(taken).toEqual([{ W01: "CK-B" }]);
    context.dispose();
  });
});
