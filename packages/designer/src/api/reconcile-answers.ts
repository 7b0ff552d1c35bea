/** What the server answers about reconciliation and completeness. Instants are epoch ms; amounts are exact decimal texts. */
import type { ProblemBody } from "./ask.ts";

export const KINDS = ["missing", "extra", "different", "ledger"] as const;
export type Kind = (typeof KINDS)[number];

export interface SideTotal {
  readonly documents: number;
  readonly lines: number;
  readonly sums: readonly string[];
}

export interface TotalRow {
  readonly day: string;
  readonly groups: readonly string[];
  readonly source: SideTotal;
  readonly target: SideTotal;
}

export interface Summary extends Readonly<Record<Kind, number>> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly range: { readonly from: string; readonly to?: string } | null;
  readonly records: number;
  readonly dropped: number;
  readonly documents: number;
  readonly same: number;
  readonly accepted: number;
  readonly sums: readonly string[];
  readonly total: TotalRow;
  readonly totals: readonly TotalRow[];
  readonly notCompared: readonly string[];
  readonly notes: readonly string[];
  readonly repaired: {
    readonly pushed: number;
    readonly retried: number;
    readonly updated: number;
    readonly accepted?: number;
    readonly removed?: number;
    readonly told: readonly { readonly key: string; readonly code: string; readonly text: string }[];
  } | null;
}

export interface Report {
  readonly id: string;
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly person: string;
  readonly tickAt: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly progress: { readonly records: number; readonly documents: number; readonly repaired: number; readonly repairs: number } | null;
  readonly summary: Summary | null;
  readonly problem: { readonly code: string; readonly text: string } | null;
}

export interface DifferenceRow {
  readonly place: number;
  readonly kind: Kind;
  readonly key: string;
  readonly number: string | null;
  readonly recordKey: string | null;
  readonly ledger: string | null;
  readonly reason: string | null;
  readonly gaps: readonly { readonly path: string; readonly source: string; readonly target: string }[];
}

export interface SeenBill {
  readonly key: string;
  readonly seen: string;
}

export interface PreviewedBill extends SeenBill {
  readonly place: number;
  readonly number: string | null;
  readonly targetId: string | null;
  readonly stage: string | null;
  readonly lines: number | null;
  readonly sums: readonly (string | null)[];
  readonly refusal: { readonly code: string; readonly text: string } | null;
}

export interface RemovalPreview {
  readonly steps: readonly { readonly api: string; readonly zh: string; readonly en: string }[];
  readonly items: readonly PreviewedBill[];
  readonly next: string | null;
}

export interface AcceptedRow {
  readonly key: string;
  readonly reason: string;
  readonly person: string;
  readonly acceptedAt: number;
}

export interface Gap {
  /** Wall times of the source. */
  readonly from: string;
  readonly to: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: "hole" | "unread";
}

export interface CoverageDay {
  readonly day: string;
  readonly from: string;
  readonly to: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: "whole" | "part" | "none" | "before" | "open";
  readonly windows: number;
  readonly rows: number;
  readonly records: number;
}

export interface Coverage {
  readonly reads: "windows" | "all" | "pushed" | "flow";
  readonly zone: string;
  readonly startAt: number | null;
  readonly readTo: number | null;
  readonly wholeAt: number | null;
  readonly gaps: readonly Gap[];
  readonly days: readonly CoverageDay[];
}

export interface Estimate {
  readonly fromMs: number;
  readonly toMs: number;
  readonly windows: number;
  readonly rows: number | null;
  readonly pages: number | null;
  readonly how: "counted" | "sampled" | "history" | "unknown";
  readonly asked: number;
  readonly pageMs: number | null;
}

export interface RefillRow {
  readonly id: string;
  readonly state: "running" | "done" | "failed" | "stopped" | "interrupted";
  readonly person: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly estimate: Estimate | null;
  readonly problem: ProblemBody | null;
  readonly asked: number;
  readonly there: number;
  readonly added: number;
  readonly changed: number;
  readonly progress: number;
}
