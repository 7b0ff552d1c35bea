/** A plain client of the simulator for these tests: log-in by password, calls with named keys, answers as parsed JSON. */
import { readJson } from "../../src/kit/exact-json.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator, type StartOptions } from "../../src/kit/start.ts";
import { simulator } from "../../src/kingdee-galaxy/simulator.ts";

const AUTH = "Kingdee.BOS.WebApi.ServicesStub.AuthService.";
const FORM = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.";

export interface Status {
  readonly ErrorCode?: number;
  readonly IsSuccess: boolean;
  readonly Errors: readonly { readonly FieldName: string | null; readonly Message: string; readonly DIndex: number }[];
  readonly SuccessEntitys: readonly { readonly Id: number; readonly Number: string; readonly DIndex: number }[];
  readonly SuccessMessages: readonly { readonly Message: string }[];
  readonly MsgCode: number;
}

export type Rows = readonly (readonly unknown[])[];

export interface Answer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly text: string;
}

export interface GalaxyClient {
  readonly running: RunningSimulator;
  readonly sessionId: string;
  call(method: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  query(data: Readonly<Record<string, unknown>>): Promise<Rows>;
  status(method: string, formId: string, data: Readonly<Record<string, unknown>>): Promise<Status>;
  control(action: string, body?: Readonly<Record<string, unknown>>): unknown;
}

/** One clock for most tests: 2026-11-21 08:00:00 in China. */
export const NOON_AT = Date.UTC(2026, 10, 21);

export function start(options: StartOptions = {}): Promise<RunningSimulator> {
  return startSimulator(simulator, { bills: 40, now: () => NOON_AT, ...options });
}

export async function post(
  running: RunningSimulator,
  service: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const reply = await fetch(`${running.baseUrl}${service}.common.kdsvc`, { method: "POST", body: text, headers });
  return { status: reply.status, cookies: reply.headers.getSetCookie(), text: await reply.text() };
}

export function auth(
  running: RunningSimulator,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return post(running, AUTH + method, body, headers);
}

export const LOGIN = { acctID: "5f0c8a1b2c3d4e", username: "demo", password: "888888", lcid: 2052 } as const;

export async function logIn(running: RunningSimulator, given: Readonly<Record<string, unknown>> = LOGIN): Promise<GalaxyClient> {
  const reply = await auth(running, "ValidateUser", given);
  const { KDSVCSessionId: sessionId } = JSON.parse(reply.text) as { KDSVCSessionId: string };
  const call: GalaxyClient["call"] = (method, body, headers = { "kdservice-sessionid": sessionId }) =>
    post(running, FORM + method, body, headers);
  return {
    running,
    sessionId,
    call,
    query: async (data) => readJson((await call("ExecuteBillQuery", { data })).text) as Rows,
    status: async (method, formid, data) => statusOf((await call(method, { formid, data })).text),
    control: (action, body = {}) => running.vendor.control?.(action, body),
  };
}

/** The ResponseStatus of an answer in any of its three wrappings. */
export function statusOf(text: string): Status {
  let value = JSON.parse(text) as unknown;
  while (Array.isArray(value)) value = value[0];
  return (value as { Result: { ResponseStatus: Status } }).Result.ResponseStatus;
}
