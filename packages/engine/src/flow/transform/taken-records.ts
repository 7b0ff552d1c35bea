/**
 * Staged records that another system wrote before the cut-over: their new documents are done, with the target's number where it is known;
 * those that have none, or wait to be merged, are left out. Pure.
 */
import { STATUSES } from "@datong/core";
import type { DocumentRow } from "../../store/page-rows.ts";
import { TAKEN_REASON } from "../../store/taken-over-rows.ts";
import type { Made } from "./make-document.ts";
import type { StagedRecord } from "./stage-records.ts";

/** `taken`: by the record's key, the target's number. */
export function withTaken(staged: readonly StagedRecord[], taken: ReadonlyMap<string, string | null> | undefined): readonly StagedRecord[] {
  if (taken === undefined || taken.size === 0) return staged;
  return staged.map((item) => {
    const number = taken.get(item.key);
    // What a rule drops, or the source took back, is told as such.
    if (number === undefined || item.dropped !== null) return item;
    const made = item.made.map((each) => ({ ...each, taken: { number } }));
    return { ...item, made, mergeKeys: [], problem: null, dropped: made.length === 0 && !item.collected ? TAKEN_REASON : null };
  });
}

/** Done, whether or not it can be mapped here, and in nobody's way. */
export function asTaken(row: DocumentRow, taken: Made["taken"]): DocumentRow {
  if (taken === undefined) return row;
  return { ...row, orderKey: null, status: STATUSES.done.number, code: TAKEN_REASON, vendorText: null, number: taken.number };
}
