/**
 * Repairs what a reconciliation found, with one call. Missing: written again from the ledger after the target was asked once more, or read by
 * number at the source. Different: mapped again from the source as it is now and updated at the target, taken back first (反审核) where the target
 * wants that. What is extra is told to a person, accepted, or taken away at the target, as chosen; what the API cannot update is told.
 */
import { DatongError, inBothLanguages, readJson, STATUSES, type Connection, type Flow, type Json, type Range } from "@datong/core";
import { whenFree } from "../completeness/when-free.ts";
import type { Engine } from "../engine.ts";
import { CallFault } from "../flow/source/read-page.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import type { RunOptions, RunResult } from "../flow/running.ts";
import { REVERSE, REVERSED } from "../flow/target/settle.ts";
import { openDocuments } from "../ledger/repair/open-documents.ts";
import { pushAgain } from "../ledger/repair/push-again.ts";
import { queueAgain, tasksFor, type Going } from "../ledger/repair/queue-again.ts";
import { retryRecords, type RetryResult } from "../ledger/retry-records.ts";
import { acceptRows, differencePage, findReconciliationRow, type DifferenceRow, type FlowPlace } from "../store/reconciliation-rows.ts";
import { PRIORITY } from "../store/task-rows.ts";
import { transaction } from "../store/transaction.ts";
import type { Difference, Repaired, Told } from "./reconciliation.ts";
import { removalOf } from "./removal/look-at-extra.ts";
import { removeExtra, type RemoveScope } from "./removal/remove-extra.ts";

export interface GivenFlow {
  readonly flow: Flow;
  readonly connections: ReadonlyMap<string, Connection>;
}

/** What becomes of extra bills; left to a person unless chosen. Only those that nobody here wrote are taken away, and only the named ones. */
export type ExtraChoice =
  { readonly how: "accept"; readonly reason: string } | ({ readonly how: "remove" } & Pick<RemoveScope, "reason" | "bills" | "onIntent">);

interface RepairScope {
  readonly at: FlowPlace;
  /** Of the reconciliation. */
  readonly id: string;
  /** Of the report under which it is repaired. */
  readonly report: string;
  readonly options: { readonly person: string; readonly signal?: AbortSignal; readonly range?: Range; readonly extra?: ExtraChoice };
  readonly onProgress?: (now: { readonly repaired: number; readonly repairs: number }) => void;
}

const PAGE = 500;
/** So long is a reading waited for that somebody else has begun. */
const FREE_MS = 120_000;

