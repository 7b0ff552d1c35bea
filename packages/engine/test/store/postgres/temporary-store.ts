/** Temporary data folders for the store's tests, and a check that no server of theirs is left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface TemporaryStore {
  readonly folder: string;
  /** Deletes the folder. A server that still runs is ended, and its being there is an error. */
  remove(): void;
}

/** A new folder that the server's account may pass through. */
export function temporaryStore(): TemporaryStore {
  const folder = mkdtempSync(join(tmpdir(), "datong-store-"));
  chmodSync(folder, 0o755);
  return {
    folder,
    remove: () => {
      const left = serversBelow(folder);
      for (const pid of left) process.kill(pid, "SIGQUIT");
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      if (left.length > 0) throw new Error(`servers were left running: ${left.join(", ")}`);
    },
  };
}

/** The server processes whose command line names a place below the folder. */
export function serversBelow(folder: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const [program = "", ...args] = commandLine(pid);
      return program.endsWith("/postgres") && args.some((part) => part.startsWith(`${folder}/`));
    })
    .map(Number);
}

/** The user id a process runs as. */
export function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

export interface Opener {
  readonly child: ChildProcess;
  /** What the child printed after opening: the server's process, or the code of the error. */
  readonly opened: Promise<{ readonly serverPid?: number; readonly error?: string }>;
  close(): Promise<void>;
}

/** Opens the store in another Node process, which keeps it open until `close`. */
export function openInChild(dataDir: string): Opener {
  const script = fileURLToPath(new URL("open-in-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const printed = once(lines, "line").then(([line]) => JSON.parse(String(line)) as { serverPid?: number; error?: string });
  const ended = once(child, "exit").then(([code]) => ({ error: `the process ended with ${String(code)} before it printed` }));
  const opened = Promise.race([printed, ended]);
  return {
    child,
    opened,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function commandLine(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch (error) {
    // A process may end between the listing and the reading.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
