/**
 * The states of a document, one table for command line, API and console, and the moves between them; every other move is a defect.
 * A record's status is derived from its documents. Numbers are what the store keeps; they never change meaning.
 */
import { DatongError } from "../../error/datong-error.ts";

export type Status = "pending" | "queued" | "sent" | "done" | "failed" | "skipped" | "unknown";

export const STATUSES: Readonly<Record<Status, { readonly number: number; readonly zh: string; readonly en: string }>> = {
  pending: { number: 0, zh: "待处理", en: "pending" },
  queued: { number: 1, zh: "队列中", en: "queued" },
  sent: { number: 2, zh: "已发送", en: "sent" },
  done: { number: 3, zh: "完成", en: "done" },
  failed: { number: 4, zh: "错误", en: "failed" },
  skipped: { number: 5, zh: "跳过", en: "skipped" },
  unknown: { number: 6, zh: "待查证", en: "unknown" },
};

const NAMES: readonly Status[] = ["pending", "queued", "sent", "done", "failed", "skipped", "unknown"];

/** Throws for a number that the table lacks: the store holds something that this program does not know. */
export function statusOf(number: number): Status {
  const name = NAMES[number];
  if (name === undefined) throw new DatongError("STATUS_UNKNOWN", { number });
  return name;
}

/** Legal moves. `queued → queued` is a retry that is waiting; `sent → queued` only for faults that say nothing was taken.
 * `pending`, `failed`, `skipped`, `unknown → done` without a call: a person says so, with the target's number. What is to be written
 * (again) and must wait for its turn becomes `pending`. */
export const MOVES: Readonly<Record<Status, readonly Status[]>> = {
  pending: ["queued", "failed", "skipped", "done", "pending"],
  queued: ["sent", "failed", "skipped", "queued", "pending"],
  sent: ["done", "failed", "queued", "unknown", "sent"],
  done: ["queued", "pending"],
  failed: ["queued", "pending", "skipped", "done"],
  skipped: ["queued", "pending", "done"],
  unknown: ["done", "queued", "failed", "sent", "skipped", "unknown"],
};

export function canMove(from: Status, to: Status): boolean {
  return MOVES[from].includes(to);
}

/** The worst of its documents tells a record's status; without documents its own status stands. */
const WEIGHT: readonly Status[] = ["failed", "unknown", "sent", "queued", "pending", "done", "skipped"];

export function recordStatus(own: Status, documents: readonly Status[]): Status {
  if (documents.length === 0) return own;
  return WEIGHT.find((status) => documents.includes(status)) ?? own;
}
