/**
 * One pull: page by page, each page's records, documents, tasks and the cursor in one transaction.
 *
 * A pull that was broken off goes on where its last stored page ended. Faults of a page are retried a few times; then the pull ends
 * with the fault, the cursor where it was. Memory holds one page and the unfinished bill.
 */
import {
  FIRST_PAGE,
  LAG_S,
  groupRows,
  planSlices,
  rangeSlices,
  readJson,
  readRows,
  rowsText,
  treeReferences,
  writeJson,
  isArray,
  isObject,
  type JsonObject,
  type PageState,
  type Range,
  type Slice,
  type SourceRow,
} from "@datong/core";
import { LoginFault, type Exchange } from "../../connection/caller.ts";
import type { Ports } from "../../ports.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { CallFault, readPage, type PageRead } from "./read-page.ts";
import { NO_TALLY, UNKNOWN_TALLY, withPage, type ClosedWindow, type Tally } from "./tally.ts";
import type { SourceRecord } from "@datong/core";

/** Where a pull stands; the text of it is the cursor named `pull`. */
export interface PullState {
  readonly slices: readonly Slice[];
  readonly state: PageState;
  /** Rows of the bill that the last page left unfinished. */
  readonly carry: readonly SourceRow[];
  /** What has been read of the first slice. */
  readonly tally: Tally;
}

/** A page that is ready to be stored. `last`: the pull ends with it. */
export interface PulledPage {
  /** Taken out by whoever stores them: the page outlives them. */
  readonly records: SourceRecord[];
  readonly rowCount: number;
  readonly exchanges: readonly Exchange[];
  readonly slice: Slice;
  /** Cursor texts to store with the page; `pull` is empty when the pull is over. */
  readonly cursors: readonly { readonly name: string; readonly value: string }[];
  readonly last: boolean;
  /** The window that this page closes. */
  readonly closes?: ClosedWindow;
}

export interface PullPorts {
  readonly ports: Ports;
  readonly retryDelaysMs: readonly number[];
  readonly signal: AbortSignal | undefined;
  /** The stored record that the params see. */
  readonly record?: JsonObject;
  /** Told before the wait. */
  readonly onRetry: (fault: CallFault | LoginFault, waitMs: number) => Promise<void>;
}

/** Starts or resumes: what the next request asks for. */
export function openPull(ready: ReadyFlow, saved: string | null, watermarkMs: number | null, sourceNowMs: number): PullState {
  const slices = (): readonly Slice[] => planSlices(ready.flow.source.watermark, { ...clockOf(ready, sourceNowMs), watermarkMs });
  return resumed(saved) ?? { slices: slices(), state: FIRST_PAGE, carry: [], tally: NO_TALLY };
}

/** Starts or resumes the reading of a span of time. */
export function openRange(ready: ReadyFlow, range: Range, saved: string | null, sourceNowMs: number): PullState {
  const slices = (): readonly Slice[] => rangeSlices(range, ready.flow.source.watermark ?? {}, clockOf(ready, sourceNowMs));
  return resumed(saved) ?? { slices: slices(), state: FIRST_PAGE, carry: [], tally: NO_TALLY };
}

/**
 * Starts or resumes a remedy. Where its params still ask by the window (LAST_SYNC_TIME) it reads the one that is open, in slices; else they
 * say themselves what they ask for, at once.
 */
export function openRemedy(ready: ReadyFlow, saved: string | null, watermarkMs: number | null, sourceNowMs: number): PullState {
  const { params, ready: api } = ready.source;
  const asked = [...params.trees.flatMap(({ tree }) => treeReferences(tree)), ...api.shape.references];
  if (asked.some(({ path }) => path === "LAST_SYNC_TIME")) return openPull(ready, saved, watermarkMs, sourceNowMs);
  const toMs = Math.floor((sourceNowMs - (ready.flow.source.watermark?.lagS ?? 0) * 1000) / 1000) * 1000;
  return resumed(saved) ?? { slices: [{ fromMs: watermarkMs ?? toMs, toMs }], state: FIRST_PAGE, carry: [], tally: NO_TALLY };
}

function clockOf(
  ready: ReadyFlow,
  sourceNowMs: number,
): { readonly sourceNowMs: number; readonly zone: string; readonly spanMaxMs?: number } {
  const span = ready.source.ready.api.window?.spanMaxMs;
  return { sourceNowMs, zone: ready.source.connection.connector.zone, ...(span === undefined ? {} : { spanMaxMs: span }) };
}

function resumed(saved: string | null): PullState | null {
  const state = saved === null || saved === "" ? null : readState(saved);
  // A page that repeated ended the pull that is resumed; that it repeats is no news, and the list may have moved by just a page.
  return state === null || state.slices.length === 0 ? null : { ...state, state: { ...state.state, lastHash: null } };
}

