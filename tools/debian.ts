/**
 * Debian packages that the tests call as commands. On a bare machine, as root, missing ones are installed; otherwise it is said
 * what to install. Add a row (say chromium) when a test starts a program that npm cannot bring.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface NeededCommand {
  readonly command: string;
  readonly package: string;
  readonly why: string;
}

export const NEEDED: readonly NeededCommand[] = [
  { command: "git", package: "git", why: "the house rules read the list of tracked files" },
  { command: "pgbouncer", package: "pgbouncer", why: "the store's tests run through a connection pooler" },
  { command: "pg_createcluster", package: "postgresql", why: "the store's tests run on a second major version of PostgreSQL" },
  { command: "chromium", package: "chromium", why: "the console's tests drive it in a browser" },
];

/** Installs what is missing. Never throws: a test that needs a missing command fails by itself and says so. */
export function installMissing(needed: readonly NeededCommand[] = NEEDED): void {
  const missing = needed.filter(({ command }) => !isOnPath(command));
  if (missing.length === 0) return;
  const packages = missing.map((row) => row.package);
  const root = process.getuid?.() === 0 && isOnPath("apt-get");
  for (const row of missing) process.stderr.write(`missing command ${row.command} (package ${row.package}): ${row.why}\n`);
  if (!root) {
    process.stderr.write(`install it with: sudo apt-get install -y --no-install-recommends ${packages.join(" ")}\n`);
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // apt's stdout goes to our stderr: the tests' stdout stays theirs.
  spawnSync("apt-get", ["update", "-q"], { stdio: ["ignore", 2, 2], env });
  spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], { stdio: ["ignore", 2, 2], env });
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, command)));
}
