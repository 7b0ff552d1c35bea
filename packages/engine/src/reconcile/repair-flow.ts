/**
 * Repairs what a reconciliation found, with one call. Missing: written again from the ledger after the target was asked once more, or read by
 * number at the source. Different: mapped again from the source as it is now and updated at the target, taken back first (反审核) where the target
 * wants that. Nothing is deleted anywhere: what is extra, and what the API cannot update, is told to a person.
 */
import { DatongError, readJson, STATUSES, type Connection, type Flow, type Json } from "@datong/core";
import type { Engine } from "../engine.ts";
import { CallFault } from "../flow/source/read-page.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { REVERSE, REVERSED } from "../flow/target/settle.ts";
import { openDocuments } from "../ledger/repair/open-documents.ts";
import { pushAgain } from "../ledger/repair/push-again.ts";
import { queueAgain, tasksFor, type Going } from "../ledger/repair/queue-again.ts";
import { retryRecords } from "../ledger/retry-records.ts";
import { differencePage, findReconciliationRow, type FlowPlace } from "../store/reconciliation-rows.ts";
import { PRIORITY } from "../store/task-rows.ts";
import { transaction } from "../store/transaction.ts";
import type { Difference, Repaired } from "./reconciliation.ts";

export interface GivenFlow {
  readonly flow: Flow;
  readonly connections: ReadonlyMap<string, Connection>;
}

interface RepairScope {
  readonly at: FlowPlace;
  /** Of the reconciliation. */
  readonly id: string;
  readonly options: { readonly person: string; readonly signal?: AbortSignal };
}

const PAGE = 500;

/** Throws RECONCILIATION_UNKNOWN, and what a run throws. */
export async function repairFlow(engine: Engine, given: GivenFlow, { at, id, options }: RepairScope): Promise<Repaired> {
  const differences = await allDifferences(engine, at, id);
  const { flow, connections } = given;
  const ready = engine.ready(flow, connections);
  const told: { key: string; code: string; text: string }[] = [];
  const tell = (key: string, error: DatongError): void => void told.push({ key, code: error.code, text: error.message });
  // Of a document of many bills nobody here knows which one is to be written again.
  const missing = ready.merges ? [] : differences.filter((each) => each.kind === "missing");
  const reason = `对账 reconciliation ${id}`;
  let pushed = 0;
  for (const { key } of missing.filter((each) => each.ledger === "done")) {
    try {
      pushed += (await pushAgain(engine, flow, connections, { number: key, reason, person: options.person })).queued.length;
    } catch (error) {
      const known = error instanceof CallFault ? error.error : error;
      if (!(known instanceof DatongError)) throw error;
      tell(key, known);
    }
  }
  const open = missing.filter((each) => each.ledger !== "done" && each.ledger !== null);
  let retried = await retryOpen(engine, given, open);
  const unknown = missing.flatMap((each) => (each.ledger === null ? [each.number ?? each.recordKey ?? each.key] : []));
  const different = differences.filter((each) => each.kind === "different");
  const updatable = canUpdate(ready) && !ready.merges ? different : [];
  if (updatable.length < different.length)
    for (const { key } of different) tell(key, new DatongError("RECONCILE_BY_HAND", { key, kind: "different", reason: flow.target.api }));
  await takeBack(engine, ready, at, updatable);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  retried += (await engine.run(flow, connections, { numbers: unknown, ...signal })).records;
  const updated = await updateAgain(engine, given, updatable);
  if (updated > 0) await engine.run(flow, connections, { numbers: [], ...signal });
  for (const { key, kind, ledger, reason: why } of differences) {
    // What a person has left out stays so.
    const isByHand = kind === "extra" || kind === "ledger" || (kind === "missing" && (ledger === "skipped" || ready.merges));
    if (isByHand) tell(key, new DatongError("RECONCILE_BY_HAND", { key, kind, reason: why ?? ledger ?? "" }));
  }
  return { pushed, retried, updated, told };
}

async function allDifferences(engine: Engine, at: FlowPlace, id: string): Promise<readonly Difference[]> {
  const row = await findReconciliationRow(engine.pool, at, id, engine.ports.nowMs());
  if (row?.state !== "done") throw new DatongError("RECONCILIATION_UNKNOWN", { id });
  const all: Difference[] = [];
  for (let after = 0; ;) {
    const page = await differencePage(engine.pool, at.lane, id, after, PAGE);
    if (page.length === 0) return all;
    for (const { body } of page) all.push(readJson(body) as unknown as Difference & Json);
    after = page.at(-1)?.place ?? after;
  }
}

async function retryOpen(engine: Engine, { flow, connections }: GivenFlow, open: readonly Difference[]): Promise<number> {
  let queued = 0;
  for (const status of ["failed", "pending", "unknown"] as const) {
    const numbers = open.flatMap((each) => (each.ledger === status ? [each.recordKey ?? each.number ?? each.key] : []));
    if (numbers.length === 0) continue;
    queued += (await retryRecords(engine, flow, connections, { numbers, status }, { how: "fetch" })).queued;
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
async function updateAgain(engine: Engine, { flow, connections }: GivenFlow, differences: readonly Difference[]): Promise<number> {
  const numbers = differences.flatMap((each) => each.recordKey ?? []);
  if (numbers.length === 0) return 0;
  const updating: Flow = { ...flow, target: { ...flow.target, changed: "update" } };
  return (await retryRecords(engine, updating, connections, { numbers, status: "done" }, { how: "fetch" })).queued;
}
