/**
 * The ledger as a model: what a `LedgerStore` promises, in memory, each operation at once and whole. One flow.
 *
 * It is written from the promises, not from the statements: where PostgreSQL and this disagree, one of them is wrong. It checks as it
 * goes that documents move only as the status table allows, and refuses what a constraint would refuse.
 */
import { canMove, DatongError, statusOf, STATUSES } from "@datong/core";
import {
  WAITS,
  type ClaimedTask,
  type DocumentEnd,
  type DocumentRow,
  type KnownDocument,
  type KnownRecord,
  type LedgerStore,
  type PageRows,
  type Settlement,
} from "@datong/engine";
import { Broken } from "./broken.ts";
import { byId, inOrder, turnsAfter, type LineTask, type ModelLines } from "./model-lines.ts";

export interface ModelDocument {
  readonly id: string;
  readonly unit: string;
  recordKey: string;
  readonly part: string;
  version: number;
  externalKey: string | null;
  orderKey: string | null;
  number: string | null;
  targetId: string | null;
  status: number;
  stage: string | null;
  attempts: number;
  inDoubt: boolean;
  formerKeys: readonly string[];
  code: string | null;
  cause: string | null;
  vendorCode: string | null;
  vendorText: string | null;
  tasks: string[];
  run: string;
  body: string;
}

export interface ModelTask {
  readonly id: string;
  readonly action: string;
  readonly priority: number;
  documents: string[];
  runAtMs: number;
  attempts: number;
  owner: string | null;
  sent: boolean;
}

export interface ModelRecord {
  readonly key: string;
  readonly number: string | null;
  readonly fingerprint: string;
  readonly version: number;
  readonly status: number;
  readonly reason: string | null;
  readonly rows: string;
}

interface Tables {
  readonly records: Map<string, ModelRecord>;
  readonly documents: Map<string, ModelDocument>;
  /** Document by unit. */
  readonly units: Map<string, string>;
  readonly tasks: Map<string, ModelTask>;
  readonly cursors: Map<string, string>;
  readonly lines: ModelLines;
  readonly runs: Map<string, { read: number; records: number; unchanged: number }>;
  readonly nowMs: () => number;
}

export interface ModelLedger {
  readonly store: LedgerStore;
  readonly records: ReadonlyMap<string, ModelRecord>;
  readonly documents: ReadonlyMap<string, ModelDocument>;
  readonly tasks: ReadonlyMap<string, ModelTask>;
  readonly cursors: ReadonlyMap<string, string>;
  readonly lines: ModelLines;
}

/** Documents in these want attention. */
const OPEN: readonly number[] = [STATUSES.pending, STATUSES.failed, STATUSES.skipped, STATUSES.unknown].map((status) => status.number);
const UNDER_WAY: readonly number[] = [STATUSES.queued, STATUSES.sent, STATUSES.unknown].map((status) => status.number);

/** An empty ledger. */
export function createModelLedger(nowMs: () => number): ModelLedger {
  const at: Tables = {
    records: new Map(),
    documents: new Map(),
    units: new Map(),
    tasks: new Map(),
    cursors: new Map(),
    lines: { heads: new Map(), waiting: new Map() },
    runs: new Map(),
    nowMs,
  };
  return { ...at, store: { ...runOperations(at), ...pageOperations(at), ...taskOperations(at) } };
}

type RunOperations = Pick<LedgerStore, "startRun" | "endRun" | "countOpenDocuments" | "loadCursor" | "insertExchanges">;

function runOperations(at: Tables): RunOperations {
  return {
    startRun: later(({ id }) => void at.runs.set(id, { read: 0, records: 0, unchanged: 0 })),
    endRun: later(({ id }) => at.runs.get(id) ?? { read: 0, records: 0, unchanged: 0 }),
    countOpenDocuments: later((_lane, _flow, run) => {
      const counts = new Map<number, number>();
      for (const document of at.documents.values())
        if (document.run === run && OPEN.includes(document.status)) counts.set(document.status, (counts.get(document.status) ?? 0) + 1);
      const waiting = [...at.tasks.values()].filter(({ action }) => action !== "probe" && !action.startsWith("probe:"));
      return counts.set(
        STATUSES.queued.number,
        waiting.reduce((sum, task) => sum + task.documents.length, 0),
      );
    }),
    loadCursor: later((_lane, _flow, name) => at.cursors.get(name) ?? null),
    insertExchanges: later(() => undefined),
  };
}

