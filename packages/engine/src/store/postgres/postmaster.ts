/**
 * The server process: found through its postmaster.pid, started detached (Ctrl-C in a terminal must not reach it before our
 * orderly stop), stopped by signal. A process counts as ours only when its command line names our database folder, so a
 * reused process number is never signalled.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatongError } from "@datong/core";
import type { RunnableBinaries } from "./binary-copy.ts";
import { errorCodeOf } from "./files.ts";
import { commandLineOf } from "./process-identity.ts";
import { type ServerAccount, spawnIdentity } from "./server-account.ts";
import { serverArguments } from "./server-settings.ts";

export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
  readonly isStopping: boolean;
  readonly program: string;
}

const fastStopMsMax = 10_000;
const hardStopMsMax = 5_000;
const pollMs = 25;

/** The living server of a database folder, or undefined. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  // Lines: pid, folder, start time, port, socket folder, listen address, shared memory, status.
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isPostmasterOf(pid, cluster)) return undefined;
  const program = commandLineOf(pid)[0] ?? "";
  return { pid, socketFolder: (lines[4] ?? "").trim(), isStopping: (lines[7] ?? "").trim() === "stopping", program };
}

/** Whether this process is a PostgreSQL server that was started for this database folder. */
export function isPostmasterOf(pid: number, cluster: string): boolean {
  const [program, ...args] = commandLineOf(pid);
  return program !== undefined && basename(program) === "postgres" && args[args.indexOf("-D") + 1] === cluster;
}

/** Starts the server; its first words go to `startLog`, later ones to its own log files. Readiness is the caller's to await. */
export async function spawnPostmaster(options: {
  readonly cluster: string;
  readonly socketFolder: string;
  readonly startLog: string;
  readonly binaries: RunnableBinaries;
  readonly account: ServerAccount;
}): Promise<ChildProcess> {
  const { cluster, socketFolder, startLog, binaries, account } = options;
  const log = await open(startLog, "w", 0o600);
  try {
    const child = spawn(join(binaries.folder, "bin", "postgres"), serverArguments(cluster, socketFolder), {
      ...spawnIdentity(account),
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C", ...binaries.env },
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(new DatongError("STORE_START_FAILED", { reason: error.message, logFile: startLog })));
    });
    return child;
  } finally {
    await log.close();
  }
}

/** Fast shutdown, then an immediate one; both keep every committed row. STORE_STOP_FAILED when it still lives. */
export async function stopPostmaster(pid: number, cluster: string): Promise<void> {
  const startedAt = Date.now();
  if (await signalAndWait(pid, cluster, "SIGINT", fastStopMsMax)) return;
  if (await signalAndWait(pid, cluster, "SIGQUIT", hardStopMsMax)) return;
  throw new DatongError("STORE_STOP_FAILED", { pid, waitedMs: Date.now() - startedAt });
}

/** Waits until the process is gone; says whether it is. */
export async function waitUntilGone(pid: number, cluster: string, waitMsMax: number): Promise<boolean> {
  for (const endAt = Date.now() + waitMsMax; Date.now() < endAt; await sleep(pollMs)) {
    if (!isPostmasterOf(pid, cluster)) return true;
  }
  return !isPostmasterOf(pid, cluster);
}

async function signalAndWait(pid: number, cluster: string, signal: NodeJS.Signals, waitMsMax: number): Promise<boolean> {
  if (!isPostmasterOf(pid, cluster)) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCodeOf(error) === "ESRCH") return true;
    throw error;
  }
  return await waitUntilGone(pid, cluster, waitMsMax);
}
