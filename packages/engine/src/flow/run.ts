/**
 * One run of a flow: pull and write at the same time, until the source is read and the queue is drained.
 *
 * The pull stores pages; the writer claims tasks as they appear, as many at once as the target allows. Either side's fault ends that
 * side alone: what is queued is still written when the source fails, and the run says so at its end.
 */
import { randomUUID } from "node:crypto";
import { DatongError, globalsOf, statusOf, type SourceRecord, type Status } from "@datong/core";
import type pg from "pg";
import type { Exchange } from "../connection/caller.ts";
import type { Ports } from "../ports.ts";
import type { FlowRow } from "../store/flow-rows.ts";
import type { IdSource } from "../store/id-source.ts";
import { documentsOfRecords, documentsOfUnits, knownRecords } from "../store/known-rows.ts";
import { commitPage, loadCursor, type StoredExchange, type TaskRow } from "../store/page-rows.ts";
import { countDocuments, endRun, startRun } from "../store/run-rows.ts";
import { claimTasks, markSent, nextDueMs, settleTasks } from "../store/task-rows.ts";
import { mergeDue } from "./transform/merge-records.ts";
import type { ReadyFlow } from "./ready-flow.ts";
import { openPull, pullPage, type PulledPage } from "./source/pull.ts";
import { CallFault } from "./source/read-page.ts";
import { readByNumber } from "./source/read-by-number.ts";
import { planPage, stageRecord, fingerprintOf, type PagePlan } from "./transform/stage-records.ts";
import { performTask } from "./target/perform-task.ts";
import { REVERSE, UPDATE, WRITE } from "./target/settle.ts";

export interface RunOptions {
  /** Only these numbers (试推一单). */
  readonly numbers?: readonly string[];
  /** At most so many new records. */
  readonly limit?: number;
  /** Waits between the tries of one page; empty: no second try. */
  readonly sourceRetryDelaysMs?: readonly number[];
  /** A queue whose next task is due later than this counts as drained. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

export interface RunProgress {
  readonly read: number;
  readonly records: number;
  readonly written: number;
  readonly failed: number;
  /** Set while the run waits: why. */
  readonly waiting?: string;
}

export interface RunResult {
  readonly id: string;
  readonly runId: string;
  readonly read: number;
  readonly records: number;
  readonly unchanged: number;
  readonly written: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly queued: number;
  readonly durationMs: number;
  /** What ended the pull before its end; null when the source was read to it. */
  readonly fault: DatongError | null;
}

export interface RunParts {
  readonly pool: pg.Pool;
  readonly ports: Ports;
  readonly ids: IdSource;
  readonly row: FlowRow;
  readonly revision: number;
}

const LEASE_MS = 300_000;
const WAIT_MS = 30_000;
const IDLE_MS = 50;
const SOURCE_RETRIES_MS: readonly number[] = [1_000, 5_000, 20_000];

/** Everything that the stages of one run share. */
export interface Running extends RunParts {
  readonly ready: ReadyFlow;
  readonly run: string;
  readonly owner: string;
  readonly options: RunOptions;
  readonly counts: { read: number; records: number; unchanged: number; skipped: number; done: number; failed: number };
  pulling: boolean;
}

export async function runFlow(ready: ReadyFlow, parts: RunParts, options: RunOptions): Promise<RunResult> {
  const startedAt = parts.ports.nowMs();
  const running: Running = {
    ...parts,
    ready,
    options,
    run: parts.ids.next(),
    owner: randomUUID(),
    counts: { read: 0, records: 0, unchanged: 0, skipped: 0, done: 0, failed: 0 },
    pulling: true,
  };
  await startRun(parts.pool, { lane: parts.row.lane, id: running.run, flow: parts.row.num, revision: parts.revision });
  const [pulled, written] = await Promise.allSettled([
    pullAll(running).finally(() => {
      running.pulling = false;
    }),
    writeAll(running),
  ]);
  const fault = faultOf(pulled, ready.source.connection.connector.name.zh);
  await endRun(parts.pool, {
    lane: parts.row.lane,
    id: running.run,
    state: fault !== null ? "failed" : options.signal?.aborted === true ? "stopped" : "done",
    code: fault?.code ?? null,
    details: fault === null ? null : JSON.stringify(fault.details),
  });
  if (written.status === "rejected") throw written.reason;
  return summary(running, startedAt, fault);
}