type PageOperations = Pick<
  LedgerStore,
  "knownRecords" | "documentsOfRecords" | "documentsOfUnits" | "mergedRecords" | "waitingRecords" | "commitPage"
>;

function pageOperations(at: Tables): PageOperations {
  const documents = (): readonly ModelDocument[] => [...at.documents.values()];
  return {
    knownRecords: later((_lane, _flow, asked) => {
      const known = asked.flatMap(({ key, fingerprint }): [string, KnownRecord][] => {
        const found = at.records.get(key);
        if (found === undefined) return [];
        const { version, status } = found;
        return [[key, { version, status, same: found.fingerprint === fingerprint, waiting: found.fingerprint === "00" }]];
      });
      return new Map(known);
    }),
    documentsOfRecords: later((_lane, _flow, keys) =>
      documents()
        .filter((document) => keys.includes(document.recordKey))
        .map((document) => seen(at, document)),
    ),
    documentsOfUnits: later((_lane, _flow, asked) =>
      documents()
        .filter((document) => asked.includes(document.unit))
        .map((document) => seen(at, document)),
    ),
    mergedRecords: later(() => new Set()),
    waitingRecords: later(({ after, count }) =>
      [...at.records.values()]
        .filter((record) => record.fingerprint === "00" && record.key > after)
        .filter((record) => !documents().some((d) => d.recordKey === record.key && UNDER_WAY.includes(d.status)))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, count)
        .map(({ key, number, rows }) => ({ key, number, rows })),
    ),
    commitPage: later((page) => commitPage(at, page)),
  };
}

type TaskNames = "claimTasks" | "markSent" | "settleTasks" | "returnTask" | "claimants" | "releaseTasks" | "nextDueMs";

function taskOperations(at: Tables): Pick<LedgerStore, TaskNames> {
  const owned = (id: string, owner: string): ModelTask | undefined => {
    const task = at.tasks.get(id);
    return task?.owner === owner ? task : undefined;
  };
  const leased = () =>
    [...at.tasks.values()].flatMap((task) => (task.owner !== null && task.runAtMs > at.nowMs() ? [[task.owner, task] as const] : []));
  return {
    claimTasks: later((asked) => claim(at, asked)),
    markSent: later((_lane, owner, intents) =>
      intents.map((intent) => {
        const task = owned(intent.task, owner);
        if (task === undefined || task.sent) return false;
        task.sent = true;
        return true;
      }),
    ),
    settleTasks: later((settlements) => settle(at, settlements)),
    returnTask: later((_lane, owner, id, maybeSent) => {
      const task = owned(id, owner);
      if (task === undefined) return;
      Object.assign(task, { owner: null, runAtMs: at.nowMs(), attempts: Math.max(0, task.attempts - 1), sent: task.sent && maybeSent });
    }),
    claimants: later(() => [...new Set(leased().map(([owner]) => owner))].toSorted()),
    releaseTasks: later((_lane, _flow, owners) => {
      for (const [owner, task] of leased()) if (owners.includes(owner)) task.runAtMs = at.nowMs();
    }),
    nextDueMs: later(() => {
      const due = [...at.tasks.values()].map((task) => task.runAtMs);
      return due.length === 0 ? null : Math.max(0, Math.min(...due) - at.nowMs());
    }),
  };
}

/** A document as the planning of a page sees it. */
function seen(at: Tables, document: ModelDocument): KnownDocument {
  const { id, unit, recordKey, part, status, version, targetId, number, stage, externalKey, orderKey } = document;
  const isDone = document.status === STATUSES.done.number;
  const inFlight =
    document.tasks.some((task) => isTaken(at.tasks.get(task)) || (isDone && at.tasks.has(task))) || (isDone && at.lines.waiting.has(id));
  const doubted = document.inDoubt || document.formerKeys.length > 0;
  return { id, unit, recordKey, part, status, version, targetId, number, stage, externalKey, orderKey, inFlight, doubted };
}

/** Somebody holds it, or it may have been sent. */
function isTaken(task: ModelTask | undefined): boolean {
  return task !== undefined && (task.owner !== null || task.sent);
}

