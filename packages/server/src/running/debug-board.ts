/**
 * Debug sessions: a flow followed on one bill, stage by stage. They live in this process alone, bounded in number, size and time, because
 * what they hold is real data that nobody has asked to keep; what is written by one is in the ledger like every write.
 */
import { randomUUID } from "node:crypto";
import { DatongError, fieldOf, type errorToJson, type SourceRecord } from "@datong/core";
import {
  billOfText,
  debugBills,
  debugDocuments,
  debugRead,
  debugRequest,
  debugRows,
  debugWrite,
  objectOfText,
  recordOfText,
  recordsOfAnswer,
  type DebugBill,
  type DebugBills,
  type DebugDocument,
  type DebugFrom,
  type DebugRead,
  type DebugRequest,
  type Engine,
  type ReadyFlow,
  type RecordStory,
  type WorkerFlow,
} from "@datong/engine";

export const DEBUG_STAGES = ["read", "rows", "bills", "map", "request"] as const;
export type DebugStage = (typeof DEBUG_STAGES)[number];

export interface DebugStart {
  readonly workspace: string;
  readonly flow: string;
  readonly revision: number;
  readonly isDraft: boolean;
  readonly worker: WorkerFlow;
  readonly source: string;
  readonly target: { readonly id: string; readonly environment: string | null };
  /** Writes go to another connection than the flow's own, apart from its bills. */
  readonly isTrial: boolean;
  /** Rows of another connection than the flow's own. */
  readonly isForeign: boolean;
  readonly from: DebugFrom;
  readonly by: string;
}

export interface DebugStep {
  readonly from: DebugStage;
  /** Stages after which it stops. */
  readonly stopAt: readonly DebugStage[];
  /** Another bill of the page. */
  readonly record?: string | undefined;
  /** The stage's data as it was edited; of bills and bodies those of `part`. */
  readonly text?: string | undefined;
  readonly part?: string | undefined;
}

interface Session extends DebugStart {
  readonly id: string;
  readonly ready: ReadyFlow;
  readonly startedAt: number;
  touchedAt: number;
  at: DebugStage;
  read: DebugRead | null;
  records: readonly SourceRecord[];
  record: SourceRecord | null;
  /** The source's answer as it was edited; null: as it came. */
  answer: string | null;
  isRowsEdited: boolean;
  bills: DebugBills | null;
  editedParts: Set<string>;
  documents: readonly DebugDocument[] | null;
  editedBodies: Set<string>;
  requests: readonly (DebugRequest | null)[] | null;
  /** Bodies of requests as they were edited, by unit. */
  editedRequests: Map<string, string>;
  written: RecordStory | null;
  problem: ReturnType<typeof errorToJson> | null;
  isBusy: boolean;
}

const SESSIONS_MAX = 40;
const KEPT_MS = 30 * 60_000;
const RECORDS_MAX = 200;
const BYTES_MAX = 4 * 1024 * 1024;
const WRITE_WAIT_MS = 60_000;

export interface DebugBoard {
  readonly start: (start: DebugStart, stopAt: readonly DebugStage[]) => Promise<object>;
  readonly show: (workspace: string, id: string) => object;
  readonly go: (workspace: string, id: string, step: DebugStep) => Promise<object>;
  readonly write: (workspace: string, id: string, given: { readonly confirm: string; readonly person: string }) => Promise<object>;
  /** What the session would write, for the audit log. */
  readonly told: (
    workspace: string,
    id: string,
  ) => { readonly flow: string; readonly number: string; readonly target: string; readonly edited: readonly DebugStage[] };
  readonly end: (workspace: string, id: string) => void;
}

export function createDebugBoard(engine: Engine): DebugBoard {
  const sessions = new Map<string, Session>();
  const find = (workspace: string, id: string): Session => {
    const nowMs = engine.ports.nowMs();
    for (const [each, { touchedAt }] of sessions) if (nowMs - touchedAt > KEPT_MS) sessions.delete(each);
    const session = sessions.get(id);
    if (session?.workspace !== workspace) throw new DatongError("DEBUG_SESSION_GONE", { id });
    session.touchedAt = nowMs;
    return session;
  };
  const alone = async (session: Session, work: () => Promise<void>): Promise<object> => {
    if (session.isBusy) throw new DatongError("FLOW_RUNNING", { flow: session.flow, owner: session.id });
    session.isBusy = true;
    try {
      await work();
    } finally {
      session.isBusy = false;
    }
    return viewOf(session);
  };
  return {
    start: async (start, stopAt) => {
      const nowMs = engine.ports.nowMs();
      const session = newSession(start, randomUUID(), engine.ready(start.worker.flow, start.worker.connections), nowMs);
      while (sessions.size >= SESSIONS_MAX) sessions.delete([...sessions.values()].sort((a, b) => a.touchedAt - b.touchedAt)[0]?.id ?? "");
      sessions.set(session.id, session);
      return alone(session, async () => {
        const read = await debugRead(session.ready, start.from, engine);
        session.read = read;
        session.problem = read.problem;
        session.records = fitting(read.records);
        session.record = session.records[0] ?? null;
        if (!stopAt.includes("read") && session.record !== null) await advance(engine, session, "read", stopAt);
      });
    },
    show: (workspace, id) => viewOf(find(workspace, id)),
    told: (workspace, id) => {
      const session = find(workspace, id);
      const { flow, record, target } = session;
      return { flow, number: record?.number ?? record?.key ?? "", target: target.id, edited: editedStages(session) };
    },
    end: (workspace, id) => {
      find(workspace, id);
      sessions.delete(id);
    },
    go: async (workspace, id, step) => {
      const session = find(workspace, id);
      return alone(session, async () => {
        takeEdit(session, step);
        await advance(engine, session, step.from, step.stopAt);
      });
    },
    write: async (workspace, id, given) => {
      const session = find(workspace, id);
      return alone(session, async () => {
        session.written = await writeOf(engine, session, given);
      });
    },
  };
}

