/**
 * One page of a retry: what can go on as it is goes on, the rest is mapped again and stored with its tasks in one transaction. Nothing
 * that the target has is written a second time: what was saved there goes on from its stage, what is in doubt is asked for.
 */
import { globalsOf, STATUSES, type SourceRecord } from "@datong/core";
import { crashPoint } from "../../crash-point.ts";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import { readByNumber } from "../../flow/source/read-by-number.ts";
import { CallFault } from "../../flow/source/read-page.ts";
import { pageOrder } from "../../flow/target/order-rules.ts";
import { PROBE, probeOf, REVERSE, UPDATE, WRITE } from "../../flow/target/settle.ts";
import { withTaken } from "../../flow/transform/taken-records.ts";
import { withAnswers } from "../../flow/transform/answer-lookups.ts";
import { planPage, stageRecord, type PagePlan, type StagedRecord } from "../../flow/transform/stage-records.ts";
import { documentsOfUnits, mergedRecords } from "../../store/known-rows.ts";
import { commitPage } from "../../store/page-rows.ts";
import { insertExchanges, type StoredExchange } from "../../store/exchange-rows.ts";
import { takenOver } from "../../store/taken-over-rows.ts";
import { PRIORITY } from "../../store/task-rows.ts";
import { transaction, type Queryable } from "../../store/transaction.ts";
import { openDocuments, storedRecords, type OpenDocument, type StoredRecord } from "./open-documents.ts";
import { firstCall, queueAgain, requestAgain, tasksFor, type Going } from "./queue-again.ts";
import type { SelectedPage } from "./select-documents.ts";

/** The same request; mapped again from the stored rows by the flow as it is now; read from the source again and mapped. */
export type RetryHow = "same" | "map" | "fetch";

export interface RetryCounts {
  readonly queued: number;
  /** Could not be mapped this time either; the ledger has the new reasons. */
  readonly unmapped: number;
  /** Of another status, under way, or at the target in a way that only a person can go on with. */
  readonly untouched: number;
  /** Records that the source does not give any more (`fetch`). */
  readonly missing: number;
}

export interface RetryScope {
  readonly engine: Engine;
  readonly ready: ReadyFlow;
  readonly lane: number;
  readonly flow: number;
  readonly revision: number;
  readonly run: string;
  readonly how: RetryHow;
  /** Number of the status that is retried. */
  readonly status: number;
  /** Every document in a task of its own. */
  readonly each: boolean;
}

/** Whoever counts what becomes of a page, in the transactions that do it. */
export interface PageKeeper {
  /** These documents go on as they are. */
  readonly gone: (client: Queryable, documents: ReadonlySet<string>) => Promise<void>;
  /** All the rest of the page is dealt with; not called where the page must be taken again. */
  readonly rest: (client: Queryable, counts: RetryCounts) => Promise<void>;
}

type Read = StoredRecord & { readonly record: SourceRecord };

const TRIES = 5;

/** `keeper`: of bulk work, which must know for certain. */
export async function retryPage(scope: RetryScope, page: SelectedPage, keeper?: PageKeeper): Promise<RetryCounts> {
  const { engine, ready } = scope;
  let isKept = keeper === undefined;
  const documents = await openDocuments(engine.pool, scope, page.keys);
  const merged = ready.merges ? await mergedRecords(engine.pool, scope.lane, scope.flow, page.keys) : new Set<string>();
  const meant = documents.filter((document) => isMeant(scope, page, document));
  const keepRest = async (counts: RetryCounts): Promise<RetryCounts> => {
    if (!isKept) await transaction(engine.pool, async (client) => keeper?.rest(client, counts));
    return counts;
  };
  if (meant.length === 0 && scope.status === STATUSES.pending.number) return keepRest({ ...NO_SHAPES, untouched: documents.length });
  const going = meant.flatMap((document): Going[] => {
    const action = actionOf(scope, document, merged.has(document.recordKey));
    return action === null ? [] : [{ id: document.id, action, status: document.status }];
  });
  const account = ready.target.connection.account;
  const ordered = ready.order !== undefined;
  const gone = await transaction(engine.pool, async (client) => {
    const tasks = tasksFor(ready, going, byHand(scope), engine.ids.next);
    const queued = await queueAgain(client, { lane: scope.lane, flow: scope.flow, account, ordered }, going, tasks);
    if (queued.size > 0) await keeper?.gone(client, queued);
    return queued;
  });
  crashPoint("repair.between");
  const asked = page.documents === null ? documents.length : page.documents.size;
  const countsOf = (shaped: Shaped): RetryCounts => {
    const queued = gone.size + shaped.queued;
    return { ...shaped, queued, untouched: Math.max(0, asked - queued - shaped.unmapped) };
  };
  // What went as it is has been counted.
  const restOf = (shaped: Shaped): RetryCounts => ({ ...countsOf(shaped), queued: shaped.queued });
  if (scope.how === "same" || scope.status === STATUSES.unknown.number) {
    await keepRest(restOf(NO_SHAPES));
    return countsOf(NO_SHAPES);
  }
  const shaped = await shapeAgain(scope, page, documents, async (client, found) => {
    await keeper?.rest(client, restOf(found));
    isKept = true;
  });
  await keepRest(restOf(shaped));
  return countsOf(shaped);
}

