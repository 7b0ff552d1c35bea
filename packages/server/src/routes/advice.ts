/** What is wrong with a document and what to do, in both languages, from the code that the ledger keeps; null where nothing is. */
import { CODES, DatongError, errorToJson, inLanguage, type ErrorCode } from "@datong/core";
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
  const said = { zh: inLanguage(text, "zh"), en: inLanguage(text, "en") };
  // What the mapping found is kept in both languages, and says more than the code does.
  return said.zh === said.en ? { zh, en, todoZh, todoEn } : { ...said, todoZh, todoEn };
}
