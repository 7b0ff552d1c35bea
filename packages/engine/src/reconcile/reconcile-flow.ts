/**
 * Reconciliation (对账): reads a flow's window at the source again, maps it, and compares it bill by bill with the ledger and with what the target
 * has. Writes nothing but its own report: neither the target nor the bills in the ledger change, and no cursor moves.
 */
import {
  DatongError,
  inBothLanguages,
  globalsOf,
  writeJson,
  type Connection,
  type Flow,
  type Json,
  type Probe,
  type Range,
  type SourceRecord,
} from "@datong/core";
import type { Engine } from "../engine.ts";
import { mergedDocuments } from "../flow/preview.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { hashHex } from "../flow/record/fingerprint.ts";
import { sourcePages, startOf } from "../flow/source/source-pages.ts";
import { CallFault } from "../flow/source/read-page.ts";
import { withAnswers } from "../flow/transform/answer-lookups.ts";
import { stageRecord, type StagedRecord } from "../flow/transform/stage-records.ts";
import { placeFlow } from "../store/flow-rows.ts";
import {
  acceptedHashes,
  beginReconciliation,
  endReconciliation,
  touchReconciliation,
  type DifferenceRow,
  type FlowPlace,
} from "../store/reconciliation-rows.ts";
import { transaction } from "../store/transaction.ts";
import { BillComparer, DIFFERENCES_MAX, type Bill } from "./compare-bills.ts";
import { findExtra, type Seen } from "./find-extra.ts";
import { checkExtra, repairFlow, type ExtraChoice, type GivenFlow } from "./repair-flow.ts";
import type { Difference, ReconcileNote, ReconcileProgress, ReconcileSummary } from "./reconciliation.ts";
import { settleLeft } from "./removal/settle-left.ts";

export interface ReconcileOptions {
  /** Only this span of time; the flow needs a watermark. The whole window that a first run reads unless given. */
  readonly range?: Range;
  /** Id of an earlier one of the flow: what it found is repaired first, and then all is compared anew. */
  readonly repair?: string;
  /** With `repair`: what becomes of extra bills; left to a person unless chosen. */
  readonly extra?: ExtraChoice;
  /** Who asked for it. */
  readonly person: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReconcileProgress) => void;
}

export interface Reconciled {
  readonly id: string;
  readonly summary: ReconcileSummary;
  /** What was not accepted; at most ten thousand. */
  readonly differences: readonly Difference[];
}

const MERGED_MAX = 100_000;
const LOOK_PAGE = 1_000;
const BEAT_MS = 2_000;

/** What was begun can be found by its id before it is done. */
export interface BegunReconciliation {
  readonly id: string;
  readonly done: Promise<Reconciled>;
}

/** Throws RECONCILE_PROBE_MISSING where the target cannot be asked, and what reading throws. */
export async function reconcileFlow(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  options: ReconcileOptions,
): Promise<Reconciled> {
  const { done } = await beginReconcile(engine, flow, connections, options);
  return done;
}

/** The same without waiting for it; `done` throws what goes wrong, and the report says so too. */
export async function beginReconcile(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  options: ReconcileOptions,
): Promise<BegunReconciliation> {
  const ready = engine.ready(flow, connections);
  const probe = probeOf(ready);
  // What cannot be read at all is said before anything is begun.
  startOf(ready, { ports: engine.ports, ...rangeOf(options) });
  const { row } = await placeFlow(engine.pool, ready);
  const at = { lane: row.lane, flow: row.num };
  const { repair, extra } = options;
  if (repair !== undefined && extra !== undefined) await checkExtra(engine, ready, at, repair, extra);
  const id = engine.ids.next();
  await transaction(engine.pool, (client) => beginReconciliation(client, at, { id, person: options.person, nowMs: engine.ports.nowMs() }));
  const comparer = new BillComparer(ready, probe, engine.pool, at);
  return { id, done: work(engine, ready, comparer, { at, id, options, given: { flow, connections } }) };
}

