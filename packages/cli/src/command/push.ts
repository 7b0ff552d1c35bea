/**
 * `datong push FLOW FILE`: rows of a file go to a passive flow. They are stored batch by batch, each durably, and then mapped and written as
 * by `run`. A row that cannot be taken is told with its place; the others go on. Where the flow is at work elsewhere, it reads them there.
 */
import { resolve } from "node:path";
import { DatongError, explain } from "@datong/core";
import { pushedRowsWait, type Engine, type FlowNamed, type RunResult } from "@datong/engine";
import type { Context } from "../context.ts";
import { flowFinder, openFlow, openStore, type OpenedFlow, type PlaceOptions } from "../open-flow.ts";
import { flowCounts, isWhole } from "../output/run-json.ts";
import { pushedRows, type PushedRow } from "../pushed-file.ts";
import { pushText } from "../text/push.ts";
import { runShown, tellRun } from "./run.ts";

export interface PushOptions extends PlaceOptions {
  /** Seconds that a due retry is waited for. */
  readonly wait?: number;
}

interface Refused {
  readonly unit: PushedRow["unit"];
  readonly place: number;
  readonly code: string;
  readonly message: string;
}

const BATCH = 500;
const LOOK_MS = 250;
const REFUSED_SHOWN = 20;

export async function pushCommand(context: Context, flowName: string, file: string, options: PushOptions): Promise<number> {
  const opened = await openFlow(context, flowName, options);
  const { workspace } = opened;
  const others = flowFinder(workspace);
  // A draft elsewhere in the workspace is none of its flows.
  const named: FlowNamed = (name) => (name === opened.flow.id ? opened : others(name));
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors, flowNamed: named });
  try {
    const { stored, refused } = await storeRows(context, engine, opened.flow.id, resolve(context.terminal.cwd, file));
    const result = await readRows(context, engine, opened, options);
    tell(context, opened, stored, refused, result);
    const isGood = refused.length === 0 && (result === null || isWhole(result));
    return context.stoppedWith() ?? (isGood ? 0 : 1);
  } finally {
    await engine.close();
  }
}

async function storeRows(
  context: Context,
  engine: Engine,
  flow: string,
  file: string,
): Promise<{ readonly stored: number; readonly refused: readonly Refused[] }> {
  const refused: Refused[] = [];
  let stored = 0;
  let batch: PushedRow[] = [];
  const flush = async (): Promise<void> => {
    const received = await engine.receive(
      flow,
      batch.map(({ value }) => value),
    );
    for (const each of received) {
      const row = batch[each.index];
      if ("key" in each || row === undefined) stored += 1;
      else refused.push(refusedRow(context, row, new DatongError(each.code, each.details)));
    }
    batch = [];
  };
  for await (const row of pushedRows(file)) {
    if (context.signal.aborted) break;
    if (row.fault === undefined) batch.push(row);
    else refused.push(refusedRow(context, row, row.fault));
    if (batch.length >= BATCH) await flush();
  }
  // An empty batch too: that the flow takes rows is checked.
  await flush();
  return { stored, refused };
}

function refusedRow({ language }: Context, { unit, place }: PushedRow, error: DatongError): Refused {
  return { unit, place, code: error.code, message: explain(error, language).message };
}

/** Null where another process holds the flow and has read what was pushed. */
async function readRows(
  context: Context,
  engine: Engine,
  { flow, connections }: OpenedFlow,
  options: PushOptions,
): Promise<RunResult | null> {
  for (;;) {
    try {
      return await runShown(context, engine, flow, connections, options);
    } catch (error) {
      if (!(error instanceof DatongError && error.code === "FLOW_RUNNING")) throw error;
    }
    if (context.signal.aborted || !(await pushedRowsWait(engine, flow.id))) return null;
    await engine.ports.sleep(LOOK_MS, context.signal);
  }
}

function tell(context: Context, opened: OpenedFlow, stored: number, refused: readonly Refused[], result: RunResult | null): void {
  const { terminal, language, json } = context;
  const text = pushText(language);
  if (json) {
    const flows = result === null ? [] : [flowCounts(result)];
    const ok = refused.length === 0 && (result === null || isWhole(result));
    terminal.out(`${JSON.stringify({ stored, refused, flows, ok })}\n`);
    return;
  }
  for (const { unit, place, code, message } of refused.slice(0, REFUSED_SHOWN))
    terminal.err(`✗ ${text[unit](place)}  ${code}  ${message}\n`);
  if (refused.length > REFUSED_SHOWN) terminal.err(`${text.more(refused.length - REFUSED_SHOWN)}\n`);
  terminal.out(`${text.stored(stored, refused.length)}\n`);
  if (result === null) terminal.out(`${text.elsewhere}\n`);
  else tellRun(context, result, opened);
}