/** Throws RECONCILIATION_UNKNOWN, and what a run throws. */
export async function repairFlow(engine: Engine, given: GivenFlow, scope: RepairScope): Promise<Repaired> {
  const { at, id, options, onProgress } = scope;
  const rows = await allDifferences(engine, at, id);
  const differences = rows.map(({ body }) => readJson(body) as unknown as Difference & Json);
  const { flow, connections } = given;
  const ready = engine.ready(flow, connections);
  const signal = options.signal ?? new AbortController().signal;
  const told: Told[] = [];
  const tell = (key: string, error: DatongError): void => void told.push({ key, code: error.code, text: inBothLanguages(error) });
  const missing = differences.filter((each) => each.kind === "missing");
  const reason = `对账 reconciliation ${id}`;
  let pushed = 0;
  const again = missing.filter((each) => each.ledger === "done");
  const repairs = differences.length;
  for (const [done, { key }] of again.entries()) {
    onProgress?.({ repaired: done, repairs });
    try {
      pushed += (await pushAgain(engine, flow, connections, { number: key, reason, person: options.person })).queued.length;
    } catch (error) {
      const known = error instanceof CallFault ? error.error : error;
      if (!(known instanceof DatongError)) throw error;
      tell(key, known);
    }
  }
  onProgress?.({ repaired: again.length, repairs });
  const open = missing.filter((each) => each.ledger !== "done" && each.ledger !== null);
  let retried = await retryOpen(engine, given, open, ready.merges, signal);
  const unknown = missing.flatMap((each) => (each.ledger === null ? [each.number ?? each.recordKey ?? each.key] : []));
  const different = differences.filter((each) => each.kind === "different");
  const updatable = canUpdate(ready) && !ready.merges ? different : [];
  if (updatable.length < different.length)
    for (const { key } of different) tell(key, new DatongError("RECONCILE_BY_HAND", { key, kind: "different", reason: flow.target.api }));
  await takeBack(engine, ready, at, updatable);
  retried += await readUnknown(engine, given, unknown, ready.merges, { ...options, signal });
  const updated = await updateAgain(engine, given, updatable, signal);
  if (updated > 0) await runFree(engine, given, { numbers: [] }, signal);
  const settled = await settleExtra(engine, ready, scope, rows);
  told.push(...settled.told);
  onProgress?.({ repaired: repairs, repairs });
  for (const { key, kind, ledger, reason: why } of differences) {
    if (kind === "extra" && settled.keys.has(key)) continue;
    // What a person has left out stays so.
    const isByHand = kind === "extra" || kind === "ledger" || (kind === "missing" && ledger === "skipped");
    if (isByHand) tell(key, new DatongError("RECONCILE_BY_HAND", { key, kind, reason: why ?? ledger ?? "" }));
  }
  const { accepted, removed } = settled;
  const extra = { ...(accepted === undefined ? {} : { accepted }), ...(removed === undefined ? {} : { removed }) };
  return { pushed, retried, updated, ...extra, told };
}

interface SettledExtra extends Pick<Repaired, "accepted" | "removed" | "told"> {
  /** What was seen to, or told why not. */
  readonly keys: ReadonlySet<string>;
}

/** Accepted as the report shows them: whatever changes, they are told again. */
async function settleExtra(
  engine: Engine,
  ready: ReadyFlow,
  { at, report, options: { extra, person, signal } }: RepairScope,
  rows: readonly DifferenceRow[],
): Promise<SettledExtra> {
  if (extra === undefined) return { keys: new Set(), told: [] };
  if (extra.how === "accept") {
    const own = rows.filter((row) => row.kind === "extra");
    await acceptRows(engine.pool, at, own, { reason: extra.reason, person, nowMs: engine.ports.nowMs() });
    return { keys: new Set(own.map((row) => row.key)), accepted: own.length, told: [] };
  }
  const done = await removeExtra(engine, ready, { at, report, person, ...extra, signal: signal ?? new AbortController().signal });
  return { ...done, keys: new Set(extra.bills.map((bill) => bill.key)) };
}

/** Throws RECONCILE_DIFFERENCE_UNKNOWN for a bill that the report does not have as extra, REMOVAL_MISSING where none can be taken away. */
export async function checkExtra(engine: Engine, ready: ReadyFlow, at: FlowPlace, id: string, extra: ExtraChoice): Promise<void> {
  if (extra.how !== "remove") return;
  removalOf(ready);
  const rows = await allDifferences(engine, at, id);
  const known = new Set(rows.flatMap((row) => (row.kind === "extra" ? [row.key] : [])));
  const unknown = extra.bills.find((bill) => !known.has(bill.key));
  if (unknown !== undefined) throw new DatongError("RECONCILE_DIFFERENCE_UNKNOWN", { key: unknown.key });
}

async function allDifferences(engine: Engine, at: FlowPlace, id: string): Promise<readonly DifferenceRow[]> {
  const row = await findReconciliationRow(engine.pool, at, id, engine.ports.nowMs());
  if (row?.state !== "done") throw new DatongError("RECONCILIATION_UNKNOWN", { id });
  const all: DifferenceRow[] = [];
  for (let after = 0; ;) {
    const page = await differencePage(engine.pool, at.lane, id, after, PAGE);
    if (page.length === 0) return all;
    all.push(...page);
    after = page.at(-1)?.place ?? after;
  }
}