function byHand({ each }: RetryScope): { readonly each: boolean; readonly priority: number } {
  return { each, priority: PRIORITY.manual };
}

type Shaped = Omit<RetryCounts, "untouched">;
type Also = (client: Queryable, shaped: Shaped) => Promise<void>;
const NO_SHAPES: Shaped = { queued: 0, unmapped: 0, missing: 0 };

function isMeant(scope: RetryScope, page: SelectedPage, document: OpenDocument): boolean {
  // What waits behind another document of its order key is sent when its turn comes.
  if (document.code === "ORDER_WAITS") return false;
  return document.status === scope.status && !document.hasTask && (page.documents === null || page.documents.has(document.id));
}

/** How a document goes on with the body it has; null where it must be mapped again, or cannot go on at all. */
function actionOf(scope: RetryScope, document: OpenDocument, isCounted: boolean): string | null {
  const { flow, target } = scope.ready;
  const { write } = target.ready.api;
  if (document.status === STATUSES.unknown.number) {
    if (write?.probe === undefined || document.externalKey === null) return null;
    return document.targetId !== null && flow.target.changed === "update" && document.stage === null ? probeOf(UPDATE) : PROBE;
  }
  const step = document.stage === null ? undefined : write?.stages?.steps[document.stage];
  if (step !== undefined) return step;
  // A failed part of a summary whose other parts the target has cannot be put together anew.
  const isPart = isCounted && document.number === null && document.externalKey !== null && document.code !== "MERGE_SUPPLEMENT_KEY";
  if (isPart && document.stage === null) return firstCall(scope.ready, document);
  return scope.how === "same" ? requestAgain(scope.ready, document) : null;
}

/** From the rows to the body again. Planned anew when something was settled while it was planned. */
async function shapeAgain(scope: RetryScope, page: SelectedPage, documents: readonly OpenDocument[], also: Also): Promise<Shaped> {
  const stored = await storedRecords(scope.engine.pool, scope, page.keys);
  const fetched = scope.how === "fetch" ? await fetchAgain(scope, stored) : { records: stored, exchanges: [] };
  const missing = scope.how === "fetch" ? page.keys.length - fetched.records.length : 0;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const own = tries === 0 ? documents : await openDocuments(scope.engine.pool, scope, page.keys);
    const shaped = await tryShape(scope, page, own, fetched, (client, found) => also(client, { ...found, missing }));
    if (shaped !== null) return { ...shaped, missing };
  }
  await insertExchanges(scope.engine.pool, scope.lane, scope.flow, scope.run, fetched.exchanges);
  return { ...NO_SHAPES, missing };
}

async function tryShape(
  scope: RetryScope,
  page: SelectedPage,
  own: readonly OpenDocument[],
  { records, exchanges }: { readonly records: readonly Read[]; readonly exchanges: readonly StoredExchange[] },
  also: (client: Queryable, shaped: Omit<Shaped, "missing">) => Promise<void>,
): Promise<Omit<Shaped, "missing"> | null> {
  const { engine, ready } = scope;
  const { pool, ids, ports } = engine;
  const globals = globalsOf({ nowMs: ports.nowMs() });
  const merged = ready.merges ? await mergedRecords(pool, scope.lane, scope.flow, page.keys) : new Set<string>();
  const staged = await withAnswers(pool, ready, { globals }, (staging) => records.map(({ record }) => stageRecord(ready, record, staging)));
  const shared = await documentsOfUnits(
    pool,
    scope.lane,
    scope.flow,
    staged.flatMap((item) => item.made.filter((made) => made.shared).map((made) => made.unit)),
  );
  const known = new Map<string, OpenDocument>(own.map((document) => [document.unit, document]));
  const unitsElsewhere = new Set(shared.map((document) => document.unit));
  const kept = staged.flatMap((item, i): StagedRecord[] => {
    const made = item.made.filter((each) => {
      const document = known.get(each.unit);
      if (document === undefined) return !unitsElsewhere.has(each.unit) || each.shared;
      return isMeant(scope, page, document) && actionOf(scope, document, merged.has(item.key)) === null;
    });
    const isOpen =
      (records[i]?.status === scope.status && scope.status !== STATUSES.pending.number) ||
      own.some((document) => document.recordKey === item.key && isMeant(scope, page, document));
    const regroups = item.mergeKeys.length > 0 && !merged.has(item.key) && isOpen;
    return (item.problem !== null && isOpen) || item.withdrawn || made.length > 0 || regroups ? [{ ...item, made }] : [];
  });
  const before = new Map(
    records.map((read) => [read.key, { version: read.version, same: false, waiting: false, status: read.status }] as const),
  );
  const mine = withTaken(kept, await takenOver(pool, scope.lane, scope.flow, kept));
  const plan = planPage(ready, mine, { records: before, documents: own, shared, merged }, ids.next);
  const shaped = {
    queued: callsOf(plan) + plan.mergeItems.length,
    unmapped:
      [...plan.documents, ...plan.replaced].filter((document) => document.status === STATUSES.failed.number).length +
      kept.filter((item) => item.problem !== null).length,
  };
  const isStored = await storePlan(scope, plan, { exchanges, priority: PRIORITY.manual }, (client) => also(client, shaped));
  return isStored ? shaped : null;
}

