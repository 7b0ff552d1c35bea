/**
 * The time window to ask for, and how far the watermark may move.
 *
 * Upper bound: the source's time minus a lag, so that what is being committed there just now is read by the next run. Lower bound:
 * the watermark minus an overlap, and never before a date that the flow begins at; what comes twice is dropped by key and fingerprint. Windows longer than the API allows are cut into
 * slices; the watermark moves to a slice's end in the transaction that stores the slice's last page. Instants are epoch ms, whole seconds.
 */
import { DatongError } from "../../error/datong-error.ts";
import { parseWallTime, wallToInstant } from "../../value/time.ts";
import type { Watermark } from "../flow.ts";

export interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
}

export const LAG_S = 60;
const OVERLAP_S = 600;
const DAY_MS = 86_400_000;
const START_DAYS = 30;

/** The slices of one run, oldest first; empty where the source's time has not passed the lower bound. */
export function planSlices(
  document: Watermark | undefined,
  at: { readonly sourceNowMs: number; readonly watermarkMs: number | null; readonly zone: string; readonly spanMaxMs?: number },
): readonly Slice[] {
  const toMs = wholeSecond(at.sourceNowMs - (document?.lagS ?? (document === undefined ? 0 : LAG_S)) * 1000);
  const lapsMs = at.watermarkMs === null ? startOf(document, at) : at.watermarkMs - (document?.overlapS ?? OVERLAP_S) * 1000;
  // A date to begin at is the time of a cut-over: the overlap does not reach behind it either.
  const startMs = isDate(document?.start) ? Math.max(lapsMs, startOf(document, at)) : lapsMs;
  const fromMs = wholeSecond(Math.min(startMs, toMs));
  return cut(fromMs, toMs, at.spanMaxMs);
}

/** A span of time to be read again. `from` and `to` are wall times of the source or days back (-30d); up to now where `to` is absent. */
export interface Range {
  readonly from: string;
  readonly to?: string;
}

/** The slices of a range, oldest first; throws where a bound cannot be read or nothing lies between them. */
export function rangeSlices(
  range: Range,
  document: Watermark,
  at: { readonly sourceNowMs: number; readonly zone: string; readonly spanMaxMs?: number },
): readonly Slice[] {
  const nowMs = at.sourceNowMs - (document.lagS ?? LAG_S) * 1000;
  const fromMs = wholeSecond(boundOf(range.from, at));
  const toMs = wholeSecond(Math.min(nowMs, range.to === undefined ? nowMs : boundOf(range.to, at)));
  if (fromMs >= toMs) throw new DatongError("RANGE_EMPTY", { from: range.from, to: range.to ?? "" });
  return cut(fromMs, toMs, at.spanMaxMs);
}

function cut(fromMs: number, toMs: number, span: number = Number.POSITIVE_INFINITY): readonly Slice[] {
  const slices: Slice[] = [];
  for (let from = fromMs; from < toMs; from += span) slices.push({ fromMs: from, toMs: Math.min(from + span, toMs) });
  return slices;
}

function startOf(document: Watermark | undefined, at: { readonly sourceNowMs: number; readonly zone: string }): number {
  const start = document?.start;
  return start === undefined ? at.sourceNowMs - START_DAYS * DAY_MS : boundOf(start, at);
}

/** The instant that a flow's reading begins at, where its document names a date; null where it names none, or days back, which move on. */
export function startDateMs(document: Watermark | undefined, zone: string): number | null {
  const wall = isDate(document?.start) ? parseWallTime(document?.start ?? "") : null;
  return wall === null ? null : wholeSecond(wallToInstant(wall, zone));
}

/** A wall time, which stays where it is; days back move on. */
function isDate(start: string | undefined): boolean {
  return start !== undefined && !/^-\d{1,5}d$/.test(start);
}

function boundOf(start: string, at: { readonly sourceNowMs: number; readonly zone: string }): number {
  const days = /^-(\d{1,5})d$/.exec(start);
  if (days !== null) return at.sourceNowMs - Number(days[1]) * DAY_MS;
  const wall = parseWallTime(start);
  if (wall === null) throw new DatongError("WATERMARK_START_INVALID", { start });
  return wallToInstant(wall, at.zone);
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
