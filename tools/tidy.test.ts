/** The house rules as tests: first that each rule can fail, then that the repository keeps them. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  docCommentFindings,
  glossaryFindings,
  importFindings,
  leftoverFindings,
  nameFindings,
  pairFindings,
  purityFindings,
  skipFindings,
  type Finding,
  type SourceFile,
} from "./tidy/rules.ts";

const ROOT = join(import.meta.dirname, "..");
const FILE_BYTES_MAX = 200_000;

/** Tracked files and those that will be: what is ignored is not ours to judge. */
const PATHS = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(ROOT, path)));
const read = (path: string): SourceFile => ({ path, text: readFileSync(join(ROOT, path), "utf8") });
const SOURCES = PATHS.filter((path) => /^packages\/[^/]+\/src\/.*\.tsx?$/.test(path)).map(read);
const TESTS = PATHS.filter((path) => /^packages\/[^/]+\/test\/.*\.ts$/.test(path)).map(read);

const findings = (list: readonly Finding[]): readonly string[] => list.map(({ path, line, message }) => `${path}:${line} ${message}`);
const sample = (path: string, text: string): SourceFile => ({ path, text });
const NONE = new Set<string>();

describe("a rule can fail", () => {
  test.each([
    ["core must not import the engine", "packages/core/src/a.ts", 'import { x } from "@datong/engine";'],
    ["simulators import nothing of ours", "packages/simulators/src/a.ts", 'import type { x } from "@datong/core";'],
    ["simulators have no npm packages", "packages/simulators/src/a.ts", 'import x from "big.js";'],
    ["cli must not ship the testkit", "packages/cli/src/a.ts", 'export * from "@datong/testkit";'],
    ["an import goes past the door", "packages/engine/src/a.ts", 'import {\n  x,\n} from "@datong/core/src/value/json.ts";'],
    ["a relative import leaves the package", "packages/engine/src/flow/a.ts", 'import { x } from "../../../core/src/index.ts";'],
    ["src imports a test", "packages/engine/src/a.ts", 'import { x } from "../test/b.ts";'],
    ["a dependency is not declared", "packages/engine/src/a.ts", 'import pg from "pg";'],
    ["a dynamic import is seen", "packages/engine/src/a.ts", 'const pg = await import("pg");'],
    ["node:vm evaluates text", "packages/engine/src/a.ts", 'import vm from "node:vm";'],
    ["a package is unknown", "packages/extra/src/a.ts", ""],
  ])("imports: %s", (_, path, text) => {
    expect(importFindings(sample(path, text), NONE)).toHaveLength(1);
  });

  test("imports: what is allowed passes, and comments are no imports", () => {
    const text =
      '/** import { x } from "@datong/testkit"; */\nimport { a } from "./b.ts";\nimport { c } from "@datong/core";\nimport pg from "pg";\nimport "node:fs";\n';
    expect(importFindings(sample("packages/engine/src/a.ts", text), new Set(["pg"]))).toEqual([]);
  });

  test.each([
    ["a drawer for everything", "packages/core/src/utils/a.ts", ""],
    ["a file called types", "packages/core/src/types.ts", ""],
    ["mock", "packages/core/src/a.ts", "const mockServer = 1;"],
    ["sink", "packages/core/src/a.ts", "interface SinkOptions {}"],
  ])("names: %s", (_, path, text) => {
    expect(nameFindings(sample(path, text))).not.toEqual([]);
  });

  test.each(["Date.now()", "new Date()", "Math.random()", "async () => 1"])("purity: %s", (text) => {
    expect(purityFindings(sample("packages/core/src/a.ts", `const a = 1;\nconst x = ${text};`))[0]?.line).toBe(2);
    expect(purityFindings(sample("packages/engine/src/a.ts", `const x = ${text};`))).toEqual([]);
    expect(purityFindings(sample("packages/core/src/a.ts", `// ${text}\nconst x = "${text}";`))).toEqual([]);
  });

  test("doc comments: a file without one, and one that opens with an import", () => {
    expect(docCommentFindings(sample("a.ts", "export const x = 1;"))).toHaveLength(1);
    expect(docCommentFindings(sample("a.ts", 'import "x";\n/** Late. */'))).toHaveLength(1);
    expect(docCommentFindings(sample("a.ts", "/** What it is. */\nexport const x = 1;"))).toEqual([]);
  });

  test.each(["// TO" + "DO later", "try { a(); } catch {}", "try { a(); } catch (error) {\n}", "a().catch(() => []);", "enum A { b }"])(
    "leftovers: %s",
    (text) => {
      expect(leftoverFindings(sample("packages/core/src/a.ts", text))).toHaveLength(1);
    },
  );

  test.each(["test.skip('a', f)", "describe.skipIf(x)('a', f)", "test.only('a', f)", "it.concurrent.skip('a', f)", "skip()"])(
    "skips: %s",
    (text) => {
      expect(skipFindings(sample("a.test.ts", text))).toHaveLength(1);
    },
  );

  test("skips: a reason is enough", () => {
    const text = 'test("a", ({ skip }) => {\n  skip("no server");\n  skip(!ready, "no server");\n});';
    expect(skipFindings(sample("a.test.ts", text))).toEqual([]);
  });

  test("pairs: a heading too few, another command", () => {
    const one = sample("README.md", "# A\n\n## B\n\n```bash\nnpm test # all\n```\n");
    expect(pairFindings(one, sample("README.zh-CN.md", "# 甲\n\n## 乙\n\n```bash\nnpm test # 全部\n```\n"))).toEqual([]);
    expect(pairFindings(one, sample("README.zh-CN.md", "# 甲\n\n```bash\nnpm test\n```\n"))).toHaveLength(1);
    expect(pairFindings(one, sample("README.zh-CN.md", "# 甲\n\n## 乙\n\n```bash\nnpm start\n```\n"))).toHaveLength(1);
  });

  test("glossary: a term that nothing is called", () => {
    const glossary = sample("docs/glossary.md", "| code | 中文 |\n| --- | --- |\n| `watermark`, `lease` | 水位线 |\n");
    const code = sample("packages/core/src/x.ts", "export interface WatermarkRow {}");
    expect(findings(glossaryFindings(glossary, [code]))).toEqual([
      "docs/glossary.md:3 nothing in packages/*/src is called lease; rename the term or the code",
    ]);
  });
});

