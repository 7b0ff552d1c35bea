/**
 * One message over one channel, by the rules of its service: DingTalk signs in the query, Feishu in the body, WeCom has its key in the
 * address, a webhook is signed like our own hooks. An answer that is no success is told as the service worded it.
 */
import { createHmac } from "node:crypto";
import { DatongError, explain } from "@datong/core";
import { createMask, post } from "@datong/engine";
import type { Channel } from "./documents.ts";
import { sendMail } from "./mail.ts";

/** Messages a minute that the service bears; DingTalk mutes a robot for ten minutes that sends more. */
export const PER_MINUTE: Readonly<Record<Channel["kind"], number>> = { dingtalk: 15, feishu: 60, wecom: 15, webhook: 60, mail: 20 };

const TIMEOUT_MS = 10_000;

/** Null where it was taken; else what is wrong, without what is secret in the channel: a service may tell it back. */
export async function sendMessage(channel: Channel, text: string, nowMs: number): Promise<string | null> {
  const problem = await send(channel, text, nowMs).catch((error: unknown) => lineProblem(channel, error));
  return problem === null ? null : createMask(secretsOf(channel)).text(problem);
}

const UNREACHED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|ETIMEDOUT|ECONNRESET|UND_ERR_(CONNECT_TIMEOUT|HEADERS_TIMEOUT|SOCKET))$/;

/** What the line says, in both languages where it is known, with what to do. */
function lineProblem({ url = "" }: Channel, error: unknown): string {
  const { code: own = "", cause } = error as { readonly code?: string; readonly cause?: { readonly code?: string } };
  const code = cause?.code ?? own;
  const host = URL.parse(url)?.host ?? "";
  if (code !== "ADDRESS_REFUSED" && !UNREACHED.test(code)) return String(error);
  const known = code === "ADDRESS_REFUSED" ? new DatongError(code, { host }) : new DatongError("HOST_UNREACHABLE", { host, reason: code });
  const [zh, en] = [explain(known, "zh"), explain(known, "en")];
  return `${zh.message}。${zh.todo} / ${en.message}. ${en.todo}`;
}

const TOKEN_CHARACTERS_MIN = 16;

/** A robot's token stands in the query or at the end of the path. */
function secretsOf({ url = "", secret = "" }: Channel): readonly string[] {
  const parsed = URL.parse(url);
  const parts = parsed === null ? [] : [...parsed.searchParams.values(), decodeURIComponent(parsed.password)];
  const segments = (parsed?.pathname ?? "").split("/").filter((segment) => segment.length >= TOKEN_CHARACTERS_MIN);
  return [url, secret, ...parts, ...segments];
}

/** Null where it was taken; else what is wrong. Throws what the line says. */
async function send(channel: Channel, text: string, nowMs: number): Promise<string | null> {
  const { kind, url = "", secret } = channel;
  if (kind === "mail") return sendMail(channel, text);
  const request = requestOf(kind, url, secret, text, nowMs);
  const { status, text: answer } = await post({
    ...request,
    headers: { "content-type": "application/json; charset=utf-8", ...request.headers },
    allowPrivate: channel.privateNetwork === true,
    timeoutMs: TIMEOUT_MS,
  });
  return isTaken(kind, status, answer) ? null : `HTTP ${status} ${answer.slice(0, 300)}`;
}

interface Request {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function requestOf(kind: Exclude<Channel["kind"], "mail">, url: string, secret: string | undefined, text: string, nowMs: number): Request {
  const seconds = String(Math.floor(nowMs / 1000));
  switch (kind) {
    case "dingtalk": {
      const body = JSON.stringify({ msgtype: "text", text: { content: text }, ...dingtalkMentions(text) });
      if (secret === undefined) return { url, body, headers: {} };
      const sign = createHmac("sha256", secret).update(`${nowMs}\n${secret}`).digest("base64");
      return { url: `${url}${url.includes("?") ? "&" : "?"}timestamp=${nowMs}&sign=${encodeURIComponent(sign)}`, body, headers: {} };
    }
    case "feishu": {
      const signed =
        secret === undefined ? {} : { timestamp: seconds, sign: createHmac("sha256", `${seconds}\n${secret}`).update("").digest("base64") };
      // Feishu mentions by a tag in the text.
      const told = text.replace(/@(ou_\w+|all)\b/g, (_whole, id: string) => `<at user_id="${id}"></at>`);
      return { url, body: JSON.stringify({ ...signed, msg_type: "text", content: { text: told } }), headers: {} };
    }
    case "wecom":
      return { url, body: JSON.stringify({ msgtype: "text", text: { content: text, ...wecomMentions(text) } }), headers: {} };
    case "webhook": {
      const body = JSON.stringify({ text });
      const headers =
        secret === undefined
          ? {}
          : {
              "x-datong-timestamp": seconds,
              "x-datong-signature": `sha256=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`,
            };
      return { url, body, headers: { ...headers } };
    }
  }
}

/** Mobile numbers behind an @ in the text, as `messageText` writes them; the robots want them beside it too. */
function mobilesIn(text: string): readonly string[] {
  return [...text.matchAll(/@(1\d{10})\b/g)].map((match) => match[1] ?? "");
}

function dingtalkMentions(text: string): object {
  const atMobiles = mobilesIn(text);
  const isAtAll = /@all\b/.test(text);
  return atMobiles.length === 0 && !isAtAll ? {} : { at: { atMobiles, isAtAll } };
}

function wecomMentions(text: string): object {
  const mobiles = [...mobilesIn(text), ...(/@all\b/.test(text) ? ["@all"] : [])];
  return mobiles.length === 0 ? {} : { mentioned_mobile_list: mobiles };
}

/** Robots answer errors with HTTP 200. */
function isTaken(kind: Channel["kind"], status: number, answer: string): boolean {
  if (status < 200 || status > 299) return false;
  if (kind === "webhook") return true;
  try {
    const told = JSON.parse(answer) as { readonly errcode?: number; readonly code?: number; readonly StatusCode?: number };
    return (told.errcode ?? told.code ?? told.StatusCode) === 0;
  } catch {
    return false;
  }
}
