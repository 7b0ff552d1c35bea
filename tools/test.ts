/**
 * `npm test [-- filters and vitest options]`: runs the tests of all packages in this process's vitest and closes with exactly one
 * line, `N passed, N failed` (and `, N skipped`, the reasons of skips standing above it).
 *
 * A test file that cannot be loaded, a failing hook and an error outside any test count as one failure each. No test at all is a failure too.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { parseCLI, startVitest, type TestModule, type TestSuite, type Vitest } from "vitest/node";
import { installMissing } from "./debian.ts";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 8 * 2 ** 30;

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What failed, each with the first line of its reason; a log that is cut at its head still tells it. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Runs the tests; resolves to the exit code. */
export async function runTests(argv: readonly string[]): Promise<number> {
  installMissing();
  const folder = folderInMemory();
  if (folder !== null) process.env["TMPDIR"] = folder;
  const { filter, options } = parseCLI(["vitest", "run", ...argv]);
  const root = join(import.meta.dirname, "..");
  const vitest = await startVitest(filter, { ...options, root, watch: false, run: true, allowOnly: false });
  const counts = countOf(vitest);
  await vitest.close();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  for (const { name, reason } of counts.skipped) process.stdout.write(`skipped: ${name} — ${reason}\n`);
  for (const { name, reason } of counts.failures) process.stdout.write(`failed: ${name} — ${reason}\n`);
  process.stdout.write(`${closingLine(counts)}\n`);
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

/**
 * Where the tests' databases lie: in memory, when there is room. They commit as often as a company does in a day, and a disk's flush takes
 * a thousand times as long there. What they kill is processes, not the machine, so nothing that they prove rests on the flush.
 */
function folderInMemory(): string | null {
  if (process.env["TMPDIR"] !== undefined || !existsSync(MEMORY)) return null;
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < ROOM_BYTES) return null;
  const folder = mkdtempSync(join(MEMORY, "datong-test-"));
  // As /tmp is: started by root, PostgreSQL runs as another account, which must get through.
  chmodSync(folder, 0o1777);
  return folder;
}

/** The last line of the output. */
export function closingLine(counts: Omit<Counts, "failures">): string {
  const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}

function countOf(vitest: Vitest): Counts {
  let passed = 0;
  const failures = vitest.state.getUnhandledErrors().map((error) => ({ name: "outside any test", reason: firstLine(error) }));
  const skipped: { name: string; reason: string }[] = [];
  for (const module of vitest.state.getTestModules()) {
    for (const error of [...module.errors(), ...[...module.children.allSuites()].flatMap(errorsOf)])
      failures.push({ name: module.relativeModuleId, reason: firstLine(error) });
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") passed += 1;
      else if (result.state === "failed")
        failures.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: firstLine(result.errors[0]) });
      else if (isNarrowed(module)) continue;
      else skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: noteOf(result) ?? test.options.mode });
    }
  }
  if (passed + failures.length === 0) process.stdout.write("No test was run: that is a failure.\n");
  return { passed, failed: failures.length, failures, skipped };
}

/** A suite's own errors: its hooks, or a body that throws. Errors of its tests are counted with the tests. */
function errorsOf(suite: TestSuite): readonly unknown[] {
  return suite.errors();
}

function firstLine(error: unknown): string {
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return (message.split("\n", 1)[0] ?? "").slice(0, 300);
}

/** With `-t` the tests that were not asked for are no skips. */
function isNarrowed(module: TestModule): boolean {
  return module.project.config.testNamePattern !== undefined;
}

function noteOf(result: object): string | undefined {
  return "note" in result && typeof result.note === "string" ? result.note : undefined;
}

if (import.meta.main) process.exit(await runTests(process.argv.slice(2)));
