/**
 * Records to documents: condition, restructure, mapping, in memory, for one page. Decides everything that the page's transaction
 * will write; writes nothing itself. Preview and run use the same function.
 */
import {
  applyCondition,
  decideChange,
  keysOf,
  mergeBills,
  orderedObject,
  restructureRecord,
  statusOf,
  STATUSES,
  writeJson,
  type Bill,
  type ErrorCode,
  type Json,
  type JsonObject,
  type SourceRecord,
  type Status,
  DatongError,
  inBothLanguages,
} from "@datong/core";
import { firstAction } from "../target/first-action.ts";
import { PROBE, REVERSED, UPDATE, WRITE } from "../target/settle.ts";
import { positionOf, queueReversal, queueRow, type PlannedPlace } from "./plan-places.ts";
import { makeDocument, type Made, type StageScope } from "./make-document.ts";
import { asTaken } from "./taken-records.ts";
import { hashHex } from "../record/fingerprint.ts";
import { NOT_YET, type KnownDocument, type KnownRecord } from "../../store/known-rows.ts";
import type { DocumentRow, RecordRow } from "../../store/page-rows.ts";
import type { ReadyFlow } from "../ready-flow.ts";

/** What became of one record. */
export interface StagedRecord {
  readonly number: string | null;
  /** The rows as they are stored. The rows themselves can go. */
  readonly text: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly dropped: string | null;
  /** Of a flow that writes no documents. */
  readonly collected: boolean;
  readonly withdrawn: boolean;
  readonly made: readonly Made[];
  /** Keys of bills that wait for others (many to one). */
  readonly mergeKeys: readonly string[];
  readonly problem: { readonly code: string; readonly text: string } | null;
}

/** A record's name in the ledger, and the hash of its rows' text. */
export interface Print {
  readonly key: string;
  readonly fingerprint: string;
}

/** `except`: fields that do not count, because the flow's own write-back changes them. */
export function fingerprintOf(record: SourceRecord, except: readonly string[] = []): Print {
  const fingerprint = hashHex(except.length === 0 ? record.text : writeJson(record.rows.map((row) => without(row, except))));
  return { key: record.key ?? `?${fingerprint.slice(0, 24)}`, fingerprint };
}

function without(row: JsonObject, fields: readonly string[]): JsonObject {
  return orderedObject(keysOf(row).flatMap((key): [string, Json][] => (fields.includes(key) ? [] : [[key, row[key] ?? null]])));
}

/** `print` where the caller has it already: it reads every byte of the record. */
export function stageRecord(
  ready: ReadyFlow,
  record: SourceRecord,
  scope: StageScope,
  print: Print = fingerprintOf(record, ready.flow.writeBack?.changes),
): StagedRecord {
  if (record.key === null) {
    const error = new DatongError("SOURCE_KEY_MISSING", { fields: ready.source.keys.id.map((path) => path.text).join(", ") });
    return staged(record, print, { problem: { code: error.code, text: inBothLanguages(error) } });
  }
  const bills = scope.ask === undefined ? takeAsked(scope, print) : undefined;
  if (bills !== undefined) return staged(record, print, { made: bills.map((bill) => makeDocument(ready, print.key, bill, scope)) });
  const { withdrawn } = ready.source;
  const head = record.rows[0] ?? {};
  if (withdrawn !== undefined && "row" in applyCondition(withdrawn, head))
    return staged(record, print, { withdrawn: true, dropped: "withdrawn" });
  const filtered = filterRows(ready, record.rows);
  if (filtered.rows.length === 0) return staged(record, print, { dropped: filtered.rule ?? "condition" });
  // Nothing is to be written: it is done once it is stored.
  if (ready.target.ready.api.local === "collect") return staged(record, print, { collected: true });
  return staged(record, print, shape(ready, { ...record, key: record.key, rows: filtered.rows }, scope, print));
}

/** The bills as they were when the lookups were asked for: a record is filtered and restructured once. */
function takeAsked({ asked }: StageScope, print: Print): readonly Bill[] | undefined {
  if (asked === undefined) return undefined;
  const bills = asked.get(nameOf(print));
  asked.delete(nameOf(print));
  return bills;
}

function nameOf({ key, fingerprint }: Print): string {
  return `${fingerprint} ${key}`;
}

