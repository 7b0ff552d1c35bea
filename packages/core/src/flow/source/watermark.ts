/**
 * The time window to ask for, and how far the watermark may move.
 *
 * Upper bound: the source's time minus a lag, so that what is being committed there just now is read by the next run. Lower bound:
 * the watermark minus an overlap; what comes twice is dropped by key and fingerprint. Windows longer than the API allows are cut into
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
  const startMs = at.watermarkMs === null ? startOf(document, at) : at.watermarkMs - (document?.overlapS ?? OVERLAP_S) * 1000;
  const fromMs = wholeSecond(Math.min(startMs, toMs));
  const span = at.spanMaxMs ?? Number.POSITIVE_INFINITY;
  const slices: Slice[] = [];
  for (let from = fromMs; from < toMs; from += span) slices.push({ fromMs: from, toMs: Math.min(from + span, toMs) });
  return slices;
}

function startOf(document: Watermark | undefined, at: { readonly sourceNowMs: number; readonly zone: string }): number {
  const start = document?.start;
  if (start === undefined) return at.sourceNowMs - START_DAYS * DAY_MS;
  const days = /^-(\d{1,5})d$/.exec(start);
  if (days !== null) return at.sourceNowMs - Number(days[1]) * DAY_MS;
  const wall = parseWallTime(start);
  if (wall === null) throw new DatongError("WATERMARK_START_INVALID", { start });
  return wallToInstant(wall, at.zone);
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
