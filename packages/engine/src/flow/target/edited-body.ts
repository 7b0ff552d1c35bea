/**
 * The body of a request that a person edits before it is sent: JSON as it is, a form as an object of its fields. Method, address, headers,
 * log-in and signature stay as the flow has them. Pure.
 */
import { DatongError, isArray, isObject, keysOf, orderedObject, readJson, writeJson, type Json, type RequestPlan } from "@datong/core";
import { createMask } from "../../connection/mask.ts";
import type { ReadyFlow } from "../ready-flow.ts";

/**
 * The body of a request as a person can edit it: JSON as it is, a form as an object of its fields, with JSON in them opened. Null where
 * there is none, where a field comes twice, or where a secret stands in it: what is masked cannot be sent back.
 */
export function editableBody(ready: ReadyFlow, { body }: RequestPlan): string | null {
  const text = openedBody(body);
  if (text === null) return null;
  const { connector, settings } = ready.target.connection;
  const mask = createMask(connector.settings.filter((field) => field.secret === true).map((field) => settings[field.field] ?? ""));
  return mask.text(text) === text ? text : null;
}

function openedBody(body: RequestPlan["body"]): string | null {
  if (body.kind === "json" || body.kind === "text") return body.text;
  if (body.kind === "none" || new Set(body.pairs.map(([name]) => name)).size < body.pairs.length) return null;
  return writeJson(orderedObject(body.pairs.map(([name, value]): [string, Json] => [name, openedValue(value)])));
}

function openedValue(value: string): Json {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    const read = readJson(value);
    return isObject(read) || isArray(read) ? read : value;
  } catch {
    // Looks like JSON and is none: it is a text.
    return value;
  }
}

/** The plan with the body as it was edited. Throws DEBUG_DATA_INVALID. */
export function withBody(plan: RequestPlan, text: string): RequestPlan {
  const { body } = plan;
  if (body.kind === "none") throw new DatongError("DEBUG_DATA_INVALID", { expected: "–" });
  if (body.kind === "text") return { ...plan, body: { ...body, text } };
  const value = parsed(text);
  if (body.kind === "json") return { ...plan, body: { kind: "json", text: writeJson(value) } };
  if (!isObject(value)) throw new DatongError("DEBUG_DATA_INVALID", { expected: "{…}" });
  return { ...plan, body: { kind: "form", pairs: keysOf(value).map((name) => [name, fieldText(value[name] ?? null)] as const) } };
}

function fieldText(value: Json): string {
  return typeof value === "string" ? value : writeJson(value);
}

function parsed(text: string): Json {
  try {
    return readJson(text);
  } catch (error) {
    throw new DatongError("DEBUG_DATA_INVALID", { expected: error instanceof Error ? error.message : "JSON" }, { cause: error });
  }
}
