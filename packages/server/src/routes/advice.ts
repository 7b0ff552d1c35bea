/** What is wrong with a document and what to do, in both languages, from the code that the ledger keeps; null where nothing is. */
import { CODES, DatongError, errorToJson, type ErrorCode } from "@datong/core";
import type { StoryDocument } from "@datong/engine";

export interface Advice {
  readonly zh: string;
  readonly en: string;
  readonly todoZh: string;
  readonly todoEn: string;
}

export function adviceOf({ code, vendorCode, vendorText }: StoryDocument): Advice | null {
  if (code === null || !Object.hasOwn(CODES, code)) return null;
  const text = vendorText ?? "";
  const details = { vendorCode: vendorCode ?? "", vendorText: text, system: "", reason: text };
  const { zh, en, todoZh, todoEn } = errorToJson(new DatongError(code as ErrorCode, details));
  return { zh, en, todoZh, todoEn };
}
