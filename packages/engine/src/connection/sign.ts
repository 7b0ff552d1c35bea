/**
 * Puts on a plan what every call of a connection carries: the declared parameters, basic authorisation, the declared signature.
 * The signature covers what is really sent: parameters in the plan, the body's exact text. Hashes live here, not in core.
 */
import { createHash, createHmac, randomInt } from "node:crypto";
import {
  compileTree,
  formatInstant,
  renderTree,
  asText,
  type Auth,
  type Globals,
  type Json,
  type JsonObject,
  type Pair,
  type RequestPlan,
  type SessionTools,
  type Signature,
  type SignaturePart,
} from "@datong/core";

export interface SignScope {
  readonly settings: Readonly<Record<string, string>>;
  readonly session: JsonObject;
  readonly nowMs: number;
  readonly zone: string;
}

type Template = ReturnType<typeof compileTree>;
type Templates = readonly { readonly name: string; readonly tree: Template }[];

export interface CompiledAuth {
  readonly query: Templates;
  readonly form: Templates;
  readonly headers: Templates;
  readonly basic: { readonly user: Template; readonly password: Template } | undefined;
  readonly signature: CompiledSignature | undefined;
}

interface CompiledSignature {
  readonly document: Signature;
  readonly secret: Template;
  readonly method: Template;
  readonly parts: readonly SignedPart[];
  readonly hmacParts: readonly SignedPart[];
  readonly value: Template | undefined;
}

type SignedPart = Exclude<SignaturePart, object> | Template;

/** Compiles the templates once per connection; throws the value language's errors. */
export function compileAuth(auth: Auth): CompiledAuth {
  const templates = (part: Readonly<Record<string, string>> | undefined, where: string): Templates =>
    Object.entries(part ?? {}).map(([name, text]) => ({ name, tree: compileTree(text, `auth/${where}/${name}`) }));
  const s = auth.signature;
  return {
    query: templates(auth.parameters?.query, "query"),
    form: templates(auth.parameters?.form, "form"),
    headers: templates(auth.parameters?.headers, "headers"),
    basic:
      auth.basic === undefined
        ? undefined
        : { user: compileTree(auth.basic.user, "auth/basic/user"), password: compileTree(auth.basic.password, "auth/basic/password") },
    signature: s === undefined ? undefined : compileSignature(s),
  };
}

function compileSignature(s: Signature): CompiledSignature {
  const parts = (list: readonly SignaturePart[]): readonly SignedPart[] =>
    list.map((part) => (typeof part === "string" ? part : compileTree(part.text, "auth/signature/parts")));
  return {
    document: s,
    secret: compileTree(s.secret, "auth/signature/secret"),
    method: compileTree(s.method, "auth/signature/method"),
    parts: parts(s.parts),
    hmacParts: parts(s.hmacParts ?? s.parts),
    value: s.into.value === undefined ? undefined : compileTree(s.into.value, "auth/signature/into/value"),
  };
}

export function signPlan(auth: CompiledAuth, plan: RequestPlan, scope: SignScope): RequestPlan {
  const at = { row: { settings: scope.settings, session: scope.session }, globals: signGlobals(scope), zone: scope.zone };
  const text = (tree: Template): string => asText(renderTree(tree, at) ?? "");
  const pairs = (templates: Templates): readonly Pair[] => templates.map(({ name, tree }): Pair => [name, text(tree)]);
  const headers = Object.fromEntries(pairs(auth.headers));
  const body =
    auth.form.length === 0
      ? plan.body
      : { kind: "form" as const, pairs: [...pairs(auth.form), ...(plan.body.kind === "form" ? plan.body.pairs : [])] };
  const basic =
    auth.basic === undefined
      ? {}
      : { Authorization: `Basic ${Buffer.from(`${text(auth.basic.user)}:${text(auth.basic.password)}`).toString("base64")}` };
  const carried: RequestPlan = {
    ...plan,
    // An address that a reply gave for the next page repeats what every call carries.
    query: [...pairs(auth.query), ...plan.query.filter(([name]) => !auth.query.some((own) => own.name === name))],
    headers: { ...plan.headers, ...headers, ...basic },
    body,
  };
  if (auth.signature === undefined) return carried;
  return withSignature(auth.signature, carried, at);
}