type Shaped = Partial<Pick<StagedRecord, "dropped" | "collected" | "withdrawn" | "made" | "mergeKeys" | "problem">>;

function staged(record: SourceRecord, { key, fingerprint }: Print, shaped: Shaped): StagedRecord {
  const { dropped = null, collected = false, withdrawn = false, made = [], mergeKeys = [], problem = null } = shaped;
  const { number, text } = record;
  return { number, text, key, fingerprint, dropped, collected, withdrawn, made, mergeKeys, problem };
}

function filterRows(
  ready: ReadyFlow,
  rows: readonly JsonObject[],
): { readonly rows: readonly JsonObject[]; readonly rule: string | undefined } {
  const { condition } = ready.source;
  if (condition === undefined) return { rows, rule: undefined };
  const kept: JsonObject[] = [];
  let rule: string | undefined;
  for (const row of rows) {
    const answer = applyCondition(condition, row);
    if ("row" in answer) kept.push(answer.row);
    else rule = answer.dropped;
  }
  return { rows: kept, rule };
}

function shape(ready: ReadyFlow, { key, number, rows }: SourceRecord & { readonly key: string }, scope: StageScope, print: Print): Shaped {
  const zone = ready.target.zone;
  // Only bills that are brought together with those of other records need to know where they come from.
  const { globals } = scope;
  const result = restructureRecord(ready.restructure, { key, number: number ?? key, rows }, { globals, zone, untraced: !ready.merges });
  const issue = result.issues[0];
  if (issue !== undefined) return { problem: { code: issue.code, text: inBothLanguages(new DatongError(issue.code, issue.details)) } };
  const [left] = result.dropped;
  if (result.bills.length === 0 && left !== undefined) return { dropped: left.name };
  if (ready.merges) return { mergeKeys: mergeKeysOf(ready, result.bills, scope) };
  if (scope.ask !== undefined) scope.asked?.set(nameOf(print), result.bills);
  return { made: result.bills.map((bill) => makeDocument(ready, key, bill, scope)) };
}

/** The groups that a record's bills belong to. */
function mergeKeysOf(ready: ReadyFlow, bills: readonly Bill[], scope: StageScope): readonly string[] {
  const merged = mergeBills(ready.restructure, bills, { globals: scope.globals, zone: ready.target.zone });
  return [...new Set(merged.bills.map((bill) => bill.mergeKey ?? ""))];
}

/** What the ledger is to do with a page of staged records. */
export interface PagePlan {
  readonly records: RecordRow[];
  readonly documents: DocumentRow[];
  readonly replaced: DocumentRow[];
  /** What the replaced and reversed documents were when this was planned; it must still be so when it is stored. */
  readonly planned: { readonly id: string; readonly status: number }[];
  readonly links: { readonly recordKey: string; readonly document: string }[];
  readonly mergeItems: { readonly mergeKey: string; readonly recordKey: string }[];
  /** Documents to be written, in order. */
  readonly write: string[];
  readonly update: string[];
  /** Asked for first: an earlier version of them may have been taken. */
  readonly probe: string[];
  /** Withdrawn at the source before they were written. */
  readonly skipped: string[];
  /** Code of those, where it is another reason. */
  skippedAs?: ErrorCode;
  /** Withdrawn at the source after they were written. */
  readonly reverse: string[];
  /** Documents with an order key: they are in none of the lists of calls above. */
  readonly places: PlannedPlace[];
  /** What a person should see to. */
  readonly warnings: RunWarning[];
}

/** A bill that a run leaves to a person: changed or taken back at the source after it was written. */
export interface RunWarning {
  readonly key: string;
  readonly number: string | null;
  readonly code: "BILL_CHANGED" | "BILL_WITHDRAWN";
}

export interface PlanKnown {
  readonly records: ReadonlyMap<string, KnownRecord>;
  readonly documents: readonly KnownDocument[];
  readonly shared: readonly KnownDocument[];
  /** Keys of records that are in a document already (many to one): a new version of them must not be counted again. */
  readonly merged?: ReadonlySet<string>;
}

