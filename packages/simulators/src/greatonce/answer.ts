/**
 * 巨益OMS's answers, always on HTTP 200. Three forms are seen in the field: `{flag, code, message, …}`, `{code, message, …}` and
 * `{status, message, …}` of release 3.0. Only the refusal of a wrong signature (`sign-check-failure`, `Illegal request`) is on
 * record word for word; every other code and text is an assumption.
 */
import type { SimReply } from "../kit/simulator.ts";

/** A refusal in the vendor's words. */
export interface GreatonceRefusal {
  readonly code: string;
  readonly message: string;
  readonly subCode: string;
  readonly subMessage: string;
}

/** The refusal of a wrong signature. */
export const SIGN_REFUSAL: GreatonceRefusal = {
  code: "401",
  message: "Invalid signature",
  subCode: "sign-check-failure",
  subMessage: "Illegal request",
};

/** A refusal of the call's content. */
export function parameterRefusal(message: string): GreatonceRefusal {
  return { code: "400", message, subCode: "invalid-parameter", subMessage: message };
}

/** The answer to a call that was carried out; `more` are the keys of a query's rows. */
export function greatonceSuccess(form: string, requestId: string, more: Readonly<Record<string, unknown>> = {}): SimReply {
  return reply({ ...verdict(form, "success", "0"), message: "", ...more, requestId });
}

/** The answer to a call that was refused; nothing was changed. */
export function greatonceFailure(form: string, requestId: string, refusal: GreatonceRefusal): SimReply {
  const { code, message, subCode, subMessage } = refusal;
  return reply({ ...verdict(form, "failure", code), message, sub_code: subCode, sub_message: subMessage, requestId });
}

function verdict(form: string, flag: "success" | "failure", code: string): Readonly<Record<string, string>> {
  if (form === "status") return { status: code };
  return form === "code" ? { code } : { flag, code };
}

function reply(body: Readonly<Record<string, unknown>>): SimReply {
  return { status: 200, headers: { "content-type": "application/json;charset=UTF-8" }, body: JSON.stringify(body) };
}
