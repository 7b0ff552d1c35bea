/**
 * Answers in the vendor's envelope: compact JSON, HTTP 200 even for errors, and in a failure ErrorCode before IsSuccess, because the
 * official Java SDK recognises failures by the literal text `,"IsSuccess":false,`.
 */
import { writeJson } from "../kit/exact-json.ts";
import type { SimReply } from "../kit/simulator.ts";

/** One error line; `dIndex` is the 0-based position of the package in the batch. */
export interface Problem {
  readonly field: string | null;
  readonly message: string;
  readonly msgCode: number;
  readonly dIndex: number;
}

export interface Entity {
  readonly Id: number;
  readonly Number: string;
  readonly DIndex: number;
}

/** MsgCode of the vendor's table; only those the simulator gives. */
export const MSG = {
  sessionLost: 1,
  noPermission: 2,
  exception: 4,
  formEmpty: 5,
  parameter: 8,
  notExisting: 9,
  notFound: 10,
  invalid: 11,
  notOperable: 12,
  editLock: 13,
  callLimit: 14,
} as const;

export const SESSION_LOST_TEXT = "会话信息已丢失，请重新登录";

/** A problem that concerns no package in particular. */
export function problem(msgCode: number, message: string, field: string | null = null, dIndex = 0): Problem {
  return { field, message, msgCode, dIndex };
}

/** The ResponseStatus object; `success` is false when absent and there are problems. */
export function responseStatus(
  problems: readonly Problem[],
  entities: readonly Entity[] = [],
  messages: readonly unknown[] = [],
  success = problems.length === 0,
): Record<string, unknown> {
  return {
    ...(success ? {} : { ErrorCode: 500 }),
    IsSuccess: success,
    Errors: problems.map(({ field, message, dIndex }) => ({ FieldName: field, Message: message, DIndex: dIndex })),
    SuccessEntitys: entities,
    SuccessMessages: messages,
    MsgCode: problems[0]?.msgCode ?? 0,
  };
}

/** A refusal of the whole call, in the shape the method answers in: `[[…]]` for ExecuteBillQuery, `[…]` for BillQuery. */
export function failure(method: string, ...problems: readonly Problem[]): unknown {
  const result = { Result: { ResponseStatus: responseStatus(problems) } };
  if (method === "ExecuteBillQuery") return [[result]];
  return method === "BillQuery" ? [result] : result;
}

/** The HTTP answer; every one carries a Set-Cookie, since one client library crashes without. */
export function httpReply(value: unknown, cookies: readonly string[]): SimReply {
  return {
    status: 200,
    headers: { "Content-Type": "application/json; charset=utf-8", "Set-Cookie": cookies },
    body: writeJson(value),
  };
}