/** One that a schedule has begun already: its report is in the store. Stopped before its end it is left there for another process. */
export async function workReconciliation(
  engine: Engine,
  ready: ReadyFlow,
  at: FlowPlace,
  id: string,
  options: ReconcileOptions,
): Promise<Reconciled> {
  return work(engine, ready, new BillComparer(ready, probeOf(ready), engine.pool, at), { at, id, options });
}

function probeOf({ flow, target }: ReadyFlow): Probe {
  const probe = target.ready.api.write?.probe;
  if (probe === undefined) throw new DatongError("RECONCILE_PROBE_MISSING", { api: flow.target.api });
  return probe;
}

interface Begun {
  readonly at: FlowPlace;
  readonly id: string;
  readonly options: ReconcileOptions;
  /** Absent where nothing is to be repaired. */
  readonly given?: GivenFlow;
}

type OnProgress = (now: Partial<ReconcileProgress>) => void;

async function work(engine: Engine, ready: ReadyFlow, comparer: BillComparer, begun: Begun): Promise<Reconciled> {
  const { pool, ports } = engine;
  const { at, id, options, given } = begun;
  // So that a report that nobody works on any more is told from one that takes long.
  let progress: ReconcileProgress = { records: 0, documents: 0, repaired: 0, repairs: 0 };
  const onProgress: OnProgress = (now) => {
    progress = { ...progress, ...now };
    options.onProgress?.(progress);
  };
  const touch = (): Promise<void> => touchReconciliation(pool, at.lane, id, ports.nowMs(), JSON.stringify(progress));
  const beat = setInterval(() => void touch().catch(metLater), BEAT_MS).unref();
  try {
    const { summary, kept } = await examine(engine, ready, comparer, begun, onProgress);
    const end = { state: "done", nowMs: ports.nowMs(), summary: writeJson(summary as unknown as Json) } as const;
    await endReconciliation(pool, at.lane, id, { ...end, differences: kept.map(differenceRow) });
    return { id, summary, differences: kept };
  } catch (error) {
    // What a schedule began is done by the next process.
    if (given === undefined && options.signal?.aborted === true) throw error;
    const told = error instanceof CallFault ? error.error : error;
    const problem =
      told instanceof DatongError ? { code: told.code, text: inBothLanguages(told) } : { code: "SERVER_FAILED", text: String(told) };
    const end = { state: "failed", nowMs: ports.nowMs(), summary: writeJson({ problem }) } as const;
    await endReconciliation(pool, at.lane, id, { ...end, differences: [] });
    throw told;
  } finally {
    clearInterval(beat);
  }
}

/** Mends where that is asked for, compares, and adds up what there is to tell. */
async function examine(
  engine: Engine,
  ready: ReadyFlow,
  comparer: BillComparer,
  { at, id, options, given }: Begun,
  onProgress: OnProgress,
): Promise<{ readonly summary: ReconcileSummary; readonly kept: readonly Difference[] }> {
  const { ports } = engine;
  const isRepair = options.repair !== undefined && given !== undefined;
  // What a process that is gone has sent is asked for before anything is compared or sent.
  await settleLeft(engine, ready, at);
  const repaired = isRepair ? await repairFlow(engine, given, { at, id: options.repair, report: id, options, onProgress }) : null;
  const { slices } = startOf(ready, { ports, ...rangeOf(options) });
  const span = { fromMs: slices[0]?.fromMs ?? ports.nowMs(), toMs: slices.at(-1)?.toMs ?? ports.nowMs() };
  const seen = await compareSource(engine, ready, comparer, options, onProgress);
  const notes: ReconcileNote[] = [...(await findExtra(engine, ready, comparer, { at, span, seen, isRange: options.range !== undefined }))];
  const { kept, accepted } = await withoutAccepted(engine, at, comparer.differences);
  const { counts, totals } = comparer;
  if (counts.missing + counts.extra + counts.different + counts.ledger > DIFFERENCES_MAX) notes.push("differences-cut");
  if (totals.isCut) notes.push("totals-cut");
  const left = (kind: Difference["kind"]): number => counts[kind] - accepted.filter((each) => each.kind === kind).length;
  const summary: ReconcileSummary = {
    flow: ready.flow.id,
    range: options.range ?? null,
    ...span,
    records: seen.records,
    dropped: seen.dropped,
    documents: comparer.documents,
    same: comparer.same,
    missing: left("missing"),
    extra: left("extra"),
    different: left("different"),
    ledger: left("ledger"),
    accepted: accepted.length,
    sums: (ready.flow.reconcile?.sums ?? []).map((sum) => sum.target),
    total: totals.total(),
    totals: totals.list(),
    notCompared: [...comparer.notCompared].toSorted(),
    notes,
    repaired,
  };
  return { summary, kept };
}