async function summary(running: Running, startedAt: number, fault: DatongError | null): Promise<RunResult> {
  const byStatus = await countDocuments(running.pool, running.row.lane, running.row.num, running.run);
  const count = (...statuses: readonly Status[]): number =>
    [...byStatus].reduce((sum, [number, n]) => (statuses.includes(statusOf(number)) ? sum + n : sum), 0);
  return {
    id: running.ready.flow.id,
    runId: running.run,
    read: running.counts.read,
    records: running.counts.records,
    unchanged: running.counts.unchanged,
    written: count("done"),
    failed: count("failed"),
    skipped: count("skipped"),
    unknown: count("unknown"),
    queued: count("queued", "pending", "sent"),
    durationMs: running.ports.nowMs() - startedAt,
    fault,
  };
}

/** Our own errors tell themselves; anything else is thrown on. */
function faultOf(pulled: PromiseSettledResult<void>, system: string): DatongError | null {
  if (pulled.status === "fulfilled") return null;
  if (pulled.reason instanceof CallFault) return pulled.reason.error;
  if (pulled.reason instanceof DatongError)
    return new DatongError(pulled.reason.code, { system, ...pulled.reason.details }, { cause: pulled.reason });
  throw pulled.reason;
}

async function pullAll(running: Running): Promise<void> {
  if (running.options.numbers !== undefined) return pullNumbers(running, running.options.numbers);
  const { pool, row, ready } = running;
  const sourceNowMs = (): number => running.ports.nowMs() + ready.source.connection.skewMs();
  for (let again = true; again;) {
    const saved = await loadCursor(pool, row.lane, row.num, "pull");
    const watermark = ready.flow.source.watermark === undefined ? null : await loadCursor(pool, row.lane, row.num, "watermark");
    // A pull that was broken off is finished first; then what came up meanwhile is read too.
    again = saved !== null && saved !== "" && ready.flow.source.watermark !== undefined;
    let pull = openPull(ready, saved, watermark === null ? null : Number(watermark), sourceNowMs());
    while (pull.slices.length > 0 && running.options.signal?.aborted !== true && !limitReached(running)) {
      const { page, next } = await pullPage(ready, pull, {
        ports: running.ports,
        retryDelaysMs: running.options.sourceRetryDelaysMs ?? SOURCE_RETRIES_MS,
        signal: running.options.signal,
        onRetry: (fault, waitMs) => progress(running, `${fault.error.message} (${Math.round(waitMs / 100) / 10} s)`),
      });
      await storePage(running, page);
      pull = next;
    }
  }
  if (ready.merges) await mergeDue(running);
}

function limitReached(running: Running): boolean {
  return running.options.limit !== undefined && running.counts.records - running.counts.unchanged >= running.options.limit;
}

/** Only the asked bills: the cursor does not move. */
async function pullNumbers(running: Running, numbers: readonly string[]): Promise<void> {
  for await (const page of readByNumber(running.ready, numbers, running.ports.nowMs())) await storePage(running, { ...page, cursors: [] });
  if (running.ready.merges) await mergeDue(running);
}

/** Stages a page's records and commits them with the cursor. */
export async function storePage(running: Running, page: PulledPage): Promise<void> {
  const { pool, row, ready, ids } = running;
  const globals = globalsOf({ nowMs: running.ports.nowMs(), lastSyncAtMs: page.slice.fromMs });
  const limited = limitRecords(running, page.records);
  const printed = limited.map((record) => ({ record, ...fingerprintOf(record) }));
  const known = await knownRecords(pool, row.lane, row.num, printed);
  const fresh = printed.filter((item) => known.get(item.key)?.same !== true);
  const staged = fresh.map((item) => stageRecord(ready, item.record, { globals }));
  const changed = staged.filter((item) => known.has(item.key)).map((item) => item.key);
  const shared = staged.flatMap((item) => item.made.filter((made) => made.shared).map((made) => made.unit));
  const plan = planPage(
    ready,
    staged,
    {
      records: known,
      documents: await documentsOfRecords(pool, row.lane, row.num, changed),
      shared: await documentsOfUnits(pool, row.lane, row.num, shared),
    },
    ids.next,
  );
  const tasks = [
    ...toTasks(running, WRITE, plan.write),
    ...toTasks(running, UPDATE, plan.update),
    ...toTasks(running, REVERSE, plan.reverse),
  ];
  const taskOf = new Map(tasks.flatMap((task) => task.documents.map((document): [string, string] => [document, task.id])));
  const withTask = (rows: PagePlan["documents"]): PagePlan["documents"] =>
    rows.map((document) => ({ ...document, task: taskOf.get(document.id) ?? null }));
  const unchanged = printed.length - fresh.length;
  await commitPage(pool, {
    lane: row.lane,
    flow: row.num,
    revision: running.revision,
    run: running.run,
    account: ready.target.connection.account,
    records: plan.records,
    documents: withTask(plan.documents),
    replaced: withTask(plan.replaced),
    links: plan.links,
    mergeItems: plan.mergeItems,
    mergeDone: [],
    tasks,
    cursors: page.cursors,
    counts: { read: page.rowCount, records: printed.length, unchanged },
    exchanges: storedExchanges(running, page.exchanges, null),
  });
  running.counts.read += page.rowCount;
  running.counts.records += printed.length;
  running.counts.unchanged += unchanged;
  progress(running);
}

