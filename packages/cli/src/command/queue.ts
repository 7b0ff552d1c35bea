/** `datong queue`, `datong pause`, `datong resume`: what waits, and what a person holds back. */
import { pause, queueStates, resume, type PauseKind, type QueueState } from "@datong/engine";
import { chosenFlows } from "../chosen-flows.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { openStore, readWorkspace, type PlaceOptions } from "../open-flow.ts";
import { table } from "../output/table.ts";
import { workerText, type WorkerText } from "../text/worker.ts";

export async function queueCommand(context: Context, flow: string | undefined, options: PlaceOptions): Promise<number> {
  const text = workerText(context.language);
  const workspace = await readWorkspace(context, options);
  const flows = await chosenFlows(context, { ...options, all: true, ...(flow === undefined ? {} : { flows: [flow] }) });
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    const states = await queueStates(engine, flows);
    if (context.json) context.terminal.out(`${JSON.stringify({ queues: states, ok: true })}\n`);
    else
      context.terminal.out(
        table(
          text.queueTable,
          states.map((state) => cellsOf(text, state)),
          [1, 2, 3, 4, 5, 6, 7],
        ),
      );
    return 0;
  } finally {
    await engine.close();
  }
}

export interface PauseOptions extends PlaceOptions {
  readonly source?: boolean;
  readonly target?: boolean;
  readonly connection?: string;
}

/** Of a flow without --source or --target: both. */
export async function pauseCommand(
  context: Context,
  verb: "pause" | "resume",
  flow: string | undefined,
  options: PauseOptions,
): Promise<number> {
  const text = workerText(context.language);
  const workspace = await readWorkspace(context, options);
  const what: { readonly kind: Exclude<PauseKind, "api">; readonly id: string }[] = [];
  if (options.connection !== undefined) {
    if (!workspace.connections.has(options.connection)) throw nothingNamed(options.connection);
    what.push({ kind: "connection", id: options.connection });
  }
  if (flow !== undefined) {
    const [opened] = await chosenFlows(context, { ...options, flows: [flow] });
    const id = opened?.flow.id ?? flow;
    const both = options.source !== true && options.target !== true;
    if (both || options.source === true) what.push({ kind: "source", id });
    if (both || options.target === true) what.push({ kind: "target", id });
  }
  if (what.length === 0) throw nothingNamed("");
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    const done = [];
    for (const { kind, id } of what) {
      const changed = verb === "pause" ? await pause(engine.pool, kind, id).then(() => true) : await resume(engine.pool, kind, id);
      const tell = verb === "pause" ? text.paused : changed ? text.resumed : text.notPaused;
      if (!context.json) context.terminal.out(`${tell(text.what(kind, id))}\n`);
      done.push({ kind, id, changed });
    }
    if (context.json) context.terminal.out(`${JSON.stringify({ [verb]: done, ok: true })}\n`);
    return 0;
  } finally {
    await engine.close();
  }
}

function cellsOf(text: WorkerText, state: QueueState): readonly string[] {
  const remarks = [
    ...(state.paused.source ? [text.queuePaused.source] : []),
    ...(state.paused.target ? [text.queuePaused.target] : []),
    ...(state.unreached.length > 0
      ? [text.queueUnreached(state.unreached.map(({ connection, tryInMs }) => text.queueTry(connection, spanText(tryInMs))))]
      : []),
  ];
  return [
    state.flow,
    String(state.tasks),
    String(state.documents),
    String(state.due),
    String(state.inHand),
    state.oldestAgeMs === null ? "" : spanText(state.oldestAgeMs),
    state.perMinute === null ? "" : String(Math.round(state.perMinute)),
    state.emptyInMs === null ? text.queueUnknown : spanText(state.emptyInMs),
    remarks.join("; "),
  ];
}

/** 42s, 3m05s, 2h07m, 4d03h. */
function spanText(ms: number): string {
  const s = Math.ceil(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (s < 60) return `${s}s`;
  if (s < 3_600) return `${Math.floor(s / 60)}m${two(s % 60)}s`;
  if (s < 86_400) return `${Math.floor(s / 3_600)}h${two(Math.floor((s % 3_600) / 60))}m`;
  return `${Math.floor(s / 86_400)}d${two(Math.floor((s % 86_400) / 3_600))}h`;
}

function nothingNamed(id: string): CommandFailure {
  return new CommandFailure(
    "NOTHING_TO_PAUSE",
    {
      zh: id === "" ? "没有指明方案或连接" : `工作区里没有连接 ${id}`,
      en: id === "" ? "Neither a flow nor a connection is named" : `The workspace has no connection ${id}`,
      todoZh: "写方案标识，或用 --connection 指名连接。",
      todoEn: "Name a flow, or a connection with --connection.",
    },
    2,
  );
}
