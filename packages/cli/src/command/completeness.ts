/** `datong certificates`, `datong refill` and `datong pull`: what has been read to its end, filling gaps, and asking for single bills. */
import { formatInstant, writeJson, type Json, type Range } from "@datong/core";
import {
  beginRefill,
  coverageOf,
  estimateRefill,
  listRefills,
  pullBills,
  workRefill,
  type Coverage,
  type Engine,
  type Refill,
  type RefillEstimate,
} from "@datong/engine";
import type { Context } from "../context.ts";
import { flowFinder, openFlow, openStore, type OpenedFlow, type PlaceOptions } from "../open-flow.ts";
import { isWhole } from "../output/run-json.ts";
import { startProgress } from "../output/progress.ts";
import { table } from "../output/table.ts";
import { completenessText } from "../text/completeness.ts";
import { personOf } from "./by-hand.ts";
import { tellRun } from "./run.ts";
import { rangeWithoutStart } from "./shadow.ts";

export interface CertificatesOptions extends PlaceOptions {
  readonly days?: number;
}

export interface RefillCommandOptions extends PlaceOptions {
  readonly from?: string;
  readonly to?: string;
  readonly yes?: boolean;
  readonly list?: boolean;
  readonly by?: string;
}

export interface PullCommandOptions extends PlaceOptions {
  readonly number: readonly string[];
  readonly wait?: number;
}

const DAY_MS = 86_400_000;
const DAYS = 31;
const LISTED = 20;

/** Exit code 1 where there is a hole. */
export async function certificatesCommand(context: Context, flowName: string, options: CertificatesOptions): Promise<number> {
  return withFlow(context, flowName, options, async (engine, { flow, connections }) => {
    const nowMs = engine.ports.nowMs();
    const span = { fromMs: nowMs - (options.days ?? DAYS) * DAY_MS, toMs: nowMs };
    const coverage = await coverageOf(engine, engine.ready(flow, connections), span);
    const holes = coverage.gaps.filter((gap) => gap.kind === "hole");
    if (context.json) context.terminal.out(`${writeJson({ ok: holes.length === 0, flow: flow.id, ...coverage } as unknown as Json)}\n`);
    else tellCoverage(context, coverage);
    return holes.length === 0 ? 0 : 1;
  });
}

function tellCoverage({ terminal, language }: Context, { reads, zone, startAt, readTo, wholeAt, gaps, days }: Coverage): void {
  const text = completenessText(language);
  const at = (ms: number | null): string => (ms === null ? text.never : formatInstant(ms, "datetime", zone));
  terminal.out(`${text.reads[reads]}\n`);
  if (reads === "all") terminal.out(`${text.wholeAt} ${at(wholeAt)}\n`);
  if (reads !== "windows") return;
  terminal.out(`${text.start} ${at(startAt)}  ${text.readTo} ${at(readTo)}\n`);
  const cells = days.map((day) => [day.day, text.states[day.state] ?? day.state, ...[day.windows, day.rows, day.records].map(String)]);
  if (cells.length > 0) terminal.out(`\n${table(text.dayTable, cells, [2, 3, 4])}`);
  terminal.out(`\n${gaps.length === 0 ? text.whole : text.gaps(gaps.length)}\n`);
  if (gaps.length === 0) return;
  const rows = gaps.map((gap) => [at(gap.fromMs), at(gap.toMs), lengthOf(gap.toMs - gap.fromMs), text.kinds[gap.kind]]);
  terminal.out(table(text.gapTable, rows));
}

