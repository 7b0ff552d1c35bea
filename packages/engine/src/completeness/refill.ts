/**
 * Refill (补漏): asks the source for a span again and stores only what the ledger lacks or has otherwise, through the same pages as every
 * reading. The flow's own watermark stays where it is; what was read to its end gets a certificate.
 *
 * A long span is read in turns, each a run of its own that gives the flow's lease back at its end, so that the flow's usual readings go on
 * between. Where a turn ends is a cursor of the refill, stored with each page: a process that dies loses nothing, another one goes on there,
 * and the counts are those of the pages that were stored.
 */
import {
  DatongError,
  errorToJson,
  formatInstant,
  readJson,
  writeJson,
  type Connection,
  type Flow,
  type Json,
  type Range,
} from "@datong/core";
import type { Engine } from "../engine.ts";
import { CallFault } from "../flow/source/read-page.ts";
import { openRange, readState } from "../flow/source/pull.ts";
import { refillCursor } from "../flow/source/pull-all.ts";
import { loadCursor } from "../store/cursor-rows.ts";
import { findFlow, placeFlow } from "../store/flow-rows.ts";
import type { FlowPlace } from "../store/reconciliation-rows.ts";
import {
  beginRefillRow,
  endRefillRow,
  listRefillRows,
  silentRefills,
  takeUpRefill,
  touchRefill,
  type RefillRow,
} from "../store/refill-rows.ts";
import { readsOf } from "./coverage.ts";
import { whenFree } from "./when-free.ts";
import type { RefillEstimate } from "./estimate.ts";

export interface RefillOptions {
  readonly range: Range;
  readonly person: string;
  /** What was told before it was begun; kept for its progress. */
  readonly estimate?: RefillEstimate;
}

export interface Refill extends Omit<RefillRow, "cursor" | "estimate" | "problem"> {
  readonly estimate: RefillEstimate | null;
  readonly problem: Json;
  /** Part of the span that has been read, from 0 to 1. */
  readonly progress: number;
}

