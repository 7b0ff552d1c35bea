/**
 * 吉客云's envelope, `{code, msg, subCode, result: {contextId, data}}`, always on HTTP 200, and the sub-codes of its open gateway.
 * The sub-codes are on record; the number beside them and the Chinese texts are assumptions, so nothing should match on them.
 */
import { writeJson } from "../kit/exact-json.ts";
import type { SimReply } from "../kit/simulator.ts";

/** A refusal: the vendor's sub-code and its text. */
export interface JackyunRefusal {
  readonly subCode: string;
  readonly msg: string;
}

/** The documented sub-codes. */
export const JACKYUN_SUB_CODE = {
  sign: "0858030801",
  appKey: "0858030802",
  token: "0858030803",
  notSubscribed: "0130020310",
  parameter: "0050030002",
  fieldsMissing: "0040139996",
  throttled: "0859999999",
} as const;

/** How this tenant's answers look: `code` as number or text, `data` as value or as a JSON text (both are seen in the field). */
export interface JackyunAnswerForm {
  readonly successCode: number;
  readonly successSubCode: string;
  readonly failureCode: number;
  readonly codeAsText: boolean;
  readonly dataAsText: boolean;
}

/** The answer to a call that was carried out. */
export function jackyunSuccess(form: JackyunAnswerForm, contextId: string, data: unknown): SimReply {
  return reply(form, form.successCode, "", form.successSubCode, contextId, form.dataAsText ? writeJson(data) : data);
}

/** The answer to a call that was refused; nothing was changed. */
export function jackyunFailure(form: JackyunAnswerForm, contextId: string, refusal: JackyunRefusal): SimReply {
  return reply(form, form.failureCode, refusal.msg, refusal.subCode, contextId, null);
}

function reply(form: JackyunAnswerForm, code: number, msg: string, subCode: string, contextId: string, data: unknown): SimReply {
  return {
    status: 200,
    headers: { "content-type": "application/json;charset=UTF-8" },
    body: writeJson({ code: form.codeAsText ? String(code) : code, msg, subCode, result: { contextId, data } }),
  };
}
