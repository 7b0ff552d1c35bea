/** `datong run FLOW`: one dispatch of a flow, from the first page to the last write. */
import type { Engine, RunResult } from "@datong/engine";
import { DatongError, explain, type Connection, type Flow } from "@datong/core";
import type { Context } from "../context.ts";
import { openFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { startProgress } from "../output/progress.ts";
import { flowCounts, isWhole } from "../output/run-json.ts";

export interface RunCommandOptions extends PlaceOptions {
  readonly number?: readonly string[];
  readonly limit?: number;
  /** Seconds that a due retry is waited for. */
  readonly wait?: number;
}

export async function runCommand(context: Context, flowName: string, options: RunCommandOptions): Promise<number> {
  const { workspace, flow, connections } = await openFlow(context, flowName, options);
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    const result = await runShown(context, engine, flow, connections, options);
    tellRun(context, result);
    return context.stoppedWith() ?? (isWhole(result) ? 0 : 1);
  } finally {
    await engine.close();
  }
}

/** Runs with progress on stderr. */
export async function runShown(
  context: Context,
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  options: Pick<RunCommandOptions, "number" | "limit" | "wait"> & { readonly onlyQueue?: boolean },
): Promise<RunResult> {
  const progress = startProgress(context, flow.id);
  try {
    return await engine.run(flow, connections, {
      signal: context.signal,
      onProgress: progress.show,
      ...numbersOf(options),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.wait === undefined ? {} : { waitMs: options.wait * 1000 }),
    });
  } finally {
    progress.end();
  }
}

/** No number at all reads nothing: the queue alone is written. */
function numbersOf(options: { readonly number?: readonly string[]; readonly onlyQueue?: boolean }): {
  readonly numbers?: readonly string[];
} {
  if (options.onlyQueue === true) return { numbers: [] };
  return options.number === undefined || options.number.length === 0 ? {} : { numbers: options.number };
}

const WARNINGS_SHOWN = 20;

/** The result of one run, for people or as JSON. */
export function tellRun(context: Context, result: RunResult): void {
  const { terminal, text, language } = context;
  if (context.json) {
    terminal.out(`${JSON.stringify({ flows: [flowCounts(result)], ok: isWhole(result) })}\n`);
    return;
  }
  terminal.out(`${text.runSummary(result)}\n`);
  if (result.fault !== null) {
    const { message, todo } = explain(result.fault, language);
    terminal.err(`✗ ${result.fault.code}  ${message}\n  ${text.todo}${todo}\n`);
  }
  for (const { number, key, code } of result.warnings.slice(0, WARNINGS_SHOWN)) {
    const { message, todo } = explain(new DatongError(code, {}), language);
    terminal.out(`! ${number ?? key}  ${code}  ${message}\n  ${text.todo}${todo}\n`);
  }
  if (result.warnings.length > WARNINGS_SHOWN)
    terminal.out(`${text.runMoreWarnings(result.warnings.length - WARNINGS_SHOWN, result.id)}\n`);
  if (result.queued > 0) terminal.out(`${text.runQueued(result.queued)}\n`);
  if (result.failed + result.unknown > 0) terminal.out(`${text.runLook(result.id)}\n`);
}