/** Documents that go to the target, now or in their turn. */
export function callsOf({ write, update, probe, reverse, places }: PagePlan): number {
  return write.length + update.length + probe.length + reverse.length + places.filter((place) => place.action !== null).length;
}

/** False: something of it was settled or taken since it was planned. */
export async function storePlan(
  scope: RetryScope,
  plan: PagePlan,
  { exchanges, priority }: { readonly exchanges: readonly StoredExchange[]; readonly priority: number },
  also: (client: Queryable) => Promise<void>,
): Promise<boolean> {
  const { engine, ready } = scope;
  if (plan.records.length === 0 && exchanges.length === 0) return true;
  const to = (action: string, ids: readonly string[]): readonly Going[] => ids.map((id) => ({ id, action, status: 0 }));
  const all = [...to(WRITE, plan.write), ...to(UPDATE, plan.update), ...to(PROBE, plan.probe), ...to(REVERSE, plan.reverse)];
  const tasks = tasksFor(ready, all, { each: scope.each, priority }, engine.ids.next);
  const taskOf = new Map(tasks.flatMap((task) => task.documents.map((id): [string, string] => [id, task.id])));
  const withTask = (rows: PagePlan["documents"]): PagePlan["documents"] =>
    rows.map((document) => ({ ...document, task: taskOf.get(document.id) ?? null }));
  const rows = {
    lane: scope.lane,
    flow: scope.flow,
    revision: scope.revision,
    run: scope.run,
    account: ready.target.connection.account,
    records: plan.records,
    documents: withTask(plan.documents),
    replaced: withTask(plan.replaced),
    planned: plan.planned,
    skipped: plan.skipped,
    ...(plan.skippedAs === undefined ? {} : { skippedAs: plan.skippedAs }),
    links: plan.links,
    mergeItems: plan.mergeItems,
    mergeDone: [],
    tasks,
    ...pageOrder(ready, plan, priority, engine.ids.next),
    cursors: [],
    counts: { read: 0, records: 0, unchanged: 0 },
    exchanges,
    ...(ready.flow.source.extraKeys === undefined ? {} : { extraKeys: ready.flow.source.extraKeys }),
    nextId: engine.ids.next,
  };
  return commitPage(engine.pool, rows, also);
}

/** The records as the source has them now; those that it does not give are left out. */
async function fetchAgain(
  scope: RetryScope,
  stored: readonly Read[],
): Promise<{ readonly records: readonly Read[]; readonly exchanges: readonly StoredExchange[] }> {
  const { pool, ids, ports } = scope.engine;
  const wanted = new Map(stored.map((read) => [read.key, read]));
  const found = new Map<string, Read>();
  const exchanges: StoredExchange[] = [];
  const numbers = [...new Set(stored.map((read) => read.number ?? read.key))];
  try {
    for await (const page of readByNumber(scope.ready, numbers, ports.nowMs())) {
      exchanges.push(...page.exchanges.map((exchange) => ({ ...exchange, id: ids.next(), task: null })));
      for (const record of page.records) {
        const read = wanted.get(record.key ?? "");
        if (read !== undefined) found.set(read.key, { ...read, number: record.number, record });
      }
    }
  } catch (error) {
    // What was said in the call that failed is kept too.
    const last = error instanceof CallFault ? error.exchanges.map((exchange) => ({ ...exchange, id: ids.next(), task: null })) : [];
    await insertExchanges(pool, scope.lane, scope.flow, scope.run, [...exchanges, ...last]);
    throw error;
  }
  return { records: [...found.values()], exchanges };
}