describe("the repository keeps the rules", () => {
  const declaredOf = (manifest: string): readonly string[] => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(manifest).text) as Record<
      string,
      Record<string, string> | undefined
    >;
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  };

  test("packages import only what they may", () => {
    const root = declaredOf("package.json");
    const all = [...SOURCES, ...TESTS].flatMap((file) => {
      const own = declaredOf(file.path.split("/").slice(0, 2).concat("package.json").join("/"));
      return importFindings(file, new Set(file.path.split("/")[2] === "src" ? own : [...own, ...root]));
    });
    expect(findings(all)).toEqual([]);
  });

  test("names say what is inside", () => {
    expect(findings([...SOURCES, ...TESTS].flatMap(nameFindings))).toEqual([]);
  });

  test("core and connectors are pure", () => {
    expect(findings(SOURCES.flatMap(purityFindings))).toEqual([]);
  });

  test("every src file opens with a doc comment", () => {
    expect(findings(SOURCES.flatMap(docCommentFindings))).toEqual([]);
  });

  test("commands that install only the program are of the program: other packages are not there", () => {
    const commands = [...readFileSync(join(ROOT, "tools/bootstrap.mjs"), "utf8").matchAll(/needs: "cli", program: \["([^"]+)"/g)];
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.map((match) => match[1] ?? "").filter((program) => !program.startsWith("packages/cli/"))).toEqual([]);
  });

  test("nothing is left over or swallowed", () => {
    expect(findings(SOURCES.flatMap(leftoverFindings))).toEqual([]);
  });

  test("every skip carries a reason", () => {
    expect(findings(TESTS.flatMap(skipFindings))).toEqual([]);
  });

  test("no file is over 200 KB", () => {
    const big = PATHS.filter((path) => path !== "pnpm-lock.yaml" && statSync(join(ROOT, path)).size > FILE_BYTES_MAX);
    expect(big.map((path) => `${path}:1 split it, or generate it when needed`)).toEqual([]);
  });

  test("every term of the glossary is the name of something", () => {
    expect(findings(glossaryFindings(read("docs/glossary.md"), SOURCES))).toEqual([]);
  });

  test("the README is alike in both languages", () => {
    expect(findings(pairFindings(read("README.md"), read("README.zh-CN.md")))).toEqual([]);
  });

  test("the changelog has a place for what is not released", () => {
    expect(read("CHANGELOG.md").text).toMatch(/^## \[Unreleased\]/m);
  });

  test("migrations are numbered one after the other: two people may have taken the same number", () => {
    const names = PATHS.flatMap((path) => /\/store\/migrations\/(\d{4})-[^/]*\.sql$/.exec(path)?.[1] ?? []).toSorted();
    expect(names).toEqual(names.map((_, i) => String(i + 1).padStart(4, "0")));
  });
});
