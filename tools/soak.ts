/**
 * `npm run soak [-- names …] [--resume]`: runs the soaks (`.soak.ts` below `packages`) one after another and prints one table at the
 * end: figure, aim, measured, holds or not. Exit code 1 when something does not hold, fails, or nothing was run.
 *
 * A name is a part of a soak's path: `npm run soak -- workers world`. Results are kept as each soak ends; with --resume those that held
 * at the same state of the sources are not run again, so that a run which was broken off goes on where it stopped.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseCLI, startVitest, type TestModule } from "vitest/node";
import { installMissing } from "./debian.ts";
import { allHold, soakLines, soakTable, type SoakResult, type SoakTest } from "./soak-table.ts";

const ROOT = join(import.meta.dirname, "..");
const KEPT = join(ROOT, "node_modules", ".datong-soak.json");
const TEST_MS = 3 * 3_600_000;

interface Kept {
  /** Of the commit and what is not committed. */
  readonly sources: string;
  readonly results: Readonly<Record<string, SoakResult>>;
}

async function runSoaks(argv: readonly string[]): Promise<number> {
  const all = globSync("packages/*/test/**/*.soak.ts", { cwd: ROOT }).toSorted();
  if (argv.includes("--help") || argv.includes("-h")) return help(all);
  installMissing();
  const resume = argv.includes("--resume");
  const { filter, options } = parseCLI(["vitest", "run", ...argv.filter((arg) => arg !== "--resume")]);
  const paths = all.filter((path) => filter.length === 0 || filter.some((name) => path.includes(name)));
  const sources = sourcesHash();
  let kept: Readonly<Record<string, SoakResult>> = keptOf(sources);
  const results: SoakResult[] = [];
  for (const [i, path] of paths.entries()) {
    const before = kept[path];
    if (resume && before !== undefined && allHold([before])) {
      results.push(before);
      continue;
    }
    process.stdout.write(`[${i + 1}/${paths.length}] ${path}\n`);
    const result = await runSoak(path, options);
    results.push(result);
    if (options.testNamePattern !== undefined) continue;
    kept = { ...kept, [path]: result };
    writeFileSync(KEPT, `${JSON.stringify({ sources, results: kept } satisfies Kept)}\n`);
  }
  process.stdout.write(`\n${soakTable(results)}\n`);
  return allHold(results) ? 0 : 1;
}

/** All of them together take hours: who asks what there is must not start them. */
function help(all: readonly string[]): number {
  const names = all.map((path) => `  ${basename(path, ".soak.ts").padEnd(20)} ${path}`);
  process.stdout.write(`npm run soak [-- names …] [--resume]\n\nWithout a name: all of them.\n\n${names.join("\n")}\n`);
  return 0;
}

/** One soak in a vitest of its own: what it measured is ours as soon as it ends. Its failure is its result, so nothing is tried twice. */
async function runSoak(path: string, options: ReturnType<typeof parseCLI>["options"]): Promise<SoakResult> {
  const startedAt = performance.now();
  const soak = { include: [path], testTimeout: TEST_MS, hookTimeout: TEST_MS, maxWorkers: 1, retry: 0, reporters: ["verbose"] };
  const vitest = await startVitest([], { ...options, ...soak, root: ROOT, watch: false, run: true, allowOnly: false });
  const errors = vitest.state.getUnhandledErrors();
  const tests = [...vitest.state.getTestModules().flatMap(testsOf), ...errors.map((error) => broken(path, error))];
  await vitest.close();
  return { soak: basename(path, ".soak.ts"), minutes: (performance.now() - startedAt) / 60_000, lines: soakLines(tests) };
}

/** Its tests, and what failed around them: the file itself, hooks. Tests that `-t` did not ask for are left out. */
function testsOf(module: TestModule): readonly SoakTest[] {
  const around = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
  const tests = [...module.children.allTests()].flatMap((test): readonly SoakTest[] => {
    const result = test.result();
    const figures = test.meta().figures ?? [];
    if (result.state === "passed") return [{ name: test.fullName, state: "passed", figures }];
    if (result.state === "failed") return [{ ...broken(test.fullName, result.errors[0]), figures }];
    const asked = module.project.config.testNamePattern === undefined;
    const reason = "note" in result && typeof result.note === "string" ? result.note : test.options.mode;
    return asked ? [{ name: test.fullName, state: "skipped", reason, figures }] : [];
  });
  return [...tests, ...around.map((error) => broken(module.relativeModuleId, error))];
}

function broken(name: string, error: unknown): SoakTest {
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return { name, state: "failed", reason: message.split("\n")[0]?.slice(0, 120) ?? "", figures: [] };
}

function keptOf(sources: string): Readonly<Record<string, SoakResult>> {
  if (!existsSync(KEPT)) return {};
  const kept = JSON.parse(readFileSync(KEPT, "utf8")) as Kept;
  return kept.sources === sources ? kept.results : {};
}

function sourcesHash(): string {
  const git = (...args: readonly string[]): string => execFileSync("git", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
  const state = [git("rev-parse", "HEAD"), git("diff", "HEAD"), git("status", "--porcelain")];
  return createHash("sha256").update(state.join("\0")).digest("hex");
}

process.exit(await runSoaks(process.argv.slice(2)));
