import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../../src/main.ts";
import { memoryTerminal } from "../memory-terminal.ts";

const MEMBERS = ["id", "read", "records", "written", "failed", "skipped", "unknown", "durationMs"];

test("demo --json prints exactly one object with exactly the agreed members, and leaves nothing behind", { timeout: 180_000 }, async () => {
  const folders = async (): Promise<readonly string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith("datong-demo-"));
  const before = await folders();
  const terminal = memoryTerminal({ cwd: "/" });
  expect(await main(["demo", "--json", "--bills", "24", "--seed", "7"], terminal)).toBe(0);
  const result = terminal.json() as { readonly flows: readonly Readonly<Record<string, unknown>>[]; readonly ok: boolean };
  expect(Object.keys(result)).toEqual(["flows", "ok"]);
  expect(result.ok).toBe(true);
  expect(result.flows).toHaveLength(5);
  for (const flow of result.flows) {
    expect(Object.keys(flow)).toEqual(MEMBERS);
    expect(flow).toMatchObject({ failed: 0, unknown: 0 });
    expect(flow["written"]).toBeGreaterThan(0);
  }
  expect((await folders()).filter((name) => !before.includes(name))).toEqual([]);
});

test("demo tells runs, comparison, one bill's story and the next steps, and keeps its data when asked", { timeout: 180_000 }, async () => {
  const cwd = await mkdtemp(join(tmpdir(), "datong-cli-"));
  // PostgreSQL runs under an account of its own when the tests run as root, and must get through.
  await chmod(cwd, 0o711);
  try {
    const terminal = memoryTerminal({ cwd, env: { LANG: "en_US.UTF-8" } });
    expect(await main(["demo", "--bills", "24", "--keep", "kept"], terminal)).toBe(0);
    const text = terminal.outText();
    expect(text.match(/^ {2}✓ /gm)).toHaveLength(5);
    expect(text).not.toContain("✗");
    expect(text).toMatch(/amount with tax ([\d.]+)\/\1/);
    expect(text).toMatch(/Numbers: 52\d+ → JST52\d+/);
    expect(text).toContain("Every document arrived exactly once");
    expect(terminal.errText()).toContain("the call limits are raised");
    expect(await readdir(join(cwd, "kept"))).toContain("postgres");
    const again = memoryTerminal({ cwd });
    expect(await main(["demo", "--keep", "kept", "--json"], again)).toBe(1);
    expect(again.json()).toMatchObject({ ok: false, error: { code: "KEEP_NOT_EMPTY" } });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});

test("a demo that is stopped by a signal ends with 130 and prints no result", { timeout: 180_000 }, async () => {
  const terminal = memoryTerminal({ cwd: "/" });
  const running = main(["demo", "--json", "--bills", "24"], terminal);
  terminal.stop("SIGINT");
  expect(await running).toBe(130);
  expect(terminal.outText()).toBe("");
});
