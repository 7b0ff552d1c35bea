/** What is wrong with a document and what to do, in both languages, from the code that the ledger keeps; null where nothing is. */
import { CODES, DatongError, errorToJson, type ErrorCode } from "@datong/core";
import type { StoryDocument } from "@datong/engine";

export interface Advice {
  readonly zh: string;
  readonly en: string;
  readonly todoZh: string;
  readonly todoEn: string;
}

export function adviceOf({ code, vendorCode, vendorText }: Pick<StoryDocument, "code" | "vendorCode" | "vendorText">): Advice | null {
  if (code === null || !Object.hasOwn(CODES, code)) return null;
  const text = vendorText ?? "";
  // The mapping's own problems stand as `place: text (reason)`.
  const fieldPath = /^([A-Za-z_][\w.[\]]*): /.exec(text)?.[1];
  const reason = fieldPath === undefined ? text : (/\(([^()]*)\)$/.exec(text)?.[1] ?? text.slice(fieldPath.length + 2));
  const details = { vendorCode: vendorCode ?? "", vendorText: text, system: "", reason, ...(fieldPath === undefined ? {} : { fieldPath }) };
  const { zh, en, todoZh, todoEn } = errorToJson(new DatongError(code as ErrorCode, details));
  return { zh, en, todoZh, todoEn };
}
