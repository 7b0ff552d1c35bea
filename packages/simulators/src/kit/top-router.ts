/**
 * The TOP gateway and the 奇门 router in front of a vendor: reads parameters from query and form together, checks them in TOP's
 * order, calls the vendor's method, dresses the answer.
 *
 * Paths `/router/qm` and `/router/qmtest` answer in the custom scenes' envelope, `/router/rest` in the classic one. A scene prefix of
 * the method (`hu3cgwt0tc.wdt.warehouse.query`) is dropped for dispatch only; the signature covers the name as sent.
 */
import { parseChinaTime } from "../china-time.ts";
import { hasFormBody, parseForm } from "./form-parameters.ts";
import { createRateWindow, type RateWindow } from "./rate-window.ts";
import type { SimReply, SimRequest } from "./simulator.ts";
import { dressTopAnswer } from "./top-envelope.ts";
import type { TopAnswer, TopFailure } from "./top-envelope.ts";
import { isTopSignMethod, topSignMatches } from "./top-sign.ts";

export interface TopApp {
  readonly appKey: string;
  readonly secret: string;
}

/** A checked call on its way to the vendor. */
export interface TopCall {
  /** Without scene prefix. */
  readonly method: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly appKey: string;
}

export interface TopRouterOptions {
  readonly apps: readonly TopApp[];
  /** The target apps this vendor owns; a call must name one. */
  readonly targetAppKeys: readonly string[];
  readonly methods: ReadonlyMap<string, (call: TopCall) => TopAnswer>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Per app, over a sliding second; 0 or less turns the limit off. */
  readonly callsPerSecond: number;
}

export interface TopRouter {
  /** The method without scene prefix, or an empty text. */
  apiOf(request: SimRequest): string;
  handle(request: SimRequest): SimReply;
  /** TOP's "too many calls", as if the window were full. */
  limitReply(request: SimRequest): SimReply;
}

/** TOP's timestamp tolerance. */
export const TOP_TOLERANCE_MS = 10 * 60_000;

/** Whether the path belongs to the router. */
export function isTopPath(path: string): boolean {
  return PATHS.has(path);
}

/** A router with its own limiter and request counter. */
export function createTopRouter(options: TopRouterOptions): TopRouter {
  const windows = new Map<string, RateWindow>();
  let requestCount = 0;

  function reply(request: SimRequest, received: Received, answer: TopAnswer): SimReply {
    requestCount += 1;
    const dressed = dressTopAnswer(answer, {
      style: request.path === "/router/rest" ? "rest" : "qm",
      format: received.parameters.get("format") || "xml",
      method: bareMethod(received.parameters.get("method") ?? "", options.methods),
      requestId: `sim${String(requestCount).padStart(10, "0")}`,
    });
    return answer.kind === "failure" && answer.code === 7 ? { ...dressed, refused: true } : dressed;
  }

  function answerTo(received: Received): TopAnswer {
    const refused = checkCall(received, options);
    if (refused !== undefined) return refused;
    const appKey = received.parameters.get("app_key") ?? "";
    const waitMs = takeCall(windows, appKey, options);
    if (waitMs > 0) return limitFailure(Math.ceil(waitMs / 1000));
    const method = bareMethod(received.parameters.get("method") ?? "", options.methods);
    const handler = options.methods.get(method);
    return handler === undefined ? fail(22, "Invalid Method") : handler({ method, parameters: received.parameters, appKey });
  }

  return {
    apiOf: (request) => bareMethod(receive(request).parameters.get("method") ?? "", options.methods),
    handle(request) {
      const received = receive(request);
      return reply(request, received, answerTo(received));
    },
    limitReply: (request) => reply(request, receive(request), limitFailure(1)),
  };
}

/** A failure in TOP's words. */
export function fail(code: number, message: string, subCode?: string, subMessage?: string): TopFailure {
  return {
    kind: "failure",
    code,
    message,
    ...(subCode === undefined ? {} : { subCode }),
    ...(subMessage === undefined ? {} : { subMessage }),
  };
}

