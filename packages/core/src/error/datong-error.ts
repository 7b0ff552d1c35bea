/**
 * The one error that Datong throws on purpose: a code of the table, details that fill its texts, an optional cause.
 * Details must not hold secrets; whoever throws masks first. Anything else that is thrown is a defect.
 */
import { CODES, type ErrorCode } from "./codes.ts";
import type { ErrorCodeRow } from "./error-code.ts";
import type { FaultClass } from "./fault.ts";
import { inLanguage, type Language } from "./in-language.ts";

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Details that may hold `中文 / English`, of which a text takes its own side. */
const IN_BOTH: ReadonlySet<string> = new Set(["reason", "expected", "kind", "users"]);

export class DatongError extends Error {
  override readonly name = "DatongError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { readonly cause?: unknown }) {
    super(fill(rowOf(code).en, details, "en"), options);
    this.code = code;
    this.details = details;
  }

  get fault(): FaultClass {
    return rowOf(this.code).fault;
  }
}

/** What is wrong and what to do, in one language. */
export function explain(error: DatongError, language: Language): { readonly message: string; readonly todo: string } {
  const row = rowOf(error.code);
  return language === "zh"
    ? { message: fill(row.zh, error.details, "zh"), todo: fill(row.todoZh, error.details, "zh") }
    : { message: fill(row.en, error.details, "en"), todo: fill(row.todoEn, error.details, "en") };
}

/** An error's message in both languages, `中文 / English`, for whoever tells of it as a reason. */
export function inBothLanguages(error: DatongError): string {
  return `${explain(error, "zh").message} / ${explain(error, "en").message}`;
}

/** What is wrong with the fields of one document, each with its place, in both languages. */
export function issuesInBothLanguages(
  issues: readonly { readonly fieldPath: string; readonly code: ErrorCode; readonly details: ErrorDetails }[],
): string {
  const said = (language: Language): readonly string[] =>
    issues.map(({ fieldPath, code, details }) => `${fieldPath}: ${explain(new DatongError(code, details), language).message}`);
  return `${said("zh").join("；")} / ${said("en").join("; ")}`;
}

/** The safe JSON form that logs, `--json` and the API show. */
export function errorToJson(error: DatongError): {
  code: string;
  fault: FaultClass;
  zh: string;
  en: string;
  todoZh: string;
  todoEn: string;
  details: ErrorDetails;
} {
  const zh = explain(error, "zh");
  const en = explain(error, "en");
  return { code: error.code, fault: error.fault, zh: zh.message, en: en.message, todoZh: zh.todo, todoEn: en.todo, details: error.details };
}

function rowOf(code: ErrorCode): ErrorCodeRow {
  return CODES[code];
}

function fill(text: string, details: ErrorDetails, language: Language): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    if (value === undefined || value === null) return whole;
    return IN_BOTH.has(name) ? inLanguage(String(value), language) : String(value);
  });
}
