/**
 * Judges a reply by the API's result rule: yes, or a fault with its class, cause, the vendor's code and text.
 *
 * In: the rule, the direction, the reply. Out: a Verdict; never throws for what a vendor sends. HTTP comes first (429, 5xx and
 * bodies that cannot be read), unless a fault rule names the status. A failure of a write that may have been taken is `uncertain`.
 * Why here: an answer and a failure must not look alike anywhere else.
 */
import type { FaultCause, FaultClass } from "../../error/fault.ts";
import type { ErrorCode } from "../../error/codes.ts";
import { asText } from "./shape.ts";
import type { Json } from "../../value/json.ts";
import { getPath, parsePath, type Path } from "../../value/path.ts";
import type { Reply } from "../../connector/request-plan.ts";
import type { FaultRule, ResultRule, Sign } from "../../connector/result.ts";
import { readMissing, type MissingCode } from "./missing.ts";

export interface FaultVerdict {
  readonly kind: "fault";
  readonly fault: FaultClass;
  readonly cause: FaultCause;
  readonly code: ErrorCode;
  readonly vendorCode?: string;
  readonly vendorText?: string;
  readonly waitMs?: number;
  /** Master data that the system lacks, where its text names it. */
  readonly missing?: readonly MissingCode[];
}
/** `nothing`: a yes that says in its own way that nothing was found. */
export type Verdict = { readonly kind: "ok"; readonly nothing?: true } | FaultVerdict;

interface CompiledSign {
  readonly path: Path;
  readonly sign: Sign;
}
export interface CompiledRule {
  readonly ok: readonly CompiledSign[];
  readonly failed: readonly CompiledSign[];
  readonly nothing: readonly CompiledSign[];
  readonly code: readonly Path[];
  readonly subCode: readonly Path[];
  readonly message: readonly Path[];
  readonly rule: ResultRule;
}

/** Long vendor texts are cut here; the exchange keeps the whole. */
const TEXT_MAX = 2_000;

export function compileRule(rule: ResultRule): CompiledRule {
  const sign = (s: Sign): CompiledSign => ({ path: parsePath(s.path), sign: s });
  return {
    ok: rule.ok.map(sign),
    failed: (rule.failed ?? []).map(sign),
    nothing: (rule.nothing?.signs ?? []).map(sign),
    code: rule.code.map(parsePath),
    subCode: (rule.subCode ?? []).map(parsePath),
    message: rule.message.map(parsePath),
    rule,
  };
}

/** What a reply means as a whole; per-document outcomes are read by flow/target/outcome.ts. */
export function judgeReply(rule: CompiledRule, direction: "query" | "write", reply: Reply): Verdict {
  if (direction === "query" && findsNothing(rule, reply)) return { kind: "ok", nothing: true };
  const vendorCode = reply.json === undefined ? undefined : firstText(reply.json, rule.code);
  const subCode = reply.json === undefined ? undefined : firstText(reply.json, rule.subCode);
  const vendorText = reply.json === undefined ? undefined : firstText(reply.json, rule.message);
  const said = { code: vendorCode, subCode, text: vendorText ?? "" };
  const byStatus = rule.rule.faults.find((f) => f.statuses?.includes(reply.status) === true && matches(f, said));
  if (byStatus !== undefined) return fromRule(byStatus, vendorCode, vendorText);
  const http = judgeHttp(direction, reply, vendorCode, vendorText);
  if (http !== undefined) return http;
  const json = reply.json ?? null;
  const failed = rule.failed.some((s) => holds(s, json));
  const ok = !failed && (rule.ok.length === 0 || rule.ok.some((s) => holds(s, json)));
  return ok ? { kind: "ok" } : classify(rule, vendorCode, vendorText, subCode);
}

function findsNothing(rule: CompiledRule, reply: Reply): boolean {
  if (rule.rule.nothing?.statuses?.includes(reply.status) === true) return true;
  return reply.json !== undefined && rule.nothing.some((s) => holds(s, reply.json ?? null));
}

/** Class and cause of a vendor's refusal, by the connector's table. */
export function classify(
  rule: CompiledRule,
  vendorCode: string | undefined,
  vendorText: string | undefined,
  subCode?: string,
): FaultVerdict {
  const said = { code: vendorCode, subCode, text: vendorText ?? "" };
  // A rule that names only a status says nothing of a body.
  const match = rule.rule.faults.find((f) => matches(f, said) && tellsByBody(f));
  if (match !== undefined) return fromRule(match, vendorCode, vendorText);
  return withVendor(
    { kind: "fault", fault: rule.rule.otherwise ?? "rejected", cause: "other", code: "VENDOR_REFUSED" },
    vendorCode,
    vendorText,
  );
}