/** Code 40, naming the parameter. */
export function missingArgument(name: string): TopFailure {
  return fail(40, `Missing Required Arguments:${name}`, "isv.missing-parameter", `缺少必要参数：${name}`);
}

/** Code 41, naming the parameter and saying what is wrong with it. */
export function invalidArgument(name: string, why: string): TopFailure {
  return fail(41, `Invalid Arguments:${name}`, "isv.invalid-parameter", why);
}

const PATHS: ReadonlySet<string> = new Set(["/router/qm", "/router/qmtest", "/router/rest"]);

interface Received {
  /** Query and form together. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The body when it is not a form. */
  readonly rawBody?: string;
}

function receive(request: SimRequest): Received {
  const parameters = parseForm(request.rawQuery);
  const body = request.rawBody.toString("utf8");
  if (body !== "" && !hasFormBody(request)) return { parameters, rawBody: body };
  for (const [key, value] of parseForm(body)) parameters.set(key, value);
  return { parameters };
}

function bareMethod(sent: string, methods: TopRouterOptions["methods"]): string {
  if (methods.has(sent)) return sent;
  const rest = sent.slice(sent.indexOf(".") + 1);
  return methods.has(rest) ? rest : sent;
}

/** TOP's checks in TOP's order; undefined means the call is sound. */
function checkCall(received: Received, options: TopRouterOptions): TopFailure | undefined {
  const { parameters } = received;
  const value = (name: string): string => parameters.get(name) ?? "";
  if (value("method") === "") return fail(21, "Missing Method");
  if (value("app_key") === "") return fail(28, "Missing App Key");
  if (value("timestamp") === "") return fail(30, "Missing Timestamp");
  if (value("v") === "") return fail(32, "Missing Version");
  if (value("sign") === "") return fail(24, "Missing Signature");
  const app = options.apps.find((candidate) => candidate.appKey === value("app_key"));
  if (app === undefined) return fail(29, "Invalid App Key", "isv.appkey-not-exists", "appkey不存在");
  const at = parseTopTimestamp(value("timestamp"));
  if (at === undefined || Math.abs(options.now() - at) > TOP_TOLERANCE_MS) return fail(31, "Invalid Timestamp");
  if (value("v") !== "2.0") return fail(33, "Invalid Version");
  // The gateway's documents call sign_method required, old clients leave it out and mean md5.
  const signMethod = value("sign_method") || "md5";
  if (!isTopSignMethod(signMethod)) return invalidArgument("sign_method", "sign_method仅支持md5、hmac、hmac-sha256");
  const body = received.rawBody === undefined ? {} : { body: received.rawBody };
  if (!topSignMatches(parameters, value("sign"), { signMethod, secret: app.secret, ...body })) return fail(25, "Invalid signature");
  if (!options.methods.has(bareMethod(value("method"), options.methods)))
    return fail(22, "Invalid Method", "isv.invalid-method", "方法名不存在");
  if (value("target_app_key") === "") return missingArgument("target_app_key");
  if (!options.targetAppKeys.includes(value("target_app_key"))) return invalidArgument("target_app_key", "目标应用不存在");
  return undefined;
}

/** `yyyy-MM-dd HH:mm:ss` in GMT+8, epoch ms or epoch seconds: all three are sent by public clients. */
function parseTopTimestamp(text: string): number | undefined {
  if (/^\d{13}$/.test(text)) return Number(text);
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  return parseChinaTime(text);
}

/** Counts the call; answers how long the app is banned, or 0. */
function takeCall(windows: Map<string, RateWindow>, appKey: string, options: TopRouterOptions): number {
  if (options.callsPerSecond <= 0) return 0;
  const window = windows.get(appKey) ?? createRateWindow(options.callsPerSecond, 1000);
  windows.set(appKey, window);
  const now = options.now();
  return window.take(now) ? 0 : window.waitMs(now);
}

function limitFailure(banS: number): TopFailure {
  return fail(7, "App Call Limited", "accesscontrol.limited-by-app-access-count", `This ban will last for ${banS} more seconds`);
}