/** A reading of the flow that goes on just now is waited for. */
async function runFree(engine: Engine, { flow, connections }: GivenFlow, asked: RunOptions, signal: AbortSignal): Promise<RunResult> {
  return whenFree(engine, signal, FREE_MS, () => engine.run(flow, connections, { ...asked, signal }));
}

/**
 * Bills that the ledger does not know are read by their numbers; which bills make a document of many is not known, so that their whole span
 * is read again, and only what the ledger lacks is stored.
 */
async function readUnknown(
  engine: Engine,
  given: GivenFlow,
  numbers: readonly string[],
  merges: boolean,
  { signal, range }: { readonly signal: AbortSignal; readonly range?: Range },
): Promise<number> {
  if (!merges) return (await runFree(engine, given, { numbers }, signal)).records;
  const asked = numbers.length === 0 ? { numbers: [] } : range === undefined ? {} : { range };
  return (await runFree(engine, given, asked, signal)).added;
}

/** Of documents of many bills the stored body goes again; a single bill is fetched and mapped anew. */
async function retryOpen(
  engine: Engine,
  { flow, connections }: GivenFlow,
  open: readonly Difference[],
  merges: boolean,
  signal: AbortSignal,
): Promise<number> {
  let queued = 0;
  for (const status of ["failed", "pending", "unknown"] as const) {
    const numbers = open.flatMap((each) =>
      each.ledger === status ? [merges ? each.key : (each.recordKey ?? each.number ?? each.key)] : [],
    );
    if (numbers.length === 0) continue;
    const again = (): Promise<RetryResult> =>
      retryRecords(engine, flow, connections, { numbers, status }, { how: merges ? "same" : "fetch" });
    queued += (await whenFree(engine, signal, FREE_MS, again)).queued;
  }
  return queued;
}

function canUpdate(ready: ReadyFlow): boolean {
  const { write } = ready.target.ready.api;
  return write?.update !== undefined || write?.overwrites === true;
}

/** A document that has gone beyond its first stage is opened again, where the API can and the document then still stands. */
async function takeBack(engine: Engine, ready: ReadyFlow, at: FlowPlace, differences: readonly Difference[]): Promise<void> {
  const { reverse, stages } = ready.target.ready.api.write ?? {};
  if (reverse?.keeps !== true || stages === undefined) return;
  const { account } = ready.target.connection;
  for (let from = 0; from < differences.length; from += PAGE) {
    const keys = differences.slice(from, from + PAGE).flatMap((each) => each.recordKey ?? []);
    const documents = await openDocuments(engine.pool, at, keys);
    const going = documents.flatMap(({ id, status, stage, targetId, inFlight, hasTask }): Going[] => {
      const isBeyond = stage !== null && stage !== REVERSED && stage !== stages.order[0];
      const isFree = status === STATUSES.done.number && !inFlight && !hasTask && targetId !== null;
      return isBeyond && isFree ? [{ id, status, action: REVERSE }] : [];
    });
    const tasks = tasksFor(ready, going, { each: true, priority: PRIORITY.manual }, engine.ids.next);
    await transaction(engine.pool, (client) => queueAgain(client, { ...at, account, ordered: ready.order !== undefined }, going, tasks));
  }
}

/** As if the bill had changed at the source and the flow said that changes update. */
async function updateAgain(
  engine: Engine,
  { flow, connections }: GivenFlow,
  differences: readonly Difference[],
  signal: AbortSignal,
): Promise<number> {
  const numbers = differences.flatMap((each) => each.recordKey ?? []);
  if (numbers.length === 0) return 0;
  const updating: Flow = { ...flow, target: { ...flow.target, changed: "update" } };
  const again = (): Promise<RetryResult> => retryRecords(engine, updating, connections, { numbers, status: "done" }, { how: "fetch" });
  return (await whenFree(engine, signal, FREE_MS, again)).queued;
}
