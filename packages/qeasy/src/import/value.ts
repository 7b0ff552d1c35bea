/**
 * Values of Qeasy's language: what copying did to them is put right, ids of schemes become ids of flows, and each is tried with our own
 * compiler, so that what cannot be evaluated is a decision and no surprise at night.
 */
import { compileValue, DatongError, explain, FILTERS, type Json } from "@datong/core";
import { decodeEntities } from "../read/pasted-text.ts";

export interface Repaired {
  readonly text: string;
  /** What was done, both languages; empty when the value stood as it was. */
  readonly zh: readonly string[];
  readonly en: readonly string[];
}

const FILTER_NAMES = FILTERS.map((row) => row.name.toLowerCase());

/** Puts right what pages do to values: braces that were parted, pipes that a table ate, underscores that Markdown ate, entities. */
export function repairValue(given: string): Repaired {
  const zh: string[] = [];
  const en: string[] = [];
  let text = given;
  const step = (next: string, what: readonly [string, string]): void => {
    if (next === text) return;
    text = next;
    zh.push(what[0]);
    en.push(what[1]);
  };
  if (/&(?:lt|gt|amp|quot|apos|nbsp|#\d+|#x[\da-f]+);/i.test(text))
    step(decodeEntities(text), ["HTML 转义已还原", "HTML entities are letters again"]);
  step(text.replace(/\u200b|\u200c|\u200d|\u2060|\ufeff/g, "").replaceAll("\u00a0", " "), [
    "不可见的空白已去掉",
    "invisible blanks are gone",
  ]);
  step(text.replace(/｛/g, "{").replace(/｝/g, "}"), ["全角花括号已改", "full-width braces are ASCII again"]);
  step(text.replace(/\{\s+\{(?=\s*[\w\u4e00-\u9fff.|\s]+\}\s*\})/g, "{{").replace(/(\{\{[\w\u4e00-\u9fff.|\s]+)\}\s+\}/g, "$1}}"), [
    "拆开的花括号已合上",
    "parted braces are together again",
  ]);
  step(
    text.replace(/\{\{\s*([\w\u4e00-\u9fff.]+)\s+([A-Za-z]+)\s*\}\}/g, (whole, name: string, filter: string) =>
      FILTER_NAMES.includes(filter.toLowerCase()) ? `{{${name}|${filter}}}` : whole,
    ),
    ["被表格吃掉的竖线已补回", "the pipe that a table ate is back"],
  );
  step(text.replace(/^\s+(?=_(?:function|findCollection|mongoQuery)\s)/, ""), ["前缀前的空白已去掉", "blanks before the prefix are gone"]);
  step(text.replace(/^(findCollection find \S+ from |mongoQuery [\da-f]{8}-)/, "_$1"), [
    "被吃掉的下划线已补回",
    "the underscore that was eaten is back",
  ]);
  if (text.startsWith("_function ")) {
    step(text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"'), ["弯引号已改成直引号", "typographic quotes are straight again"]);
  }
  return { text, zh, en };
}

const SCHEME_ID = /(_findCollection\s+find\s+\S+\s+from\s+|_mongoQuery\s+)([\w-]{8,})/g;

/** Ids of schemes that lookups name. */
export function schemeIdsOf(text: string): readonly string[] {
  return [...text.matchAll(SCHEME_ID)].map((match) => match[2] ?? "");
}

export function withFlowIds(text: string, flowOf: (scheme: string) => string | undefined): string {
  return text.replace(SCHEME_ID, (_, head: string, id: string) => head + (flowOf(id) ?? id));
}

/** Why our language cannot evaluate the value; undefined when it can. */
export function flawOfValue(text: string, fieldPath: string): { readonly zh: string; readonly en: string } | undefined {
  try {
    compileValue(text, { fieldPath, lookups: { empty: "null", ambiguous: "first" } });
    return undefined;
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    return { zh: `${error.code} ${explain(error, "zh").message}`, en: `${error.code} ${explain(error, "en").message}` };
  }
}

/** A value as the text that the language takes; undefined when there is none. */
export function textOfValue(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether the text reads any field of a row. */
export function readsRow(text: string): boolean {
  return [...text.matchAll(/\{\{\s*([^{}|\s]+)/g)].some(
    (match) => !/^(?:LAST_SYNC_TIME|CURRENT_TIME|MICROTIME|PAGINATION_\w+|DAYS_AGO_\d+|settings\..*|COLUMNS)$/.test(match[1] ?? ""),
  );
}

const DEFAULT_SECRETS =
  /token|secret|passw|pwd|appkey|app_key|accesskey|access_key|privatekey|private_key|signkey|sign_key|api_?key|session_?key|authorization|^sid$|process_code/i;
const PLACEHOLDER = /^(?:your|my)[_-]|^x{3,}$|^\*+$|^<.*>$|^\$\{.*\}$|^\.{3,}$|应用|密钥|填写|示例/i;

/** A parameter that holds a credential, by its name; `missing` when its value only shows where it goes. */
export function credentialKind(name: string, value: string | undefined): "secret" | "missing" | undefined {
  if (value === undefined || value.includes("{{") || !DEFAULT_SECRETS.test(name) || /^(?:true|false|\d{1,3})$/i.test(value))
    return undefined;
  return PLACEHOLDER.test(value) ? "missing" : "secret";
}
