/**
 * Checks the signature headers of a request: X-Kd-* always, X-Api-* only in gateway mode.
 *
 * A wrong X-Kd signature is answered as a lost session, because that is what real servers say to bad app credentials; a wrong X-Api
 * signature is refused by the gateway with HTTP 519 and its own codes.
 */
import type { SimReply, SimRequest } from "../kit/simulator.ts";
import { APPS, findAccount, findApp } from "./credentials.ts";
import type { Caller } from "./sessions.ts";
import type { GalaxySettings } from "./settings.ts";
import { apiSignature, clientIdOf, clientSecretOf, kdSignature, sameSignature } from "./signature.ts";

export type SignatureCheck =
  /** No X-Kd headers: the session decides. */
  { readonly kind: "none" } | { readonly kind: "caller"; readonly caller: Caller; readonly appId: string } | { readonly kind: "wrong" };

/** Who signed the request with X-Kd-*. */
export function checkKdSignature(request: SimRequest): SignatureCheck {
  const { "x-kd-appkey": appKey, "x-kd-appdata": data, "x-kd-signature": signature } = request.headers;
  if (appKey === undefined && data === undefined && signature === undefined) return { kind: "none" };
  const app = findApp(appKey ?? "");
  if (app === undefined || data === undefined || signature === undefined) return { kind: "wrong" };
  if (!sameSignature(signature, kdSignature(app.appId, app.secret, data))) return { kind: "wrong" };
  const [acctId = "", userName = "", lcid = "2052", orgNumber = "0"] = Buffer.from(data, "base64").toString("utf8").split(",");
  const account = app.acctId === acctId ? findAccount(acctId) : undefined;
  const user = account?.users.find((candidate) => candidate.name === userName && app.users.includes(userName));
  if (account === undefined || user === undefined) return { kind: "wrong" };
  return { kind: "caller", appId: app.appId, caller: { account, user, lcid, orgNumber: orgNumber === "0" ? "100" : orgNumber } };
}

/** The gateway's refusal of the X-Api-* headers; undefined when there are none or they are right. */
export function checkApiSignature(request: SimRequest, settings: GalaxySettings, now: number): SimReply | undefined {
  const headers = request.headers;
  const signature = headers["x-api-signature"];
  const clientId = headers["x-api-clientid"];
  if (signature === undefined && clientId === undefined) return undefined;
  if (clientId === undefined || clientId === "") return gatewayError(4002, "client id empty", "客户端标识为空");
  const app = APPS.find((candidate) => clientIdOf(candidate.appId) === clientId);
  if (app === undefined) return gatewayError(4003, "client id invalid", "客户端标识无效");
  if (headers["x-api-auth-version"] !== "2.0") return gatewayError(4001, "auth type unsupported", "不支持的认证方式");
  const timestamp = headers["x-api-timestamp"] ?? "";
  if (!/^\d{10}$|^\d{13}$/.test(timestamp)) return gatewayError(4006, "timestamp invalid", "时间戳无效");
  const at = timestamp.length === 10 ? Number(timestamp) * 1000 : Number(timestamp);
  if (Math.abs(now - at) > settings.timestampWindowMs) return gatewayError(4006, "timestamp invalid", "时间戳无效");
  const signed = (headers["x-api-signheaders"] ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  if (signed.sort().join() !== "x-api-nonce,x-api-timestamp") return gatewayError(4007, "sign headers invalid", "签名头无效");
  const expected = apiSignature(clientSecretOf(app.appId) ?? "", request.path, headers["x-api-nonce"] ?? "", timestamp);
  return sameSignature(signature ?? "", expected) ? undefined : gatewayError(4008, "signature invalid", "签名无效");
}

function gatewayError(code: number, description: string, chinese: string): SimReply {
  return {
    status: 519,
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: JSON.stringify({ errcode: code, description, description_cn: chinese }),
  };
}
