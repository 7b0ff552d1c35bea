/**
 * Reconciliation (对账): reads a flow's window at the source again, maps it, and compares it bill by bill with the ledger and with what the target
 * has. Writes nothing but its own report: neither the target nor the bills in the ledger change, and no cursor moves.
 */
import { DatongError, globalsOf, writeJson, type Connection, type Flow, type Json, type Range, type SourceRecord } from "@datong/core";
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
import { BillComparer, DIFFERENCES_MAX, type Bill } from "./compare-bills.ts";
import { findExtra, type Seen } from "./find-extra.ts";
import { repairFlow, type GivenFlow } from "./repair-flow.ts";
import type { Difference, ReconcileNote, ReconcileSummary } from "./reconciliation.ts";

export interface ReconcileOptions {
  /** Only this span of time; the flow needs a watermark. The whole window that a first run reads unless given. */
  readonly range?: Range;
  /** Id of an earlier one of the flow: what it found is repaired first, and then all is compared anew. */
  readonly repair?: string;
  /** Who asked for it. */
  readonly person: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly records: number; readonly documents: number }) => void;
}

export interface Reconciled {
  readonly id: string;
  readonly summary: ReconcileSummary;
  /** What was not accepted; at most ten thousand. */
  readonly differences: readonly Difference[];
}

const MERGED_MAX = 100_000;
const LOOK_PAGE = 1_000;
const BEAT_MS = 20_000;

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
  const probe = ready.target.ready.api.write?.probe;
  if (probe === undefined) throw new DatongError("RECONCILE_PROBE_MISSING", { api: flow.target.api });
  // What cannot be read at all is said before anything is begun.
  startOf(ready, { ports: engine.ports, ...rangeOf(options) });
  const { row } = await placeFlow(engine.pool, ready);
  const at = { lane: row.lane, flow: row.num };
  const id = engine.ids.next();
  await beginReconciliation(engine.pool, at, { id, person: options.person, nowMs: engine.ports.nowMs() });
  const comparer = new BillComparer(ready, probe, engine.pool, at);
  return { id, done: work(engine, ready, comparer, { at, id, options, given: { flow, connections } }) };
}

interface Begun {
  readonly at: FlowPlace;
  readonly id: string;
  readonly options: ReconcileOptions;
  readonly given: GivenFlow;
}

async function work(engine: Engine, ready: ReadyFlow, comparer: BillComparer, { at, id, options, given }: Begun): Promise<Reconciled> {
  const { pool, ports } = engine;
  // So that a report that nobody works on any more is told from one that takes long.
  const beat = setInterval(() => void touchReconciliation(pool, at.lane, id, ports.nowMs()).catch(metLater), BEAT_MS).unref();
  try {
    const repaired = options.repair === undefined ? null : await repairFlow(engine, given, { at, id: options.repair, options });
    const { slices } = startOf(ready, { ports, ...rangeOf(options) });
    const span = { fromMs: slices[0]?.fromMs ?? ports.nowMs(), toMs: slices.at(-1)?.toMs ?? ports.nowMs() };
    const seen = await compareSource(engine, ready, comparer, options);
    const notes: ReconcileNote[] = [
      ...(await findExtra(engine, ready, comparer, { at, span, seen, isRange: options.range !== undefined })),
    ];
    const { kept, accepted } = await withoutAccepted(engine, at, comparer.differences);
    const all = comparer.counts.missing + comparer.counts.extra + comparer.counts.different + comparer.counts.ledger;
    if (all > DIFFERENCES_MAX) notes.push("differences-cut");
    if (comparer.totals.isCut) notes.push("totals-cut");
    const left = (kind: Difference["kind"]): number => comparer.counts[kind] - accepted.filter((each) => each.kind === kind).length;
    const { reconcile } = ready.flow;
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
      sums: (reconcile?.sums ?? []).map((sum) => sum.target),
      total: comparer.totals.total(),
      totals: comparer.totals.list(),
      notCompared: [...comparer.notCompared].toSorted(),
      notes,
      repaired,
    };
    await endReconciliation(pool, at.lane, id, {
      state: "done",
      nowMs: ports.nowMs(),
      summary: writeJson(summary as unknown as Json),
      differences: kept.map(differenceRow),
    });
    return { id, summary, differences: kept };
  } catch (error) {
    const told = error instanceof CallFault ? error.error : error;
    const problem = told instanceof DatongError ? { code: told.code, text: told.message } : { code: "SERVER_FAILED", text: String(told) };
    await endReconciliation(pool, at.lane, id, {
      state: "failed",
      nowMs: ports.nowMs(),
      summary: writeJson({ problem }),
      differences: [],
    });
    throw told;
  } finally {
    clearInterval(beat);
  }
}

/** The statement at the end meets what is wrong with the database. */
function metLater(): undefined {
  return undefined;
}

async function compareSource(engine: Engine, ready: ReadyFlow, comparer: BillComparer, options: ReconcileOptions): Promise<Seen> {
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
    options.onProgress?.({ records: seen.records, documents: comparer.documents });
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
