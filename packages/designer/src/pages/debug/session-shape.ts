/** A debug session as the server tells it. Texts are JSON as it came; values of traces may be ExactNumber. */
import type { ShownExchange } from "../../parts/exchanges.tsx";
import type { ProblemBody } from "../../api/ask.ts";
import type { Story } from "../records/story-shape.ts";

export const STAGES = ["read", "rows", "bills", "map", "request"] as const;
export type Stage = (typeof STAGES)[number];

export interface Trace {
  readonly field: string;
  readonly path: string;
  readonly expression: string;
  readonly references: readonly { readonly path: string; readonly value: unknown }[];
  readonly raw: unknown;
  readonly result: unknown;
  readonly note: string | null;
}

export interface DebugDocument {
  readonly unit: string;
  readonly part: string;
  readonly externalKey: string | null;
  readonly body: string | null;
  readonly isEdited: boolean;
  readonly problem: { readonly code: string; readonly text: string } | null;
  readonly trace: readonly Trace[];
  readonly request: string | null;
  /** The request's body as it can be edited; null where it cannot. */
  readonly requestBody: string | null;
  readonly isRequestEdited: boolean;
}

export interface DebugSession {
  readonly id: string;
  readonly flow: string;
  readonly revision: number;
  readonly isDraft: boolean;
  readonly source: string;
  readonly target: { readonly id: string; readonly environment: string | null };
  readonly isTrial: boolean;
  readonly isForeign: boolean;
  readonly at: Stage;
  /** The stages whose data was put in place of what came. */
  readonly edited: readonly Stage[];
  readonly problem: ProblemBody | null;
  readonly read: {
    readonly exchanges: readonly ShownExchange[];
    readonly isStored: boolean;
    /** The answer that the bills are in; null where there is none to edit. */
    readonly answer: string | null;
    readonly isEdited: boolean;
  } | null;
  readonly records: readonly { readonly key: string | null; readonly number: string | null; readonly rows: number }[];
  readonly record: {
    readonly key: string | null;
    readonly number: string | null;
    readonly text: string;
    readonly isEdited: boolean;
  } | null;
  readonly bills: {
    readonly dropped: readonly { readonly row: number; readonly rule: string }[];
    readonly steps: readonly { readonly kind: string; readonly bills: number; readonly sample: string }[];
    readonly problem: { readonly code: string; readonly text: string } | null;
    readonly items: readonly { readonly part: string; readonly text: string; readonly isEdited: boolean }[];
  } | null;
  readonly documents: readonly DebugDocument[] | null;
  readonly written: Story | null;
}

export interface Step {
  readonly from: Stage;
  readonly record?: string;
  readonly part?: string;
  readonly text?: string;
}
