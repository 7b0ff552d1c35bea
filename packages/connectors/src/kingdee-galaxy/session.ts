/**
 * Log-in of 金蝶云星空, four ways: user and password, app secret, signed log-in, or a signature on every call (then there is no
 * log-in and the session is empty and never expires).
 *
 * Success is LoginResultType 1 or IsSuccessByAPI; MessageCode may read CheckPasswordPolicy on success and is not judged. The
 * session's idle time is not documented, so it has no end here; MsgCode 1 in a reply tells that it is lost. A refused log-in is final:
 * about five wrong tries lock the user.
 */
import type { JsonObject, LoginStep, Reply, RequestPlan, Session, SessionContext } from "@datong/core";
import { memberAt, textAt } from "../json-fields.ts";
import { loginSign, signatureHeaders, type GalaxyApp } from "./signature.ts";

const AUTH_SERVICE = "Kingdee.BOS.WebApi.ServicesStub.AuthService";
const SESSION_COOKIES = ["kdservice-sessionid", "ASP.NET_SessionId"] as const;

export const session: Session = { login, apply };

function login(context: SessionContext, replies: readonly Reply[]): LoginStep {
  if (context.settings["authMode"] === "signature") return { kind: "ready", session: {} };
  const reply = replies.at(-1);
  return reply === undefined ? { kind: "send", plan: loginPlan(context) } : judge(reply);
}

function apply(plan: RequestPlan, current: JsonObject, context: SessionContext): RequestPlan {
  if (context.settings["authMode"] === "signature") {
    const { tools } = context;
    const call = {
      path: pathFromRoot(context.settings["url"] ?? "", plan.path),
      nonce: tools.digits(10),
      timestamp: String(tools.nowMs),
    };
    return { ...plan, headers: { ...plan.headers, ...signatureHeaders(appOf(context), call, tools) } };
  }
  const cookie = SESSION_COOKIES.map((name) => [name, textAt(current, name)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
  return { ...plan, headers: { ...plan.headers, Cookie: cookie } };
}

function loginPlan(context: SessionContext): RequestPlan {
  const app = appOf(context);
  const lcid = Number(app.lcid);
  switch (context.settings["authMode"]) {
    case "app-secret":
      return loginCall("LoginByAppSecret", [app.acctId, app.username, app.appId, app.appSecret, lcid]);
    case "sign": {
      const timestamp = String(Math.floor(context.tools.nowMs / 1000));
      return loginCall("LoginBySign", [app.acctId, app.username, app.appId, timestamp, loginSign(app, timestamp, context.tools), lcid]);
    }
    default:
      return loginCall("ValidateUser", [app.acctId, app.username, context.settings["password"] ?? "", lcid]);
  }
}

function loginCall(method: string, parameters: readonly (string | number)[]): RequestPlan {
  return {
    method: "POST",
    path: `${AUTH_SERVICE}.${method}.common.kdsvc`,
    query: [],
    headers: {},
    body: { kind: "json", text: JSON.stringify({ parameters }) },
  };
}

function judge(reply: Reply): LoginStep {
  const system = "金蝶云星空";
  if (reply.status >= 500) return { kind: "failed", code: "VENDOR_UNWELL", details: { system, vendorCode: reply.status } };
  if (reply.json === undefined) {
    return { kind: "failed", code: "REPLY_NOT_JSON", details: { system, vendorText: reply.text.slice(0, 200) } };
  }
  const resultType = textAt(reply.json, "LoginResultType");
  if (resultType !== "1" && memberAt(reply.json, "IsSuccessByAPI") !== true) {
    const said = textAt(reply.json, "Message") ?? businessErrorText(reply) ?? `HTTP ${reply.status}`;
    const reason = resultType === undefined ? said : `${said}（LoginResultType ${resultType}）`;
    return { kind: "failed", code: "LOGIN_FAILED", details: { system, reason } };
  }
  const cookies = cookiesOf(reply.headers["set-cookie"] ?? "");
  const kdservice = cookies.get("kdservice-sessionid") ?? textAt(reply.json, "KDSVCSessionId");
  const aspNet = cookies.get("asp.net_sessionid") ?? textAt(reply.json, "Context", "SessionId");
  if (kdservice === undefined || kdservice === "") {
    return { kind: "failed", code: "LOGIN_FAILED", details: { system, reason: "答复里没有会话标识 kdservice-sessionid" } };
  }
  return { kind: "ready", session: { "kdservice-sessionid": kdservice, ...(aspNet ? { "ASP.NET_SessionId": aspNet } : {}) } };
}

/** Some refusals come in the form of business errors. */
function businessErrorText(reply: Reply): string | undefined {
  const errors = memberAt(reply.json, "Result", "ResponseStatus", "Errors");
  return Array.isArray(errors) ? textAt(errors[0], "Message") : undefined;
}

/** Names in lower case. The attributes of a cookie (`path=/`) are dropped with everything behind the first semicolon. */
function cookiesOf(setCookie: string): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const line of setCookie.split("\n")) {
    const pair = line.split(";")[0] ?? "";
    const equals = pair.indexOf("=");
    if (equals > 0) cookies.set(pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim());
  }
  return cookies;
}

function appOf({ settings }: SessionContext): GalaxyApp {
  return {
    appId: settings["appId"] ?? "",
    appSecret: settings["appSecret"] ?? "",
    acctId: settings["acctId"] ?? "",
    username: settings["username"] ?? "",
    lcid: settings["lcid"] ?? "2052",
    orgNum: settings["orgNum"] ?? "0",
  };
}

/** The path from the server's root: the URL's own (`/K3Cloud/`) and the call's. */
function pathFromRoot(url: string, path: string): string {
  const base = url.replace(/^https?:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  return `/${`${base}/${path}`.split("/").filter(Boolean).join("/")}`;
}
