/** What the server answers, as far as the console reads it. Instants are epoch ms, spans ms. */
import type { Connector, Flow } from "@datong/core";
import type { Role } from "./deeds.ts";
import type { FlowIssue, ProblemBody } from "./ask.ts";

export type { Api, Connector, Field, MappingField } from "@datong/core";

export const STATUSES = ["pending", "queued", "sent", "done", "failed", "skipped", "unknown"] as const;
export type Status = (typeof STATUSES)[number];

export interface Me {
  readonly kind: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly hasPassword: boolean;
  readonly workspaces: readonly { readonly id: string; readonly name: string; readonly role: Role; readonly isLimited: boolean }[];
}

export interface Items<T> {
  readonly items: readonly T[];
}

export interface Page<T> extends Items<T> {
  readonly next: string | null;
}

export interface CountRow {
  readonly flow: string;
  readonly status: Status;
  readonly records: number;
  readonly documents: number;
}

export interface QueueRow {
  readonly flow: string;
  readonly tasks: number;
  readonly documents: number;
  readonly due: number;
  readonly inHand: number;
  readonly oldestAgeMs: number | null;
  readonly perMinute: number | null;
  readonly emptyInMs: number | null;
  readonly paused: { readonly source: boolean; readonly target: boolean };
  readonly unreached: readonly { readonly connection: string; readonly tryInMs: number }[];
}

export interface MissingRow {
  readonly flow: string;
  readonly kind: string;
  readonly code: string;
  readonly count: number;
  readonly since: number;
  readonly numbers: readonly string[];
}

export interface ConnectorRow {
  readonly system: string;
  readonly name: Connector["name"];
  readonly isOwn: boolean;
  readonly apis: number;
  /** Private APIs that the workspace has added to a built-in system. */
  readonly ownApis: number;
}

export interface ConnectionRow {
  readonly id: string;
  readonly name: string | null;
  readonly system: string | null;
  readonly environment: string | null;
  readonly revision: number;
  readonly isInOrder: boolean;
  readonly usedBy: readonly string[];
}

export interface ConnectionView {
  readonly id: string;
  readonly revision: number;
  readonly document: {
    readonly id: string;
    readonly name: string;
    readonly system: string;
    readonly environment?: string;
    readonly settings: Readonly<Record<string, string>>;
  };
  readonly secrets: readonly { readonly setting: string; readonly changedAt: number }[];
  readonly usedBy: readonly string[];
  readonly issues: readonly ProblemBody[];
}

export interface TestResult {
  readonly ok: boolean;
  readonly tookMs: number;
  readonly problem: ProblemBody | null;
}

export interface FlowRow {
  readonly id: string;
  readonly name: string | null;
  readonly revision: number;
  readonly publishedRevision: number | null;
  readonly isEnabled: boolean;
  readonly isInOrder: boolean;
  readonly source: { readonly connection: string; readonly api: string } | null;
  readonly target: { readonly connection: string; readonly api: string } | null;
  readonly changedAt: number;
  readonly changedBy: string;
}

export interface FlowView {
  readonly id: string;
  readonly revision: number;
  readonly publishedRevision: number | null;
  readonly isEnabled: boolean;
  readonly text: string;
  readonly document: Flow | null;
  readonly published: string | null;
  readonly issues: readonly FlowIssue[];
}

export interface RevisionRow {
  readonly revision: number;
  readonly note: string;
  readonly madeAt: number;
  readonly madeBy: string;
  readonly publishedAt: number | null;
}

export interface RunView {
  readonly id: string;
  readonly flow: string;
  readonly state: "running" | "done" | "failed";
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly progress: { readonly read: number; readonly records: number; readonly written: number; readonly failed: number };
  readonly result: { readonly unchanged: number; readonly skipped: number; readonly queued: number; readonly unknown: number } | null;
  readonly problem: ProblemBody | null;
}

export interface DocumentRow {
  readonly id: string;
  readonly status: Status;
  readonly externalKey: string | null;
  readonly number: string | null;
  readonly stage: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly vendorText: string | null;
}

export interface RecordRow {
  readonly key: string;
  readonly number: string | null;
  readonly status: Status;
  readonly reason: string | null;
  readonly version: number;
  readonly changedAt: number;
  readonly documents: readonly DocumentRow[];
  readonly writeBack: DocumentRow | null;
}

export interface RecordPage extends Page<RecordRow> {
  readonly counts: Readonly<Partial<Record<Status, number>>>;
}

/** A bill that was found by a number. */
export interface RecordRef {
  readonly flow: string;
  readonly key: string;
  readonly number: string | null;
  readonly status: Status;
  readonly reason: string | null;
  readonly changedAt: number;
  readonly targetNumbers: readonly string[];
}
