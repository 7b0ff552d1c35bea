/**
 * Calls an API of a connection: throttles, signs, sends, judges, logs in again once when the session was lost, keeps the exchange.
 *
 * Out: the reply (when one came) and the verdict. A write whose answer did not come is `uncertain` unless nothing was sent.
 */
import {
  isArray,
  isObject,
  judgeReply,
  type Json,
  type Api,
  type CompiledRule,
  type Connector,
  type FaultVerdict,
  type JsonObject,
  type Reply,
  type RequestPlan,
  type Session,
  type Verdict,
  DatongError,
} from "@datong/core";
import type { Dispatcher } from "undici";
import type { Ports } from "../ports.ts";
import { ADDRESS_REFUSED } from "./guard-address.ts";
import { bodyOf, bodyUtf8, hashOf, JSON_REPLY, send, urlOf, type Reading, type SendFailure } from "./http-send.ts";
import { createMask, type Mask } from "./mask.ts";
import { readAnswer } from "./read-reply.ts";
import type { SessionCache, SessionOwner, StoredSession } from "./session-cache.ts";
import { packText } from "../store/stored-text.ts";
import { sessionTools, signPlan, type CompiledAuth } from "./sign.ts";
import type { Throttle } from "./throttle.ts";

/** Under it an exchange has a long request as it is stored, made while its bytes were at hand: nothing that people are shown. */
export const REQUEST_PACKED: unique symbol = Symbol("request as it is stored");
/** Letters of a request from which on that pays. */
const LONG = 2_000;

/** A stored request and response, masked. */
export interface Exchange {
  readonly atMs: number;
  readonly tookMs: number;
  readonly operation: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly request: string;
  readonly response: string;
  readonly [REQUEST_PACKED]?: Buffer;
}

export interface CallResult {
  readonly reply: Reply | undefined;
  readonly verdict: Verdict;
  readonly exchanges: readonly Exchange[];
  /** Takes the secrets of this call out of a text that the reply holds. */
  readonly mask: Mask["text"];
}

export interface CallerParts {
  readonly connector: Connector;
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly owner: SessionOwner;
  readonly auth: CompiledAuth;
  readonly session: Session | undefined;
  readonly sessions: SessionCache;
  readonly throttle: Throttle;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
  readonly ports: Ports;
}

const LOGIN_STEPS_MAX = 6;

export interface CallOptions {
  readonly operation: string;
  readonly direction: "query" | "write";
  readonly rule: CompiledRule;
  readonly api: Api;
  /** JSON where absent. */
  readonly reading?: Reading;
  /** Asked when all waiting is over, right before the request leaves; throws where it must not. */
  readonly leave?: () => void;
}

export interface Caller {
  readonly call: (plan: RequestPlan, options: CallOptions) => Promise<CallResult>;
  /** Hash of the request as it would go out now, without the parts that change by the second. */
  readonly fingerprint: (plan: RequestPlan) => string;
  /** How far the other side's clock is ahead of ours, by the last Date header; 0 until one came. */
  readonly skewMs: () => number;
}

