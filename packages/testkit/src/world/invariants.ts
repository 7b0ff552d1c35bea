/**
 * What must hold after every step, whatever has happened, and at the end, when everything has come to rest. Each check throws a sentence.
 */
import { isArray, isObject, readJson, statusOf } from "@datong/core";
import { Broken } from "./broken.ts";
import type { ModelDocument, ModelLedger } from "./model-ledger.ts";
import { blocked, checkOrder } from "./order-invariants.ts";
import type { Settings } from "./settings.ts";
import { placeOf, type SourceBill, type SourceSide } from "./source-side.ts";
import type { TargetEntry, TargetSide } from "./target-side.ts";

export interface WorldState {
  readonly settings: Settings;
  readonly source: SourceSide;
  readonly target: TargetSide;
  readonly ledger: ModelLedger;
  /** Documents that have stopped once, where the flow lets the others pass them. */
  readonly passed: Set<string>;
}

/** Holds at any time. */
export function checkStep(state: WorldState): void {
  noneTwice(state.target);
  tasksKnowTheirDocuments(state.ledger);
  queuedAreInOneTask(state.ledger);
  doneAreThere(state);
  checkOrder(state);
}

/** Holds when a page has been stored: the cursor is not ahead of the data. */
export function checkCursor(state: WorldState): void {
  const { settings, source, ledger } = state;
  if (!settings.windows) return;
  const pull = readPull(ledger.cursors.get("pull") ?? "");
  const watermarkMs = Number(ledger.cursors.get("watermark") ?? 0);
  const asked = source.askedAtMs.get(watermarkMs);
  for (const bill of source.bills) {
    if (asked !== undefined && bill.visibleAtMs <= asked && bill.changedAtMs < watermarkMs)
      stored(ledger, bill, `the watermark ${watermarkMs}`);
    const { slice, cursor, carried } = pull;
    if (cursor === null || slice === null || carried.has(bill.id)) continue;
    const began = source.askedAtMs.get(slice.toMs) ?? 0;
    const isBehind = `${placeOf(bill, true)}/${bill.lines - 1}` <= cursor && bill.changedAtMs >= slice.fromMs;
    if (isBehind && bill.visibleAtMs <= began) stored(ledger, bill, `the page's cursor ${cursor}`);
  }
}

function stored(ledger: ModelLedger, bill: SourceBill, by: string): void {
  const record = ledger.records.get(bill.id);
  if (record === undefined || rowsIn(record.rows).version < bill.version)
    throw new Broken(`lost: ${bill.id} version ${bill.version} is passed by ${by}, and the ledger has ${record?.rows ?? "nothing"}`);
}

/** Holds when no fault comes any more and runs have ended by themselves. */
export function checkRest(state: WorldState): void {
  const { settings, source, target, ledger } = state;
  if (ledger.tasks.size > 0) throw new Broken(`tasks are left: ${JSON.stringify([...ledger.tasks.values()])}`);
  for (const bill of source.bills) stored(ledger, bill, "the last run");
  for (const record of ledger.records.values()) {
    const own = [...ledger.documents.values()].filter((document) => document.recordKey === record.key);
    // Taken back before it was read for the first time, and ever since.
    if (own.length === 0 && rowsIn(record.rows).isVoid) continue;
    if (own.length !== 1) throw new Broken(`${record.key} has ${own.length} documents`);
    const document = own[0];
    if (document !== undefined)
      atRest(document, settings, target, rowsIn(record.rows), record.fingerprint === "00", blocked(state, document));
  }
  for (const entry of target.standing())
    if (![...ledger.documents.values()].some((document) => isKnownAs(document, entry)))
      throw new Broken(`the target has ${entry.key}, and the ledger knows nothing of it`);
}

/** By the key of a version that was written, or by the target's own id. */
function isKnownAs({ externalKey, formerKeys, targetId }: ModelDocument, entry: TargetEntry): boolean {
  return externalKey === entry.key || formerKeys.includes(entry.key) || targetId === entry.id;
}

function atRest(
  document: ModelDocument,
  settings: Settings,
  target: TargetSide,
  { version, isVoid }: Rows,
  isWaiting: boolean,
  isBlocked: boolean,
): void {
  // Whatever is to become of it waits for somebody who sees to the head.
  if (isBlocked) return;
  const status = statusOf(document.status);
  const entry = target.standing().find((each) => each.bill === document.recordKey);
  const told = `${document.unit} (${status}, ${document.code ?? "no reason"})`;
  if (isVoid && settings.withdrawn === "reverse" && status === "done" && entry !== undefined)
    throw new Broken(`${told} is withdrawn, and the target still has it`);
  if (isVoid && status === "skipped" && entry === undefined) return;
  if (!isVoid && document.stage === "reversed") throw new Broken(`lost: ${told} is valid again, and was not written anew`);
  if (!["done", "failed", "unknown"].includes(status)) throw new Broken(`${told} is not at an end`);
  if (status !== "done" && document.code === null) throw new Broken(`${told} stopped without a reason`);
  // An unknown outcome may stay unknown where nobody can be asked, or asking has failed again and again.
  if (isWaiting && status !== "unknown") throw new Broken(`${told} has a newer version that was never acted on`);
  // Nobody else writes here: what the target has already, it has from us.
  if (status === "failed" && document.cause === "duplicate") throw new Broken(`${told} is refused as a double of itself`);
  if (status !== "done" || entry === undefined || isVoid) return;
  if (settings.write === "save-staged" && entry.stage !== "audited") throw new Broken(`${told} is only ${entry.stage} at the target`);
  const canUpdate = settings.changed === "update" && document.targetId !== null && settings.write !== "save-all";
  if (canUpdate && entry.version !== String(version)) throw new Broken(`${told} stands at version ${entry.version}, not ${version}`);
}

