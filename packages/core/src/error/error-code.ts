/**
 * The shape of one row in the table of error codes. A code is never reused; its texts may be bettered.
 * `{name}` in a text is filled from the error's details; what a detail lacks stays as `{name}`.
 */
import type { FaultClass } from "./fault.ts";

export interface ErrorCodeRow {
  readonly fault: FaultClass;
  /** What is wrong, in one sentence, zh and en. */
  readonly zh: string;
  readonly en: string;
  /** What to do about it. */
  readonly todoZh: string;
  readonly todoEn: string;
}
