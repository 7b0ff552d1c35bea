/** A run in a process of its own, which a test may kill. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ChildTask } from "./run-in-child.ts";

export interface ChildOutcome {
  readonly written?: number;
  readonly read?: number;
  readonly queued?: number;
  readonly unknown?: number;
  readonly failed?: number;
  readonly fault?: string | null;
  readonly error?: string;
  readonly heapMb?: number;
}

export interface ChildRun {
  readonly child: ChildProcess;
  /** What it printed; null when it was killed before. */
  readonly ended: Promise<ChildOutcome | null>;
  readonly kill: () => void;
}

export function runInChild(task: ChildTask, nodeFlags: readonly string[] = []): ChildRun {
  const script = fileURLToPath(new URL("run-in-child.ts", import.meta.url));
  const child = spawn(process.execPath, [...nodeFlags, script, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
  // A test that fails leaves none behind.
  onTestFinished(() => void child.kill("SIGKILL"));
  let outcome: ChildOutcome | null = null;
  createInterface({ input: child.stdout }).on("line", (line) => {
    outcome = JSON.parse(line) as ChildOutcome;
  });
  const ended = once(child, "close").then(([code, signal]) => {
    if (signal !== "SIGKILL" && outcome === null) throw new Error(`the run ended with ${String(code)} and said nothing`);
    return outcome;
  });
  return {
    child,
    ended,
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}