function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  return `${days > 0 ? `${days}d ` : ""}${String(hours).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export async function refillCommand(context: Context, flowName: string, options: RefillCommandOptions): Promise<number> {
  const { from, to } = options;
  if (to !== undefined && from === undefined) throw rangeWithoutStart();
  return withFlow(context, flowName, options, async (engine, opened) => {
    const { flow, connections } = opened;
    if (options.list === true) return tellList(context, engine, flow.id);
    const text = completenessText(context.language);
    const ranges = from === undefined ? await gapsOf(engine, opened) : [{ from, ...(to === undefined ? {} : { to }) }];
    const planned: { readonly range: Range; readonly estimate: RefillEstimate }[] = [];
    for (const range of ranges) planned.push({ range, estimate: await estimateRefill(engine, flow, connections, range) });
    const told: Refill[] = [];
    if (!context.json) {
      if (planned.length === 0) context.terminal.out(`${text.nothing}\n`);
      for (const { estimate } of planned) context.terminal.out(`${spanText(engine, opened, estimate)}  ${text.estimate(estimate)}\n`);
      if (planned.length > 0 && options.yes !== true) context.terminal.out(`${text.confirm}\n`);
    }
    if (options.yes === true) for (const each of planned) told.push(await refillOne(context, engine, opened, options, each));
    const ok = told.every((refill) => refill.state === "done");
    if (context.json) {
      const estimates = planned.map(({ estimate }) => estimate);
      context.terminal.out(`${writeJson({ ok, estimates, refills: told } as unknown as Json)}\n`);
    }
    return context.stoppedWith() ?? (ok ? 0 : 1);
  });
}

async function refillOne(
  context: Context,
  engine: Engine,
  { flow, connections }: OpenedFlow,
  options: RefillCommandOptions,
  { range, estimate }: { readonly range: Range; readonly estimate: RefillEstimate },
): Promise<Refill> {
  const given = { flow, connections };
  const { id } = await beginRefill(engine, given, { range, person: options.by ?? personOf(context), estimate });
  const progress = startProgress(context, flow.id);
  try {
    const refill = await workRefill(engine, given, id, {
      signal: context.signal,
      writes: true,
      onProgress: ({ rows, asked, added, changed }) => progress.show({ read: rows, records: asked, written: added + changed, failed: 0 }),
    });
    progress.end();
    if (!context.json) context.terminal.out(`${completenessText(context.language).refilled(refill)}\n`);
    return refill;
  } finally {
    progress.end();
  }
}

/** Every gap of the flow as a range, oldest first. */
async function gapsOf(engine: Engine, { flow, connections }: OpenedFlow): Promise<readonly Range[]> {
  const nowMs = engine.ports.nowMs();
  const { gaps, zone } = await coverageOf(engine, engine.ready(flow, connections), { fromMs: nowMs, toMs: nowMs });
  const wall = (atMs: number): string => formatInstant(atMs, "datetime", zone);
  return gaps.filter((gap) => gap.kind === "hole").map((gap) => ({ from: wall(gap.fromMs), to: wall(gap.toMs) }));
}

function spanText(engine: Engine, { flow, connections }: OpenedFlow, { fromMs, toMs }: RefillEstimate): string {
  const { zone } = engine.ready(flow, connections).source.connection.connector;
  return `${formatInstant(fromMs, "datetime", zone)} – ${formatInstant(toMs, "datetime", zone)}`;
}

async function tellList({ terminal, language, json }: Context, engine: Engine, flow: string): Promise<number> {
  const text = completenessText(language);
  const past = await listRefills(engine, flow, { limit: LISTED });
  if (json) terminal.out(`${writeJson({ ok: true, flow, refills: past } as unknown as Json)}\n`);
  else if (past.length === 0) terminal.out(`${text.none}\n`);
  else {
    const at = (ms: number): string => formatInstant(ms, "datetime");
    const rows = past.map(({ id, fromMs, toMs, state, asked, there, added, changed }) => [
      id,
      at(fromMs),
      at(toMs),
      state,
      ...[asked, there, added, changed].map(String),
    ]);
    terminal.out(table(text.listTable, rows, [4, 5, 6, 7]));
  }
  return 0;
}

/** Exit code 1 where a number was not found, or something did not arrive. */
export async function pullCommand(context: Context, flowName: string, options: PullCommandOptions): Promise<number> {
  return withFlow(context, flowName, options, async (engine, opened) => {
    const progress = startProgress(context, opened.flow.id);
    const { flow, connections } = opened;
    const waitMs = options.wait === undefined ? {} : { waitMs: options.wait * 1000 };
    const result = await pullBills(engine, flow, connections, options.number, {
      signal: context.signal,
      onProgress: progress.show,
      ...waitMs,
    }).finally(progress.end);
    const absent = result.absent ?? [];
    const ok = absent.length === 0 && isWhole(result);
    if (context.json) {
      const { records: found, unchanged: there, added, written, failed, queued } = result;
      const counts = { found, there, added, changed: found - there - added, written, failed, queued };
      context.terminal.out(`${JSON.stringify({ ok, flow: flow.id, ...counts, absent })}\n`);
    } else {
      const text = completenessText(context.language);
      context.terminal.out(`${text.pulled(result)}\n`);
      if (absent.length > 0) context.terminal.out(`${text.absent}${absent.join(", ")}\n`);
      tellRun(context, result, opened);
    }
    return context.stoppedWith() ?? (ok ? 0 : 1);
  });
}

async function withFlow(
  context: Context,
  flowName: string,
  options: PlaceOptions,
  work: (engine: Engine, opened: OpenedFlow) => Promise<number>,
): Promise<number> {
  const opened = await openFlow(context, flowName, options);
  const { workspace } = opened;
  const engine = await openStore(context, workspace.dir, {
    ...options,
    connectors: workspace.connectors,
    flowNamed: flowFinder(workspace),
  });
  try {
    return await work(engine, opened);
  } finally {
    await engine.close();
  }
}
