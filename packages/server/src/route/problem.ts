/** Errors as the API tells them: RFC 9457 problem documents with our code, both languages and what to do. */
import { errorToJson, type DatongError, type ErrorCode } from "@datong/core";
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

const STATUS: Partial<Record<ErrorCode, number>> = {
  SIGN_IN_NEEDED: 401,
  SIGN_IN_FAILED: 401,
  SIGN_IN_THROTTLED: 429,
  SIGNATURE_WRONG: 401,
  RIGHT_MISSING: 403,
  CROSS_SITE: 403,
  SETUP_REFUSED: 403,
  ROUTE_UNKNOWN: 404,
  OBJECT_UNKNOWN: 404,
  FLOW_UNKNOWN: 404,
  REPAIR_UNKNOWN: 404,
  RECONCILIATION_UNKNOWN: 404,
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
  FLOW_RUNNING: 409,
  LAST_ADMINISTRATOR: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
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
