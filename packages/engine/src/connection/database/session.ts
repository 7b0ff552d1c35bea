/** One session with a database server, whatever its protocol: statements with bound values, rows as JSON texts, faults told apart. */
import type { DatabaseKind } from "@datong/core";
import type { SendFailure } from "../http-send.ts";

/** A bound value; numbers go as their text, which the server converts to the column's type exactly. */
export type Bound = string | null;

/** Rows of a result; each cell is a JSON text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the server said no to. */
export class DatabaseRefusal extends Error {
  readonly code: string;
  readonly state: string;
  constructor(code: string, state: string, message: string) {
    super(message);
    this.code = code;
    this.state = state;
  }
}

/** The line, not the server: nobody knows what became of the last statement. */
export class DatabaseLineFault extends Error {
  readonly failure: SendFailure;
  constructor(failure: SendFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

export interface DatabaseSession {
  /** How far the server's clock is ahead of ours. */
  readonly skewMs: number;
  /** Rows up to a bound of bytes; beyond it the session is broken off with REPLY_TOO_LARGE. */
  readonly query: (text: string, values: readonly Bound[]) => Promise<Table>;
  /** A statement of which only its success counts. */
  readonly run: (text: string, values?: readonly Bound[]) => Promise<void>;
  /** Whether it can be used for another task. */
  readonly isBroken: () => boolean;
  readonly close: () => void;
}

export interface SessionSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: "no" | "yes" | "unverified";
  /** IANA name; wall times are read and written in it. */
  readonly zone: string;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  readonly allowPrivate: boolean;
  readonly nowMs: () => number;
}

/** How a kind of database writes what both can do. */
export interface Dialect {
  readonly kind: DatabaseKind;
  readonly open: (settings: SessionSettings) => Promise<DatabaseSession>;
  readonly quote: (name: string) => string;
  /** The n-th bound value, from 1. */
  readonly mark: (n: number) => string;
  /** A bound value of a page's end, compared with its column as what it is. */
  readonly markOfCell: (n: number, cell: string) => string;
  readonly beginRead: string;
  /** Behind an INSERT: what becomes of rows that are there. */
  readonly onConflict: (columns: readonly string[], key: readonly string[]) => string;
  readonly truth: (value: boolean) => string;
  /** Codes after which the server has rolled the whole transaction back. */
  readonly rollsBack: (refusal: DatabaseRefusal) => boolean;
}

/** Codes of Node for what failed before the server could have heard of anything. */
const BEFORE = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ADDRESS_REFUSED", "ETIMEDOUT_CONNECT"]);

/** A fault of the line; `opening`: no statement has been sent. */
export function lineFaultOf(error: unknown, host: string, opening: boolean): DatabaseLineFault {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const reason = typeof code === "string" ? code : String(message ?? error);
  if (reason === "ADDRESS_REFUSED")
    return new DatabaseLineFault({ kind: "failure", code: "ADDRESS_REFUSED", nothingSent: true, host, reason: host });
  const nothingSent = opening || BEFORE.has(reason);
  return new DatabaseLineFault({ kind: "failure", code: nothingSent ? "HOST_UNREACHABLE" : "CALL_CUT", nothingSent, host, reason });
}

export function timedOut(host: string, timeoutMs: number): DatabaseLineFault {
  return new DatabaseLineFault({ kind: "failure", code: "CALL_TIMED_OUT", nothingSent: false, host, reason: String(timeoutMs) });
}

export function tooLarge(host: string, bytesMax: number): DatabaseLineFault {
  return new DatabaseLineFault({ kind: "failure", code: "REPLY_TOO_LARGE", nothingSent: false, host, reason: String(bytesMax) });
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The JSON text of a number that a server wrote; what JSON cannot write (`NaN`, `00012`) is a text. */
export function numberCell(text: string): string {
  return JSON_NUMBER.test(text) ? text : JSON.stringify(text);
}

export function textCell(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** Bytes as the text that they are, else as base64. */
export function bytesCell(bytes: Buffer): string {
  try {
    return textCell(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return JSON.stringify(bytes.toString("base64"));
  }
}

/** Our clock against theirs; whole seconds of difference count, as with HTTP's Date. */
export function skewOf(theirsMs: number, beforeMs: number, afterMs: number): number {
  const skew = theirsMs - (beforeMs + afterMs) / 2;
  return Number.isFinite(skew) && Math.abs(skew) >= 2_000 ? Math.round(skew) : 0;
}
