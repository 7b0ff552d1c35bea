/** A small client for the tests: signs and sends requests to a running 金蝶云星辰 simulator. It keeps no state beyond a nonce count. */
import { signGateway } from "../../src/kingdee-stars/gateway-sign.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

const CLIENT_SECRET = "0c1d2e3f405162738495a6b7c8d9eafb";
let nonces = 0;

export async function send(
  origin: string,
  method: string,
  target: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> {
  const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  const answer = await fetch(origin + target, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...sent,
  });
  const text = await answer.text();
  return { status: answer.status, text, body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** The signed headers for a request at this instant. */
export function signedHeaders(method: string, target: string, at: number): Record<string, string> {
  nonces += 1;
  const [path = "", rawQuery = ""] = target.split("?");
  const signed = { method, path, rawQuery, nonce: String(1_000_000_000 + nonces), timestamp: String(at) };
  return {
    "X-Api-ClientID": "299001",
    "X-Api-Auth-Version": "2.0",
    "X-Api-TimeStamp": signed.timestamp,
    "X-Api-Nonce": signed.nonce,
    "X-Api-SignHeaders": "X-Api-TimeStamp,X-Api-Nonce",
    "X-Api-Signature": signGateway(signed, CLIENT_SECRET),
  };
}

export const TOKEN_TARGET =
  "/auth/user/access_token?client_id=299001&client_secret=0c1d2e3f405162738495a6b7c8d9eafb&username=demo&password=demo888888";

/** Logs in by OAuth and answers the access token. */
export async function accessToken(origin: string): Promise<string> {
  const answer = await send(origin, "GET", TOKEN_TARGET);
  return (answer.body["data"] as { access_token: string }).access_token;
}

export const ACCOUNT = { accountId: "8001", groupName: "ns-demo" };
