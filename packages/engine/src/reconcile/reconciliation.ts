/** What a reconciliation tells: counts, totals, and what differs, bill by bill. Amounts are exact decimal texts. */
import type { FieldGap, Range } from "@datong/core";

/**
 * `missing`: the source has the bill, the target lacks the document. `extra`: the target has a document (or the ledger says so) and the source
 * lacks the bill. `different`: both have it, by other lines or sums. `ledger`: both have it, and the ledger does not say that it is done.
 */
export type DifferenceKind = "missing" | "extra" | "different" | "ledger";

export interface Difference {
  readonly kind: DifferenceKind;
  /** External key at the target; the bill's own number where it could not be mapped. */
  readonly key: string;
  readonly number: string | null;
  readonly recordKey: string | null;
  /** Status in the ledger; null where it does not know the bill. */
  readonly ledger: string | null;
  /**
   * Of an extra one: `gone` (the source does not have it any more), `left-out` (it does, and the flow's rules leave it out), `target-only` (nobody
   * here wrote it). Of a missing one that could not be mapped: why.
   */
  readonly reason: string | null;
  readonly gaps: readonly FieldGap[];
}

export interface SideTotal {
  readonly documents: number;
  readonly lines: number;
  /** As declared, in their order. */
  readonly sums: readonly string[];
}

export interface TotalRow {
  readonly day: string;
  readonly groups: readonly string[];
  readonly source: SideTotal;
  readonly target: SideTotal;
}

/**
 * What could not be looked at: the target can be listed by key only; the source cannot be asked by number; documents of many bills are not
 * searched for in the ledger; there were more than are kept.
 */
export type ReconcileNote = "target-by-key-only" | "source-not-by-number" | "merged-not-searched" | "differences-cut" | "totals-cut";

export interface ReconcileSummary {
  readonly flow: string;
  readonly range: Range | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** Bills read at the source, and those that a rule drops. */
  readonly records: number;
  readonly dropped: number;
  /** Documents that ought to be at the target. */
  readonly documents: number;
  /** Bills that agree. */
  readonly same: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly ledger: number;
  /** Left out of the report, for somebody has accepted them as they are. */
  readonly accepted: number;
  readonly sums: readonly string[];
  readonly total: TotalRow;
  readonly totals: readonly TotalRow[];
  readonly notCompared: readonly string[];
  readonly notes: readonly ReconcileNote[];
  /** What was repaired before it was compared; null where nothing was asked for. */
  readonly repaired: Repaired | null;
}

/** How far one that is running has come. `repaired` of `repairs`: while it mends, before it compares. */
export interface ReconcileProgress {
  readonly records: number;
  readonly documents: number;
  readonly repaired: number;
  readonly repairs: number;
}

export interface Repaired {
  /** Done in the ledger and gone at the target: written again. */
  readonly pushed: number;
  /** Failed or never read: read at the source and written. */
  readonly retried: number;
  /** Mapped again and updated at the target. */
  readonly updated: number;
  /** Extra ones: accepted with a reason; taken away at the target. Absent where neither was chosen. */
  readonly accepted?: number;
  readonly removed?: number;
  /** What only a person can settle: the code says why. */
  readonly told: readonly Told[];
}

export interface Told {
  readonly key: string;
  readonly code: string;
  readonly text: string;
}

/** Nothing differs but what was accepted. */
export function agrees({ missing, extra, different, ledger }: ReconcileSummary): boolean {
  return missing + extra + different + ledger === 0;
}