export function createCaller(parts: CallerParts): Caller {
  let skewMs = 0;
  const carried = carriedNames(parts);
  const noticeClock = (reply: Reply, sentAtMs: number): void => {
    const theirs = Date.parse(reply.headers["date"] ?? "");
    const ours = (sentAtMs + parts.ports.nowMs()) / 2;
    // Date has whole seconds: a smaller difference says nothing.
    if (Number.isFinite(theirs)) skewMs = Math.abs(theirs - ours) < 2_000 ? 0 : Math.round(theirs - ours);
  };

  async function once(plan: RequestPlan, options: CallOptions, session: JsonObject): Promise<{ result: CallResult; lost: boolean }> {
    const signed = prepare(parts, plan, session);
    const atMs = parts.ports.nowMs();
    options.leave?.();
    const sent = await send(signed, {
      baseUrl: parts.settings["url"] ?? "",
      timeoutMs: parts.timeoutMs,
      bodyBytesMax: parts.bodyBytesMax,
      dispatcher: parts.dispatcher,
      reading: options.reading ?? JSON_REPLY,
    });
    const exchange = describe(parts, signed, session, sent, options.operation, atMs);
    if (sent.kind === "failure")
      return {
        result: { reply: undefined, verdict: lineFault(sent, options.direction), exchanges: [exchange], mask: unmasked },
        lost: false,
      };
    noticeClock(sent.reply, atMs);
    // Some vendors repeat in an error what they were told; what people see of it is masked like the exchange.
    const { text: mask } = maskOf(parts, session);
    const judged = judgeReply(options.rule, options.direction, { ...sent.reply, text: mask(sent.reply.text) });
    const url = urlOf(signed, parts.settings["url"] ?? "");
    const { reply, verdict: read } = readAnswer(sent.reply, judged, { api: options.api, url, carried });
    const verdict = maskedVerdict(read, mask);
    if (verdict.kind === "fault" && verdict.fault === "throttled")
      parts.throttle.holdUntil(parts.ports.nowMs() + (verdict.waitMs ?? 1_000));
    return {
      result: { reply, verdict, exchanges: [exchange], mask },
      lost: verdict.kind === "fault" && verdict.cause === "session-lost",
    };
  }

  return {
    fingerprint: (plan) => hashOf(`${plan.method} ${plan.path} ${JSON.stringify(plan.query)} `, bodyUtf8(plan.body)),
    skewMs: () => skewMs,
    call: async (plan, options) => {
      const { session: strategy } = parts;
      if (strategy === undefined) return (await parts.throttle.run(() => once(plan, options, {}))).result;
      const session = await parts.sessions.get(parts.owner, (previous) => logIn(parts, strategy, previous));
      const first = await parts.throttle.run(() => once(plan, options, session));
      if (!first.lost) return first.result;
      const renewed = await parts.sessions.get(parts.owner, (previous) => logIn(parts, strategy, previous), session);
      const second = await parts.throttle.run(() => once(plan, options, renewed));
      const exchanges = [...first.result.exchanges, ...second.result.exchanges];
      if (!second.lost) return { ...second.result, exchanges };
      const { verdict } = second.result;
      return {
        ...second.result,
        exchanges,
        verdict: { ...(verdict as FaultVerdict), fault: "rejected", cause: "credentials", code: "SESSION_LOST_AGAIN" },
      };
    },
  };
}

/** A log-in that did not succeed, with what was said; nothing else was sent. */
export class LoginFault extends DatongError {
  readonly exchanges: readonly Exchange[];
  constructor(code: DatongError["code"], details: DatongError["details"], exchanges: readonly Exchange[]) {
    super(code, details);
    this.exchanges = exchanges;
  }
}

/** The plan with everything on it that goes over the line. */
function prepare(parts: CallerParts, plan: RequestPlan, session: JsonObject): RequestPlan {
  const nowMs = parts.ports.nowMs();
  const withHeaders: RequestPlan = { ...plan, headers: { ...parts.connector.headers, ...plan.headers } };
  const signed = signPlan(parts.auth, withHeaders, { settings: parts.settings, session, nowMs, zone: parts.connector.zone });
  const final =
    parts.session === undefined ? signed : parts.session.apply(signed, session, { settings: parts.settings, tools: sessionTools(nowMs) });
  guardHost(final, parts.settings);
  return final;
}

/** Names of the parameters that authorisation puts into every query. */
function carriedNames({ auth }: CallerParts): readonly string[] {
  const into = auth.signature?.document.into;
  return [...auth.query.map(({ name }) => name), ...(into?.in === "query" ? [into.name] : [])];
}

/** Data may fill path and query, never the host: only hosts that the connection's own settings name are called. */
function guardHost(plan: RequestPlan, settings: CallerParts["settings"]): void {
  const url = urlOf(plan, settings["url"] ?? "");
  const isNamed = Object.values(settings).some(
    (text) => /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).origin === url.origin,
  );
  if (!isNamed) throw new DatongError("HOST_NOT_ALLOWED", { host: url.host });
}

