/**
 * `npm test [-- filters and vitest options]`: runs the tests of all packages in this process's vitest and closes with exactly one
 * line, `N passed, N failed` (and `, N skipped`, the reasons of skips standing above it; and `, N at the second attempt`).
 *
 * A test that fails is tried once more (vitest.config.ts). One that passed only then is told above the closing line with the reason of its
 * first failure, so that what fails now and then is seen and mended, and does not hide.
 * A test file that cannot be loaded, a failing hook and an error outside any test count as one failure each. No test at all is a failure too.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCLI, startVitest } from "vitest/node";
import { installMissing } from "./debian.ts";
import { closingLines, countOf } from "./test-counts.ts";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 8 * 2 ** 30;

/** Runs the tests; resolves to the exit code. */
export async function runTests(argv: readonly string[]): Promise<number> {
  installMissing();
  const folder = folderInMemory();
  if (folder !== null) process.env["TMPDIR"] = folder;
  // Hundreds of processes are started and killed: what one has compiled, those that come after take. Half of the processors' time went there.
  const compiled = mkdtempSync(join(tmpdir(), "datong-compiled-"));
  process.env["NODE_COMPILE_CACHE"] ??= compiled;
  const { filter, options } = parseCLI(["vitest", "run", ...argv]);
  const root = join(import.meta.dirname, "..");
  const vitest = await startVitest(filter, { ...options, root, watch: false, run: true, allowOnly: false });
  const counts = countOf(vitest);
  await vitest.close();
  for (const made of [compiled, folder]) if (made !== null) rmSync(made, { recursive: true, force: true });
  process.stdout.write(
    closingLines(counts)
      .map((line) => `${line}\n`)
      .join(""),
  );
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

if (import.meta.main) process.exit(await runTests(process.argv.slice(2)));
