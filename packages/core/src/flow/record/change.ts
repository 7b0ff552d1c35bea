/**
 * What a new version of a record does to the document that it became before. Pure; the ledger carries it out.
 *
 * Not yet sent, or refused: the new version takes its place. Sent or of unknown outcome: it waits until that is settled. Done: as the
 * flow says (`ignore`, `update` at the target by its number, `hold` for a person). Taken back at the target: it is written anew.
 * Never a second document by itself.
 */
import type { Status } from "./status.ts";

export type ChangePolicy = "ignore" | "update" | "hold";
export type ChangeAction = "replace" | "update" | "hold" | "ignore" | "wait";

export function decideChange(
  policy: ChangePolicy,
  document: { readonly status: Status; readonly inFlight: boolean; readonly hasTarget: boolean; readonly isReversed?: boolean },
): ChangeAction {
  if (document.inFlight) return "wait";
  if (document.isReversed === true && !["queued", "sent", "unknown"].includes(document.status)) return "replace";
  switch (document.status) {
    case "pending":
    case "failed":
    case "skipped":
      // A refused document that was saved halfway has a number at the target: writing it anew would double it.
      return document.hasTarget ? (policy === "update" ? "update" : "hold") : "replace";
    case "queued":
      return document.hasTarget ? "wait" : "replace";
    case "sent":
    case "unknown":
      return "wait";
    case "done":
      return policy;
  }
}