/** Pure: decides per record and document; `nextId` gives ids. Records that the ledger has with the same fingerprint must be left out before. */
export function planPage(ready: ReadyFlow, staged: readonly StagedRecord[], known: PlanKnown, nextId: () => string): PagePlan {
  const plan: PagePlan = {
    records: [],
    documents: [],
    replaced: [],
    planned: [],
    links: [],
    mergeItems: [],
    write: [],
    update: [],
    probe: [],
    skipped: [],
    reverse: [],
    places: [],
    warnings: [],
  };
  const units = new Map<string, { readonly id: string; readonly document: KnownDocument | undefined }>();
  for (const document of [...known.documents, ...known.shared]) units.set(document.unit, { id: document.id, document });
  for (const item of staged) planRecord(ready, item, known, units, plan, nextId);
  return plan;
}

type Units = Map<string, { readonly id: string; readonly document: KnownDocument | undefined }>;

function planRecord(ready: ReadyFlow, item: StagedRecord, known: PlanKnown, units: Units, plan: PagePlan, nextId: () => string): void {
  const before = known.records.get(item.key);
  const version = (before?.version ?? 0) + (before?.waiting === true ? 0 : 1);
  let reason = item.problem === null ? item.dropped : `${item.problem.code}: ${item.problem.text}`;
  if (item.withdrawn && stands(ready, item, known)) reason = "BILL_WITHDRAWN";
  let waits = item.withdrawn && planWithdrawn(ready, item, known, plan, nextId);
  for (const made of item.made) {
    waits ||= made.waits === true && made.taken === undefined;
    const seen = units.get(made.unit);
    if (seen === undefined) {
      const row = asTaken(toRow(made, item, version, nextId()), made.taken);
      units.set(made.unit, { id: row.id, document: undefined });
      plan.documents.push(row);
      queueRow(ready, row, firstAction(ready), row.id, plan);
    } else if (made.shared && seen.document?.recordKey !== item.key) {
      plan.links.push({ recordKey: item.key, document: seen.id });
    } else if (seen.document !== undefined) {
      const change = planChange(ready, item, made, seen.document, version, plan, nextId);
      reason = change.reason ?? reason;
      waits ||= change.waits;
    }
  }
  const counted = item.mergeKeys.length > 0 && known.merged?.has(item.key) === true;
  if (counted) reason = "BILL_CHANGED";
  else for (const mergeKey of item.mergeKeys) plan.mergeItems.push({ mergeKey, recordKey: item.key });
  if (reason === "BILL_CHANGED" || reason === "BILL_WITHDRAWN") plan.warnings.push({ key: item.key, number: item.number, code: reason });
  plan.records.push({
    key: item.key,
    number: item.number,
    fingerprint: waits ? NOT_YET : item.fingerprint,
    version,
    status: STATUSES[ownStatus(item)].number,
    reason,
    rows: item.text,
    isNew: before === undefined,
  });
}

/** A record's own status, which counts where it has no documents. */
function ownStatus({ problem, dropped, collected, mergeKeys }: StagedRecord): Status {
  if (problem !== null) return "failed";
  if (dropped !== null) return "skipped";
  return collected ? "done" : mergeKeys.length > 0 ? "pending" : "queued";
}

function planChange(
  ready: ReadyFlow,
  item: StagedRecord,
  made: Made,
  document: KnownDocument,
  version: number,
  plan: PagePlan,
  nextId: () => string,
): { readonly reason: string | null; readonly waits: boolean } {
  // What was written, or may have been, stands until the new version can be mapped.
  if (made.waits === true && !isUnwritten(document)) return { reason: `${made.code}: ${made.problem}`, waits: true };
  const policy = ready.flow.target.changed ?? "hold";
  const action = decideChange(policy, {
    status: statusOf(document.status),
    inFlight: document.inFlight,
    hasTarget: hasTarget(document),
    isReversed: document.stage === REVERSED,
  });
  if (document.stage === REVERSED && action === "replace") return writeAnew(ready, item, made, document, version, plan, nextId);
  if (action === "ignore") return { reason: "按方案忽略改动 / change ignored, as the flow says", waits: false };
  // An update that names no document at the target would be a second one.
  const { update, overwrites } = ready.target.ready.api.write ?? {};
  const again = action === "update" && overwrites === true && made.externalKey === document.externalKey;
  const nameless = action === "update" && !again && (document.targetId === null || update === undefined);
  if (action === "hold" || action === "wait" || nameless) return { reason: "BILL_CHANGED", waits: action === "wait" };
  const isAsked = document.doubted && ready.target.ready.api.write?.probe !== undefined;
  // Nobody can be asked for the old key, and the new one would be a second document.
  if (action === "replace" && document.doubted && !isAsked && made.externalKey !== document.externalKey)
    return { reason: "BILL_CHANGED", waits: statusOf(document.status) === "queued" };
  const row = toRow(made, item, version, document.id);
  plan.planned.push({ id: document.id, status: document.status });
  plan.replaced.push(row);
  queueRow(ready, row, action === "update" && !again ? UPDATE : isAsked ? PROBE : firstAction(ready), positionOf(document, nextId), plan);
  return { reason: null, waits: false };
}