function newSession(start: DebugStart, id: string, ready: ReadyFlow, nowMs: number): Session {
  return {
    ...start,
    id,
    ready,
    startedAt: nowMs,
    touchedAt: nowMs,
    at: "read",
    read: null,
    records: [],
    record: null,
    answer: null,
    isRowsEdited: false,
    bills: null,
    editedParts: new Set(),
    documents: null,
    editedBodies: new Set(),
    requests: null,
    editedRequests: new Map(),
    written: null,
    problem: null,
    isBusy: false,
  };
}

/** As many records as a session may hold. */
function fitting(records: readonly SourceRecord[]): readonly SourceRecord[] {
  let bytes = 0;
  return records.slice(0, RECORDS_MAX).filter(({ text }) => (bytes += text.length) <= BYTES_MAX);
}

function takeEdit(session: Session, { from, record, text, part = "" }: DebugStep): void {
  if (record !== undefined) {
    session.record = session.records.find(({ key }) => key === record) ?? session.record;
    session.isRowsEdited = false;
  }
  if (text === undefined) return;
  if (text.length > BYTES_MAX) throw new DatongError("REQUEST_TOO_LARGE", { bytesMax: BYTES_MAX });
  if (from === "read") takeAnswer(session, text);
  else if (from === "request") takeRequest(session, text, part);
  else if (from === "rows" && session.record !== null) {
    session.record = recordOfText(session.ready, text, session.record);
    session.isRowsEdited = true;
  } else if (from === "bills" && session.bills !== null) {
    const bills = session.bills.bills.map((bill): DebugBill => (bill.part === part ? billOfText(bill, text) : bill));
    session.bills = { ...session.bills, bills };
    session.editedParts.add(part);
  } else if (from === "map" && session.documents !== null) {
    objectOfText(text);
    session.documents = session.documents.map((each) => (each.part === part ? { ...each, body: text, problem: null } : each));
    for (const each of session.documents) if (each.part === part) session.editedBodies.add(each.unit);
  }
}

function takeAnswer(session: Session, text: string): void {
  if (session.read === null || (session.read.answer ?? null) === null) return;
  const { records, problem } = recordsOfAnswer(session.ready, text);
  session.answer = text;
  session.read = { ...session.read, problem };
  session.records = fitting(records);
  session.record = session.records[0] ?? null;
  session.isRowsEdited = false;
}

function takeRequest(session: Session, text: string, part: string): void {
  const documents = (session.documents ?? []).filter((each) => each.part === part && each.body !== null);
  // What cannot be sent like that is refused before anything is changed.
  for (const document of documents) debugRequest(session.ready, document, session.touchedAt, text);
  for (const { unit } of documents) session.editedRequests.set(unit, text);
}

/** The stages whose data a person has put in place of what came. */
function editedStages({ answer, isRowsEdited, editedParts, editedBodies, editedRequests }: Session): readonly DebugStage[] {
  const isEdited: Readonly<Record<DebugStage, boolean>> = {
    read: answer !== null,
    rows: isRowsEdited,
    bills: editedParts.size > 0,
    map: editedBodies.size > 0,
    request: editedRequests.size > 0,
  };
  return DEBUG_STAGES.filter((stage) => isEdited[stage]);
}

/** Runs on behind a stage until one after which it is to stop, or until something is wrong. */
async function advance(engine: Engine, session: Session, from: DebugStage, stopAt: readonly DebugStage[]): Promise<void> {
  const { record, ready } = session;
  const nowMs = engine.ports.nowMs();
  forget(session, from);
  session.at = from;
  if (record === null) return;
  // Of the request itself it is the request that is made anew.
  const behind = from === "request" ? ["request" as const] : DEBUG_STAGES.slice(DEBUG_STAGES.indexOf(from) + 1);
  for (const stage of behind) {
    if (stage === "bills") session.bills = debugBills(ready, record, nowMs);
    if (stage === "map") session.documents = await debugDocuments(ready, record, session.bills?.bills ?? [], { pool: engine.pool, nowMs });
    if (stage === "request")
      session.requests = (session.documents ?? []).map((document) =>
        debugRequest(ready, document, nowMs, session.editedRequests.get(document.unit)),
      );
    session.at = stage;
    const isStuck = (session.bills?.problem ?? null) !== null || (session.documents ?? []).some(({ problem }) => problem !== null);
    if (stopAt.includes(stage) || isStuck) return;
  }
}