function judgeHttp(
  direction: "query" | "write",
  reply: Reply,
  vendorCode: string | undefined,
  vendorText: string | undefined,
): Verdict | undefined {
  const lost: FaultClass = direction === "write" ? "uncertain" : "transient";
  const fault = (faultClass: FaultClass, code: ErrorCode, cause: FaultCause, waitMs?: number): Verdict =>
    withVendor(
      { kind: "fault", fault: faultClass, cause, code, ...(waitMs === undefined ? {} : { waitMs }) },
      vendorCode ?? String(reply.status),
      vendorText ?? excerpt(reply.text),
    );
  if (reply.status === 429) return fault("throttled", "VENDOR_THROTTLED", "other", retryAfterMs(reply));
  if (reply.status === 503 && reply.headers["retry-after"] !== undefined)
    return fault("throttled", "VENDOR_THROTTLED", "other", retryAfterMs(reply));
  if (reply.status >= 500) return fault(lost, "VENDOR_UNWELL", "other");
  if (reply.status === 401 || reply.status === 403) return fault("rejected", "VENDOR_FORBIDDEN", "credentials");
  const elsewhere = reply.headers["location"];
  if (reply.json === undefined && reply.status >= 300 && reply.status < 400 && elsewhere !== undefined)
    return withVendor(
      { kind: "fault", fault: "rejected", cause: "parameter", code: "REPLY_REDIRECTED" },
      String(reply.status),
      // What stands behind the question mark may be meant for the other side alone.
      excerpt(elsewhere.replace(/[?#].*/s, "")),
    );
  if (reply.json === undefined) {
    if (reply.notXml !== undefined) {
      const unread = `${reply.notXml}: ${excerpt(reply.text)}`;
      return withVendor(
        { kind: "fault", fault: reply.status < 300 ? lost : "rejected", cause: "other", code: "REPLY_NOT_XML" },
        String(reply.status),
        unread,
      );
    }
    const text = reply.text.trimStart();
    if (text.startsWith("<")) return fault(reply.status < 300 ? lost : "rejected", "REPLY_IS_HTML", "other");
    return fault(reply.status < 300 ? lost : "rejected", "REPLY_NOT_JSON", "other");
  }
  if (reply.status >= 400 && vendorCode === undefined) return fault("rejected", "VENDOR_REFUSED", "parameter");
  return undefined;
}

/** Retry-After in seconds or as a date; a date needs the reply's own Date header, so that our clock does not matter. */
function retryAfterMs(reply: Reply): number | undefined {
  const text = reply.headers["retry-after"];
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text.trim())) return Math.min(Number(text) * 1000, 86_400_000);
  const until = Date.parse(text);
  const now = Date.parse(reply.headers["date"] ?? "");
  return Number.isFinite(until) && Number.isFinite(now) ? Math.max(0, Math.min(until - now, 86_400_000)) : undefined;
}

function holds({ path, sign }: CompiledSign, json: Json): boolean {
  return signHolds(sign, getPath(json, path));
}

/** Whether the value found at a sign's path is the sign. */
export function signHolds(sign: Sign, value: Json | undefined): boolean {
  if (sign.exists !== undefined) return (value !== undefined && value !== null) === sign.exists;
  return value !== undefined && (sign.in ?? []).includes(asText(value));
}

interface Said {
  readonly code: string | undefined;
  readonly subCode: string | undefined;
  readonly text: string;
}

/** All that a rule names must hold; a code may be named whole or by its beginning. */
function matches(rule: FaultRule, said: Said): boolean {
  return (
    isNamed(said.code, rule.codes, rule.codePrefixes) &&
    isNamed(said.subCode, rule.subCodes, rule.subCodePrefixes) &&
    (rule.texts === undefined || rule.texts.some((part) => said.text.includes(part)))
  );
}

function isNamed(code: string | undefined, whole: readonly string[] | undefined, prefixes: readonly string[] | undefined): boolean {
  if (whole === undefined && prefixes === undefined) return true;
  return code !== undefined && (whole?.includes(code) === true || prefixes?.some((prefix) => code.startsWith(prefix)) === true);
}

function tellsByBody(rule: FaultRule): boolean {
  return [rule.codes, rule.codePrefixes, rule.subCodes, rule.subCodePrefixes, rule.texts].some((part) => part !== undefined);
}

function fromRule(rule: FaultRule, vendorCode: string | undefined, vendorText: string | undefined): FaultVerdict {
  const code: ErrorCode =
    rule.fault === "throttled" ? "VENDOR_THROTTLED" : rule.cause === "credentials" ? "VENDOR_FORBIDDEN" : "VENDOR_REFUSED";
  const missing = readMissing(rule.missing ?? [], vendorText ?? "");
  const more = { ...(rule.waitMs === undefined ? {} : { waitMs: rule.waitMs }), ...(missing.length === 0 ? {} : { missing }) };
  return withVendor({ kind: "fault", fault: rule.fault, cause: rule.cause ?? "other", code, ...more }, vendorCode, vendorText);
}

function withVendor(verdict: FaultVerdict, vendorCode: string | undefined, vendorText: string | undefined): FaultVerdict {
  return {
    ...verdict,
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(vendorText === undefined ? {} : { vendorText: vendorText.slice(0, TEXT_MAX) }),
  };
}

function firstText(json: Json, paths: readonly Path[]): string | undefined {
  for (const path of paths) {
    const value = getPath(json, path);
    if (value !== undefined && value !== null && value !== "") return asText(value);
  }
  return undefined;
}

function excerpt(text: string): string {
  return text.slice(0, 200);
}