type SignAt = { readonly row: JsonObject; readonly globals: Globals; readonly zone: string };

/** The text that a signature is made of. */
function signedText(signature: CompiledSignature, plan: RequestPlan, secret: string, method: string, at: SignAt): string {
  const { document } = signature;
  const join = document.join ?? { value: "", pair: "" };
  const all = [
    ...(document.over.includes("query") ? plan.query : []),
    ...(document.over.includes("form") && plan.body.kind === "form" ? plan.body.pairs : []),
  ];
  const pairs = all
    .filter(([name, value]) => document.exclude?.includes(name) !== true && !(document.skipEmpty === true && value === ""))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + join.value + value)
    .join(join.pair);
  const named = {
    secret,
    pairs,
    body: plan.body.kind === "json" || plan.body.kind === "text" ? plan.body.text : "",
    method: plan.method,
    path: plan.path,
  };
  const parts = isHmac(method) ? signature.hmacParts : signature.parts;
  const whole = parts.map((part) => (typeof part === "string" ? named[part] : asText(renderTree(part, at) ?? ""))).join("");
  return document.lowerCase === true ? whole.toLowerCase() : whole;
}

function withSignature(signature: CompiledSignature, plan: RequestPlan, at: SignAt): RequestPlan {
  const { document } = signature;
  const secret = asText(renderTree(signature.secret, at) ?? "");
  const method = asText(renderTree(signature.method, at) ?? "");
  const sent = document.skipEmpty === true ? withoutEmpty(plan) : plan;
  const digest = digestOf(method, secret, signedText(signature, sent, secret, method, at), document.digest);
  const value =
    signature.value === undefined ? digest : asText(renderTree(signature.value, { ...at, globals: { ...at.globals, SIGN: digest } }) ?? "");
  const pair: Pair = [document.into.name, value];
  if (document.into.in === "header") return { ...sent, headers: { ...sent.headers, [pair[0]]: pair[1] } };
  if (document.into.in === "query") return { ...sent, query: [...sent.query, pair] };
  return { ...sent, body: { kind: "form", pairs: [...(sent.body.kind === "form" ? sent.body.pairs : []), pair] } };
}

function isHmac(method: string): boolean {
  return method.toLowerCase().startsWith("hmac");
}

function withoutEmpty(plan: RequestPlan): RequestPlan {
  const kept = (pairs: readonly Pair[]): readonly Pair[] => pairs.filter(([, value]) => value !== "");
  return { ...plan, query: kept(plan.query), body: plan.body.kind === "form" ? { kind: "form", pairs: kept(plan.body.pairs) } : plan.body };
}

function digestOf(method: string, secret: string, text: string, form: Signature["digest"]): string {
  const name = method.toLowerCase();
  const made =
    name === "hmac" ? createHmac("md5", secret) : name.startsWith("hmac-") ? createHmac(name.slice(5), secret) : createHash(name);
  const digest = made.update(text, "utf8").digest(form === "base64" ? "base64" : "hex");
  return form === "HEX" ? digest.toUpperCase() : digest;
}

function signGlobals(scope: SignScope): Globals {
  const globals: Record<string, Json> = {
    NOW_MS: scope.nowMs,
    NOW_S: Math.floor(scope.nowMs / 1000),
    NOW_WALL: formatInstant(scope.nowMs, "datetime", scope.zone),
    NONCE: digits(10),
  };
  return globals;
}

/** Random decimal digits, the first not zero. */
function digits(count: number): string {
  return Array.from({ length: count }, (_, i) => String(i === 0 ? randomInt(1, 10) : randomInt(10))).join("");
}

/** The tools that session strategies get. */
export function sessionTools(nowMs: number): SessionTools {
  return {
    nowMs,
    digits,
    hash: (algorithm, text) => createHash(algorithm).update(text, "utf8").digest("hex"),
    hmac: (algorithm, key, text) => createHmac(algorithm, key).update(text, "utf8").digest("hex"),
    base64: (text) => Buffer.from(text, "utf8").toString("base64"),
    xorBase64: (text, mask) =>
      Buffer.from(Buffer.from(text, "base64").map((byte, i) => byte ^ mask.charCodeAt(i % mask.length))).toString("base64"),
  };
}
