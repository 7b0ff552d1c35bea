import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtProgram } from "../bin/built.js";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const run = promisify(execFile);

describe("which program runs", () => {
  let root = "";
  const piece = "packages/program/dist/datong.js";
  const put = async (path: string, second: number): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), "");
    await at(path, second);
  };
  const at = (path: string, second: number): Promise<void> => utimes(join(root, path), second, second);
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "datong-built-"));
    await put("packages/core/src/flow/flow.ts", 100);
    for (const folder of ["packages/core/src/flow", "packages/core/src"]) await at(folder, 100);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test("the sources where nothing was made", () => {
    expect(builtProgram("datong", root)).toBeUndefined();
  });
  test("the piece where it is younger than every source", async () => {
    await put(piece, 200);
    expect(builtProgram("datong", root)).toBe(pathToFileURL(join(root, piece)).href);
    expect(builtProgram("bench-pair", root)).toBeUndefined();
  });
  test.each(["packages/core/src/flow/flow.ts", "packages/core/src/flow", "tools/bench-pair.ts", "node_modules/.datong-install.json"])(
    "the sources where %s has changed since, or in the same moment",
    async (path) => {
      if (path.includes(".", 1)) await put(path, 200);
      else await at(path, 200);
      for (const folder of ["packages/core/src", ...(path.startsWith("packages/core/src/flow/") ? ["packages/core/src/flow"] : [])]) {
        await at(folder, 100);
      }
      expect(builtProgram("datong", root)).toBeUndefined();
      await at(path, 199);
      expect(builtProgram("datong", root)).toBe(pathToFileURL(join(root, piece)).href);
    },
  );
});

describe("the program in one piece", () => {
  const bin = join(ROOT, "packages/cli/bin/datong.js");
  const datong = async (words: readonly string[], debug: "0" | "1"): Promise<string> =>
    (await run(process.execPath, [bin, ...words], { cwd: ROOT, env: { ...process.env, DATONG_DEBUG: debug } })).stdout;
  beforeAll(() => run(process.execPath, [join(ROOT, "packages/program/build.mjs")], { cwd: ROOT }), 60_000);

  test("is made and found", () => {
    expect(builtProgram("datong")).toBeDefined();
    expect(builtProgram("bench-pair")).toBeDefined();
  });
  test("is what the command loads; with DATONG_DEBUG=1 it loads the sources", async () => {
    const count = `import { registerHooks } from "node:module";
      let sources = 0;
      registerHooks({ load: (url, context, next) => ((sources += Number(url.includes("/packages/core/src/"))), next(url, context)) });
      process.on("exit", () => process.stdout.write("sources " + sources));`;
    const sources = async (debug: "0" | "1"): Promise<number> => {
      const words = [`--import=data:text/javascript,${encodeURIComponent(count)}`, bin, "version"];
      const { stdout } = await run(process.execPath, words, { cwd: ROOT, env: { ...process.env, DATONG_DEBUG: debug } });
      return Number(/sources (\d+)$/.exec(stdout)?.[1]);
    };
    expect(await sources("0")).toBe(0);
    expect(await sources("1")).toBeGreaterThan(100);
  });
  test.each([[["version"]], [["--help"]], [["template", "list"]], [["doctor", "--help"]]])(
    "says what the sources say: %j",
    async (words) => {
      const said = await datong(words, "0");
      expect(said).not.toBe("");
      expect(said).toBe(await datong(words, "1"));
    },
  );
  test("starts where another folder is the current one, for it finds what lies beside its sources", async () => {
    const { stdout } = await run(process.execPath, [bin, "template", "list"], { cwd: tmpdir() });
    expect(stdout).not.toBe("");
    expect(fileURLToPath(builtProgram("datong") ?? "")).toContain("packages/program/dist");
  });
});