/** The statement at the end meets what is wrong with the database. */
function metLater(): undefined {
  return undefined;
}

async function compareSource(
  engine: Engine,
  ready: ReadyFlow,
  comparer: BillComparer,
  options: ReconcileOptions,
  onProgress: (now: Partial<ReconcileProgress>) => void,
): Promise<Seen> {
  const { pool, ports } = engine;
  const seen = { records: 0, dropped: 0, kept: new Set<string>(), leftOut: new Set<string>() };
  const merging: SourceRecord[] = [];
  const units = new Set<string>();
  const pages = sourcePages(ready, { ports, ...rangeOf(options), ...(options.signal === undefined ? {} : { signal: options.signal }) });
  for await (const { records, globals } of pages) {
    seen.records += records.length;
    const all = await withAnswers(pool, ready, { globals }, (scope) => records.map((record) => stageRecord(ready, record, scope)));
    const bills = records.flatMap((record, i): Bill[] => {
      const staged = all[i] as StagedRecord;
      if (staged.dropped !== null) {
        seen.dropped += 1;
        seen.leftOut.add(staged.key);
        return [];
      }
      seen.kept.add(staged.key);
      if (ready.merges && merging.length < MERGED_MAX) merging.push(record);
      // A document that many bills share is compared once.
      const made = staged.made.filter((each) => !units.has(each.unit));
      for (const each of made) if (each.shared) units.add(each.unit);
      if (made.length === 0 && staged.problem === null) return [];
      return [{ key: staged.key, number: record.number, rows: record.rows, made, problem: staged.problem?.text ?? null }];
    });
    await comparer.compare(bills, ports.nowMs());
    onProgress({ records: seen.records, documents: comparer.documents });
  }
  if (options.signal?.aborted === true) throw new DatongError("RECONCILE_STOPPED");
  if (ready.merges) {
    const globals = globalsOf({ nowMs: ports.nowMs() });
    const made = await withAnswers(pool, ready, { globals }, (scope) => mergedDocuments(ready, merging, scope));
    for (let from = 0; from < made.length; from += LOOK_PAGE) {
      const page = made.slice(from, from + LOOK_PAGE);
      const bills = page.map((each): Bill => ({ key: each.unit, number: null, rows: [], made: [each], problem: null }));
      await comparer.compare(bills, ports.nowMs());
    }
  }
  return seen;
}

/** What a person has accepted, and that is still as it was, is left out. */
async function withoutAccepted(
  engine: Engine,
  at: FlowPlace,
  differences: readonly Difference[],
): Promise<{ readonly kept: readonly Difference[]; readonly accepted: readonly Difference[] }> {
  const kept: Difference[] = [];
  const accepted: Difference[] = [];
  for (let from = 0; from < differences.length; from += LOOK_PAGE) {
    const page = differences.slice(from, from + LOOK_PAGE);
    const hashes = await acceptedHashes(
      engine.pool,
      at,
      page.map((each) => each.key),
    );
    for (const each of page) (hashes.get(each.key) === hashOfDifference(each) ? accepted : kept).push(each);
  }
  return { kept, accepted };
}

function differenceRow(difference: Difference, place: number): DifferenceRow {
  const { kind, key } = difference;
  return { place: place + 1, kind, key, hash: hashOfDifference(difference), body: writeJson(difference as unknown as Json) };
}

/** Of all that a person sees of it: whatever changes, it is told again. */
function hashOfDifference(difference: Difference): string {
  return hashHex(writeJson(difference as unknown as Json));
}

function rangeOf({ range }: ReconcileOptions): { readonly range?: Range } {
  return range === undefined ? {} : { range };
}
