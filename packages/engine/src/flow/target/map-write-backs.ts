/**
 * Write-backs get their bodies: the bill's first row as it is stored now, with the target's numbers beside it, through the write-back's
 * mapping. No call is made here; what was mapped goes on as writes, in the API's batches. What is under way of an earlier version is
 * waited for, and what is in doubt without anybody to ask stays with a person. What was told already, of this version and in these words,
 * is not told again.
 */
import { DatongError, inBothLanguages, globalsOf, STATUSES, writeBackRow, type JsonObject } from "@datong/core";
import { crashPoint } from "../../crash-point.ts";
import { storedRecords } from "../../ledger/repair/open-documents.ts";
import { tasksFor, type Going } from "../../ledger/repair/queue-again.ts";
import { noteWaiters, type Awaited, type Waiter } from "../../store/lookup-waits.ts";
import { insertTasks } from "../../store/insert-tasks.ts";
import { readPlaces } from "../../store/stored-text.ts";
import { PRIORITY, type ClaimedTask } from "../../store/task-rows.ts";
import { transaction, type Queryable } from "../../store/transaction.ts";
import {
  countMapped,
  documentsToTell,
  mapLater,
  storeMapped,
  takeMapTask,
  type MappedRow,
  type OpenWriteBack,
  type ToldRow,
} from "../../store/write-back-rows.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import type { Running } from "../running.ts";
import { withAnswers } from "../transform/answer-lookups.ts";
import { makeDocument, type StageScope } from "../transform/make-document.ts";
import { PROBE, UPDATE, WRITE } from "./settle.ts";

const LATER_MIN_MS = 1_000;
const LATER_MAX_MS = 3_600_000;

export async function mapWriteBacks(running: Running, task: ClaimedTask): Promise<void> {
  const { pool, row, ready, owner, ids } = running;
  const { account } = ready.target.connection;
  const priority = task.priority ?? PRIORITY.scheduled;
  const waiters: Waiter[] = [];
  const failed = await transaction(pool, async (client) => {
    const documents = task.documents.map((document) => document.id);
    const open = await takeMapTask(client, { lane: row.lane, owner, task: task.id, documents });
    if (open === null) return 0;
    const waiting = open.filter(isUnderWay);
    if (waiting.length > 0) {
      const soonest = Math.min(...waiting.map((each) => (each.inHand ? 0 : (each.dueMs ?? 0))));
      const delayMs = Math.min(LATER_MAX_MS, Math.max(LATER_MIN_MS, soonest));
      const later = { id: ids.next(), documents: waiting.map((each) => each.id), delayMs, priority };
      await mapLater(client, { lane: row.lane, flow: row.num, account }, later);
    }
    const { idempotent } = ready.target.ready.api.write ?? {};
    const held = (each: OpenWriteBack): boolean => each.status === STATUSES.unknown.number && idempotent !== true;
    const mapped = await mapAll(
      running,
      client,
      open.filter((each) => !isUnderWay(each) && !held(each)),
    );
    const going = mapped
      .filter((each) => each.status === STATUSES.queued.number)
      .map(({ id, action, status }): Going => ({ id, action, status }));
    const tasks = tasksFor(ready, going, { each: false, priority }, ids.next);
    const taskOf = new Map(tasks.flatMap((each) => each.documents.map((id): [string, string] => [id, each.id])));
    const stored = mapped.map((each) => ({ ...each, task: taskOf.get(each.id) ?? null }));
    if (stored.length > 0) await storeMapped(client, { ...running, lane: row.lane, flow: row.num, nextId: ids.next }, stored);
    if (tasks.length > 0) await insertTasks(client, row.lane, row.num, account, tasks);
    await countMapped(client, row.lane, row.num, stored, tasks.length + (waiting.length > 0 ? 1 : 0));
    waiters.push(...mapped.flatMap(({ key, awaited }) => (awaited === undefined ? [] : [{ key, awaited }])));
    crashPoint("map.inside");
    return stored.filter((each) => each.status === STATUSES.failed.number).length;
  });
  if (waiters.length > 0) await noteWaiters(pool, row.num, "write-back", waiters);
  crashPoint("map.after");
  running.counts.failed += failed;
}

/** A call of an earlier version is being made, or was made and is being asked about. One that only waits to be made is replaced. */
function isUnderWay({ dueMs, inHand, status }: OpenWriteBack): boolean {
  return inHand || (dueMs !== null && (status === STATUSES.unknown.number || status === STATUSES.sent.number));
}

type Mapped = MappedRow & { readonly action: string; readonly key: string; readonly awaited?: readonly Awaited[] };

async function mapAll(running: Running, client: Queryable, open: readonly OpenWriteBack[]): Promise<readonly Mapped[]> {
  const { main, ports } = running;
  if (open.length === 0 || main === undefined) return [];
  const keys = open.map((each) => each.key);
  const at = { lane: main.lane, flow: main.num };
  const records = new Map((await storedRecords(client, at, keys)).map((read) => [read.key, read.record.rows[0]]));
  const told = Map.groupBy(await documentsToTell(client, at, keys), (document) => document.recordKey);
  const before = await readPlaces(client, main.lane, open);
  const globals = globalsOf({ nowMs: ports.nowMs() });
  const all = await withAnswers(running.pool, running.ready, { globals }, (scope) =>
    open.map((each) => mapOne(running, each, records.get(each.key), told.get(each.key) ?? [], scope)),
  );
  return open.flatMap((each, i): readonly Mapped[] => {
    const mapped = all[i] as Mapped;
    const isTold = each.status === STATUSES.done.number && each.version === mapped.version && before[i] === mapped.body;
    return isTold ? [] : [mapped];
  });
}

function mapOne(running: Running, open: OpenWriteBack, head: JsonObject | undefined, told: readonly ToldRow[], scope: StageScope): Mapped {
  const { ready } = running;
  const version = Math.max(1, ...told.map((document) => document.version));
  const base = { id: open.id, key: open.key, before: open.status, version, action: actionOf(ready, open), task: null };
  if (head === undefined) {
    const gone = new DatongError("WRITE_BACK_ROWS_GONE", { key: open.key });
    return { ...base, externalKey: null, status: STATUSES.failed.number, code: gone.code, text: inBothLanguages(gone), body: "null" };
  }
  const made = makeDocument(ready, open.key, { row: writeBackRow(head, told), part: "", sources: [] }, scope);
  const body = made.body ?? "null";
  const stored = { ...base, externalKey: made.externalKey, code: made.code, text: made.problem, body };
  if (made.waits === true) return { ...stored, status: STATUSES.pending.number, awaited: made.awaited ?? [] };
  if (made.code !== null) return { ...stored, status: STATUSES.failed.number };
  // Nobody can be asked, and taking it twice would do harm: a person decides.
  if (isBlind(ready, open)) return { ...stored, status: STATUSES.unknown.number, code: "PROBE_MISSING" };
  return { ...stored, status: STATUSES.queued.number };
}

function isBlind(ready: ReadyFlow, { doubted }: OpenWriteBack): boolean {
  const { write } = ready.target.ready.api;
  return doubted && write?.probe === undefined && write?.idempotent !== true;
}

/** What may have been taken in an earlier version is asked for before this one is sent. */
function actionOf(ready: ReadyFlow, { doubted, targetId }: OpenWriteBack): string {
  const { write } = ready.target.ready.api;
  if (doubted && write?.probe !== undefined) return PROBE;
  return targetId !== null && write?.update !== undefined ? UPDATE : WRITE;
}
