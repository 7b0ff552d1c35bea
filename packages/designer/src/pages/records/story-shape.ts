/** The story of a bill as the server tells it. Rows, bodies and messages are texts; instants are epoch ms. */
import type { Status } from "../../api/answers.ts";

export interface StoryExchange {
  readonly id: string;
  readonly at: number;
  readonly operation: string;
  readonly status: number;
  readonly tookMs: number;
  readonly request: string;
  readonly response: string;
}

export interface StoryDocument {
  readonly id: string;
  readonly externalKey: string | null;
  readonly number: string | null;
  readonly targetId: string | null;
  readonly status: Status;
  readonly stage: string | null;
  readonly attempts: number;
  readonly code: string | null;
  /** The other side's; null for what we found ourselves. */
  readonly vendorCode?: string | null;
  readonly vendorText: string | null;
  readonly changedAt: number;
  readonly behind: { readonly number: string; readonly status: Status } | null;
  readonly body: string | null;
  readonly waiting: readonly { readonly id: string; readonly action: string; readonly runAt: number; readonly attempts: number }[];
  readonly exchanges: readonly StoryExchange[];
  /** The target field that the refusal seems to be about. */
  readonly field?: string | null;
  readonly advice: { readonly zh: string; readonly en: string; readonly todoZh: string; readonly todoEn: string } | null;
}

export interface Story {
  readonly flowId: string;
  readonly key: string;
  readonly number: string | null;
  readonly status: Status;
  readonly reason: string | null;
  readonly version: number;
  readonly seenAt: number;
  readonly changedAt: number;
  readonly rows: string | null;
  readonly read: StoryExchange | null;
  readonly documents: readonly StoryDocument[];
  readonly writeBack: StoryDocument | null;
  readonly interventions: readonly {
    readonly at: number;
    readonly action: string;
    readonly reason: string | null;
    readonly person: string;
    readonly details: string | null;
  }[];
}

/** As the server has it: nothing of it is under way or done. */
export const EDITABLE: readonly Status[] = ["failed", "pending", "skipped"];

export function isEditable({ status, rows, documents }: Story): boolean {
  return EDITABLE.includes(status) && (rows !== null || documents.some(({ body }) => body !== null));
}