/** All or nothing: what would be refused is found before anything is changed. */
function commitPage(at: Tables, planned: PageRows): boolean {
  if ([...at.runs.keys()].some((id) => byId(planned.run, id) < 0))
    throw new DatongError("FLOW_RUNNING", { flow: planned.flow, owner: "a newer run" });
  if (!asPlanned(at, planned)) return false;
  // Another process has stored this page meanwhile, or one that has these bills too.
  if (planned.documents.some((row) => at.units.has(row.unit))) return false;
  const { page, turns } = inOrder(at.lines, planned);
  for (const task of turns) letGo(at, task);
  for (const { key, number, fingerprint, version, status, reason, rows } of page.records)
    at.records.set(key, { key, number, fingerprint, version, status, reason, rows });
  const changing = new Set(page.planned.map((document) => document.id));
  for (const task of at.tasks.values()) task.documents = task.documents.filter((id) => !changing.has(id));
  for (const id of page.skipped) skipDocument(at, id, page.run);
  for (const row of page.documents) insertDocument(at, row, page.run);
  for (const row of page.replaced) replaceDocument(at, row, page.run);
  insertTasks(at, page.tasks);
  for (const task of page.tasks) for (const id of task.documents) joinTask(at, id, task.id);
  for (const cursor of page.cursors) at.cursors.set(cursor.name, cursor.value);
  const run = at.runs.get(page.run);
  if (run !== undefined) {
    run.read += page.counts.read;
    run.records += page.counts.records;
    run.unchanged += page.counts.unchanged;
  }
  return true;
}

function joinTask(at: Tables, id: string, task: string): void {
  const document = at.documents.get(id);
  if (document === undefined || document.tasks.includes(task)) return;
  document.tasks.push(task);
  document.number ??= document.externalKey;
}

function letGo(at: Tables, task: LineTask): void {
  for (const id of task.documents) {
    const document = at.documents.get(id);
    if (document === undefined) continue;
    if (document.status === STATUSES.pending.number) move(document, STATUSES.queued.number, false, "its turn");
    if (document.code === WAITS) document.code = null;
    if (document.status === STATUSES.done.number) document.number ??= document.externalKey;
    document.tasks.push(task.id);
  }
}

function asPlanned(at: Tables, page: PageRows): boolean {
  const ids = new Set(page.planned.map((document) => document.id));
  if ([...at.tasks.values()].some((task) => isTaken(task) && task.documents.some((id) => ids.has(id)))) return false;
  return page.planned.every((document) => at.documents.get(document.id)?.status === document.status);
}

function insertTasks(
  at: Tables,
  rows: readonly (PageRows["tasks"][number] & { readonly delayMs?: number; readonly attempts?: number })[],
): void {
  for (const row of rows) {
    if (at.tasks.has(row.id)) throw new Error(`task ${row.id} is there already`);
    at.tasks.set(row.id, {
      id: row.id,
      action: row.action,
      priority: row.priority ?? 1,
      documents: [...row.documents],
      runAtMs: at.nowMs() + (row.delayMs ?? 0),
      attempts: row.attempts ?? 0,
      owner: null,
      sent: false,
    });
  }
}

function insertDocument(at: Tables, row: DocumentRow, run: string): void {
  if (at.documents.has(row.id) || at.units.has(row.unit)) throw new Broken(`two documents for ${row.unit} in one page`);
  const { id, unit, recordKey, part, version, externalKey, status, code, vendorText, body } = row;
  const fresh = { number: null, targetId: null, stage: null, attempts: 0, inDoubt: false, formerKeys: [], cause: null, vendorCode: null };
  const own = row.task === null ? [] : [row.task];
  const made = { ...fresh, orderKey: row.orderKey ?? null, tasks: own };
  at.documents.set(id, { id, unit, recordKey, part, version, externalKey, status, code, vendorText, body, run, ...made });
  at.units.set(unit, id);
}

function skipDocument(at: Tables, id: string, run: string): void {
  const document = at.documents.get(id);
  if (document === undefined) return;
  move(document, STATUSES.skipped.number, false, "skipped");
  Object.assign(document, { run, code: "WITHDRAWN_UNWRITTEN", cause: null, vendorCode: null, vendorText: null });
}

