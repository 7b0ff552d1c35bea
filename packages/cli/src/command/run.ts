/** `datong run FLOW`: one dispatch of a flow, from the first page to the last write. */
import { requireDecided, type Engine, type RunResult } from "@datong/engine";
import { DatongError, explain, type Connection, type Flow } from "@datong/core";
import type { Context } from "../context.ts";
import { CommandFailure, shortPath } from "../failure.ts";
import { openFlow, openStore, type OpenedFlow, type PlaceOptions, flowFinder } from "../open-flow.ts";
import { faultPlace } from "../output/fault-place.ts";
import { startProgress } from "../output/progress.ts";
import { flowCounts, isWhole } from "../output/run-json.ts";
import { writeBackText } from "../text/write-back.ts";

export interface RunCommandOptions extends PlaceOptions {
  readonly number?: readonly string[];
  readonly limit?: number;
  /** By the flow's remedy in place of its own params. */
  readonly remedy?: boolean;
  /** Bounds of a span of time to be read again. */
  readonly from?: string;
  readonly to?: string;
  /** Seconds that a due retry is waited for. */
  readonly wait?: number;
}

export async function runCommand(context: Context, flowName: string, options: RunCommandOptions): Promise<number> {
  if (options.to !== undefined && options.from === undefined) throw rangeWithoutStart();
  const opened = await openFlow(context, flowName, options);
  const { workspace, flow, connections } = opened;
  requireDecided(flow);
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  try {
    const result = await runShown(context, engine, flow, connections, options);
    tellRun(context, result, opened);
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
  options: Pick<RunCommandOptions, "number" | "limit" | "wait" | "from" | "to" | "remedy"> & { readonly onlyQueue?: boolean },
): Promise<RunResult> {
  const progress = startProgress(context, flow.id);
  try {
    return await engine.run(flow, connections, {
      signal: context.signal,
      onProgress: progress.show,
      ...numbersOf(options),
      ...(options.from === undefined ? {} : { range: { from: options.from, ...(options.to === undefined ? {} : { to: options.to }) } }),
      ...(options.remedy === true ? { remedy: true } : {}),
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

function rangeWithoutStart(): CommandFailure {
  return new CommandFailure(
    "USAGE",
    {
      zh: "--to 要与 --from 同用",
      en: "--to goes with --from",
      todoZh: "加上 --from，如 --from '2026-10-01 00:00:00'。",
      todoEn: "Add --from, such as --from '2026-10-01 00:00:00'.",
    },
    2,
  );
}

const WARNINGS_SHOWN = 20;

/** The result of one run, for people or as JSON; what ended it early goes to stderr in both cases. */
export function tellRun(context: Context, result: RunResult, opened?: OpenedFlow): void {
  const { terminal, text, language } = context;
  const told = writeBackText(language);
  if (!context.json) terminal.out(`${text.runSummary(result)}\n${result.writeBack === null ? "" : `${told.run(result.writeBack)}\n`}`);
  if (result.fault !== null) tellFault(context, result.fault, opened);
  if (context.json) {
    terminal.out(`${JSON.stringify({ flows: [flowCounts(result)], ok: isWhole(result) })}\n`);
    return;
  }
  for (const { number, key, code } of result.warnings.slice(0, WARNINGS_SHOWN)) {
    const { message, todo } = explain(new DatongError(code, {}), language);
    terminal.out(`! ${number ?? key}  ${code}  ${message}\n  ${text.todo}${todo}\n`);
  }
  if (result.warnings.length > WARNINGS_SHOWN)
    terminal.out(`${text.runMoreWarnings(result.warnings.length - WARNINGS_SHOWN, result.id)}\n`);
  if (result.queued > 0) terminal.out(`${text.runQueued(result.queued)}\n`);
  if (result.failed + result.unknown > 0) terminal.out(`${text.runLook(result.id)}\n`);
  if (result.writeBack !== null && result.writeBack.failed + result.writeBack.unknown > 0) terminal.out(`${told.runLook(result.id)}\n`);
}

function tellFault(context: Context, fault: DatongError, opened: OpenedFlow | undefined): void {
  const { terminal, text, language } = context;
  const { message, todo } = explain(fault, language);
  const place = opened === undefined ? undefined : faultPlace(opened, fault);
  const at = place === undefined ? "" : `  ${text.file}${shortPath(context, place.file)}\n  ${text.place}${place.path}\n`;
  terminal.err(`✗ ${fault.code}  ${message}\n${at}  ${text.todo}${todo}\n`);
}
