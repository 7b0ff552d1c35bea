/**
 * `npm run check`: everything that is judged without running the product. Types, lint, layout, dead code, generated files;
 * two at a time. Prints what failed, then one table; ends with 1 if anything failed.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

interface Step {
  readonly name: string;
  /** Arguments of Node: a tool's own script and its arguments. */
  readonly args: readonly string[];
}

interface StepResult extends Step {
  readonly ok: boolean;
  readonly output: string;
  readonly tookMs: number;
}

const ROOT = join(import.meta.dirname, "..");
const TSC = "node_modules/typescript/bin/tsc";

/** Longest first, so that two lanes end close together. */
const STEPS: readonly Step[] = [
  { name: "layout (prettier)", args: ["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."] },
  { name: "types", args: [TSC, "-p", "tsconfig.json"] },
  { name: "dead code (knip)", args: ["node_modules/knip/bin/knip.js", "--no-progress"] },
  { name: "types: core is pure", args: [TSC, "-p", "packages/core/tsconfig.json"] },
  { name: "types: the console", args: [TSC, "-p", "packages/designer/tsconfig.json"] },
  { name: "types: connectors are pure", args: [TSC, "-p", "packages/connectors/tsconfig.json"] },
  { name: "lint (oxlint)", args: ["node_modules/oxlint/bin/oxlint", "--deny-warnings"] },
  { name: "generated files", args: ["tools/gen.ts", "--check"] },
];

process.exit(await check());

async function check(): Promise<number> {
  const waiting = [...STEPS];
  const results: StepResult[] = [];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await run(step));
  };
  await Promise.all([lane(), lane()]);
  const inOrder = STEPS.map((step) => results.find((result) => result.name === step.name)).filter((result) => result !== undefined);
  for (const { name, output } of inOrder.filter((result) => !result.ok)) process.stdout.write(`\n── ${name}\n${output.trim()}\n`);
  process.stdout.write("\n");
  for (const { name, ok, tookMs } of inOrder) {
    process.stdout.write(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(28)} ${(tookMs / 1000).toFixed(1).padStart(6)} s\n`);
  }
  return inOrder.every((result) => result.ok) ? 0 : 1;
}

function run(step: Step): Promise<StepResult> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, step.args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const add = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    const end = (ok: boolean, last: string): void => {
      resolve({ ...step, ok, output: output + last, tookMs: performance.now() - startedAt });
    };
    child.on("error", (error) => end(false, error.message));
    child.on("close", (code) => end(code === 0, ""));
  });
}
