/**
 * The gateway signature of 金蝶云星辰: HMAC-SHA256 over method, path, query and two headers; the body is not signed. The result is
 * base64 of the lower-case hex text. A blank in a query value is signed and must be sent as %20, not as +.
 */
import type { Pair, SessionTools } from "@datong/core";

export interface SignedCall {
  readonly method: string;
  /** From the server's root, with its leading slash. */
  readonly path: string;
  readonly query: readonly Pair[];
  readonly nonce: string;
  readonly timestampMs: number;
}

/** The text that is signed. Keys and values of the query are encoded twice; a call without a query has an empty line there. */
export function gatewayText(call: SignedCall): string {
  const query = call.query
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${twice(name)}=${twice(value)}`)
    .join("&");
  return `${call.method}\n${encode(call.path)}\n${query}\nx-api-nonce:${call.nonce}\nx-api-timestamp:${call.timestampMs}\n`;
}

/** The headers that prove a call. */
export function gatewayHeaders(
  client: { readonly id: string; readonly secret: string },
  call: SignedCall,
  tools: Pick<SessionTools, "hmac" | "base64">,
): Readonly<Record<string, string>> {
  return {
    "X-Api-ClientID": client.id,
    "X-Api-Auth-Version": "2.0",
    "X-Api-TimeStamp": String(call.timestampMs),
    "X-Api-Nonce": call.nonce,
    "X-Api-SignHeaders": "X-Api-Nonce,X-Api-TimeStamp",
    "X-Api-Signature": tools.base64(tools.hmac("sha256", client.secret, gatewayText(call))),
  };
}

/** Proves the app when a token is asked for. */
export function appSignature(appKey: string, appSecret: string, tools: Pick<SessionTools, "hmac" | "base64">): string {
  return tools.base64(tools.hmac("sha256", appSecret, appKey));
}

function twice(text: string): string {
  return encode(encode(text));
}

/** Everything but letters, digits and `-_.~` as %XX, upper-case. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
