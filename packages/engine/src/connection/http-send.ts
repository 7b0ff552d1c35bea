/**
 * One HTTP call: sends a plan, gives the reply or says how the line failed. No redirects, bounded time and size.
 *
 * `nothing-sent` failures happen before a byte left (name not found, refused, no TLS); after any other failure the other side may
 * have taken the request. A reply's bytes are read in the charset of its header, of its XML declaration, as UTF-8, else as GB18030; a
 * request is sent in the charset of its content type. Why here: what a body says is the same whatever its bytes and format are.
 */
import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import {
  asLists,
  isObject,
  keysOf,
  orderedObject,
  parsePath,
  readJson,
  type Inside,
  type Json,
  type Reply,
  type ReplyFormat,
  type RequestPlan,
} from "@datong/core";
import iconv from "iconv-lite";
import { Agent, request, type Dispatcher } from "undici";
import { utf8Bytes } from "../utf8.ts";
import { ADDRESS_REFUSED, guardedConnector } from "./guard-address.ts";
import { declaredEncoding, readXml } from "./xml.ts";

/** How a reply's body becomes a value. */
export interface Reading {
  readonly format: ReplyFormat;
  /** Paths that are always lists. */
  readonly lists?: readonly string[];
  readonly inside?: Inside;
}

export const JSON_REPLY: Reading = { format: "json" };

export interface SendOptions {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
  readonly dispatcher: Dispatcher;
  /** JSON unless it says otherwise. */
  readonly reading?: Reading;
}

export type SendFailure = {
  readonly kind: "failure";
  readonly code: "HOST_UNREACHABLE" | "REQUEST_NOT_SENDABLE" | typeof ADDRESS_REFUSED | "CALL_CUT" | "CALL_TIMED_OUT" | "REPLY_TOO_LARGE";
  readonly nothingSent: boolean;
  readonly host: string;
  readonly reason: string;
};
export type SendResult = { readonly kind: "reply"; readonly reply: Reply } | SendFailure;

/** One agent for each connection: keep-alive, no more sockets than calls at once, and none to an address that is nobody's system. */
export function createDispatcher(concurrency: number, allowPrivate: boolean): Dispatcher {
  const connect = guardedConnector(allowPrivate, 10_000);
  return new Agent({ connections: concurrency, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 60_000, connect });
}

