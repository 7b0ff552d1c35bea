/**
 * Tokens of 聚水潭. The settings give the first pair; from then on the session holds the pair and is refreshed with its own refresh
 * token, when it ends or when a call answers code 100. An app for own use may ask for a first pair itself (`tokenMode: own-use`).
 *
 * Tokens changed in the settings win over the stored pair, which is told by a hash. Their life is not documented consistently, so
 * only `expires_in` counts. The token goes into each call by the declared parameters; nothing is left to apply.
 */
import type { JsonObject, LoginStep, Pair, Reply, Session, SessionContext } from "@datong/core";
import { textAt } from "../json-fields.ts";
import { signedForm } from "./signature.ts";

const SYSTEM = "聚水潭";
const MARGIN_MS = 600_000;

export const session: Session = { login, apply: (plan) => plan };

function login(context: SessionContext, replies: readonly Reply[]): LoginStep {
  const { settings, tools } = context;
  const given = tools.hash("sha256", `${settings["accessToken"] ?? ""}\n${settings["refreshToken"] ?? ""}`);
  const previous = textAt(context.previous, "given") === given ? context.previous : undefined;
  const accessToken = settings["accessToken"] ?? "";
  const refreshToken = textAt(previous, "refresh_token") ?? settings["refreshToken"] ?? "";
  if (previous === undefined && accessToken !== "") {
    return { kind: "ready", session: { access_token: accessToken, refresh_token: refreshToken, given } };
  }
  const ownUse = settings["tokenMode"] === "own-use";
  const last = replies.at(-1);
  if (last === undefined) {
    if (refreshToken !== "") return refreshCall(context, refreshToken);
    if (ownUse) return firstTokenCall(context);
    return failed("没有 access_token 或 refresh_token；请在连接里填写令牌，自用应用可把令牌来源设为 own-use");
  }
  const pair = pairOf(last);
  if (pair !== undefined) return ready(context, pair, refreshToken, given);
  const canStartOver = ownUse && refreshToken !== "" && replies.length === 1 && !isUnwell(last);
  return canStartOver ? firstTokenCall(context) : refusal(last);
}

function refreshCall(context: SessionContext, refreshToken: string): LoginStep {
  return call(context, "openWeb/auth/refreshToken", [
    ["grant_type", "refresh_token"],
    ["refresh_token", refreshToken],
    ["scope", "all"],
  ]);
}

/** The vendor wants any six characters as code for an app of own use. */
function firstTokenCall(context: SessionContext): LoginStep {
  return call(context, "openWeb/auth/getInitToken", [
    ["grant_type", "authorization_code"],
    ["code", context.tools.digits(6)],
  ]);
}

function call({ settings, tools }: SessionContext, path: string, fields: readonly Pair[]): LoginStep {
  const pairs: readonly Pair[] = [
    ["app_key", settings["appKey"] ?? ""],
    ["timestamp", String(Math.floor(tools.nowMs / 1000))],
    ["charset", "utf-8"],
    ...fields,
  ];
  const body = { kind: "form" as const, pairs: signedForm(pairs, settings["appSecret"] ?? "", tools) };
  return { kind: "send", plan: { method: "POST", path, query: [], headers: {}, body } };
}

interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresInS: number;
}

function pairOf(reply: Reply): TokenPair | undefined {
  const accessToken = textAt(reply.json, "data", "access_token");
  if (textAt(reply.json, "code") !== "0" || accessToken === undefined || accessToken === "") return undefined;
  const refreshToken = textAt(reply.json, "data", "refresh_token");
  return { accessToken, refreshToken, expiresInS: Number(textAt(reply.json, "data", "expires_in") ?? 0) };
}

function ready({ tools }: SessionContext, pair: TokenPair, oldRefreshToken: string, given: string): LoginStep {
  const session: JsonObject = { access_token: pair.accessToken, refresh_token: pair.refreshToken ?? oldRefreshToken, given };
  if (!(pair.expiresInS > 0)) return { kind: "ready", session };
  const livesMs = pair.expiresInS * 1000;
  return { kind: "ready", session, expiresAtMs: tools.nowMs + Math.max(livesMs - MARGIN_MS, livesMs / 2) };
}

function isUnwell(reply: Reply): boolean {
  const code = textAt(reply.json, "code");
  return reply.status >= 500 || reply.json === undefined || code === "199" || code === "200";
}

function refusal(reply: Reply): LoginStep {
  const code = textAt(reply.json, "code") ?? "";
  const text = textAt(reply.json, "msg") ?? "";
  if (reply.status >= 500) return { kind: "failed", code: "VENDOR_UNWELL", details: { system: SYSTEM, vendorCode: reply.status } };
  if (reply.json === undefined) {
    return { kind: "failed", code: "REPLY_NOT_JSON", details: { system: SYSTEM, vendorText: reply.text.slice(0, 200) } };
  }
  if (code === "199" || code === "200") {
    return { kind: "failed", code: "VENDOR_THROTTLED", details: { system: SYSTEM, vendorText: text } };
  }
  return failed(code === "150" ? `${text}（150：服务商应用不能自行刷新，请重新授权后更换令牌）` : `${text}（${code}）`);
}

function failed(reason: string): LoginStep {
  return { kind: "failed", code: "LOGIN_FAILED", details: { system: SYSTEM, reason } };
}
