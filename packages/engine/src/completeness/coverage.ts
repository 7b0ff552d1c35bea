/**
 * What of a flow's source has been read to its end, by the certificates of its windows: gaps (spans that no window covers), and the days of
 * a span with what they brought. A flow that reads all every time has no gaps; one that is pushed to, or reads another flow, has no windows of
 * its own. Instants are epoch ms; days are those of the source's zone.
 */
import { formatInstant, startDateMs, wallToInstant, parseWallTime, type Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import { isPassive, type ReadyFlow } from "../flow/ready-flow.ts";
import {
  certifiedBounds,
  certifiedDays,
  listCertificateRows,
  uncovered,
  type CertificateRow,
  type Span,
} from "../store/certificate-rows.ts";
import { findFlow } from "../store/flow-rows.ts";
import type { FlowPlace } from "../store/reconciliation-rows.ts";

/** How a flow reads: by windows of time, all every time, what is pushed to it, or another flow's records. */
export type Reads = "windows" | "all" | "pushed" | "flow";

/** `hole`: something behind it has been read. `unread`: from the last window's end on. */
export interface Gap extends Span {
  readonly kind: "hole" | "unread";
}

export interface CoverageDay {
  /** yyyy-MM-dd. */
  readonly day: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** `before`: before the flow began. `open`: not over yet, and nothing is missing so far. */
  readonly state: "whole" | "part" | "none" | "before" | "open";
  readonly windows: number;
  readonly rows: number;
  readonly records: number;
}

export interface Coverage {
  readonly reads: Reads;
  readonly zone: string;
  /** Where the flow's reading begins; null before its first window. */
  readonly startAt: number | null;
  /** The end of the last window. */
  readonly readTo: number | null;
  /** When all was last read, of a flow that reads all every time. */
  readonly wholeAt: number | null;
  /** Oldest first; at most five hundred. */
  readonly gaps: readonly Gap[];
  readonly days: readonly CoverageDay[];
}

export const GAPS_MAX = 500;
const DAY_MS = 86_400_000;
const DAYS_MAX = 800;

type Store = Pick<Engine, "pool" | "ports">;

export function readsOf(ready: ReadyFlow): Reads {
  if (isPassive(ready)) return "pushed";
  if (ready.flow.source.flow !== undefined) return "flow";
  return ready.flow.source.watermark === undefined ? "all" : "windows";
}

/** Of the days between two instants; gaps are told of the whole life of the flow. */
export async function coverageOf({ pool, ports }: Store, ready: ReadyFlow, span: Span): Promise<Coverage> {
  const { zone } = ready.source.connection.connector;
  const reads = readsOf(ready);
  const row = await findFlow(pool, ready.flow.id);
  const nothing: Coverage = { reads, zone, startAt: null, readTo: null, wholeAt: null, gaps: [], days: [] };
  if (row === null) return nothing;
  const at = { lane: row.lane, flow: row.num };
  const { firstMs, lastMs, wholeAt } = await certifiedBounds(pool, at);
  const startAt = reads === "windows" ? (startDateMs(ready.flow.source.watermark, zone) ?? firstMs) : firstMs;
  const gaps = reads === "windows" && startAt !== null ? await gapsOf(pool, at, { startAt, lastMs, nowMs: ports.nowMs() }) : [];
  const days =
    reads === "windows" || reads === "all" ? await daysOf(pool, at, { span, zone, reads, startAt, gaps, nowMs: ports.nowMs() }) : [];
  return { reads, zone, startAt, readTo: lastMs, wholeAt, gaps: gaps.slice(0, GAPS_MAX), days };
}

async function gapsOf(
  pool: Engine["pool"],
  at: FlowPlace,
  { startAt, lastMs, nowMs }: { readonly startAt: number; readonly lastMs: number | null; readonly nowMs: number },
): Promise<readonly Gap[]> {
  const found = await uncovered(pool, at, { fromMs: startAt, toMs: nowMs });
  return found.map((gap) => ({ ...gap, kind: lastMs === null || gap.fromMs >= lastMs ? "unread" : "hole" }));
}

/**
 * What no window of a flow covers, from its document and the zone of its source alone: of one that reads by windows and has read something;
 * else nothing. `readTo`: the end of the last window.
 */
export async function flowGaps(
  { pool, ports }: Store,
  flow: Pick<Flow, "id" | "source">,
  zone: string,
): Promise<{ readonly gaps: readonly Gap[]; readonly readTo: number | null }> {
  const row = flow.source.watermark === undefined || flow.source.flow !== undefined ? null : await findFlow(pool, flow.id);
  if (row === null) return { gaps: [], readTo: null };
  const at = { lane: row.lane, flow: row.num };
  const { firstMs, lastMs } = await certifiedBounds(pool, at);
  const startAt = startDateMs(flow.source.watermark, zone) ?? firstMs;
  if (lastMs === null || startAt === null) return { gaps: [], readTo: lastMs };
  return { gaps: await gapsOf(pool, at, { startAt, lastMs, nowMs: ports.nowMs() }), readTo: lastMs };
}

interface Calendar {
  readonly span: Span;
  readonly zone: string;
  readonly reads: Reads;
  readonly startAt: number | null;
  readonly gaps: readonly Gap[];
  readonly nowMs: number;
}

async function daysOf(pool: Engine["pool"], at: FlowPlace, calendar: Calendar): Promise<readonly CoverageDay[]> {
  const { span, zone, nowMs } = calendar;
  const brought = new Map((await certifiedDays(pool, at, { ...span, zone })).map((each) => [each.day, each]));
  const days: CoverageDay[] = [];
  for (let fromMs = dayStart(span.fromMs, zone); fromMs < Math.min(span.toMs, nowMs) && days.length < DAYS_MAX;) {
    // A day has 23 to 25 hours; half of one behind its usual end lies in the next.
    const toMs = dayStart(fromMs + DAY_MS + DAY_MS / 2, zone);
    const day = formatInstant(fromMs, "date", zone);
    const { windows, rows, records } = brought.get(day) ?? { windows: 0, rows: 0, records: 0 };
    days.push({ day, fromMs, toMs, state: stateOf(calendar, { fromMs, toMs }, windows), windows, rows, records });
    fromMs = toMs;
  }
  return days;
}

function stateOf({ reads, startAt, gaps, nowMs }: Calendar, day: Span, windows: number): CoverageDay["state"] {
  if (reads === "all") return windows > 0 ? "whole" : "none";
  if (startAt === null || day.toMs <= startAt) return "before";
  const fromMs = Math.max(day.fromMs, startAt);
  const toMs = Math.min(day.toMs, nowMs);
  const missing = gaps.filter((gap) => gap.fromMs < toMs && gap.toMs > fromMs);
  // What is not over yet is always a little behind.
  const holes = day.toMs > nowMs ? missing.filter((gap) => gap.kind === "hole") : missing;
  if (holes.length === 0) return day.toMs > nowMs ? "open" : "whole";
  const missingMs = holes.reduce((sum, gap) => sum + Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs), 0);
  return missingMs >= toMs - fromMs ? "none" : "part";
}

function dayStart(atMs: number, zone: string): number {
  const wall = parseWallTime(`${formatInstant(atMs, "date", zone)} 00:00:00`);
  return wall === null ? atMs : wallToInstant(wall, zone);
}

export interface CertificatePage extends Span {
  readonly before?: { readonly toMs: number; readonly id: string };
  readonly limit: number;
}

/** The certificates that touch a span, the newest end first; none of a flow that has never run. */
export async function listCertificates(
  { pool }: Pick<Engine, "pool">,
  flowId: string,
  { fromMs, toMs, before, limit }: CertificatePage,
): Promise<readonly CertificateRow[]> {
  const row = await findFlow(pool, flowId);
  if (row === null) return [];
  return listCertificateRows(pool, { lane: row.lane, flow: row.num }, { fromMs, toMs, before: before ?? null, limit });
}
