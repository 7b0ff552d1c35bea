/**
 * The benchmark beside this repository (DATONG_BENCH, else ../shared/bench), in a copy of its own: its folder may be read-only, and it
 * needs its one dependency installed. The contestant is `npm run bench:pair`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const FOLDER = resolve(ROOT, process.env["DATONG_BENCH"] ?? "../shared/bench");

/** Why the benchmark cannot run here; undefined when it can. */
export const BENCH_MISSING: string | undefined = existsSync(join(FOLDER, "run.mjs"))
  ? undefined
  : `no benchmark at ${FOLDER}: set DATONG_BENCH to its folder`;

interface BenchCounts {
  readonly ok: boolean;
  readonly bills: number;
  readonly missing: number;
  readonly duplicates: number;
  readonly wrong: number;
}

/** One run of one contestant, as run.mjs writes it. */
export interface BenchRun {
  readonly name: string;
  readonly rows: number;
  /** ok, killed, timeout, exit N. */
  readonly end: string;
  /** From the first source request to the last write. */
  readonly workMs: number;
  readonly peakMiB: number;
  readonly stats?: BenchCounts;
  /** With `--kill`: how the second start ended, and the target's account then. */
  readonly secondEnd?: string;
  readonly afterSecond?: BenchCounts;
}

export interface BenchFolder {
  /** `args` are those of run.mjs, without contestants. */
  readonly run: (peers: readonly string[], args: readonly string[]) => Promise<readonly BenchRun[]>;
  readonly remove: () => void;
}

export async function copyBench(): Promise<BenchFolder> {
  const folder = mkdtempSync(join(tmpdir(), "datong-bench-"));
  cpSync(FOLDER, folder, { recursive: true, filter: (from) => !from.includes("node_modules") });
  chmodSync(folder, 0o755);
  await done("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], folder);
  const out = join(folder, "out.json");
  return {
    run: async (peers, args) => {
      // `exec` leaves no shell between the two; `--silent` keeps npm out of the output.
      const command = `cd '${ROOT}' && exec npm run --silent bench:pair`;
      await done(process.execPath, ["run.mjs", "--quiet", "--peers", peers.join(), "--cmd", command, "--out", out, ...args], folder);
      return JSON.parse(readFileSync(out, "utf8")) as readonly BenchRun[];
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function done(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} in ${cwd} ended with ${code}`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