/** After a reversal: over what still stands at the target, else as if for the first time. */
function writeAnew(
  ready: ReadyFlow,
  item: StagedRecord,
  made: Made,
  document: KnownDocument,
  version: number,
  plan: PagePlan,
  nextId: () => string,
): { readonly reason: null; readonly waits: false } {
  const { update, reverse } = ready.target.ready.api.write ?? {};
  const stays = reverse?.keeps === true && update !== undefined && document.targetId !== null;
  const row = toRow(made, item, version, document.id);
  const isQueued = row.status === STATUSES.queued.number;
  plan.planned.push({ id: document.id, status: document.status });
  plan.replaced.push(isQueued ? { ...row, forgets: stays ? "stage" : "target" } : row);
  queueRow(ready, row, stays ? UPDATE : WRITE, positionOf(document, nextId), plan);
  return { reason: null, waits: false };
}

/** Whether the flow wants to be told, and there is something that stands at the target or may. */
function stands(ready: ReadyFlow, item: StagedRecord, known: PlanKnown): boolean {
  if (ready.flow.source.withdrawn?.action !== "alert") return false;
  return known.documents.some((document) => {
    if (document.recordKey !== item.key || document.stage === REVERSED || isUnwritten(document)) return false;
    return hasTarget(document) || ["done", "queued", "sent", "unknown"].includes(statusOf(document.status));
  });
}

function hasTarget(document: KnownDocument): boolean {
  return document.targetId !== null || document.number !== null;
}

/** Of one record alone, and nothing of it was ever sent, or it was refused for certain. */
export function isUnwritten(document: KnownDocument): boolean {
  const { status, inFlight, doubted, stage, unit } = document;
  const isOwn = !unit.startsWith("=") && !unit.startsWith("+");
  const isOpen = ["queued", "pending", "failed"].includes(statusOf(status));
  return isOwn && isOpen && !inFlight && !doubted && stage === null && !hasTarget(document);
}

/**
 * What was not written is not written any more; what was is taken back where the flow says so. True where a document is under way or in
 * doubt: whether there is something to take back is not known yet.
 */
function planWithdrawn(ready: ReadyFlow, item: StagedRecord, known: PlanKnown, plan: PagePlan, nextId: () => string): boolean {
  const reverses = ready.flow.source.withdrawn?.action === "reverse";
  let waits = false;
  for (const document of known.documents) {
    if (document.recordKey !== item.key) continue;
    const status = statusOf(document.status);
    const isThere = status === "done" || ((status === "failed" || status === "pending") && hasTarget(document));
    if (isUnwritten(document)) {
      plan.planned.push({ id: document.id, status: document.status });
      plan.skipped.push(document.id);
    } else if (reverses && (document.inFlight || ["queued", "sent", "unknown"].includes(status) || (status === "pending" && !isThere)))
      waits = true;
    else if (reverses && isThere && document.stage !== REVERSED) queueReversal(ready, document, plan, nextId);
  }
  return waits;
}

function toRow(made: Made, item: StagedRecord, version: number, id: string): DocumentRow {
  return {
    id,
    unit: made.unit,
    recordKey: item.key,
    part: made.part,
    version,
    externalKey: made.externalKey,
    ...(made.orderKey === null ? {} : { orderKey: made.orderKey }),
    status: (made.waits === true ? STATUSES.pending : made.code === null ? STATUSES.queued : STATUSES.failed).number,
    code: made.code,
    vendorText: made.problem,
    task: null,
    body: made.body ?? "null",
  };
}
