/** The program as a process of its own: exit codes by signal, output that is cut off, no stack trace. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExample, type ExampleWorkspace } from "./example-workspace.ts";

const PROGRAM = fileURLToPath(new URL("../bin/datong.js", import.meta.url));
const RETURNS = "kingdee-return-to-jushuitan-inout";
let example: ExampleWorkspace;

beforeAll(async () => {
  example = await openExample(60);
});
afterAll(async () => {
  await example.close();
});

function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...argv], {
    cwd: example.dir,
    env: { ...process.env, ...example.env, LANG: "zh_CN.UTF-8", ...env },
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (bytes: Buffer) => (said.out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (said.err += bytes.toString()));
  return { child, said, ended: once(child, "close").then(([code]) => code as number | null) };
}

test("a run that is interrupted ends with 130 in order; the next run writes the rest, each document exactly once", async () => {
  const first = start(["run", RETURNS]);
  await expect.poll(() => example.vendor("jushuitan").ledger().length, { timeout: 20_000 }).toBeGreaterThan(2);
  first.child.kill("SIGINT");
  expect(await first.ended).toBe(130);
  expect(first.said.err).toContain("正在停止");
  expect(first.said.err).not.toMatch(/^\s+at /m);
  const written = example.vendor("jushuitan").ledger().length;
  expect(written).toBeLessThan(45);
  const second = start(["run", RETURNS, "--json"]);
  expect(await second.ended).toBe(0);
  expect(JSON.parse(second.said.out)).toMatchObject({ ok: true });
  const keys = example
    .vendor("jushuitan")
    .ledger()
    .map((entry) => entry.key);
  expect(keys.length).toBeGreaterThan(written);
  expect(new Set(keys).size).toBe(keys.length);
}, 180_000);

test("a reader that goes away is no error to report", async () => {
  const listing = start(["records", RETURNS, "--limit", "1000"]);
  listing.child.stdout.destroy();
  expect(await listing.ended).toBe(0);
  expect(listing.said.err).toBe("");
});

test("code that was compiled by one start is taken from the installation's cache by the next", async () => {
  const accepted = /code cache for ESM \S+\/packages\/(?:cli\/src\/main\.ts|program\/dist\/datong\.js) was accepted/;
  const said = async () => {
    const version = start(["version"], { NODE_DEBUG_NATIVE: "COMPILE_CACHE", NODE_COMPILE_CACHE: undefined });
    await version.ended;
    return version.said.out + version.said.err;
  };
  // The first one may be the first of this clone.
  const isAccepted = accepted.test(await said());
  expect(isAccepted || accepted.test(await said())).toBe(true);
}, 180_000);