export async function send(plan: RequestPlan, options: SendOptions): Promise<SendResult> {
  const url = urlOf(plan, options.baseUrl);
  const body = bodyOf(plan.body);
  const reading = options.reading ?? JSON_REPLY;
  try {
    const response = await request(url, {
      method: plan.method as Dispatcher.HttpMethod,
      headers: headersOf(plan, body, reading.format),
      body: body === null ? null : encodeBody(plan.body, body),
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      dispatcher: options.dispatcher,
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const bytes = await readBounded(response.body, options.bodyBytesMax);
    if (bytes === null)
      return { kind: "failure", code: "REPLY_TOO_LARGE", nothingSent: false, host: url.host, reason: String(options.bodyBytesMax) };
    return { kind: "reply", reply: toReply(response.statusCode, response.headers, bytes, { ...options, reading }) };
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE")
      return { kind: "failure", code: "REPLY_TOO_LARGE", nothingSent: false, host: url.host, reason: String(options.bodyBytesMax) };
    return failureOf(error, url.host, options.timeoutMs);
  }
}

/** The plan's own headers win over ours, whatever the case they are written in. */
function headersOf(plan: RequestPlan, body: ReturnType<typeof bodyOf>, format: ReplyFormat): Record<string, string> {
  const own = new Set(Object.keys(plan.headers).map((name) => name.toLowerCase()));
  const accept = format === "json" ? "application/json, */*;q=0.5" : format === "xml" ? "application/xml, text/xml, */*;q=0.5" : "*/*";
  return {
    ...(body === null || own.has("content-type") ? {} : { "content-type": body.contentType }),
    ...(own.has("accept") ? {} : { accept }),
    ...plan.headers,
  };
}

/** Text in the charset that its content type names; characters that the charset lacks become what iconv puts for them. */
function encodeBody(
  body: RequestPlan["body"],
  { bytes: text, contentType }: { readonly bytes: string; readonly contentType: string },
): Buffer {
  const charset = body.kind === "text" ? charsetOf(contentType) : undefined;
  return charset === undefined || isUtf8(charset) || !iconv.encodingExists(charset) ? bodyUtf8(body) : iconv.encode(text, widened(charset));
}

const encoded = new WeakMap<RequestPlan["body"], Buffer>();

/** The body's text as UTF-8, made once for the hash of the intent, the call and what is kept of it. */
export function bodyUtf8(body: RequestPlan["body"]): Buffer {
  let bytes = encoded.get(body);
  if (bytes === undefined) encoded.set(body, (bytes = utf8Bytes(bodyOf(body)?.bytes ?? "")));
  return bytes;
}

/** The absolute URL of a plan, with the query in the plan's order, percent-encoded as RFC 3986 (a blank is `%20`). */
export function urlOf(plan: RequestPlan, baseUrl: string): URL {
  const base = baseUrl.endsWith("/") || plan.path === "" ? baseUrl : `${baseUrl}/`;
  const text = /^https?:\/\//i.test(plan.path) ? plan.path : base + plan.path.replace(/^\/+/, "");
  const query = plan.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  return new URL(query === "" ? text : `${text}${text.includes("?") ? "&" : "?"}${query}`);
}

/** The body as it goes over the line. */
export function bodyOf(body: RequestPlan["body"]): { readonly bytes: string; readonly contentType: string } | null {
  switch (body.kind) {
    case "none":
      return null;
    case "json":
      return { bytes: body.text, contentType: "application/json; charset=utf-8" };
    case "form":
      return {
        bytes: body.pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"),
        contentType: "application/x-www-form-urlencoded;charset=UTF-8",
      };
    case "text":
      return { bytes: body.text, contentType: body.contentType };
  }
}

/** Hash of what was sent, kept with the intent. The parts are one text, or the UTF-8 of it. */
export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("base64url");
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function readBounded(stream: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toReply(
  status: number,
  raw: Readonly<Record<string, string | string[] | undefined>>,
  bytes: Buffer,
  options: SendOptions & { readonly reading: Reading },
): Reply {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw))
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join("\n") : value;
  const contentType = headers["content-type"] ?? "";
  const text = decodeBody(decompress(bytes, headers["content-encoding"], options.bodyBytesMax), contentType);
  return { status, headers, text, ...readBody(text, contentType, status, options.reading) };
}

/** The body as a value. `notXml` tells why a body that had to be XML is none. */
export function readBody(text: string, contentType: string, status: number, reading: Reading): Pick<Reply, "json" | "notXml"> {
  const json = tryJson(text);
  // JSON where XML was asked for is what gateways answer.
  if (json !== undefined || !takesXml(reading.format, text, contentType)) {
    const nothing = reading.format === "none" && status < 300 ? null : undefined;
    return { json: json === undefined ? nothing : shaped(json, reading) };
  }
  const read = readXml(text);
  return read.kind === "read" ? { json: shaped(read.value, reading) } : { json: undefined, notXml: read.reason };
}

function takesXml(format: ReplyFormat, text: string, contentType: string): boolean {
  if (format === "xml") return true;
  if (format !== "either" || /\bhtml\b/i.test(contentType)) return false;
  return /[/+]xml\b/i.test(contentType) || (/^\s*</.test(text) && !/^\s*<(!doctype\s+)?html\b/i.test(text));
}

function shaped(value: Json, { inside, lists }: Reading): Json {
  const whole =
    inside === undefined
      ? value
      : withInside(
          value,
          parsePath(inside.path).steps.map((step) => step.key),
          inside.format,
        );
  return lists === undefined ? whole : asLists(whole, lists);
}

/** A text that cannot be read is left as the text it is: the result rule then finds nothing in it. */
function withInside(value: Json, keys: readonly string[], format: Inside["format"]): Json {
  const [key, ...rest] = keys;
  if (key === undefined) {
    if (typeof value !== "string") return value;
    if (format === "json") return tryJson(value) ?? value;
    const read = readXml(value);
    return read.kind === "read" ? read.value : value;
  }
  const member = isObject(value) ? value[key] : undefined;
  if (!isObject(value) || member === undefined) return value;
  const inner = withInside(member, rest, format);
  return orderedObject(keysOf(value).map((name): [string, Json] => [name, name === key ? inner : (value[name] ?? null)]));
}

/** Throws where the bytes are not packed as they say, or unpack to more than the bound: a few kilobytes can be gigabytes. */
function decompress(bytes: Buffer, encoding: string | undefined, bodyBytesMax: number): Buffer {
  const bound = { maxOutputLength: bodyBytesMax };
  if (encoding === "gzip") return gunzipSync(bytes, bound);
  if (encoding === "deflate") return inflateSync(bytes, bound);
  return encoding === "br" ? brotliDecompressSync(bytes, bound) : bytes;
}

/** Text of a body: the header's charset, else that of an XML declaration, else strict UTF-8, else GB18030. */
export function decodeBody(bytes: Buffer, contentType: string): string {
  const charset = charsetOf(contentType) ?? declaredEncoding(bytes);
  if (charset !== undefined && !isUtf8(charset) && iconv.encodingExists(charset)) return iconv.decode(bytes, widened(charset));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return iconv.decode(bytes, "gb18030");
  }
}

function charsetOf(contentType: string): string | undefined {
  return /charset="?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
}

function isUtf8(charset: string): boolean {
  return charset === "utf-8" || charset === "utf8";
}

/** GB2312 and GBK are parts of GB18030, and systems that name one of them send the others' characters as well. */
function widened(charset: string): string {
  return charset.startsWith("gb") ? "gb18030" : charset;
}

function tryJson(text: string): Json | undefined {
  try {
    return readJson(text, { keepSource: true });
  } catch {
    return undefined;
  }
}

const BEFORE_SENDING = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "EPROTO",
]);

function failureOf(error: unknown, host: string, timeoutMs: number): SendFailure {
  const code = codeOf(error);
  const reason = error instanceof Error ? (code ?? error.message) : String(error);
  if (code === "UND_ERR_INVALID_ARG")
    return {
      kind: "failure",
      code: "REQUEST_NOT_SENDABLE",
      nothingSent: true,
      host,
      reason: error instanceof Error ? error.message : reason,
    };
  if (code === ADDRESS_REFUSED) return { kind: "failure", code, nothingSent: true, host, reason: host };
  if (code !== undefined && BEFORE_SENDING.has(code)) return { kind: "failure", code: "HOST_UNREACHABLE", nothingSent: true, host, reason };
  const timedOut =
    code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT" || (error instanceof Error && error.name === "TimeoutError");
  if (timedOut) return { kind: "failure", code: "CALL_TIMED_OUT", nothingSent: false, host, reason: String(timeoutMs) };
  return { kind: "failure", code: "CALL_CUT", nothingSent: false, host, reason };
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return typeof code === "string" ? code : codeOf(cause);
}
