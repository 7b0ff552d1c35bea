/**
 * The signature of 金蝶's API gateway, release 2.0: base64 over the lower-case hex text of HMAC-SHA256, keyed with the client secret
 * as text. Signed are the method, the path, the query and the two headers nonce and timestamp; the body is not.
 *
 * The client encodes each query key and value twice for signing and once for sending. The server therefore takes each raw pair as
 * it came and encodes it once more. This accepts a blank sent as `+` (the Java client) and as `%20` (all others) alike.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** What a signature covers. */
export interface GatewaySigned {
  readonly method: string;
  /** As received, not decoded. */
  readonly path: string;
  /** As received, not decoded, without the question mark. */
  readonly rawQuery: string;
  readonly nonce: string;
  /** Epoch ms as text. */
  readonly timestamp: string;
}

/** The text that is signed; it ends with a line feed. */
export function gatewayStringToSign(signed: GatewaySigned): string {
  const { method, path, rawQuery, nonce, timestamp } = signed;
  return `${method.toUpperCase()}\n${encodeURIComponent(path)}\n${encodedQuery(rawQuery)}\nx-api-nonce:${nonce}\nx-api-timestamp:${timestamp}\n`;
}

/** The value of X-Api-Signature. */
export function signGateway(signed: GatewaySigned, clientSecret: string): string {
  return hexHmacBase64(gatewayStringToSign(signed), clientSecret);
}

/** The `app_signature` of the token call: the app key signed with the app secret. */
export function signApp(appKey: string, appSecret: string): string {
  return hexHmacBase64(appKey, appSecret);
}

/** Compares two signatures in constant time. */
export function sameSignature(given: string, wanted: string): boolean {
  const a = Buffer.from(given, "utf8");
  const b = Buffer.from(wanted, "utf8");
  return a.length === b.length && timingSafeEqual(a, b);
}

function encodedQuery(rawQuery: string): string {
  const pairs = rawQuery.split("&").filter((pair) => pair !== "");
  const encoded = pairs.map((pair) => {
    const middle = pair.indexOf("=");
    return middle < 0 ? [pair, ""] : [pair.slice(0, middle), pair.slice(middle + 1)];
  });
  // Keys are sorted before they are encoded; two equal keys keep the order they were sent in.
  encoded.sort(([a = ""], [b = ""]) => (a < b ? -1 : a > b ? 1 : 0));
  return encoded.map(([key = "", value = ""]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
}

/** base64 of the hex text, not of the bytes: the vendor's own way. */
function hexHmacBase64(text: string, key: string): string {
  return Buffer.from(createHmac("sha256", key).update(text, "utf8").digest("hex"), "ascii").toString("base64");
}