function noneTwice(target: TargetSide): void {
  const bills = new Set<string>();
  for (const { bill } of target.standing()) {
    if (bills.has(bill)) throw new Broken(`written twice: ${bill}`);
    bills.add(bill);
  }
}

function tasksKnowTheirDocuments(ledger: ModelLedger): void {
  for (const task of ledger.tasks.values())
    for (const id of task.documents) if (!ledger.documents.has(id)) throw new Broken(`task ${task.id} names ${id}, which is no document`);
}

/** A queued document that no task names would wait for ever; one that two name would be written twice. */
function queuedAreInOneTask(ledger: ModelLedger): void {
  const count = new Map<string, number>();
  const leaving = takenBackNow(ledger);
  for (const task of ledger.tasks.values()) for (const id of task.documents) count.set(id, (count.get(id) ?? 0) + 1);
  for (const document of ledger.documents.values()) {
    const tasks = count.get(document.id) ?? 0;
    const status = statusOf(document.status);
    if (tasks > 1) throw new Broken(`${document.unit} is in ${tasks} tasks`);
    if (tasks === 0 && status === "queued") throw new Broken(`lost: ${document.unit} is queued and in no task`);
    if (tasks > 0 && ["done", "failed", "skipped"].includes(status) && !leaving.has(document.id))
      throw new Broken(`${document.unit} is ${status} and still in a task`);
  }
}

/** Documents that stand at the target, and are about to stand no more. */
function takenBackNow(ledger: ModelLedger): ReadonlySet<string> {
  return new Set([...ledger.tasks.values()].flatMap((task) => (task.action === "reverse" ? task.documents : [])));
}

/** Done means that the target has it, under the number that the ledger tells, with what the ledger says was written. */
function doneAreThere({ ledger, target, settings }: WorldState): void {
  const leaving = takenBackNow(ledger);
  for (const document of ledger.documents.values()) {
    if (statusOf(document.status) !== "done" || leaving.has(document.id)) continue;
    const entry = target.standing().find((each) => each.bill === document.recordKey);
    if (document.stage === "reversed" && entry !== undefined) throw new Broken(`${document.unit} is taken back, and still stands`);
    if (document.stage === "reversed") continue;
    if (entry === undefined) throw new Broken(`${document.unit} is done, and the target does not have it`);
    sameNumber(document, entry);
    // A change that the flow ignores, and the ledger says so.
    if (document.code === "FORMER_VERSION_STANDS") continue;
    const written = readJson(document.body);
    if (settings.write !== "save-idempotent" && isObject(written) && String(written["v"]) !== entry.version)
      throw new Broken(`${document.unit} is done with version ${String(written["v"])}, and the target has ${entry.version}`);
  }
}

function sameNumber(document: ModelDocument, entry: TargetEntry): void {
  if (document.targetId !== null && document.targetId !== entry.id)
    throw new Broken(`${document.unit} is ${entry.id} at the target and ${document.targetId} in the ledger`);
}

interface Pull {
  readonly slice: { readonly fromMs: number; readonly toMs: number } | null;
  readonly cursor: string | null;
  readonly carried: ReadonlySet<string>;
}

function readPull(text: string): Pull {
  if (text === "") return { slice: null, cursor: null, carried: new Set() };
  const pull = JSON.parse(text) as {
    readonly slices: readonly { readonly fromMs: number; readonly toMs: number }[];
    readonly state: { readonly cursor: string | null };
    readonly carry: readonly { readonly id: string }[];
  };
  return { slice: pull.slices[0] ?? null, cursor: pull.state.cursor, carried: new Set(pull.carry.map((row) => row.id)) };
}

interface Rows {
  readonly version: number;
  readonly isVoid: boolean;
}

/** A bill in stored rows: version and state are those of its last line. */
function rowsIn(rows: string): Rows {
  const list = readJson(rows);
  const last = isArray(list) ? list.at(-1) : undefined;
  return isObject(last) ? { version: Number(last["v"]), isVoid: last["state"] === "void" } : { version: 0, isVoid: false };
}
