/**
 * Asks the server. Answers are JSON; every refusal is a Problem with both languages and what to do. Numbers that JavaScript would round
 * (19-digit ids, trailing zeros) come as ExactNumber where the caller asks for `exact`.
 */
export interface ProblemBody {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly todoZh: string;
  readonly todoEn: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly issues?: readonly FlowIssue[];
}

export interface FlowIssue {
  readonly code: string;
  readonly path: string;
  readonly line?: number;
  readonly zh: string;
  readonly en: string;
  readonly todoZh: string;
  readonly todoEn: string;
}

export class Problem extends Error {
  readonly body: ProblemBody;
  constructor(body: ProblemBody) {
    super(`${body.code}: ${body.en}`);
    this.body = body;
  }
}

/** A number as it was written, where a JavaScript number would show something else. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface AskOptions {
  readonly body?: unknown;
  /** A body that is JSON text already, sent as it is: every digit stays. */
  readonly bodyText?: string;
  readonly exact?: boolean;
  readonly signal?: AbortSignal;
}

const UNREACHED: ProblemBody = {
  code: "SERVER_UNREACHED",
  zh: "连不上服务器",
  en: "The server cannot be reached",
  todoZh: "检查网络，或看看服务是否还在运行，然后重试",
  todoEn: "Check the network and whether the server is still running, then try again",
  status: 0,
  details: {},
};

export async function ask<T>(method: Method, path: string, options: AskOptions = {}): Promise<T> {
  const { body, bodyText = body === undefined ? undefined : JSON.stringify(body), exact = false, signal } = options;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { "x-requested-with": "datong", ...(bodyText === undefined ? {} : { "content-type": "application/json" }) },
      ...(bodyText === undefined ? {} : { body: bodyText }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Problem(UNREACHED);
  }
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  if (!response.ok) throw new Problem(isJson ? (JSON.parse(text) as ProblemBody) : { ...UNREACHED, status: response.status });
  if (text === "") return undefined as T;
  return (exact ? parseExactly(text) : JSON.parse(text)) as T;
}

export function parseExactly(text: string): unknown {
  // The third argument has the number's own text in every browser of 2025 and later; an older one shows the rounded number.
  const revive = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? new ExactNumber(context.source)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

export function workspacePath(workspace: string, rest: string): string {
  return `/api/v1/workspaces/${encodeURIComponent(workspace)}/${rest}`;
}
