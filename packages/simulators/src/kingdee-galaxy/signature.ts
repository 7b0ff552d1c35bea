/**
 * The signatures of the official SDKs: X-Api-* (checked by the gateway), X-Kd-* (checked by every server) and the one of LoginBySign.
 *
 * Written from section A5 and A3 of the protocol notes. X-Api covers method, path, nonce and timestamp, never the body; X-Kd covers
 * app, account set, user, language and organisation, and no time, so it never expires.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const XOR_KEY = "0054f397c6234378b09ca7d3e5debce7";

/** The HMAC key hidden in the right part of an app id; undefined when the id has no `_`. */
export function clientSecretOf(appId: string): string | undefined {
  const [, hidden] = splitAppId(appId);
  if (hidden === undefined) return undefined;
  const bytes = Buffer.from(hidden, "base64");
  return Buffer.from(bytes.map((byte, i) => byte ^ XOR_KEY.charCodeAt(i % XOR_KEY.length))).toString("base64");
}

/** The client id: the app id's left part. */
export function clientIdOf(appId: string): string {
  return splitAppId(appId)[0];
}

/** X-Api-Signature for a POST of this path as it was received, from `/K3Cloud/…` on. */
export function apiSignature(clientSecret: string, path: string, nonce: string, timestamp: string): string {
  const text = `POST\n${path.replaceAll("/", "%2F")}\n\nx-api-nonce:${nonce}\nx-api-timestamp:${timestamp}\n`;
  return hexHmacBase64(text, clientSecret);
}

/** X-Kd-Appdata: `dcid,user,lcid,orgNum`. */
export function appData(acctId: string, user: string, lcid: string, orgNumber: string): string {
  return Buffer.from([acctId, user, lcid, orgNumber].join(","), "utf8").toString("base64");
}

/** X-Kd-Signature over the app id and the plain text of X-Kd-Appdata. */
export function kdSignature(appId: string, appSecret: string, appDataBase64: string): string {
  return hexHmacBase64(appId + Buffer.from(appDataBase64, "base64").toString("utf8"), appSecret);
}

/** The sign of LoginBySign: five texts in the order of their code units, hashed without a separator. */
export function loginSign(acctId: string, user: string, appId: string, appSecret: string, timestamp: string): string {
  const parts = [acctId, user, appId, appSecret, timestamp].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash("sha256").update(parts.join(""), "utf8").digest("hex");
}

/** Compares two signatures without telling by the time taken where they differ. */
export function sameSignature(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function splitAppId(appId: string): readonly [string, string?] {
  const mark = appId.indexOf("_");
  return mark === -1 ? [appId] : [appId.slice(0, mark), appId.slice(mark + 1)];
}

function hexHmacBase64(text: string, key: string): string {
  return Buffer.from(createHmac("sha256", key).update(text, "utf8").digest("hex")).toString("base64");
}
