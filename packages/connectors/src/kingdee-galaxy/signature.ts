/**
 * The signatures of 金蝶云星空: LoginBySign and the header signature of the official SDKs (no log-in call).
 *
 * X-Api-* signs method, path and time with a key hidden in the app id; X-Kd-* signs app, account and user with the app secret and
 * carries no time. Private servers look at X-Kd-*, the vendor's gateway also at X-Api-*; we always send both. The body is not signed.
 * Hashes come in as tools, so every function gives the same for the same input. Nothing here throws.
 */
import type { SessionTools } from "@datong/core";

export interface GalaxyApp {
  /** `<clientId>_<32 characters>`, as 金蝶 issues it. */
  readonly appId: string;
  readonly appSecret: string;
  /** Id of the data centre (账套). */
  readonly acctId: string;
  readonly username: string;
  readonly lcid: string;
  /** Organisation number; "0" is the user's own. */
  readonly orgNum: string;
}

/** ASCII mask under which the app id hides the client's key; the same in all official SDKs. */
const MASK = "0054f397c6234378b09ca7d3e5debce7";

/** The HMAC key of X-Api-Signature: the app id's right part, unmasked, as base64 text. Empty when the app id has no such part. */
export function clientSecretOf(appId: string, tools: Pick<SessionTools, "xorBase64">): string {
  const part = appId.slice(appId.indexOf("_") + 1);
  return appId.includes("_") && part !== "" ? tools.xorBase64(part, MASK) : "";
}

/** The text that X-Api-Signature covers. `path` is the URL's path from the root, without host and query. */
export function apiSignatureText(path: string, nonce: string, timestamp: string): string {
  return `POST\n${encodeURIComponent(path)}\n\nx-api-nonce:${nonce}\nx-api-timestamp:${timestamp}\n`;
}

/** The headers of one signed call. `timestamp`: milliseconds or seconds since the epoch, as text. */
export function signatureHeaders(
  app: GalaxyApp,
  call: { readonly path: string; readonly nonce: string; readonly timestamp: string },
  tools: Pick<SessionTools, "xorBase64" | "hmac" | "base64">,
): Readonly<Record<string, string>> {
  const secret = clientSecretOf(app.appId, tools);
  const appData = [app.acctId, app.username, app.lcid, app.orgNum].join(",");
  const text = apiSignatureText(call.path, call.nonce, call.timestamp);
  return {
    "X-Api-ClientID": app.appId.split("_")[0] ?? "",
    "X-Api-Auth-Version": "2.0",
    "x-api-timestamp": call.timestamp,
    "x-api-nonce": call.nonce,
    "x-api-signheaders": "x-api-timestamp,x-api-nonce",
    "X-Api-Signature": secret === "" ? "" : tools.base64(tools.hmac("sha256", secret, text)),
    "X-Kd-Appkey": app.appId,
    "X-Kd-Appdata": tools.base64(appData),
    "X-Kd-Signature": tools.base64(tools.hmac("sha256", app.appSecret, app.appId + appData)),
  };
}

/** The sign of LoginBySign: SHA-256 over the five texts in ordinal order. `timestamp`: seconds since the epoch, as text. */
export function loginSign(app: GalaxyApp, timestamp: string, tools: Pick<SessionTools, "hash">): string {
  const parts = [app.acctId, app.username, app.appId, app.appSecret, timestamp];
  return tools.hash("sha256", parts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(""));
}
