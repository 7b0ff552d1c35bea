/** `datong push-again`, `mark-done`, `skip`: a person settles one document, with a reason that the ledger keeps. */
import { DatongError } from "@datong/core";
import { markDone, pushAgain, skipByHand, type Deed, type Engine, type FlowEntry, type Workspace } from "@datong/engine";
import type { Context } from "../context.ts";
import { checkedFlow, findFlow, openFlow, openStore, type PlaceOptions, flowFinder } from "../open-flow.ts";
import { isWhole } from "../output/run-json.ts";
import { repairText } from "../text/repair.ts";
import { runShown, tellRun } from "./run.ts";

export interface ByHandOptions extends PlaceOptions {
  readonly number: string;
  readonly reason: string;
  readonly by?: string;
}

export interface SkipOptions extends ByHandOptions {
  readonly writeBack?: boolean;
}

export interface PushAgainOptions extends ByHandOptions {
  readonly wait?: number;
}

export interface MarkDoneOptions extends ByHandOptions {
  readonly targetNumber: string;
}

export async function pushAgainCommand(context: Context, flowName: string, options: PushAgainOptions): Promise<number> {
  const { workspace, flow, connections } = await openFlow(context, flowName, options);
  const { terminal, language, json } = context;
  const own = repairText(language);
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  try {
    const pushed = await pushAgain(engine, flow, connections, deedOf(context, options));
    if (!json) for (const document of pushed.there) terminal.out(`${own.pushThere(document.number ?? document.id)}\n`);
    if (pushed.queued.length === 0) {
      if (json) terminal.out(`${JSON.stringify({ ok: true, ...pushed })}\n`);
      return 0;
    }
    terminal.err(`${own.pushQueued(pushed.queued.length)}\n`);
    const wait = options.wait === undefined ? {} : { wait: options.wait };
    const result = await runShown(context, engine, flow, connections, { onlyQueue: true, ...wait });
    tellRun(context, result);
    return context.stoppedWith() ?? (isWhole(result) ? 0 : 1);
  } catch (error) {
    if (!(error instanceof DatongError) || error.code !== "FLOW_RUNNING") throw error;
    // It stands in the queue, which the run that is under way writes.
    if (json) terminal.out(`${JSON.stringify({ ok: true, running: true })}\n`);
    else terminal.out(`${own.pushRunning}\n`);
    return 0;
  } finally {
    await engine.close();
  }
}

export async function markDoneCommand(context: Context, flowName: string, options: MarkDoneOptions): Promise<number> {
  const { workspace, entry } = await findFlow(context, flowName, options);
  const { terminal, language, json } = context;
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  try {
    const { targetNumber } = options;
    const queue = await writeBackQueueOf(engine, workspace, entry);
    const document = await markDone(engine, entry.id, { ...deedOf(context, options), targetNumber }, queue);
    if (json) terminal.out(`${JSON.stringify({ ok: true, document, number: targetNumber })}\n`);
    else terminal.out(`${repairText(language).markedDone(options.number, targetNumber)}\n`);
    return 0;
  } finally {
    await engine.close();
  }
}

export async function skipCommand(context: Context, flowName: string, options: SkipOptions): Promise<number> {
  const { workspace, entry } = await findFlow(context, flowName, options);
  const { terminal, language, json } = context;
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  try {
    const queue = await writeBackQueueOf(engine, workspace, entry);
    const skipped = await skipByHand(engine, entry.id, deedOf(context, options), {
      isWriteBack: options.writeBack === true,
      ...(queue === undefined ? {} : { writeBack: queue }),
    });
    terminal.out(json ? `${JSON.stringify({ ok: true, skipped })}\n` : `${repairText(language).skipped(skipped)}\n`);
    return 0;
  } finally {
    await engine.close();
  }
}

/** A bill that is done by what a person said is written back, where its flow is in order and says so. */
async function writeBackQueueOf(engine: Engine, workspace: Workspace, entry: FlowEntry): ReturnType<Engine["writeBack"]> {
  if (entry.kind === "broken" || entry.flow.writeBack === undefined) return undefined;
  const { flow, connections } = checkedFlow(workspace, entry);
  return engine.writeBack(engine.ready(flow, connections));
}

function deedOf(context: Context, options: ByHandOptions): Deed {
  return { number: options.number, reason: options.reason, person: options.by ?? personOf(context) };
}

/** Who sits at the terminal. */
export function personOf({ terminal: { env } }: Context): string {
  return env["USER"] || env["LOGNAME"] || "cli";
}
