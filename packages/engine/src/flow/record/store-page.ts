/**
 * Stages a page's records and commits them with the cursor: what the ledger knows is asked first, in one statement, so that an
 * unchanged page costs nothing but that; new and changed records become documents and tasks in the page's transaction.
 */
import { setImmediate } from "node:timers/promises";
import { globalsOf, storedRows, type JsonObject, type SourceRecord } from "@datong/core";
import type { TaskRow } from "../../store/insert-tasks.ts";
import type { DocumentRow, PageRows } from "../../store/page-rows.ts";
import { storableText } from "../../store/parameters.ts";
import { tellPage } from "../log/run-lines.ts";
import { priorityOf, progress, storedExchanges, toTasks, type Running } from "../running.ts";
import type { PulledPage } from "../source/pull.ts";
import { pageOrder } from "../target/order-rules.ts";
import { PROBE, REVERSE, UPDATE, WRITE } from "../target/settle.ts";
import type { KnownRecord } from "../../store/known-rows.ts";
import { noteWaitingRecords } from "./note-waiting.ts";
import { withAnswers } from "../transform/answer-lookups.ts";
import { withBodies } from "../transform/given-bodies.ts";
import { withTaken } from "../transform/taken-records.ts";
import { fingerprintOf, planPage, stageRecord, type PagePlan, type Print, type StagedRecord } from "../transform/stage-records.ts";

/** As many as a person reads; the ledger's records have the reasons of all. */
const WARNINGS_MAX = 1_000;
/** So many bills are mapped at a stretch: a few milliseconds. */
const TURN = 100;

/** A page that is planned again (`replans`) leaves out what goes on waiting. */
export type StoredPage = PulledPage & { readonly replans?: boolean };

/** A page whose records are staged: what is left is to plan and to commit it. */
export interface StagedPage {
  readonly page: StoredPage;
  readonly keys: ReadonlySet<string>;
  readonly printed: readonly PrintedRecord[];
  readonly staging: Staging;
}

/** What the ledger had of the records, and what became of those that are new or changed. */
interface Staging {
  readonly known: ReadonlyMap<string, KnownRecord>;
  readonly changes: readonly PrintedRecord[];
  readonly fresh: readonly PrintedRecord[];
  readonly mapped: readonly StagedRecord[];
  readonly taken: ReadonlyMap<string, string | null> | undefined;
}

/** Stages a page's records, which it takes out of the page, and commits them with the cursor. */
export async function storePage(running: Running, page: StoredPage): Promise<void> {
  await commitStaged(running, await stagePage(running, page));
}

/** Takes the records out of the page and stages them. Nothing is written: the page before this one may still be on its way. */
export async function stagePage(running: Running, page: StoredPage): Promise<StagedPage> {
  const printed = printedOf(page.records.splice(0), running.ready.flow.writeBack?.changes);
  if (running.options.numbers !== undefined)
    for (const { key, record } of printed) for (const name of [key, record.number]) if (name !== null) running.found?.add(name);
  const staging = await stage(running, page, printed);
  return { page, keys: new Set(printed.map((item) => item.key)), printed, staging };
}

/** Whether a page may be staged while the one before it is being stored: not where staging asks the ledger for what that one brings. */
export function stagesAhead({ ready, options }: Running): boolean {
  return ready.mapping.lookups.length === 0 && options.limit === undefined;
}

/** Plans a staged page and commits it. `before`: keys of the page that was being stored while this one was staged. */
export async function commitStaged(
  running: Running,
  { page, keys, printed, staging }: StagedPage,
  before?: ReadonlySet<string>,
): Promise<void> {
  const isOld = before !== undefined && [...keys].some((key) => before.has(key));
  let latest = isOld ? await stage(running, page, printed) : staging;
  // The writer may take or settle a document while its new version is being planned: then it is planned anew.
  while (!(await tryPage(running, page, printed, latest))) latest = await stage(running, page, printed);
}

async function stage(running: Running, page: StoredPage, printed: readonly PrintedRecord[]): Promise<Staging> {
  const { store, row, ready } = running;
  const globals = globalsOf({ nowMs: running.ports.nowMs(), lastSyncAtMs: page.slice.fromMs });
  const known = await store.knownRecords(row.lane, row.num, printed);
  const changes = printed.filter((item) => known.get(item.key)?.same !== true);
  const fresh = changes.slice(0, recordsLeft(running));
  // Asked for while the bills are mapped.
  const [taken, mapped] = await Promise.all([
    store.takenOver?.(
      row.lane,
      row.num,
      fresh.map(({ key, record }) => ({ key, number: record.number })),
    ),
    withAnswers(running.pool, ready, { globals }, (scope) =>
      inTurns(fresh, (item) => stageRecord(ready, scope.ask === undefined ? takeRows(item) : rowsOf(item), scope, item)),
    ),
  ]);
  return { known, changes, fresh, mapped, taken };
}

/** Lets others have their turn now and then: the writer's answers, and the database, wait for this thread. */
async function inTurns<T, R>(items: readonly T[], each: (item: T) => R): Promise<readonly R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % TURN === 0) await setImmediate();
    results.push(each(item));
  }
  return results;
}

