/**
 * Reads a call: the method in the path and the body in each of the shapes clients send (positional with text or object, the older
 * client's envelope, named keys, empty).
 *
 * Methods are matched whatever their case. Numbers that are not safe integers stay exact (NumberText). A body that is not JSON gives
 * `undefined`.
 */
import { readJson } from "../kit/exact-json.ts";

export interface Call {
  /** Canonical name, e.g. `BatchSave`; undefined when the service is unknown. */
  readonly method: string | undefined;
  /** The service as the client wrote it. */
  readonly service: string;
}

/** A body taken apart: positional parameters, or members under their names in lower case. */
export interface Body {
  readonly positional: readonly unknown[] | undefined;
  readonly named: Readonly<Record<string, unknown>>;
}

const STUB = "kingdee.bos.webapi.servicesstub.";
const AUTH = ["ValidateUser", "ValidateUser2", "LoginByAppSecret", "LoginByAppSecret2", "LoginBySign", "LoginBySign2", "Logout"];
const FORM = ["View", "Save", "BatchSave", "Draft", "Submit", "Audit", "UnAudit", "Delete", "Allocate", "ExcuteOperation"];
const NO_FORM = ["ExecuteBillQuery", "BillQuery", "QueryBusinessInfo", "QueryAsyncResult", "SwitchOrg"];
const METHODS: ReadonlyMap<string, string> = new Map([
  ...AUTH.map((name) => [`${STUB}authservice.${name}`.toLowerCase(), name] as const),
  ...[...FORM, ...NO_FORM].map((name) => [`${STUB}dynamicformservice.${name}`.toLowerCase(), name] as const),
  ["kingdee.bos.servicefacade.servicesstub.account.accountservice.getdatacenterlist", "GetDataCenterList"],
]);
const SUFFIX = ".common.kdsvc";
const VIRTUAL_DIRECTORY = /^\/(?:k3cloud|galaxyapi)\//i;

/** Whether the method is a log-in. */
export function isLogin(method: string): boolean {
  return AUTH.includes(method) && method !== "Logout";
}

/** Whether the method's first positional parameter is a form id. */
export function takesForm(method: string): boolean {
  return FORM.includes(method);
}

/** Takes the path apart; undefined when it is not below a virtual directory of this product or does not end as calls do. */
export function readCall(path: string): Call | undefined {
  const directory = VIRTUAL_DIRECTORY.exec(path)?.[0];
  if (directory === undefined || !path.toLowerCase().endsWith(SUFFIX)) return undefined;
  const service = path.slice(directory.length, -SUFFIX.length);
  return { method: methodOf(service.toLowerCase()), service };
}

/** Reads the body; empty bytes are an empty body. */
export function readBody(rawBody: Buffer): Body | undefined {
  if (rawBody.length === 0) return { positional: [], named: {} };
  const value = parseText(rawBody.toString("utf8"));
  if (!isObject(value)) return undefined;
  const named = lowerKeys(value);
  const parameters = typeof named["parameters"] === "string" ? parseText(named["parameters"]) : named["parameters"];
  if (parameters !== undefined && !Array.isArray(parameters)) return undefined;
  return { positional: parameters, named };
}

/** The data object of a call, which may be an object or its JSON text; undefined when it is neither. */
export function dataOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const data = typeof value === "string" ? parseText(value) : value;
  return isObject(data) ? lowerKeys(data) : undefined;
}

/** The members under lower-case names; of two that differ only in case the later one counts. */
export function lowerKeys(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]));
}

/** Whether the value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the many ways clients write yes: true, "true", "True", 1, "1". */
export function isYes(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === "string" && /^(?:true|1)$/i.test(value.trim()));
}

/** A scalar as text; objects, arrays, null and nothing give an empty text. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return isObject(value) && "text" in value && typeof value["text"] === "string" ? value["text"] : "";
}

function methodOf(service: string): string | undefined {
  // The asynchronous twins of the official SDKs are called BatchSaveQuery and the like.
  return METHODS.get(service) ?? (service.endsWith("query") ? METHODS.get(service.slice(0, -"query".length)) : undefined);
}

function parseText(text: string): unknown {
  try {
    return readJson(text, { marked: true });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
