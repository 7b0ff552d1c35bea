/** What is wrong with a request, from what Fastify and its validator say: the place, the key's name, what was expected. */
import { DatongError } from "@datong/core";
import type { Route } from "./route.ts";

const DEPTH_MAX = 64;

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

/** No text that is stored may hold a NUL; rows that are pushed are stored in another way. Throws REQUEST_INVALID with its place. */
export function checkText(value: unknown, path: string): void {
  const rest: (readonly [unknown, string])[] = [[value, path]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [each, at] = next;
    if (typeof each === "string" && each.includes("\0")) throw wrong(at, "不含 NUL 字符 / without a NUL character");
    if (typeof each === "object" && each !== null) for (const [key, child] of Object.entries(each)) rest.push([child, `${at}/${key}`]);
  }
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

/** Undefined where it is not the request's fault. */
export function requestProblem(error: unknown, bytesMax: number): DatongError | undefined {
  const { code = "", statusCode, message = "", validation, validationContext = "body" } = error as FastifyFailure;
  if (validation !== undefined) return invalid(validation[0], validationContext);
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new DatongError("REQUEST_TOO_LARGE", { bytesMax });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new DatongError("REQUEST_UNREADABLE", { reason: message });
  return undefined;
}

function invalid(finding: Finding | undefined, where: string): DatongError {
  const part = where === "querystring" ? "query" : where;
  const at = `${part}${finding?.instancePath ?? ""}`;
  const name = (key: string): string => String(finding?.params[key] ?? "");
  switch (finding?.keyword) {
    case "additionalProperties":
      return wrong(`${at}/${name("additionalProperty")}`, "不是已知的键 / is an unknown key");
    case "required":
      return wrong(`${at}/${name("missingProperty")}`, "必填 / is required");
    case "enum":
      return wrong(at, `可选值之一：${list(finding.params["allowedValues"])} / one of ${list(finding.params["allowedValues"])}`);
    case "type":
      return wrong(at, `类型须为 ${name("type")} / must be of type ${name("type")}`);
    default:
      return wrong(at, `须符合 ${finding?.message ?? ""} / ${finding?.message ?? "must match the schema"}`);
  }
}

function wrong(path: string, expected: string): DatongError {
  return new DatongError("REQUEST_INVALID", { path, expected });
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.join(", ") : "";
}
