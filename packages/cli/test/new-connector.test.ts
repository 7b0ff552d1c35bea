import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { fillConnector } from "../src/new/fill-connector.ts";
import { memoryTerminal } from "./memory-terminal.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "datong-new-"));
  for (const kind of ["connectors", "simulators"]) await mkdir(join(root, "packages", kind, "src"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

async function create(...argv: readonly string[]) {
  const terminal = memoryTerminal({ cwd: join(root, "packages", "connectors") });
  return { code: await main(["new", "connector", ...argv], terminal), terminal };
}

test("three data files and a simulator are written under the new name, and nothing of the toy's name is left", async () => {
  const { code, terminal } = await create("my-shop", "--name", "我的店", "--json");
  expect(code).toBe(0);
  const { files } = terminal.json() as { readonly files: readonly string[] };
  expect(files.map((file) => file.slice(root.length + 1))).toEqual([
    "packages/connectors/src/my-shop/apis/order-query.ts",
    "packages/connectors/src/my-shop/connector.ts",
    "packages/connectors/src/my-shop/fixtures/order-query.ok.json",
    "packages/simulators/src/my-shop/simulator.ts",
  ]);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  expect(texts.join("\n")).not.toMatch(/acme|示例商城|Copy this file/i);
  expect(texts[1]).toContain('name: { zh: "我的店", en: "My Shop" }');
  expect(texts[3]).toContain('readonly urlVariable = "MY_SHOP_URL"');
  expect(texts[3]).toContain("class MyShopVendor implements Vendor");
});

test("a folder that is there is left alone", async () => {
  await mkdir(join(root, "packages", "simulators", "src", "my-shop"));
  const { code, terminal } = await create("my-shop", "--json");
  expect(code).toBe(1);
  expect(terminal.json()).toMatchObject({ ok: false, error: { code: "CONNECTOR_EXISTS" } });
  expect(await readdir(join(root, "packages", "connectors", "src"))).toEqual([]);
});

test.each(["My-Shop", "../x", "9lives", "a--b", "店"])("%s names no system", async (name) => {
  const { code, terminal } = await create(name, "--json");
  expect(code).toBe(2);
  expect(terminal.json()).toMatchObject({ error: { code: "SYSTEM_NAME_INVALID" } });
});

test("a name stays inside its quotes and comments", () => {
  const text = fillConnector({ system: "x", nameZh: '甲"*/乙', nameEn: "X" }).get("packages/connectors/src/x/connector.ts");
  expect(text).toContain('zh: "甲\\"*\\/乙"');
  expect(text?.split("*/")).toHaveLength(2);
});
