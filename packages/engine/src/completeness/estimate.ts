/**
 * What a refill would read, before it is begun: the source is asked for the first page of some of its windows. Where its API tells a total, or a
 * window ends with its first page, that is counted; of many windows a few are asked and the rest is taken to be like them; where neither
 * tells, the certificates of former windows do. How it was found is told, so that nobody takes a guess for a count.
 */
import { FIRST_PAGE, type Connection, type Flow, type Range, type Slice } from "@datong/core";
import type { Engine } from "../engine.ts";
import { isPassive, type ReadyFlow } from "../flow/ready-flow.ts";
import { CallFault, readPage } from "../flow/source/read-page.ts";
import { startOf } from "../flow/source/source-pages.ts";
import { certifiedVolume, type Span } from "../store/certificate-rows.ts";
import { findFlow } from "../store/flow-rows.ts";

export interface RefillEstimate extends Span {
  /** Spans that the source is asked for one by one. */
  readonly windows: number;
  /** Rows and pages; null where nobody can tell. */
  readonly rows: number | null;
  readonly pages: number | null;
  /** `counted`: every window. `sampled`: some windows, the rest taken to be like them. `history`: as former readings. `unknown`. */
  readonly how: "counted" | "sampled" | "history" | "unknown";
  /** Windows that were asked. */
  readonly asked: number;
  /** How long the source took for a page, on average; null where it was not asked. */
  readonly pageMs: number | null;
}

/** So many calls are made for an estimate. */
const SAMPLE_MAX = 6;
const HISTORY_MS = 30 * 86_400_000;

/** Throws what reading throws, and RANGE_WITHOUT_WATERMARK. Stores nothing. */
export async function estimateRefill(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  range: Range,
): Promise<RefillEstimate> {
  const ready = engine.ready(flow, connections);
  const { slices } = startOf(ready, { ports: engine.ports, range });
  const nowMs = engine.ports.nowMs();
  const span = { fromMs: slices[0]?.fromMs ?? nowMs, toMs: slices.at(-1)?.toMs ?? nowMs };
  const startedMs = performance.now();
  const sample = isPassive(ready) || flow.source.each !== undefined ? [] : sampleOf(slices);
  const counted = await countAll(engine, ready, sample);
  const pageMs = sample.length === 0 ? null : Math.round((performance.now() - startedMs) / sample.length);
  const told = { ...span, windows: slices.length, asked: sample.length, pageMs };
  const pagesOf = (rows: number): number => Math.max(slices.length, Math.ceil(rows / Math.max(1, ready.source.pageSize)));
  if (counted !== null && sample.length > 0) {
    const rows = Math.round((counted * slices.length) / sample.length);
    return { ...told, rows, pages: pagesOf(rows), how: sample.length === slices.length ? "counted" : "sampled" };
  }
  const rate = await formerRate(engine, flow.id, span, nowMs);
  if (rate === null) return { ...told, rows: null, pages: null, how: "unknown" };
  const rows = Math.round(rate * (span.toMs - span.fromMs));
  return { ...told, rows, pages: pagesOf(rows), how: "history" };
}

/** Evenly over the span, the first and the last among them. */
function sampleOf(slices: readonly Slice[]): readonly Slice[] {
  if (slices.length <= SAMPLE_MAX) return slices;
  const at = (i: number): number => Math.round((i * (slices.length - 1)) / (SAMPLE_MAX - 1));
  return Array.from({ length: SAMPLE_MAX }, (_, i) => slices[at(i)]).filter((slice) => slice !== undefined);
}

/** Rows of these windows; null where one of them does not tell. */
async function countAll({ ports }: Engine, ready: ReadyFlow, slices: readonly Slice[]): Promise<number | null> {
  let sum = 0;
  for (const slice of slices) {
    const page = await readPage(ready, { nowMs: ports.nowMs(), slice, state: FIRST_PAGE, listOnly: true }).catch((error: unknown) => {
      throw error instanceof CallFault ? error.error : error;
    });
    const rows = page.total ?? (page.decision.kind === "end" ? page.rows.length : null);
    if (rows === null) return null;
    sum += rows;
  }
  return sum;
}

/** Rows a millisecond: of the span itself where most of it was read before, else of the last thirty days; null where nothing was. */
async function formerRate({ pool }: Engine, flowId: string, span: Span, nowMs: number): Promise<number | null> {
  const row = await findFlow(pool, flowId);
  if (row === null) return null;
  const at = { lane: row.lane, flow: row.num };
  const own = await certifiedVolume(pool, at, span);
  if (own.coveredMs > (span.toMs - span.fromMs) / 2) return own.rows / own.coveredMs;
  const last = await certifiedVolume(pool, at, { fromMs: nowMs - HISTORY_MS, toMs: nowMs });
  return last.coveredMs > 0 ? last.rows / last.coveredMs : null;
}
