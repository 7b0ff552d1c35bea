/** `datong push`: rows of a file, in each of its forms, become records of a passive flow; what cannot be taken is told by its place. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database } from "@datong/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { memoryTerminal, type MemoryTerminal } from "./memory-terminal.ts";

let dir: string;
let database: Database;
const FLOW = `
source: { connection: datong, api: receive, id: [no], number: no }
mapping: []
target: { connection: datong, api: collect }
dispatch: { enabled: true }
`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-push-"));
  await chmod(dir, 0o711);
  await mkdir(join(dir, "flows"));
  await writeFile(join(dir, "workspace.yaml"), "name: push\n");
  for (const id of ["shops", "orders"]) await writeFile(join(dir, "flows", `${id}.yaml`), `id: ${id}${FLOW}`);
  database = await openDatabase({ dataDir: join(dir, ".datong") });
});
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true, force: true });
});

async function push(
  flow: string,
  name: string,
  text: string,
  ...more: readonly string[]
): Promise<{ code: number; terminal: MemoryTerminal }> {
  await writeFile(join(dir, name), text);
  const terminal = memoryTerminal({ cwd: dir });
  return { code: await main(["push", flow, name, ...more], terminal), terminal };
}

describe("push", () => {
  test.each([
    ["a list", "a.json", '[{"no":"A1","qty":100.10},{"no":"A2"}]'],
    ["Qeasy's body", "b.json", '{"idCheck":false,"content":[{"no":"B1"},{"no":"B2"}],"multiple":true,"id":1}'],
    ["a line each", "c.jsonl", '{"no":"C1"}\n\n{"no":"C2"}\n'],
    ["a table", "d.csv", "no,名称\nD1,甲\nD2,乙\n"],
  ])("%s is stored and done; the same again is unchanged", async (_, name, text) => {
    const first = await push("shops", name, text, "--json");
    expect(first.terminal.errText()).toBe("");
    expect(first.terminal.json()).toMatchObject({
      stored: 2,
      refused: [],
      ok: true,
      flows: [{ id: "shops", read: 2, records: 2, failed: 0 }],
    });
    expect(first.code).toBe(0);
    const again = await push("shops", name, text);
    expect(again.terminal.outText()).toContain("已存入 2 行");
    const { rows } = await database.pool.query<{ version: number }>("select version from record where key like $1", [
      `${name[0]?.toUpperCase()}%`,
    ]);
    expect(rows).toEqual([{ version: 1 }, { version: 1 }]);
  });

  test("rows without the key and lines that are no JSON are told by their place, and the others are stored", async () => {
    const { code, terminal } = await push("orders", "e.jsonl", '{"no":"E1"}\n{"no":}\n{"nr":"E3"}\n["x"]\n{"no":"E5"}\n', "--json");
    expect(terminal.json()).toMatchObject({
      stored: 2,
      refused: [
        { unit: "line", place: 2, code: "JSON_INVALID" },
        { unit: "line", place: 3, code: "SOURCE_KEY_MISSING" },
        { unit: "line", place: 4, code: "SOURCE_ROW_SHAPE" },
      ],
      ok: false,
    });
    expect(code).toBe(1);
    const shown = await push("orders", "f.json", '[{"no":"F1"},{}]');
    expect(shown.terminal.errText()).toContain("✗ 第 2 条  SOURCE_KEY_MISSING");
  });

  test("a file that is not there, or is no JSON, and a flow that asks its source are refused whole", async () => {
    const missing = memoryTerminal({ cwd: dir });
    expect(await main(["push", "orders", "nowhere.json"], missing)).toBe(1);
    expect(missing.errText()).toContain("FILE_UNREADABLE");
    expect((await push("orders", "g.json", '[{"no":"G1"')).terminal.errText()).toContain("JSON_TRUNCATED");
    await writeFile(join(dir, "flows", "asks.yaml"), `id: asks${FLOW.replace("source:", "source:").replace("receive", "recieve")}`);
    expect((await push("asks", "h.json", "[]")).terminal.errText()).toContain("API_UNKNOWN");
  });

  test("a flow is known by its former id, and a draft elsewhere in the workspace takes rows too", async () => {
    const former = "255f7565-c782-3985-9020-59aa6a647e61";
    await writeFile(join(dir, "flows", "named.yaml"), `id: named\naliases: [${former}]${FLOW}`);
    expect((await push(former, "j.json", '[{"no":"J1"}]', "--json")).terminal.json()).toMatchObject({
      stored: 1,
      flows: [{ id: "named" }],
    });
    await mkdir(join(dir, "drafts"), { recursive: true });
    await writeFile(join(dir, "drafts", "draft.yaml"), `id: draft${FLOW}`);
    expect((await push("drafts/draft.yaml", "k.json", '[{"no":"K1"}]', "--json")).terminal.json()).toMatchObject({ stored: 1, ok: true });
  });

  test("preview shows what would become of a file's rows", async () => {
    await writeFile(join(dir, "i.json"), '[{"no":"I1"},{"no":"I2"}]');
    const terminal = memoryTerminal({ cwd: dir });
    expect(await main(["preview", "orders", "--rows", "i.json", "--limit", "2", "--json"], terminal)).toBe(0);
    expect(terminal.json()).toMatchObject({ records: [{ number: "I1" }, { number: "I2" }] });
  });
});
