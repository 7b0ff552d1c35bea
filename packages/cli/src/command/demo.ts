/**
 * `datong demo`: pretend vendors, an own PostgreSQL and the example flows in one go, each flow once; then a comparison with the
 * vendors' own ledgers, and the story of one bill. Leaves nothing behind unless `--keep`. Exit code 0 only when all is well.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Connection } from "@datong/core";
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { loadWorkspace, openEngine, type Engine, type RunResult, type Workspace } from "@datong/engine";
import type { RunningSimulator, Vendor } from "@datong/simulators";
import type { Context } from "../context.ts";
import type { Judgement } from "../demo/compare-documents.ts";
import { tellDemo, tellStory } from "../demo/tell-demo.ts";
import { VERIFIERS } from "../demo/verify.ts";
import { CommandFailure } from "../failure.ts";
import { checkedFlow, EXAMPLES, type OpenedFlow } from "../open-flow.ts";
import { flowCounts, isWhole } from "../output/run-json.ts";
import { environmentOf, startVendors, stopVendors } from "../simulated-vendors.ts";
import { runShown } from "./run.ts";

export interface DemoOptions {
  readonly keep?: string;
  readonly seed?: number;
  readonly bills?: number;
}

/** Nine sale-outs in ten are confirmed and eight returns in ten are audited: this many leave more than 200 of each to move. */
const BILLS = 260;

/** The vendors' real limits would make a demo last minutes, so they are raised on both sides; the output says so. */
const CALLS_PER_SECOND = 200;
const RELAXED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  jushuitan: { callsPerSecond: 0, callsPerMinute: 0 },
  "jushuitan-qimen": { callsPerSecond: 0 },
  "wangdiantong-qimen": { callsPerSecond: 0, directCallsPerMinute: 0 },
  "kingdee-stars": { callsPerMinute: 1_000_000 },
  jackyun: { callsPerSecond: 1_000_000 },
  greatonce: { callsPerSecond: 1_000_000 },
};

export async function demoCommand(context: Context, options: DemoOptions): Promise<number> {
  const startedAt = Date.now();
  const { terminal, text } = context;
  const dataDir = await dataFolder(context, options);
  const simulators = await startVendors({ seed: options.seed ?? 1, bills: options.bills ?? BILLS, settings: RELAXED });
  try {
    terminal.err(`${text.demoStart(simulators.length, CALLS_PER_SECOND)}\n`);
    const workspace = await loadWorkspace(EXAMPLES, { env: environmentOf(simulators), connectors: CONNECTORS });
    const engine = await openEngine({ dataDir, connectors: workspace.connectors, sessionsOf: SESSIONS });
    try {
      return await perform(context, { engine, workspace, simulators, startedAt });
    } finally {
      await engine.close();
    }
  } finally {
    await stopVendors(simulators);
    if (options.keep === undefined) await rm(dataDir, { recursive: true, force: true });
    else if (!context.json) terminal.err(`${text.demoKept(dataDir)}\n`);
  }
}

interface Stage {
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly simulators: readonly RunningSimulator[];
  readonly startedAt: number;
}

async function perform(context: Context, stage: Stage): Promise<number> {
  const flows = Object.keys(VERIFIERS).map((id) => flowOf(stage.workspace, id));
  const results: RunResult[] = [];
  for (const { flow, connections } of flows) {
    if (context.signal.aborted) break;
    results.push(await runShown(context, stage.engine, flow, relaxed(connections), {}));
  }
  const stopped = context.stoppedWith();
  if (stopped !== null) return stopped;
  const judgements = Object.entries(VERIFIERS).map(([id, verify]) => verify(id, (system) => vendorOf(stage.simulators, system)));
  const ok = results.every(isWhole) && judgements.every(isRight);
  if (context.json) context.terminal.out(`${JSON.stringify({ flows: results.map(flowCounts), ok })}\n`);
  else {
    tellDemo(context, { flows, results, judgements, simulators: stage.simulators, tookMs: Date.now() - stage.startedAt });
    await tellStory(context, stage.engine, flows.at(-1));
    context.terminal.out(`\n${context.text.demoNext(ok)}\n`);
  }
  return ok ? 0 : 1;
}

/** Right is also: something arrived at all. */
function isRight(judgement: Judgement): boolean {
  return judgement.problems.length === 0 && judgement.expected.documents > 0;
}

function flowOf(workspace: Workspace, id: string): OpenedFlow {
  const entry = workspace.flows.get(id);
  if (entry === undefined) throw new Error(`the examples lack the flow ${id}`);
  return checkedFlow(workspace, entry);
}

function relaxed(connections: ReadonlyMap<string, Connection>): ReadonlyMap<string, Connection> {
  const limits = { callsPerSecond: CALLS_PER_SECOND, callsPerMinute: CALLS_PER_SECOND * 60 };
  return new Map([...connections].map(([id, connection]) => [id, { ...connection, limits: { ...connection.limits, ...limits } }]));
}

function vendorOf(simulators: readonly RunningSimulator[], system: string): Vendor {
  const found = simulators.find((simulator) => simulator.system === system);
  if (found === undefined) throw new Error(`the simulator ${system} does not run`);
  return found.vendor;
}

/** The folder to keep, or one of our own that is removed at the end. A used one knows bills that today's pretend vendors never got. */
async function dataFolder(context: Context, options: DemoOptions): Promise<string> {
  if (options.keep === undefined) return mkdtemp(join(tmpdir(), "datong-demo-"));
  const dir = resolve(context.terminal.cwd, options.keep);
  if (existsSync(dir) && (await readdir(dir)).length > 0) {
    throw new CommandFailure("KEEP_NOT_EMPTY", {
      zh: `文件夹 ${dir} 不是空的`,
      en: `The folder ${dir} is not empty`,
      todoZh: "演示每次都从头开始：换一个空文件夹，或先删掉它。",
      todoEn: "A demo begins anew each time: name an empty folder, or remove this one first.",
    });
  }
  return dir;
}
