/**
 * What the source does not have any more, or never had: documents that the ledger has as done without a bill of the window, and documents of the
 * target that nobody here wrote. A bill that the window does not show may only lie outside of it, so the source is asked by number; where
 * it cannot be, that is told instead of guessed.
 */
import type { Engine } from "../engine.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { readByNumber } from "../flow/source/read-by-number.ts";
import { probeTarget } from "../flow/target/probe-target.ts";
import { fingerprintOf } from "../flow/transform/stage-records.ts";
import { doneDocuments, knownAtTarget, type FlowPlace } from "../store/reconciliation-rows.ts";
import type { BillComparer } from "./compare-bills.ts";
import { targetKeys } from "./list-target.ts";
import type { ReconcileNote } from "./reconciliation.ts";

/** What the reading of the source has shown: keys of records. */
export interface Seen {
  readonly records: number;
  readonly dropped: number;
  readonly kept: ReadonlySet<string>;
  readonly leftOut: ReadonlySet<string>;
}

export interface ExtraScope {
  readonly at: FlowPlace;
  readonly span: { readonly fromMs: number; readonly toMs: number };
  readonly seen: Seen;
  readonly isRange: boolean;
}

type Done = Awaited<ReturnType<typeof doneDocuments>>[number];

const KNOWN_PAGE = 1_000;

/** Gives what could not be looked at. */
export async function findExtra(
  engine: Engine,
  ready: ReadyFlow,
  comparer: BillComparer,
  scope: ExtraScope,
): Promise<readonly ReconcileNote[]> {
  const notes: ReconcileNote[] = [];
  const { api } = ready.source.ready;
  const readsAll = ready.flow.source.watermark === undefined && !scope.isRange;
  if (ready.merges) notes.push("merged-not-searched");
  else if (!readsAll && api.byNumber === undefined) notes.push("source-not-by-number");
  for (let after = "0"; !ready.merges;) {
    const page = await doneDocuments(engine.pool, scope.at, after, scope.isRange ? scope.span.fromMs : null);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.id;
    await judge(engine, ready, comparer, scope, page);
  }
  if (ready.flow.reconcile?.list === undefined) return [...notes, "target-by-key-only"];
  await listed(engine, ready, comparer, scope);
  return notes;
}

async function judge(
  engine: Engine,
  ready: ReadyFlow,
  comparer: BillComparer,
  { seen, isRange }: ExtraScope,
  page: readonly Done[],
): Promise<void> {
  const extra = (document: Done, reason: string): void => {
    const { externalKey, recordKey, number, id } = document;
    comparer.extra({ key: externalKey ?? id, number, recordKey, ledger: "done", reason });
  };
  const unseen: Done[] = [];
  for (const document of page) {
    if (document.externalKey !== null && comparer.keys.has(document.externalKey)) continue;
    // Of a bill that is still there, under another key by now.
    if (seen.kept.has(document.recordKey)) continue;
    if (seen.leftOut.has(document.recordKey)) extra(document, "left-out");
    else unseen.push(document);
  }
  if (unseen.length === 0) return;
  if (ready.source.ready.api.byNumber === undefined) {
    if (ready.flow.source.watermark === undefined && !isRange) for (const document of unseen) extra(document, "gone");
    return;
  }
  const standing = await keysOfNumbers(engine, ready, unseen, false);
  const absent = unseen.filter((document) => !standing.has(document.recordKey));
  if (absent.length === 0) return;
  // Asked for without the flow's filter, to tell a bill that it leaves out from one that is gone.
  const anywhere = await keysOfNumbers(engine, ready, absent, true);
  for (const document of absent) extra(document, anywhere.has(document.recordKey) ? "left-out" : "gone");
}

async function keysOfNumbers(engine: Engine, ready: ReadyFlow, documents: readonly Done[], lifted: boolean): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const numbers = [...new Set(documents.map((document) => document.number ?? document.recordKey))];
  for await (const { records } of readByNumber(ready, numbers, engine.ports.nowMs(), { lifted }))
    for (const record of records) found.add(fingerprintOf(record).key);
  return found;
}

/** Documents of the target that neither this window nor the ledger knows. */
async function listed(engine: Engine, ready: ReadyFlow, comparer: BillComparer, { at, span }: ExtraScope): Promise<void> {
  const rule = ready.flow.reconcile?.list;
  if (rule === undefined) return;
  const told = new Set<string>();
  for await (const keys of targetKeys(ready, rule, span, engine.ports.nowMs)) {
    const unknown = [...new Set(keys)].filter((key) => !comparer.keys.has(key) && !told.has(key));
    for (let from = 0; from < unknown.length; from += KNOWN_PAGE) {
      const some = unknown.slice(from, from + KNOWN_PAGE);
      const known = await knownAtTarget(engine.pool, at, some);
      for (const key of some) told.add(key);
      for (const key of await standing(
        engine,
        ready,
        some.filter((each) => !known.has(each)),
      ))
        comparer.extra({ key, number: null, recordKey: null, ledger: null, reason: "target-only" });
    }
  }
}

/** A list may show what was voided; where the probe tells such from what stands, it is asked. */
async function standing({ ports }: Engine, ready: ReadyFlow, keys: readonly string[]): Promise<readonly string[]> {
  const { probe } = ready.target.ready.api.write ?? {};
  if (probe?.ignore === undefined || keys.length === 0) return keys;
  const { found } = await probeTarget(ready, probe, keys, ports.nowMs());
  return keys.filter((key) => found.has(key));
}
