/** What order keys promise: every key in order, one document of it under way at a time, and nobody forgotten in a line. */
import { statusOf } from "@datong/core";
import { WAITS } from "@datong/engine";
import { Broken } from "./broken.ts";
import type { WorldState } from "./invariants.ts";
import type { ModelDocument } from "./model-ledger.ts";

/** Holds at any time. */
export function checkOrder(state: WorldState): void {
  if (state.settings.order === "none") return;
  oneUnderWay(state);
  noneForgotten(state);
  inOrder(state);
}

/** At the end: waits behind a document that has stopped for good. */
export function blocked({ ledger, settings }: WorldState, document: ModelDocument): boolean {
  if (settings.order !== "block" || !ledger.lines.waiting.has(document.id)) return false;
  const head = ledger.documents.get(ledger.lines.heads.get(document.orderKey ?? "") ?? "");
  return head !== undefined && head !== document && ["failed", "unknown"].includes(statusOf(head.status));
}

function oneUnderWay({ ledger }: WorldState): void {
  const seen = new Map<string, string>();
  for (const task of ledger.tasks.values()) {
    for (const id of task.documents) {
      const { orderKey = null, unit = id } = ledger.documents.get(id) ?? {};
      if (orderKey === null) continue;
      const other = seen.get(orderKey);
      if (other !== undefined) throw new Broken(`${unit} and ${other} of ${orderKey} are under way together`);
      seen.set(orderKey, unit);
    }
  }
}

function noneForgotten({ ledger, settings, passed }: WorldState): void {
  const inTasks = new Set([...ledger.tasks.values()].flatMap((task) => task.documents));
  for (const document of ledger.documents.values()) {
    const { id, unit, orderKey } = document;
    const status = statusOf(document.status);
    const head = ledger.lines.heads.get(orderKey ?? "");
    if (document.code === WAITS && (head === undefined || head === id || !ledger.lines.waiting.has(id)))
      throw new Broken(`lost: ${unit} waits for its turn behind nobody`);
    if (head === id && status === "done" && !inTasks.has(id)) throw new Broken(`${unit} is done and holds up those behind it`);
    const hasStopped = (status === "failed" || status === "unknown") && !inTasks.has(id);
    if (status === "skipped" || (hasStopped && settings.order === "skip")) passed.add(id);
    if (!hasStopped || settings.order !== "skip") continue;
    if (head === id) throw new Broken(`${unit} is ${status} and holds up those behind it`);
  }
}

/** The target took the bills of each key in the order in which the source gave them. What is written anew after a reversal is not judged. */
function inOrder({ ledger, target, passed }: WorldState): void {
  const last = new Map<string, ModelDocument>();
  const seen = new Set<string>();
  const byBill = new Map([...ledger.documents.values()].map((document) => [document.recordKey, document]));
  for (const { bill } of target.entries) {
    const document = byBill.get(bill);
    if (document === undefined || document.orderKey === null || seen.has(bill)) continue;
    seen.add(bill);
    const before = last.get(document.orderKey);
    if (before === undefined || BigInt(before.id) < BigInt(document.id)) last.set(document.orderKey, document);
    else if (!passed.has(document.id)) throw new Broken(`out of order: ${document.unit} was taken after ${before.unit}`);
  }
}
