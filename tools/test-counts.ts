/** What a run of the tests came to: the counts, and by name what failed, what was skipped and what passed only at its second attempt. */
import type { TestModule, TestSuite, Vitest } from "vitest/node";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What failed, each with the first line of its reason; a log that is cut at its head still tells it. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Passed, but not at once, each with what failed first. */
  readonly second: readonly { readonly name: string; readonly reason: string }[];
}

/** What is worth reading of them, a line each; the last line of the output is the last. */
export function closingLines(counts: Counts): readonly string[] {
  return [
    ...counts.skipped.map(({ name, reason }) => `skipped: ${name} — ${reason}`),
    ...counts.second.map(({ name, reason }) => `second attempt: ${name}: ${reason}`),
    ...counts.failures.map(({ name, reason }) => `failed: ${name} — ${reason}`),
    closingLine(counts),
  ];
}

function closingLine(counts: Counts): string {
  const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : "";
  const second = counts.second.length > 0 ? `, ${counts.second.length} at the second attempt` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}${second}`;
}

export function countOf(vitest: Vitest): Counts {
  let passed = 0;
  const failures = vitest.state.getUnhandledErrors().map((error) => ({ name: "outside any test", reason: firstLine(error) }));
  const skipped: { name: string; reason: string }[] = [];
  const second: { name: string; reason: string }[] = [];
  for (const module of vitest.state.getTestModules()) {
    for (const error of [...module.errors(), ...[...module.children.allSuites()].flatMap(errorsOf)])
      failures.push({ name: module.relativeModuleId, reason: firstLine(error) });
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") {
        passed += 1;
        if (test.diagnostic()?.flaky === true)
          second.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: firstLine(result.errors?.[0]) });
      } else if (result.state === "failed")
        failures.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: firstLine(result.errors[0]) });
      else if (isNarrowed(module)) continue;
      else skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: noteOf(result) ?? test.options.mode });
    }
  }
  if (passed + failures.length === 0) process.stdout.write("No test was run: that is a failure.\n");
  return { passed, failed: failures.length, failures, skipped, second };
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