function limitRecords(running: Running, records: readonly SourceRecord[]): readonly SourceRecord[] {
  const { limit } = running.options;
  return limit === undefined ? records : records.slice(0, Math.max(0, limit - (running.counts.records - running.counts.unchanged)));
}

export function toTasks(running: Running, action: string, documents: readonly string[]): readonly TaskRow[] {
  const { batch } = running.ready.target;
  const tasks: TaskRow[] = [];
  for (let from = 0; from < documents.length; from += batch)
    tasks.push({ id: running.ids.next(), action, documents: documents.slice(from, from + batch) });
  return tasks;
}

export function storedExchanges(running: Running, exchanges: readonly Exchange[], task: string | null): readonly StoredExchange[] {
  return exchanges.map((exchange) => ({ ...exchange, id: running.ids.next(), task }));
}

/** Claims and performs tasks until the pull is over and nothing is due soon. */
async function writeAll(running: Running): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const { concurrency } = running.ready.target;
  while (failures.length === 0 && running.options.signal?.aborted !== true) {
    const free = concurrency - underWay.size;
    const tasks =
      free === 0
        ? []
        : await claimTasks(running.pool, {
            lane: running.row.lane,
            flow: running.row.num,
            count: free,
            owner: running.owner,
            leaseMs: LEASE_MS,
          });
    for (const task of tasks) {
      const work: Promise<void> = perform(running, task)
        .catch((error: unknown) => {
          failures.push(error);
        })
        .finally(() => underWay.delete(work));
      underWay.add(work);
    }
    if (tasks.length > 0 && underWay.size < concurrency) continue;
    if (underWay.size > 0) await Promise.race([...underWay, ...(tasks.length === 0 && free > 0 ? [running.ports.sleep(IDLE_MS)] : [])]);
    else if (running.pulling) await running.ports.sleep(IDLE_MS, running.options.signal);
    else if (!(await waitForDue(running))) break;
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

/** False when the queue counts as drained. */
async function waitForDue(running: Running): Promise<boolean> {
  const dueMs = await nextDueMs(running.pool, running.row.lane, running.row.num);
  if (dueMs === null || dueMs > (running.options.waitMs ?? WAIT_MS)) return false;
  if (dueMs > 0) progress(running, `retry in ${Math.ceil(dueMs / 1000)} s`);
  await running.ports.sleep(Math.max(dueMs, 1), running.options.signal);
  return true;
}

async function perform(running: Running, task: Parameters<typeof performTask>[1]): Promise<void> {
  const { pool, row, ready } = running;
  const performed = await performTask(ready, task, {
    nowMs: running.ports.nowMs,
    random: running.ports.random,
    nextId: running.ids.next,
    markSent: (id, hash) => markSent(pool, row.lane, id, running.owner, hash),
  });
  if (performed === null) return;
  await settleTasks(pool, [
    {
      lane: row.lane,
      flow: row.num,
      run: running.run,
      account: ready.target.connection.account,
      owner: running.owner,
      task: task.id,
      ends: performed.ends,
      follow: performed.follow,
      exchanges: storedExchanges(running, performed.exchanges, task.id),
    },
  ]);
  running.counts.done += performed.ends.filter((end) => statusOf(end.status) === "done").length;
  running.counts.failed += performed.ends.filter((end) => statusOf(end.status) === "failed").length;
  progress(running);
}

function progress(running: Running, waiting?: string): void {
  const { read, records, done, failed } = running.counts;
  running.options.onProgress?.({ read, records, written: done, failed, ...(waiting === undefined ? {} : { waiting }) });
}
