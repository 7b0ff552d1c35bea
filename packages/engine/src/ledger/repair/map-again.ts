/**
 * Documents that wait to be sent are mapped again by the flow as it is now, in the place that they have: what was asked to be written is
 * what the published flow says, and nothing is written twice. What was sent, may have been, or is in a worker's hands stays as it is; so
 * do summaries of several bills. A document that the flow does not make any more is skipped, one that cannot be made fails with its reason.
 */
import { globalsOf, STATUSES } from "@datong/core";
import { withAnswers } from "../../flow/transform/answer-lookups.ts";
import { queueRow, positionOf } from "../../flow/transform/plan-places.ts";
import { isUnwritten, planPage, stageRecord, type PagePlan, type StagedRecord } from "../../flow/transform/stage-records.ts";
import { withTaken } from "../../flow/transform/taken-records.ts";
import { WRITE } from "../../flow/target/settle.ts";
import { documentsOfUnits } from "../../store/known-rows.ts";
import { noteWaiters, type Waiter } from "../../store/lookup-waits.ts";
import { WAITS } from "../../store/order-rows.ts";
import { takenOver } from "../../store/taken-over-rows.ts";
import { PRIORITY } from "../../store/task-rows.ts";
import { transaction, type Queryable } from "../../store/transaction.ts";
import { openDocuments, storedRecords, type OpenDocument, type StoredRecord } from "./open-documents.ts";
import { callsOf, storePlan, type RetryCounts, type RetryScope } from "./retry-page.ts";

export interface UnsentPage {
  readonly keys: readonly string[];
  readonly documents: ReadonlySet<string>;
}

/** Whoever counts what became of the page, in the transaction that does it. */
type Count = (client: Queryable, counts: Partial<RetryCounts> & { readonly settled?: number }) => Promise<void>;

const TRIES = 5;

/** A page that others change faster than it is planned is left as it is. */
export async function mapAgain(scope: RetryScope, page: UnsentPage, count: Count): Promise<void> {
  const stored = await storedRecords(scope.engine.pool, scope, page.keys);
  for (let tries = 0; tries < TRIES; tries += 1) if (await tryMap(scope, page, stored, count)) return;
  await transaction(scope.engine.pool, (client) => count(client, { untouched: page.documents.size }));
}

type Stored = StoredRecord & { readonly record: Parameters<typeof stageRecord>[1] };

async function tryMap(scope: RetryScope, page: UnsentPage, stored: readonly Stored[], count: Count): Promise<boolean> {
  const { engine, ready, lane, flow } = scope;
  const { pool, ids, ports } = engine;
  const own = await openDocuments(pool, scope, page.keys);
  const globals = globalsOf({ nowMs: ports.nowMs() });
  const staged = await withAnswers(pool, ready, { globals }, (staging) => stored.map(({ record }) => stageRecord(ready, record, staging)));
  const units = staged.flatMap((item) => item.made.filter((made) => made.shared).map((made) => made.unit));
  const shared = await documentsOfUnits(pool, lane, flow, units);
  const bills = staged.flatMap((item) => billOf(page, item, own, new Set(shared.map((document) => document.unit))));
  const items = bills.map((bill) => bill.item);
  const before = new Map(
    stored.map((read) => [read.key, { version: read.version, same: false, waiting: false, status: read.status }] as const),
  );
  const mine = withTaken(items, await takenOver(pool, lane, flow, items));
  const plan = planPage(ready, mine, { records: before, documents: own, shared }, ids.next);
  plan.skippedAs = "FLOW_LEAVES_OUT";
  for (const { item, obsolete } of bills) for (const document of obsolete) leaveOut(scope, item, document, plan);
  const failed = [...plan.documents, ...plan.replaced].filter((document) => document.status === STATUSES.failed.number).length;
  const changed = new Set(plan.planned.map((document) => document.id));
  const counts = {
    queued: callsOf(plan),
    settled: plan.skipped.length,
    unmapped: failed,
    untouched: [...page.documents].filter((id) => !changed.has(id)).length,
  };
  if (plan.records.length === 0) {
    await transaction(pool, (client) => count(client, counts));
    return true;
  }
  const isStored = await storePlan(scope, plan, { exchanges: [], priority: PRIORITY.scheduled }, (client) => count(client, counts));
  if (isStored) await noteWaits(scope, items);
  return isStored;
}

interface Bill {
  readonly item: StagedRecord;
  /** What it was to become and does not become any more. */
  readonly obsolete: readonly OpenDocument[];
}

/** What of a bill is mapped again; nothing where none of its documents waits. Further documents only where none of it was sent. */
function billOf(page: UnsentPage, item: StagedRecord, own: readonly OpenDocument[], elsewhere: ReadonlySet<string>): readonly Bill[] {
  if (item.mergeKeys.length > 0) return [];
  const documents = new Map(own.map((document) => [document.unit, document]));
  const ofBill = own.filter((document) => document.recordKey === item.key);
  const isWhole = ofBill.every((document) => waits(page, document));
  const made = item.made.filter((each) => {
    const document = documents.get(each.unit);
    return document === undefined ? isWhole && (!elsewhere.has(each.unit) || each.shared) : waits(page, document);
  });
  if (item.withdrawn) return isWhole && ofBill.length > 0 ? [{ item, obsolete: [] }] : [];
  const units = new Set(item.made.map((each) => each.unit));
  const obsolete = ofBill.filter((each) => waits(page, each) && isUnwritten(each) && !units.has(each.unit));
  return made.length === 0 && obsolete.length === 0 ? [] : [{ item: { ...item, made }, obsolete }];
}

function waits({ documents }: UnsentPage, { id, status, code, inFlight, targetId, number, stage }: OpenDocument): boolean {
  const isOpen = status === STATUSES.queued.number || (status === STATUSES.pending.number && code === WAITS);
  return documents.has(id) && isOpen && !inFlight && targetId === null && number === null && stage === null;
}

function leaveOut({ ready, engine }: RetryScope, { problem }: StagedRecord, document: OpenDocument, plan: PagePlan): void {
  const { id, unit, recordKey, part, version, externalKey, orderKey, status } = document;
  plan.planned.push({ id, status });
  if (problem === null) {
    plan.skipped.push(id);
    return;
  }
  const failed = { status: STATUSES.failed.number, code: problem.code, vendorText: problem.text, task: null, body: "null" };
  const row = { id, unit, recordKey, part, version: version + 1, externalKey, orderKey, ...failed };
  plan.replaced.push(row);
  queueRow(ready, row, WRITE, positionOf(document, engine.ids.next), plan);
}

/** Bills that wait for the records of another flow now are woken by them. */
async function noteWaits({ engine, flow }: RetryScope, items: readonly StagedRecord[]): Promise<void> {
  const waiters = items.flatMap(({ key, made }): Waiter[] => {
    const awaited = made.flatMap((each) => (each.taken === undefined ? (each.awaited ?? []) : []));
    return awaited.length === 0 ? [] : [{ key, awaited }];
  });
  if (waiters.length > 0) await noteWaiters(engine.pool, flow, "record", waiters);
}
