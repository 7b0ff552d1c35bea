/** Errors as the API tells them: RFC 9457 problem documents with our code, both languages and what to do. */
import { DatongError, errorToJson, type ErrorCode, type ErrorDetails } from "@datong/core";
import { Type } from "typebox";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String({ description: "中文说明 / What is wrong, in Chinese" }),
    status: Type.Integer(),
    code: Type.String(),
    zh: Type.String(),
    en: Type.String(),
    todoZh: Type.String(),
    todoEn: Type.String(),
    details: Type.Record(Type.String(), Type.Unknown()),
    issues: Type.Optional(Type.Array(Type.Unknown(), { description: "逐条问题 / Each problem" })),
  },
  { $id: "Problem", description: "错误 / An error (RFC 9457)" },
);

/** An error that tells each thing that is wrong, as people read it. */
export class ProblemWithIssues extends DatongError {
  readonly issues: readonly unknown[];
  constructor(code: ErrorCode, details: ErrorDetails, issues: readonly unknown[]) {
    super(code, details);
    this.issues = issues;
  }
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  SIGN_IN_NEEDED: 401,
  SIGN_IN_FAILED: 401,
  SIGN_IN_THROTTLED: 429,
  PASSWORD_WRONG: 403,
  PASSWORD_NOT_OURS: 409,
  SIGNATURE_WRONG: 401,
  OIDC_OFF: 404,
  OIDC_REFUSED: 401,
  OIDC_NOT_MAPPED: 403,
  OIDC_NAME_TAKEN: 409,
  OIDC_UNREACHED: 503,
  RIGHT_MISSING: 403,
  CROSS_SITE: 403,
  SETUP_REFUSED: 403,
  ROUTE_UNKNOWN: 404,
  OBJECT_UNKNOWN: 404,
  FLOW_UNKNOWN: 404,
  REPAIR_UNKNOWN: 404,
  RECONCILIATION_UNKNOWN: 404,
  REFILL_UNKNOWN: 404,
  RECONCILE_DIFFERENCE_UNKNOWN: 404,
  CONNECTION_UNKNOWN: 404,
  REQUEST_INVALID: 400,
  REQUEST_UNREADABLE: 400,
  REQUEST_TOO_DEEP: 400,
  REQUEST_TOO_LARGE: 413,
  REVISION_STALE: 409,
  NAME_TAKEN: 409,
  OBJECT_IN_USE: 409,
  FLOW_NOT_PUBLISHED: 409,
  PUBLISH_NEEDS_CONFIRMATION: 409,
  REFILL_NEEDS_CONFIRMATION: 409,
  FLOW_RUNNING: 409,
  LAST_ADMINISTRATOR: 409,
  DEBUG_SESSION_GONE: 404,
  DEBUG_WRITE_KNOWN: 409,
  DEBUG_DATA_INVALID: 400,
  IDEMPOTENCY_KEY_REUSED: 409,
  WRITE_UNCONFIRMED: 409,
  FLOW_NOT_ENABLED: 409,
  IDEMPOTENCY_UNDER_WAY: 409,
  IDEMPOTENCY_DONE: 409,
  IDEMPOTENCY_OUTCOME_UNKNOWN: 409,
  API_OFF_LINE_CONCERNS: 409,
  SERVER_FAILED: 500,
};

/** What the request itself could not help has a status of its own; every other error of ours is about what was asked for. */
export function statusOfError(error: DatongError): number {
  return STATUS[error.code] ?? (error.fault === "defect" ? 500 : 422);
}

export function problemOf(error: DatongError, issues?: readonly unknown[]): Record<string, unknown> {
  const { code, zh, en, todoZh, todoEn, details } = errorToJson(error);
  return {
    type: `https://datong.dev/errors#${code.toLowerCase()}`,
    title: zh,
    status: statusOfError(error),
    code,
    zh,
    en,
    todoZh,
    todoEn,
    details,
    ...(issues === undefined ? {} : { issues }),
  };
}
