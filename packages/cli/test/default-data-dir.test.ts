import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultDataDir } from "../src/default-data-dir.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "datong-place-"));
  await mkdir(join(dir, "workspace"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("the data folder of a workspace", () => {
  test("lies in the workspace, for root too where others may enter", async () => {
    await chmod(dir, 0o755);
    expect(defaultDataDir(join(dir, "workspace"), false)).toBe(join(dir, "workspace", ".datong"));
    expect(defaultDataDir(join(dir, "workspace"), true)).toBe(join(dir, "workspace", ".datong"));
  });

  test("of a root user below a folder that only root may enter lies below /var/lib/datong, always under the same name", async () => {
    await chmod(dir, 0o700);
    const first = defaultDataDir(join(dir, "workspace"), true);
    expect(first).toMatch(/^\/var\/lib\/datong\/workspaces\/workspace-[0-9a-f]{12}$/);
    expect(defaultDataDir(join(dir, "workspace", "."), true)).toBe(first);
    expect(defaultDataDir(join(dir, "workspace"), false)).toBe(join(dir, "workspace", ".datong"));
  });

  test("that is there already stays where it is", async () => {
    await chmod(dir, 0o700);
    await mkdir(join(dir, "workspace", ".datong"));
    expect(defaultDataDir(join(dir, "workspace"), true)).toBe(join(dir, "workspace", ".datong"));
  });
});
