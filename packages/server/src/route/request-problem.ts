/** What is wrong with a request, from what Fastify and its validator say: the place, the key's name, what was expected. */
import { DatongError, plainWords } from "@datong/core";
import type { Route } from "./route.ts";

export const DEPTH_MAX = 64;
export const PERCENT_UTF8 = "百分号编码的 UTF-8 / UTF-8 in percent-encoding";

/** Iterative: a body as deep as it likes does not exhaust the stack. Throws REQUEST_TOO_DEEP. */
export function checkDepth(body: unknown): void {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) throw new DatongError("REQUEST_TOO_DEEP", { depthMax: DEPTH_MAX });
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
}

/** What a route says nothing of is refused by name like any unknown key. Throws REQUEST_INVALID. */
export function checkUndeclared(route: Pick<Route, "query" | "body">, query: unknown, body: unknown): void {
  const refuse = (part: string, [key]: readonly string[]): void => {
    if (key !== undefined) throw wrong(`${part}/${key}`, "不是已知的键 / is an unknown key");
  };
  if (route.query === undefined) refuse("query", Object.keys(query ?? {}));
  if (route.body === undefined) refuse("body", body === undefined || typeof body === "object" ? Object.keys(body ?? {}) : [""]);
}

/** Bytes that are no UTF-8 would be searched for as something else. Throws REQUEST_INVALID. */
export function checkQuery(url: string): void {
  const at = url.indexOf("?");
  if (at === -1) return;
  try {
    decodeURIComponent(url.slice(at));
  } catch {
    throw wrong("query", PERCENT_UTF8);
  }
}

/**
 * No text that is stored may hold a NUL or half a surrogate pair, and no number may be beyond every number; rows that are pushed are stored
 * in another way. Throws REQUEST_INVALID with its place.
 */
export function checkText(value: unknown, path: string): void {
  const rest: (readonly [unknown, string])[] = [[value, path]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [each, at] = next;
    if (typeof each === "string") checkCharacters(each, at);
    if (typeof each === "number" && !Number.isFinite(each)) throw wrong(at, "小于 1e308 的数 / a number below 1e308");
    if (typeof each === "object" && each !== null) for (const [key, child] of Object.entries(each)) rest.push([child, `${at}/${key}`]);
  }
}

function checkCharacters(text: string, at: string): void {
  if (text.includes("\0")) throw wrong(at, "不含 NUL 字符 / without a NUL character");
  if (!text.isWellFormed()) throw wrong(at, "不含单个代理字符 / without half a surrogate pair");
}

interface Finding {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

interface FastifyFailure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
  readonly validation?: readonly Finding[];
  readonly validationContext?: string;
}

/** What Fastify says in English alone. */
const UNREADABLE: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: "不是合法的 JSON，或含有 __proto__ 之类的键 / it is no valid JSON, or has a key such as __proto__",
  FST_ERR_CTP_EMPTY_JSON_BODY: "是空的 / it is empty",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "长度与 Content-Length 不符 / its length is not that of Content-Length",
};

/** Undefined where it is not the request's fault. */
export function requestProblem(
  error: unknown,
  { bytesMax, contentType }: { readonly bytesMax: number; readonly contentType: string | undefined },
): DatongError | undefined {
  const { code = "", statusCode, message = "", validation, validationContext = "body" } = error as FastifyFailure;
  if (validation !== undefined) return invalid(validation, validationContext);
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new DatongError("REQUEST_TOO_LARGE", { bytesMax });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    const given = contentType ?? "";
    return new DatongError("REQUEST_UNREADABLE", { reason: `Content-Type 是“${given}” / its Content-Type is "${given}"` });
  }
  const reason = UNREADABLE[code];
  if (reason !== undefined) return new DatongError("REQUEST_UNREADABLE", { reason });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new DatongError("REQUEST_UNREADABLE", { reason: message });
  return undefined;
}

function invalid(findings: readonly Finding[], where: string): DatongError {
  const [finding] = findings;
  const part = where === "querystring" ? "query" : where;
  const at = `${part}${finding?.instancePath ?? ""}`;
  const name = (key: string): string => String(finding?.params[key] ?? "");
  switch (finding?.keyword) {
    case "additionalProperties":
      return wrong(`${at}/${name("additionalProperty")}`, "不是已知的键 / is an unknown key");
    case "required":
      return wrong(`${at}/${name("missingProperty")}`, "必填 / is required");
    case "enum":
      return oneOf(at, finding.params["allowedValues"]);
    case "const":
      // Each branch of a union of words has one.
      return oneOf(
        at,
        findings.flatMap(({ keyword, instancePath, params }) =>
          keyword === "const" && instancePath === finding.instancePath ? [params["allowedValue"]] : [],
        ),
      );
    case "type":
      return wrong(at, `类型须为 ${name("type")} / must be of type ${name("type")}`);
    default: {
      const plain = finding === undefined ? null : plainWords(finding.keyword, finding.params);
      const said = finding?.message ?? "must match the schema";
      return wrong(at, plain === null ? `须符合 ${said} / ${said}` : `${plain.zh} / ${plain.en}`);
    }
  }
}

function wrong(path: string, expected: string): DatongError {
  return new DatongError("REQUEST_INVALID", { path, expected });
}

function oneOf(at: string, values: unknown): DatongError {
  return wrong(at, `可选值之一：${list(values)} / one of ${list(values)}`);
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.join(", ") : "";
}