async function tryPage(running: Running, page: StoredPage, printed: readonly PrintedRecord[], staging: Staging): Promise<boolean> {
  const { store, row, ready, ids } = running;
  const { known, changes, fresh, mapped, taken } = staging;
  const all = withTaken(withBodies(ready, mapped, running.options.given?.bodies), taken);
  const staged = page.replans === true ? all.filter((item) => !waitsStill(item)) : all;
  const changed = staged.filter((item) => known.has(item.key)).map((item) => item.key);
  const shared = staged.flatMap((item) => item.made.filter((made) => made.shared).map((made) => made.unit));
  const plan = planPage(
    ready,
    staged,
    {
      records: known,
      documents: await store.documentsOfRecords(row.lane, row.num, changed),
      shared: await store.documentsOfUnits(row.lane, row.num, shared),
      merged: ready.merges ? await store.mergedRecords(row.lane, row.num, changed) : new Set(),
    },
    ids.next,
  );
  const tasks = tasksOf(running, plan);
  giveTasks([...plan.documents, ...plan.replaced], tasks);
  const unchanged = printed.length - changes.length;
  const added = fresh.filter((item) => !known.has(item.key)).length;
  const counts = { read: page.rowCount, records: unchanged + fresh.length, unchanged, added };
  const isCut = fresh.length < changes.length;
  const exchanges = storedExchanges(running, page.exchanges, null);
  const stored = await store.commitPage({
    lane: row.lane,
    flow: row.num,
    revision: running.revision,
    run: running.run,
    account: ready.target.connection.account,
    records: plan.records,
    documents: plan.documents,
    replaced: plan.replaced,
    planned: plan.planned,
    skipped: plan.skipped,
    links: plan.links,
    mergeItems: plan.mergeItems,
    mergeDone: [],
    tasks,
    ...pageOrder(ready, plan, priorityOf(running.options), ids.next),
    // A page that was cut short by `limit` has not been read: its cursor stays, the next run meets the rest.
    cursors: isCut ? [] : page.cursors,
    ...(page.closes === undefined || isCut ? {} : { closes: page.closes }),
    counts,
    exchanges,
    nextId: ids.next,
    ...withExtras(running),
  });
  if (!stored) return false;
  await noteWaitingRecords(running, all, known);
  noteStored(running, plan, staged, { ...counts, exchange: exchanges.at(-1)?.id ?? null });
  return true;
}

/** The run's numbers and its log know of the page. */
function noteStored(
  running: Running,
  plan: PagePlan,
  staged: readonly StagedRecord[],
  { read, records, unchanged, added, exchange }: PageRows["counts"] & { readonly added: number; readonly exchange: string | null },
): void {
  const { counts, warnings } = running;
  counts.read += read;
  counts.records += records;
  counts.unchanged += unchanged;
  counts.added += added;
  counts.dropped += staged.filter((item) => item.dropped !== null).length;
  warnings.push(...plan.warnings.slice(0, WARNINGS_MAX - warnings.length));
  tellPage(running, { rows: read, records, unchanged, staged, exchange });
  progress(running);
}

function tasksOf(running: Running, plan: PagePlan): readonly TaskRow[] {
  return [
    ...toTasks(running, WRITE, plan.write),
    ...toTasks(running, UPDATE, plan.update),
    ...toTasks(running, PROBE, plan.probe),
    ...toTasks(running, REVERSE, plan.reverse),
  ];
}

function giveTasks(documents: readonly DocumentRow[], tasks: readonly TaskRow[]): void {
  const taskOf = new Map(tasks.flatMap((task) => task.documents.map((document): [string, string] => [document, task.id])));
  for (const document of documents) document.task = taskOf.get(document.id) ?? null;
}

/** What only some flows have. */
function withExtras({ ready, writeBack, options }: Running): Pick<PageRows, "extraKeys" | "writeBack"> {
  const { extraKeys } = ready.flow.source;
  return {
    ...(extraKeys === undefined ? {} : { extraKeys }),
    ...(writeBack === undefined ? {} : { writeBack: { ...writeBack, priority: priorityOf(options) } }),
  };
}

/** A record with its fingerprint, under the key that the store can hold. */
interface PrintedRecord extends Print {
  readonly record: Omit<SourceRecord, "rows">;
  /** Let go when they are staged: they are most of what a page holds, and the commit takes its time. */
  rows: readonly JsonObject[] | undefined;
}

function printedOf(records: readonly SourceRecord[], except: readonly string[] | undefined): readonly PrintedRecord[] {
  // Rows without a key are named by their content: equal ones of a page are one record.
  const printed = new Map<string, PrintedRecord>();
  for (const { rows, ...read } of records) {
    const record = { ...read, key: read.key === null ? null : storableText(read.key) };
    const { key, fingerprint } = fingerprintOf({ ...record, rows }, except);
    printed.set(key, { key, fingerprint, record, rows });
  }
  return [...printed.values()];
}

/** The rows of a record that is staged a second time are read from its text. */
function rowsOf(item: PrintedRecord): SourceRecord {
  const { record, rows = storedRows(record.text) } = item;
  return { ...record, rows };
}

function takeRows(item: PrintedRecord): SourceRecord {
  const record = rowsOf(item);
  item.rows = undefined;
  return record;
}

/** Some of its lookups have no answer yet: the ledger has it as it is. */
function waitsStill(item: StagedRecord): boolean {
  return item.made.some((made) => made.waits === true && made.taken === undefined);
}

/** How many new or changed records the run may still take. */
function recordsLeft(running: Running): number {
  const { limit } = running.options;
  return limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limit - (running.counts.records - running.counts.unchanged));
}
