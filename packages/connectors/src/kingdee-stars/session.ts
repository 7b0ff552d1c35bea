/**
 * Log-in of 金蝶云星辰. `oauth`: an access_token by account and password, then the account set it belongs to (unless the settings name
 * it). `gateway`: the app's key of the day, then an app-token; every call is signed. The token's call is allowed twice a minute only,
 * so a session is kept until shortly before its end. Failures name the vendor's text; a 5xx or a busy gateway is not a refusal.
 */
import type { Json, JsonObject, LoginStep, Pair, Reply, RequestPlan, Session, SessionContext } from "@datong/core";
import { memberAt, textAt } from "../json-fields.ts";
import { appSignature, gatewayHeaders } from "./signature.ts";

const SYSTEM = "金蝶云星辰V1";
/** A session ends this much before the vendor's own end, so that no call meets it. */
const MARGIN_MS = 300_000;
/** The app-token lives 24 hours; its answer names no end. */
const APP_TOKEN_MS = 86_400_000;

export const session: Session = {
  login: (context, replies) => (isGateway(context) ? gatewayLogin(context, replies) : oauthLogin(context, replies)),
  apply: (plan, current, context) => (isGateway(context) ? gatewayApply(plan, current, context) : oauthApply(plan, current)),
};

function isGateway(context: SessionContext): boolean {
  return context.settings["authMode"] === "gateway";
}

function oauthLogin(context: SessionContext, replies: readonly Reply[]): LoginStep {
  const { settings, tools } = context;
  const [tokenReply, groupsReply] = replies;
  if (tokenReply === undefined) {
    const query: Pair[] = [
      ["client_id", settings["clientId"] ?? ""],
      ["client_secret", settings["clientSecret"] ?? ""],
      ["username", settings["username"] ?? ""],
      ["password", settings["password"] ?? ""],
    ];
    return { kind: "send", plan: { method: "GET", path: "auth/user/access_token", query, headers: {}, body: { kind: "none" } } };
  }
  const accessToken = textAt(tokenReply.json, "data", "access_token");
  if (accessToken === undefined || accessToken === "") return refusal(tokenReply, "data.access_token");
  const livesS = Number(textAt(tokenReply.json, "data", "expires_in"));
  const end = livesS > 0 ? { expiresAtMs: tools.nowMs + Math.max(livesS * 1000 - MARGIN_MS, livesS * 500) } : {};
  const accountId = settings["accountId"] ?? "";
  const groupName = settings["groupName"] ?? "";
  if (accountId !== "" && groupName !== "") {
    return { kind: "ready", session: { access_token: accessToken, accountId, groupName }, ...end };
  }
  if (groupsReply === undefined) {
    const query: Pair[] = [["access_token", accessToken]];
    return { kind: "send", plan: { method: "POST", path: "jdy/sys/accountGroup", query, headers: {}, body: { kind: "json", text: "{}" } } };
  }
  const account = accountOf(groupsReply.json, accountId);
  if (account === undefined) return refusal(groupsReply, accountId === "" ? "唯一的账套；请在连接里填写账套ID" : `账套 ${accountId}`);
  return { kind: "ready", session: { access_token: accessToken, ...account }, ...end };
}

function oauthApply(plan: RequestPlan, current: JsonObject): RequestPlan {
  return {
    ...plan,
    query: [...plan.query, ["access_token", textAt(current, "access_token") ?? ""]],
    headers: { ...plan.headers, accountId: textAt(current, "accountId") ?? "", groupName: textAt(current, "groupName") ?? "" },
  };
}

/** The named account set; without a name the only one there is. */
function accountOf(json: Json | undefined, accountId: string): { readonly accountId: string; readonly groupName: string } | undefined {
  const services = memberAt(json, "data");
  const groups = (Array.isArray(services) ? services : []).flatMap((service: Json) => {
    const list = memberAt(service, "accountGroups");
    return Array.isArray(list) ? (list as Json[]) : [];
  });
  const accounts = groups.flatMap((group) => {
    const id = textAt(group, "accountId");
    return id === undefined ? [] : [{ accountId: id, groupName: textAt(group, "groupName") ?? "" }];
  });
  return accountId === "" ? (accounts.length === 1 ? accounts[0] : undefined) : accounts.find((account) => account.accountId === accountId);
}