function recordOf({ record }: PullPorts): { readonly record?: JsonObject } {
  return record === undefined ? {} : { record };
}

/** Reads the next page and says what is to be stored with it. */
export async function pullPage(
  ready: ReadyFlow,
  pull: PullState,
  ports: PullPorts,
): Promise<{ readonly page: PulledPage; readonly next: PullState }> {
  const slice = pull.slices[0] ?? { fromMs: 0, toMs: ports.ports.nowMs() };
  const read = await withRetries(
    () => readPage(ready, { nowMs: ports.ports.nowMs(), slice, state: pull.state, ...recordOf(ports) }),
    ports,
  );
  const sliceEnds = read.decision.kind === "end";
  const grouped = groupRows(ready.source.keys, pull.carry, read.rows, sliceEnds);
  const tally = withPage(pull.tally, read.rows.length, grouped.records);
  const next: PullState = sliceEnds
    ? { slices: pull.slices.slice(1), state: FIRST_PAGE, carry: [], tally: NO_TALLY }
    : { slices: pull.slices, state: read.decision.state, carry: grouped.carry, tally };
  const last = next.slices.length === 0;
  const cursors = [
    { name: "pull", value: last ? "" : writeState(next) },
    ...(sliceEnds ? [{ name: "watermark", value: watermarkAt(ready, slice, ports.ports.nowMs()) }] : []),
  ];
  const closed = sliceEnds ? { closes: { ...tally, ...closedSpan(ready, slice, ports.ports.nowMs()) } } : {};
  return {
    page: { records: grouped.records, rowCount: read.rows.length, exchanges: read.exchanges, slice, cursors, last, ...closed },
    next,
  };
}

/** What a slice that has been read to its end covers: no more than could be seen, and everything where the flow has no watermark. */
export function closedSpan(ready: ReadyFlow, slice: Slice, nowMs: number): { readonly fromMs: number | null; readonly toMs: number } {
  const toMs = Number(watermarkAt(ready, slice, nowMs));
  return { fromMs: ready.flow.source.watermark === undefined ? null : Math.min(slice.fromMs, toMs), toMs };
}

/** Text of the watermark once a slice has been read. */
export function watermarkAt(ready: ReadyFlow, slice: Slice, nowMs: number): string {
  return String(Math.min(slice.toMs, seenMs(ready, nowMs)));
}

/**
 * How far the source's own clock lets a window reach. The first window of a connection is asked before that clock is known; where it
 * is behind ours, the watermark must not pass what could be read.
 */
function seenMs(ready: ReadyFlow, nowMs: number): number {
  const lagMs = (ready.flow.source.watermark?.lagS ?? LAG_S) * 1000;
  return Math.floor((nowMs + ready.source.connection.skewMs() - lagMs) / 1000) * 1000;
}

async function withRetries(read: () => Promise<PageRead>, at: PullPorts): Promise<PageRead> {
  let throttled = 0;
  for (let attempt = 0; ;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CallFault || error instanceof LoginFault) || at.signal?.aborted === true) throw error;
      const { fault, waitMs } = error instanceof CallFault ? error.verdict : { fault: error.fault, waitMs: undefined };
      const delay =
        fault === "throttled" && throttled < 60 ? (waitMs ?? 1_000) : fault === "transient" ? at.retryDelaysMs[attempt] : undefined;
      if (delay === undefined) throw error;
      if (fault === "throttled") throttled += 1;
      else attempt += 1;
      await at.onRetry(error, Math.max(delay, waitMs ?? 0));
      await at.ports.sleep(Math.max(delay, waitMs ?? 0), at.signal);
    }
  }
}

/** Rows keep their source text, so that a carried bill has the same fingerprint as one that was not cut. */
export function writeState(pull: PullState): string {
  const { slices, state, tally } = pull;
  const head = writeJson({ slices: slices.map((s) => ({ fromMs: s.fromMs, toMs: s.toMs })), state: { ...state }, tally: { ...tally } });
  return `${head.slice(0, -1)},"carry":${rowsText(pull.carry)}}`;
}

/** Null for a text that is none. */
export function readState(text: string): PullState | null {
  const value = readJson(text, { keepSource: true });
  if (!isObject(value) || !isArray(value["slices"]) || !isObject(value["state"])) return null;
  return {
    slices: value["slices"] as unknown as readonly Slice[],
    state: value["state"] as unknown as PageState,
    carry: readRows(value["carry"] ?? null),
    tally: isObject(value["tally"]) ? (value["tally"] as unknown as Tally) : UNKNOWN_TALLY,
  };
}