/** What comes after a stage is worked out anew. */
function forget(session: Session, from: DebugStage): void {
  const at = DEBUG_STAGES.indexOf(from);
  if (at < DEBUG_STAGES.indexOf("bills")) {
    session.bills = null;
    session.editedParts = new Set();
  }
  if (at < DEBUG_STAGES.indexOf("map")) {
    session.documents = null;
    session.editedBodies = new Set();
  }
  if (at < DEBUG_STAGES.indexOf("request")) session.editedRequests = new Map();
  session.requests = null;
  session.written = null;
  session.problem = session.read?.problem ?? null;
}

async function writeOf(
  engine: Engine,
  session: Session,
  given: { readonly confirm: string; readonly person: string },
): Promise<RecordStory | null> {
  const { record, documents, requests, target, isTrial, isForeign, editedParts, editedBodies, editedRequests } = session;
  if (given.confirm !== target.id) throw new DatongError("DEBUG_WRITE_UNCONFIRMED", { connection: target.id });
  if (record === null || requests === null || documents === null || documents.length === 0)
    throw nothing("还没有运行到请求 / not run up to the request");
  if (documents.some(({ problem }) => problem !== null)) throw nothing("映射有错 / the mapping has problems");
  // The ledger says of a bill what the source said; what was made up here is written apart or not at all.
  const edited = editedStages(session);
  if (!isTrial && (edited.includes("read") || edited.includes("rows"))) throw nothing("源数据被改过 / the source data was edited");
  if (!isTrial && edited.includes("request")) throw nothing("最终请求被改过 / the final request was edited");
  if (!isTrial && isForeign) throw nothing("源数据来自另一个连接 / the rows are another connection's");
  const isEdited = editedParts.size > 0 || editedBodies.size > 0;
  const bodies = new Map(isEdited ? documents.flatMap(({ unit, body }) => (body === null ? [] : [[unit, body] as const])) : []);
  const byKey = documents.flatMap(({ unit, externalKey }) => {
    const text = editedRequests.get(unit);
    return text === undefined ? [] : [[externalKey ?? unit, text] as const];
  });
  const write = { record, bodies, requests: new Map(byKey), edited, person: given.person, waitMs: WRITE_WAIT_MS };
  return debugWrite(engine, session.worker, write);
}

function nothing(reason: string): DatongError {
  return new DatongError("DEBUG_NOTHING_TO_WRITE", { reason });
}

/** As people see it. Texts are JSON as it came; messages are masked. */
function viewOf(session: Session): object {
  const { id, flow, revision, isDraft, source, target, isTrial, isForeign, at, read, records, record, bills, documents, requests } =
    session;
  return {
    id,
    flow,
    revision,
    isDraft,
    source,
    target,
    isTrial,
    isForeign,
    at,
    edited: editedStages(session),
    problem: session.problem,
    read:
      read === null
        ? null
        : {
            exchanges: read.exchanges,
            isStored: read.isStored,
            answer: session.answer ?? read.answer ?? null,
            isEdited: session.answer !== null,
          },
    records: records.map(({ key, number, rows }) => ({ key, number, rows: rows.length })),
    record: record === null ? null : { key: record.key, number: record.number, text: debugRows(record), isEdited: session.isRowsEdited },
    bills:
      bills === null
        ? null
        : {
            dropped: bills.dropped,
            steps: bills.steps,
            problem: bills.problem,
            items: bills.bills.map(({ part, text }) => ({ part, text, isEdited: session.editedParts.has(part) })),
          },
    documents:
      documents?.map((document, index) => ({
        unit: document.unit,
        part: document.part,
        externalKey: document.externalKey,
        body: document.body,
        isEdited: session.editedBodies.has(document.unit),
        problem: document.problem,
        trace: document.trace.map(({ fieldPath, expression, references, raw, result, note, lookups }) => ({
          field: fieldOf(fieldPath),
          path: fieldPath,
          expression,
          references: references.map(({ path, value }) => ({ path, value: value ?? null })),
          raw: raw ?? null,
          result: result ?? null,
          note: note ?? null,
          lookups: lookups?.length ?? 0,
        })),
        request: requests?.[index]?.text ?? null,
        requestBody: requests?.[index]?.editable ?? null,
        isRequestEdited: session.editedRequests.has(document.unit),
      })) ?? null,
    written: session.written,
  };
}