export interface BegunRefill {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Given {
  readonly flow: Flow;
  readonly connections: ReadonlyMap<string, Connection>;
}

export interface WorkOptions {
  readonly signal: AbortSignal;
  /** What is read is also written before it ends; else that is left to workers. */
  readonly writes?: boolean;
  readonly onProgress?: (refill: Refill) => void;
  /** How long a turn reads before others may; half a minute unless given. */
  readonly turnMs?: number;
}

const TURN_MS = 30_000;
/** Longer than a worker takes to look whether something is due. */
const PAUSE_MS = 1_500;
const BEAT_MS = 5_000;
const FREE_MS = 600_000;
/** A turn that ends for a fault which may pass is tried again so often. */
const TRIES = 5;
const TRY_MS = 10_000;

/** Notes that a span is to be read; `workRefill` does it. Throws RANGE_WITHOUT_WATERMARK, SOURCE_PASSIVE, and what is wrong with the range. */
export async function beginRefill(engine: Engine, { flow, connections }: Given, options: RefillOptions): Promise<BegunRefill> {
  const ready = engine.ready(flow, connections);
  const reads = readsOf(ready);
  if (reads === "pushed") throw new DatongError("SOURCE_PASSIVE", { flow: flow.id });
  if (reads !== "windows") throw new DatongError("RANGE_WITHOUT_WATERMARK", { flow: flow.id });
  const nowMs = engine.ports.nowMs();
  const { slices } = openRange(ready, options.range, null, nowMs + ready.source.connection.skewMs());
  const { row } = await placeFlow(engine.pool, ready);
  const id = engine.ids.next();
  const span = { fromMs: slices[0]?.fromMs ?? nowMs, toMs: slices.at(-1)?.toMs ?? nowMs };
  const estimate = options.estimate === undefined ? null : writeJson(options.estimate as unknown as Json);
  await beginRefillRow(engine.pool, { lane: row.lane, flow: row.num }, { id, person: options.person, nowMs, estimate, ...span });
  return { id, ...span };
}

/** Reads the span to its end, turn by turn. Gives how it stands then: `running` where the signal ended it before. Throws REFILL_UNKNOWN. */
export async function workRefill(engine: Engine, given: Given, id: string, options: WorkOptions): Promise<Refill> {
  const { pool, ports } = engine;
  const at = await placeOf(engine, given.flow.id);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const beat = setInterval(() => {
    void (async () => {
      if (!(await touchRefill(pool, at, id, ports.nowMs()))) stop.abort();
      else options.onProgress?.(await showAt(engine, at, id));
    })().catch(metLater);
  }, BEAT_MS).unref();
  try {
    const problem = await turns(engine, given, at, id, { ...options, signal });
    if (problem !== undefined) {
      const told = problem === null ? null : writeJson(errorToJson(problem) as unknown as Json);
      await endRefillRow(pool, at, id, { state: problem === null ? "done" : "failed", nowMs: ports.nowMs(), problem: told });
    }
    const now = await showAt(engine, at, id);
    options.onProgress?.(now);
    return now;
  } finally {
    clearInterval(beat);
  }
}

/** The next turn meets what is wrong with the database. */
function metLater(): undefined {
  return undefined;
}

/** Null: all was read. A fault: it cannot be. Undefined: it was ended before. */
async function turns(
  engine: Engine,
  { flow, connections }: Given,
  at: FlowPlace,
  id: string,
  { signal, writes, turnMs = TURN_MS }: WorkOptions,
): Promise<DatongError | null | undefined> {
  const shown = await showAt(engine, at, id);
  const ready = engine.ready(flow, connections);
  const { zone } = ready.source.connection.connector;
  const wall = (atMs: number): string => formatInstant(atMs, "datetime", zone);
  const range = { from: wall(shown.fromMs), to: wall(shown.toMs) };
  for (let tries = 0; !signal.aborted;) {
    const turn = AbortSignal.any([signal, AbortSignal.timeout(turnMs)]);
    let fault: DatongError | null;
    try {
      ({ fault } = await whenFree(engine, signal, FREE_MS, () => engine.run(flow, connections, { range, refill: id, signal: turn })));
    } catch (error) {
      const known = error instanceof CallFault ? error.error : error;
      if (!(known instanceof DatongError)) throw error;
      fault = known;
    }
    if ((await loadCursor(engine.pool, at.lane, at.flow, refillCursor(id))) === "") {
      // Its writing may have been cut short by the turn's end.
      if (writes === true && turn.aborted)
        await whenFree(engine, signal, FREE_MS, () => engine.run(flow, connections, { numbers: [], signal }));
      return null;
    }
    if (fault === null) tries = 0;
    else if (fault.fault !== "transient" && fault.fault !== "throttled") return fault;
    else if ((tries += 1) >= TRIES) return fault;
    // Paused sides, closed hours and faults that pass are waited out; else the flow's own readings have their turn.
    await engine.ports.sleep(fault === null && turn.aborted ? PAUSE_MS : TRY_MS, signal);
  }
  return undefined;
}

/** The newest first; `before`: the last id of the page before. */
export async function listRefills(
  engine: Pick<Engine, "pool" | "ports">,
  flowId: string,
  page: { readonly before?: string; readonly limit: number },
): Promise<readonly Refill[]> {
  const row = await findFlow(engine.pool, flowId);
  if (row === null) return [];
  const rows = await listRefillRows(engine.pool, { lane: row.lane, flow: row.num }, { nowMs: engine.ports.nowMs(), ...page });
  return rows.map(toldOf);
}

/** Throws REFILL_UNKNOWN. */
export async function showRefill(engine: Pick<Engine, "pool" | "ports">, flowId: string, id: string): Promise<Refill> {
  return showAt(engine, await placeOf(engine, flowId, id), id);
}

/** What has been stored stays; the rest is not read any more. False where it had ended already. Throws REFILL_UNKNOWN. */
export async function stopRefill(engine: Pick<Engine, "pool" | "ports">, flowId: string, id: string): Promise<boolean> {
  const at = await placeOf(engine, flowId, id);
  await showAt(engine, at, id);
  return endRefillRow(engine.pool, at, id, { state: "stopped", nowMs: engine.ports.nowMs(), problem: null });
}

/** Refills whose process is gone; each is given to one who asks, and to nobody else for a while. */
export async function takeUpRefills({
  pool,
  ports,
}: Pick<Engine, "pool" | "ports">): Promise<readonly { readonly id: string; readonly flow: string }[]> {
  const taken = [];
  for (const { id, flowId, ...at } of await silentRefills(pool, ports.nowMs()))
    if (await takeUpRefill(pool, at, id, ports.nowMs())) taken.push({ id, flow: flowId });
  return taken;
}

/** It waits for its turn with somebody. */
export async function holdRefill({ pool, ports }: Pick<Engine, "pool" | "ports">, flowId: string, id: string): Promise<void> {
  const row = await findFlow(pool, flowId);
  if (row !== null) await touchRefill(pool, { lane: row.lane, flow: row.num }, id, ports.nowMs());
}

async function placeOf({ pool }: Pick<Engine, "pool">, flowId: string, id = ""): Promise<FlowPlace> {
  const row = await findFlow(pool, flowId);
  if (row === null) throw new DatongError("REFILL_UNKNOWN", { id });
  return { lane: row.lane, flow: row.num };
}

async function showAt({ pool, ports }: Pick<Engine, "pool" | "ports">, at: FlowPlace, id: string): Promise<Refill> {
  const [row] = await listRefillRows(pool, at, { nowMs: ports.nowMs(), id, limit: 1 });
  if (row === undefined) throw new DatongError("REFILL_UNKNOWN", { id });
  return toldOf(row);
}

function toldOf({ cursor, estimate, problem, ...row }: RefillRow): Refill {
  return {
    ...row,
    estimate: estimate === null ? null : (readJson(estimate) as unknown as RefillEstimate),
    problem: problem === null ? null : readJson(problem),
    progress: row.state === "done" ? 1 : progressOf(row, cursor),
  };
}

/** By the windows that are read; within the one that is being read nobody knows. */
function progressOf({ fromMs, toMs }: Pick<RefillRow, "fromMs" | "toMs">, cursor: string | null): number {
  if (cursor === "") return 1;
  const [slice] = cursor === null ? [] : (readState(cursor)?.slices ?? []);
  return slice === undefined || toMs <= fromMs ? 0 : Math.min(1, Math.max(0, (slice.fromMs - fromMs) / (toMs - fromMs)));
}