/** Steps of a log-in, bounded, one call after another; throws LoginFault with LOGIN_FAILED and the strategy's own codes. */
async function logIn(parts: CallerParts, strategy: Session, previous: JsonObject | undefined): Promise<StoredSession> {
  const replies: Reply[] = [];
  const exchanges: Exchange[] = [];
  const system = parts.connector.name.zh;
  const options = {
    baseUrl: parts.settings["url"] ?? "",
    timeoutMs: parts.timeoutMs,
    bodyBytesMax: parts.bodyBytesMax,
    dispatcher: parts.dispatcher,
    // A log-in that is declared may speak XML; strategies of their own have always been given JSON.
    reading: parts.connector.auth.session?.kind === "custom" ? JSON_REPLY : ({ format: "either" } as const),
  };
  const { text: mask } = maskOf(parts, previous ?? {});
  for (let step = 0; step < LOGIN_STEPS_MAX; step += 1) {
    const context = { settings: parts.settings, tools: sessionTools(parts.ports.nowMs()), ...(previous === undefined ? {} : { previous }) };
    const next = strategy.login(context, replies);
    if (next.kind === "failed") throw new LoginFault(next.code, maskedDetails({ system, ...next.details }, mask), exchanges);
    if (next.kind === "ready") return { session: next.session, expiresAtMs: next.expiresAtMs ?? null };
    guardHost(next.plan, parts.settings);
    const atMs = parts.ports.nowMs();
    const sent = await parts.throttle.run(() => send(next.plan, options));
    exchanges.push(describe(parts, next.plan, previous ?? {}, sent, "login", atMs));
    if (sent.kind === "failure")
      throw new LoginFault(sent.code, { system, host: sent.host, reason: sent.reason, timeoutMs: parts.timeoutMs }, exchanges);
    const { status } = sent.reply;
    if (status === 429) throw new LoginFault("VENDOR_THROTTLED", { system, vendorText: sent.reply.text.slice(0, 200) }, exchanges);
    if (status >= 500 && sent.reply.json === undefined) throw new LoginFault("VENDOR_UNWELL", { system, vendorCode: status }, exchanges);
    replies.push(sent.reply);
  }
  throw new LoginFault("LOGIN_FAILED", { system, reason: "too many steps" }, exchanges);
}

/** What a failure of the line means for a call. */
export function lineFault(failure: SendFailure, direction: "query" | "write"): Verdict {
  if (failure.code === "REQUEST_NOT_SENDABLE" || failure.code === ADDRESS_REFUSED)
    return {
      kind: "fault",
      fault: "rejected",
      cause: "parameter",
      code: failure.code,
      vendorCode: failure.host,
      vendorText: failure.reason,
    };
  if (failure.code === "REPLY_TOO_LARGE")
    return {
      kind: "fault",
      fault: direction === "write" ? "uncertain" : "rejected",
      cause: "other",
      code: failure.code,
      vendorText: failure.reason,
    };
  const fault = direction === "write" && !failure.nothingSent ? "uncertain" : "transient";
  return { kind: "fault", fault, cause: "other", code: failure.code, vendorCode: failure.host, vendorText: failure.reason };
}

function describe(
  parts: CallerParts,
  plan: RequestPlan,
  session: JsonObject,
  sent: Awaited<ReturnType<typeof send>>,
  operation: string,
  atMs: number,
): Exchange {
  const mask = maskOf(parts, session);
  const body = bodyOf(plan.body);
  const headers = Object.entries(plan.headers).map(([name, value]) => `${name}: ${value}`);
  const head = [
    `${plan.method} ${urlOf(plan, parts.settings["url"] ?? "").href}`,
    ...(body === null ? [] : [`Content-Type: ${body.contentType}`]),
    ...headers,
    "",
    "",
  ].join("\n");
  const request = head + (body?.bytes ?? "");
  const masked = mask.text(request);
  const response = sent.kind === "reply" ? sent.reply.text : `(${sent.code}: ${sent.reason})`;
  return {
    atMs,
    tookMs: parts.ports.nowMs() - atMs,
    operation,
    status: sent.kind === "reply" ? sent.reply.status : 0,
    request: masked,
    response: mask.text(response),
    ...(masked === request && request.length >= LONG
      ? { [REQUEST_PACKED]: packText(Buffer.concat([Buffer.from(head), bodyUtf8(plan.body)])) }
      : {}),
  };
}

function maskOf(parts: CallerParts, session: JsonObject): Mask {
  return createMask([...parts.secrets, ...secretsOf(session)]);
}

function unmasked(text: string): string {
  return text;
}

/** A verdict whose texts hold no secret. */
export function maskedVerdict<V extends Verdict>(verdict: V, mask: Mask["text"]): V {
  if (verdict.kind !== "fault" || verdict.vendorText === undefined) return verdict;
  return { ...verdict, vendorText: mask(verdict.vendorText) };
}

/** Some systems repeat in a refusal what they were told. */
function maskedDetails(details: DatongError["details"], mask: Mask["text"]): DatongError["details"] {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, typeof value === "string" ? mask(value) : value]));
}

/** Every text of a session, however deep, is taken for a secret: tokens, cookies, refreshed keys. */
function secretsOf(session: Json): readonly string[] {
  if (typeof session === "string") return session.length >= 8 ? [session] : [];
  return isObject(session) || isArray(session) ? Object.values(session).flatMap(secretsOf) : [];
}