function gatewayLogin(context: SessionContext, replies: readonly Reply[]): LoginStep {
  const { settings, tools } = context;
  const [appReply, tokenReply] = replies;
  if (appReply === undefined) {
    const query: Pair[] = [["outerInstanceId", settings["outerInstanceId"] ?? ""]];
    return sendSigned(context, "POST", "jdyconnector/app_management/push_app_authorize", query);
  }
  const app = appOf(appReply.json, settings["accountId"] ?? "");
  if (app === undefined) return refusal(appReply, "data[].appKey");
  if (tokenReply === undefined) {
    const query: Pair[] = [
      ["app_key", app.appKey],
      ["app_signature", appSignature(app.appKey, app.appSecret, tools)],
    ];
    return sendSigned(context, "GET", "jdyconnector/app_management/kingdee_auth_token", query);
  }
  const token = textAt(tokenReply.json, "data", "app-token");
  if (token === undefined || token === "") return refusal(tokenReply, "data.app-token");
  const domain = textAt(tokenReply.json, "data", "domain") ?? app.domain;
  return { kind: "ready", session: { "app-token": token, domain }, expiresAtMs: tools.nowMs + APP_TOKEN_MS - MARGIN_MS };
}

function gatewayApply(plan: RequestPlan, current: JsonObject, context: SessionContext): RequestPlan {
  const signed = signedPlan(context, plan);
  const token = { "app-token": textAt(current, "app-token") ?? "", "X-GW-Router-Addr": textAt(current, "domain") ?? "" };
  return { ...signed, headers: { ...signed.headers, ...token } };
}

function sendSigned(context: SessionContext, method: "GET" | "POST", path: string, query: readonly Pair[]): LoginStep {
  const body: RequestPlan["body"] = method === "POST" ? { kind: "json", text: "{}" } : { kind: "none" };
  return { kind: "send", plan: signedPlan(context, { method, path, query, headers: {}, body }) };
}

function signedPlan({ settings, tools }: SessionContext, plan: RequestPlan): RequestPlan {
  const base = (settings["url"] ?? "").replace(/^https?:\/\/[^/]*/i, "").replace(/\/+$/, "");
  const call = {
    method: plan.method,
    path: `${base}/${plan.path.replace(/^\/+/, "")}`,
    query: plan.query,
    nonce: tools.digits(10),
    timestampMs: tools.nowMs,
  };
  const client = { id: settings["clientId"] ?? "", secret: settings["clientSecret"] ?? "" };
  return { ...plan, headers: { ...plan.headers, ...gatewayHeaders(client, call, tools) } };
}

/** The app's key of the day: of the named account set, or the only one; apps that are not in force do not count. */
function appOf(json: Json | undefined, accountId: string) {
  const list = memberAt(json, "data");
  const apps = (Array.isArray(list) ? (list as Json[]) : []).flatMap((entry) => {
    const appKey = textAt(entry, "appKey");
    const appSecret = textAt(entry, "appSecret");
    if (appKey === undefined || appSecret === undefined || (textAt(entry, "status") ?? "1") !== "1") return [];
    return [{ appKey, appSecret, accountId: textAt(entry, "accountId") ?? "", domain: textAt(entry, "domain") ?? "" }];
  });
  return accountId === "" ? (apps.length === 1 ? apps[0] : undefined) : apps.find((app) => app.accountId === accountId);
}

function refusal(reply: Reply, missing: string): LoginStep {
  const vendorCode = textAt(reply.json, "errcode") ?? textAt(reply.json, "code") ?? String(reply.status);
  const said = textAt(reply.json, "description_cn") ?? textAt(reply.json, "description") ?? textAt(reply.json, "message");
  if (reply.status === 429) return { kind: "failed", code: "VENDOR_THROTTLED", details: { system: SYSTEM, vendorText: said ?? "" } };
  if (/^500[0-7]$/.test(vendorCode) || (reply.status >= 500 && reply.status !== 519)) {
    return { kind: "failed", code: "VENDOR_UNWELL", details: { system: SYSTEM, vendorCode } };
  }
  if (reply.json === undefined) {
    return { kind: "failed", code: "REPLY_NOT_JSON", details: { system: SYSTEM, vendorText: reply.text.slice(0, 200) } };
  }
  const reason = vendorCode === "0" || said === undefined ? `答复里没有 ${missing}（${vendorCode}）` : `${said}（${vendorCode}）`;
  return { kind: "failed", code: "LOGIN_FAILED", details: { system: SYSTEM, reason } };
}
