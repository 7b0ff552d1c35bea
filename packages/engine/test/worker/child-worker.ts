/** A worker in a process of its own, which a test may stop or kill. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { WorkerResult } from "../../src/worker/index.ts";
import type { WorkerTask } from "./worker-in-child.ts";

export interface ChildWorker {
  readonly pid: number;
  /** What it printed at its end; null when it was killed. */
  readonly ended: Promise<(WorkerResult & { readonly lines: readonly string[] }) | null>;
  readonly kill: (signal: "SIGKILL" | "SIGTERM" | "SIGCONT") => void;
}

export function startWorker(task: WorkerTask): ChildWorker {
  const script = fileURLToPath(new URL("worker-in-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  // Killed before it has read its task, it breaks the pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(task));
  // A test that fails before it stops its workers must not leave them behind: they would work on, beside the tests that follow.
  onTestFinished(() => void child.kill("SIGKILL"));
  let said: Awaited<ChildWorker["ended"]> = null;
  createInterface({ input: child.stdout }).on("line", (line) => {
    said = JSON.parse(line) as NonNullable<typeof said>;
  });
  const ended = once(child, "close").then(([code, signal]) => {
    // A signal that came before it listened ended it at once.
    if (signal === null && said === null) throw new Error(`the worker ended with ${String(code)} and said nothing`);
    return said;
  });
  return { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal) };
}

export async function until(what: () => boolean | Promise<boolean>, waitMs: number): Promise<void> {
  const endMs = performance.now() + waitMs;
  while (!(await what())) {
    if (performance.now() > endMs) throw new Error("it did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
