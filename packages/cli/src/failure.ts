/**
 * Errors of commands and how they are told: code, file and place, what was expected, what to do. A stack trace is shown only with
 * DATONG_DEBUG=1. With --json one object `{ok: false, error}` goes to stdout.
 */
import { DatongError, errorToJson, explain } from "@datong/core";
import { CallFault, type DocumentIssue } from "@datong/engine";
import { relative } from "node:path";
import type { Context } from "./context.ts";

export interface FailureTexts {
  readonly zh: string;
  readonly en: string;
  readonly todoZh: string;
  readonly todoEn: string;
}

/** A command's own refusal, such as a record that nobody has; not one of the engine's codes. */
export class CommandFailure extends Error {
  readonly code: string;
  readonly texts: FailureTexts;
  readonly exitCode: number;

  constructor(code: string, texts: FailureTexts, exitCode = 1) {
    super(texts.en);
    this.code = code;
    this.texts = texts;
    this.exitCode = exitCode;
  }
}

/** Documents of the workspace that are not in order; every issue is told. */
export class BrokenDocuments extends Error {
  readonly issues: readonly DocumentIssue[];

  constructor(issues: readonly DocumentIssue[]) {
    super(issues.map((issue) => `${issue.file}: ${issue.code}`).join("; "));
    this.issues = issues;
  }
}

/** Tells the error and gives the exit code. */
export function reportFailure(context: Context, thrown: unknown): number {
  const error = diskFull(thrown) ?? (thrown instanceof CallFault ? thrown.error : thrown);
  if (context.terminal.env["DATONG_DEBUG"] === "1" && error instanceof Error) context.terminal.err(`${error.stack ?? error.message}\n`);
  if (context.json) context.terminal.out(`${JSON.stringify({ ok: false, error: failureJson(error) })}\n`);
  else context.terminal.err(failureText(context, error));
  return error instanceof CommandFailure ? error.exitCode : 1;
}

/** A disk that fills up while the program runs: Node says ENOSPC, PostgreSQL 53100. */
function diskFull(thrown: unknown): DatongError | undefined {
  const { code, path } = (thrown instanceof Error ? thrown : {}) as { readonly code?: unknown; readonly path?: unknown };
  if (code !== "ENOSPC" && code !== "EDQUOT" && code !== "53100") return undefined;
  return new DatongError(
    "STORE_DISK_FULL",
    { folder: typeof path === "string" ? path : "--data", freeMb: 0, neededMb: 200 },
    { cause: thrown },
  );
}

interface FailureJson {
  readonly code: string;
  readonly fault: string;
  readonly zh: string;
  readonly en: string;
  readonly todoZh: string;
  readonly todoEn: string;
  readonly details: unknown;
}

function failureJson(error: unknown): FailureJson {
  if (error instanceof DatongError) return errorToJson(error);
  if (error instanceof CommandFailure) return { code: error.code, fault: "rejected", ...error.texts, details: {} };
  if (error instanceof BrokenDocuments) {
    const [first] = error.issues;
    if (first === undefined) return unexpected(error);
    const issues = error.issues.map(({ code, file, line, path }) => ({ code, file, line: line ?? null, path }));
    return { ...errorToJson(new DatongError(first.code, first.details)), details: { ...first.details, issues } };
  }
  return unexpected(error);
}

function unexpected(error: unknown): FailureJson {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "UNEXPECTED",
    fault: "defect",
    zh: `程序出错：${reason}`,
    en: `The program failed: ${reason}`,
    todoZh: "这是程序缺陷。加 DATONG_DEBUG=1 再运行一次，把输出反馈给我们；账本里的数据没有损坏。",
    todoEn: "This is a defect of the program. Run again with DATONG_DEBUG=1 and send us the output; the ledger is unharmed.",
    details: { reason },
  };
}

function failureText(context: Context, error: unknown): string {
  if (error instanceof BrokenDocuments) return error.issues.map((issue) => issueText(context, issue)).join("");
  const { text, language } = context;
  const json = failureJson(error);
  const details = json.details as Readonly<Record<string, unknown>>;
  const place = [details["file"], details["line"]]
    .filter((part) => part !== undefined)
    .map((part, i) => (i === 0 ? shortPath(context, String(part)) : String(part)));
  const lines = [`✗ ${json.code}  ${language === "zh" ? json.zh : json.en}`];
  if (place.length > 0) lines.push(`  ${text.file}${place.join(":")}`);
  if (typeof details["path"] === "string" && details["path"] !== "") lines.push(`  ${text.place}${details["path"]}`);
  lines.push(`  ${text.todo}${language === "zh" ? json.todoZh : json.todoEn}`);
  return `${lines.join("\n")}\n`;
}

/** The same in one line, for a log. */
export function failureLine(context: Context, error: unknown): string {
  return failureText(context, error).trim().replaceAll(/\n\s*/g, "  ");
}

/** One issue of a document: file and line first, as editors and CI know it. */
export function issueText(context: Context, issue: DocumentIssue): string {
  const { message, todo } = explain(new DatongError(issue.code, issue.details), context.language);
  const at = `${shortPath(context, issue.file)}${issue.line === undefined ? "" : `:${issue.line}`}`;
  const place = issue.path === "" ? "" : `  ${context.text.place}${issue.path}\n`;
  return `✗ ${at}  ${issue.code}  ${message}\n${place}  ${context.text.todo}${todo}\n`;
}

/** Relative to where the person stands, unless that is longer. */
export function shortPath(context: Context, file: string): string {
  const short = relative(context.terminal.cwd, file);
  return short === "" || short.length > file.length ? file : short;
}