function replaceDocument(at: Tables, row: DocumentRow, run: string): void {
  const document = at.documents.get(row.id);
  if (document === undefined) return;
  move(document, row.status, false, "replaced");
  const { version, recordKey, externalKey, orderKey = null, code, vendorText, body } = row;
  // What is at the target, or may be, can be asked for there under the key that it had.
  const isThere = document.number !== null || document.targetId !== null;
  if (document.externalKey !== null && (isThere ? document.externalKey !== externalKey : document.inDoubt))
    document.formerKeys = [...new Set([...document.formerKeys, document.externalKey])];
  document.inDoubt = false;
  const fresh = { cause: null, vendorCode: null, attempts: 0 };
  Object.assign(document, fresh, { version, recordKey, externalKey, orderKey, code, vendorText, body, run });
  if (row.forgets !== undefined) document.stage = null;
  if (row.forgets === "target") Object.assign(document, { number: null, targetId: null, formerKeys: [] });
  if (row.task !== null) document.tasks.push(row.task);
}

function claim(at: Tables, asked: Parameters<LedgerStore["claimTasks"]>[0]): readonly ClaimedTask[] {
  const due = [...at.tasks.values()].filter((task) => task.runAtMs <= at.nowMs());
  due.sort((a, b) => a.priority - b.priority || a.runAtMs - b.runAtMs || byId(a.id, b.id));
  const claimed = due.slice(0, asked.count).map((task) => {
    task.owner = asked.owner;
    task.runAtMs = at.nowMs() + asked.leaseMs;
    task.attempts += 1;
    return task;
  });
  return claimed
    .toSorted((a, b) => a.priority - b.priority || byId(a.id, b.id))
    .map((task) => ({
      id: task.id,
      flow: asked.flow,
      priority: task.priority,
      action: task.action,
      attempts: task.attempts,
      maybeSent: task.sent,
      documents: task.documents.flatMap((id) => {
        const found = at.documents.get(id);
        if (found === undefined) return [];
        const { externalKey, recordKey, number, targetId, stage, attempts, status, code, inDoubt, formerKeys, body } = found;
        return [{ id, externalKey, recordKey, number, targetId, stage, attempts, status, code, inDoubt, formerKeys, body }];
      }),
    }));
}

function endDocument(at: Tables, end: DocumentEnd, run: string, wasSent: boolean, action: string): void {
  const document = at.documents.get(end.id);
  if (document === undefined) return;
  move(document, end.status, wasSent, action);
  document.stage = end.stage ?? document.stage;
  document.number = end.number ?? document.number;
  document.targetId = end.targetId ?? document.targetId;
  const { attempts, code, cause, vendorCode, vendorText } = end;
  Object.assign(document, { attempts, code, cause, vendorCode, vendorText, run });
  if (end.task !== null) document.tasks.push(end.task);
  if (end.inDoubt === true) document.inDoubt = true;
  if (end.status === STATUSES.done.number) Object.assign(document, { inDoubt: false, formerKeys: [] });
}

function settle(at: Tables, settlements: readonly Settlement[]): void {
  const owner = settlements[0]?.owner;
  const valid = settlements.flatMap((settlement) => {
    const task = at.tasks.get(settlement.task);
    if (task === undefined || task.owner !== owner) return [];
    at.tasks.delete(settlement.task);
    return [{ settlement, task }];
  });
  for (const { settlement, task } of valid) for (const end of settlement.ends) endDocument(at, end, settlement.run, task.sent, task.action);
  insertTasks(
    at,
    valid.flatMap(({ settlement }) => settlement.follow),
  );
  const turns = turnsAfter(at.lines, valid);
  for (const task of turns) letGo(at, task);
  insertTasks(at, turns);
}

/** Refuses a move that the status table lacks. A queued document whose intent is stored counts as sent. */
function move(document: ModelDocument, to: number, wasSent: boolean, action: string): void {
  const stored = statusOf(document.status);
  // One that is asked for before it is written is in doubt, whatever is stored.
  const from = stored !== "queued" ? stored : wasSent ? "sent" : action === "probe" ? "unknown" : stored;
  const next = statusOf(to);
  // A call about a document that stands (a reversal) leaves it done; an answer about one in doubt may come by any call.
  const stands = stored === "done" || (stored === "failed" && action.endsWith("reverse"));
  const isStanding = stands && action !== "write" && action !== "replaced";
  if (!canMove(from, next) && !isStanding) throw new Broken(`${document.unit}: ${from} → ${next} by ${action} is no legal move`);
  document.status = to;
}

/** The operation as the store has it: its result comes later, its error too. */
function later<Args extends readonly unknown[], R>(work: (...args: Args) => R): (...args: Args) => Promise<R> {
  return async (...args) => work(...args);
}
