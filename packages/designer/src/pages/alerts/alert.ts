/** The server's answers about alerts. */
export interface ChannelDocument {
  readonly id: string;
  readonly kind: string;
  readonly name?: string;
  readonly to?: readonly string[];
  readonly from?: string;
  readonly quiet?: { readonly from: string; readonly to: string };
  readonly privateNetwork?: boolean;
}

export interface RuleDocument {
  readonly id: string;
  readonly when: string;
  readonly channels: readonly string[];
  readonly flows?: readonly string[];
  /** Whom a message names: `owners` are the flow's own. */
  readonly mentions?: readonly string[];
  readonly repeatMinutes?: number;
  readonly count?: number;
  readonly minutes?: number;
  readonly hours?: number;
  readonly days?: number;
  readonly percent?: number;
  readonly calls?: number;
  /** HH:mm. */
  readonly at?: string;
}

export interface Revised<T> {
  readonly revision: number;
  readonly document: T;
}

export interface Alerts {
  readonly items: readonly { readonly rule: string; readonly flow: string; readonly since: number; readonly summary: string }[];
  readonly messages: readonly {
    readonly channel: string;
    readonly body: string;
    readonly madeAt: number;
    readonly sentAt: number | null;
    readonly problem: string | null;
  }[];
}

/** By condition, the key of its bound; a digest has none, but a time. */
export const BOUNDS: Readonly<Record<string, "count" | "minutes" | "hours" | "days" | "percent">> = {
  failures: "count",
  oldest: "minutes",
  backlog: "count",
  silence: "hours",
  "not-run": "minutes",
  gap: "hours",
  reconciliation: "count",
  credential: "days",
  quota: "days",
  "error-rate": "percent",
};
export const DIGEST = "digest";
