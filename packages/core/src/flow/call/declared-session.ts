/**
 * Log-ins that a connector declares: a strategy made of data. OAuth2 is a declared session of one call.
 *
 * A log-in first refreshes where a refresh is declared and the last session holds what it needs; when that is refused it starts over.
 * Each step's reply gives values (`session.token`) and cookies to the session; a later step sees what the earlier ones gave. Cookies go
 * out with every call; tokens by `auth.parameters`; an OAuth2 token as `Authorization: Bearer`.
 * Errors, as failed steps: LOGIN_FAILED, VENDOR_THROTTLED, VENDOR_UNWELL.
 */
import type { Auth, DeclaredSession, LoginStepRule, LostWhen, OAuth2 } from "../../connector/auth.ts";
import type { ConnectorHead } from "../../connector/connector.ts";
import type { Reply, RequestPlan } from "../../connector/request-plan.ts";
import type { FaultRule, ResultRule } from "../../connector/result.ts";
import type { LoginStep, Session, SessionContext } from "../../connector/session.ts";
import { isObject, type Json, type JsonObject } from "../../value/json.ts";
import { getPath, parsePath } from "../../value/path.ts";
import { formatInstant, instantOf, parseTime } from "../../value/time.ts";
import { asText } from "./as-text.ts";
import { compileShape, compileTree, renderShape, renderTree, type CompiledShape, type ShapeScope } from "./shape.ts";
import { compileRule, judgeReply, type CompiledRule } from "./verdict.ts";

interface Step {
  readonly rule: LoginStepRule;
  readonly shape: CompiledShape;
  readonly basic: { readonly user: ReturnType<typeof compileTree>; readonly password: ReturnType<typeof compileTree> } | undefined;
  readonly result: CompiledRule;
  /** Names of the session that the request needs. */
  readonly needs: readonly string[];
}

type StepRead =
  | { readonly kind: "given"; readonly session: JsonObject; readonly expiresAtMs: number | undefined }
  | Extract<LoginStep, { kind: "failed" }>;

/** The declared session of a connector, OAuth2 spelled out; undefined where it has none or a strategy of its own. */
export function sessionRule(auth: Auth): DeclaredSession | undefined {
  if (auth.session?.kind === "declared") return auth.session;
  return auth.oauth2 === undefined ? undefined : oauthSession(auth.oauth2);
}

/** What tells that a declared session is lost, as fault rules that come before the connector's. */
export function lostRules(auth: Auth): readonly FaultRule[] {
  const rule = sessionRule(auth);
  if (rule === undefined) return [];
  const when: LostWhen = rule.lostWhen ?? { statuses: [401] };
  const lost = { fault: "transient", cause: "session-lost" } as const;
  return [
    ...(when.statuses === undefined ? [] : [{ ...lost, statuses: when.statuses }]),
    ...(when.codes === undefined ? [] : [{ ...lost, codes: when.codes }]),
    ...(when.texts === undefined ? [] : [{ ...lost, texts: when.texts }]),
  ];
}

/** The strategy that a declaration stands for. Throws the value language's errors. */
export function declaredSession(connector: Pick<ConnectorHead, "auth" | "zone" | "name" | "system">): Session | undefined {
  const rule = sessionRule(connector.auth);
  if (rule === undefined) return undefined;
  const at = { zone: connector.zone, system: connector.name.zh };
  const login = rule.login.map((step, i) => compileStep(step, `/auth/session/login/${i}`));
  const refresh = rule.refresh === undefined ? undefined : compileStep(rule.refresh, "/auth/session/refresh");
  const bearer = connector.auth.oauth2 !== undefined;
  return {
    login: (context, replies) => nextStep({ login, refresh, at }, context, replies),
    apply: (plan, session) => withBearer(withCookies(plan, session), bearer ? session["access_token"] : undefined),
  };
}

interface Strategy {
  readonly login: readonly Step[];
  readonly refresh: Step | undefined;
  readonly at: { readonly zone: string; readonly system: string };
}

function nextStep(strategy: Strategy, context: SessionContext, replies: readonly Reply[]): LoginStep {
  const { login, refresh, at } = strategy;
  const { previous } = context;
  let left = replies;
  if (refresh !== undefined && previous !== undefined && refresh.needs.every((name) => hasText(previous[name]))) {
    const [first, ...others] = replies;
    if (first === undefined) return { kind: "send", plan: planOf(refresh, previous, context, at.zone) };
    const read = readReply(refresh, first, previous, context, at);
    if (read.kind === "given") return readyWith(read);
    // Only a refusal of the refresh token makes a new log-in worth it.
    if (read.code !== "LOGIN_FAILED") return read;
    left = others;
  }
  let read: Extract<StepRead, { kind: "given" }> = { kind: "given", session: {}, expiresAtMs: undefined };
  for (const [i, step] of login.entries()) {
    const reply = left[i];
    if (reply === undefined) return { kind: "send", plan: planOf(step, read.session, context, at.zone) };
    const next = readReply(step, reply, read.session, context, at);
    if (next.kind === "failed") return next;
    read = { ...next, expiresAtMs: next.expiresAtMs ?? read.expiresAtMs };
  }
  return readyWith(read);
}

function readyWith(read: Extract<StepRead, { kind: "given" }>): LoginStep {
  return { kind: "ready", session: read.session, ...(read.expiresAtMs === undefined ? {} : { expiresAtMs: read.expiresAtMs }) };
}

const NO_RULE: ResultRule = {
  ok: [],
  code: ["error", "code", "errcode"],
  message: ["error_description", "message", "msg", "errmsg", "error"],
  faults: [],
};

function compileStep(rule: LoginStepRule, where: string): Step {
  const shape = compileShape(rule.shape, where);
  const { basic } = rule;
  return {
    rule,
    shape,
    basic:
      basic === undefined
        ? undefined
        : { user: compileTree(basic.user, `${where}/basic/user`), password: compileTree(basic.password, `${where}/basic/password`) },
    result: compileRule(rule.result ?? NO_RULE),
    needs: [...new Set(shape.references.flatMap(({ path }) => (path.startsWith("session.") ? [path.slice("session.".length)] : [])))],
  };
}

function planOf(step: Step, session: JsonObject, { settings, tools }: SessionContext, zone: string): RequestPlan {
  const scope: ShapeScope = {
    row: { settings, session },
    globals: {
      NOW_MS: tools.nowMs,
      NOW_S: Math.floor(tools.nowMs / 1000),
      NOW_WALL: formatInstant(tools.nowMs, "datetime", zone),
      NONCE: tools.digits(10),
    },
    zone,
  };
  const plan = withCookies(renderShape(step.shape, scope), session);
  if (step.basic === undefined) return plan;
  const text = (tree: ReturnType<typeof compileTree>): string => asText(renderTree(tree, scope) ?? "");
  const credentials = tools.base64(`${text(step.basic.user)}:${text(step.basic.password)}`);
  return { ...plan, headers: { ...plan.headers, Authorization: `Basic ${credentials}` } };
}

function readReply(step: Step, reply: Reply, before: JsonObject, context: SessionContext, at: Strategy["at"]): StepRead {
  const cookies = { ...(isObject(before["cookies"]) ? before["cookies"] : {}), ...cookiesOf(reply) };
  const withCookie: JsonObject = Object.keys(cookies).length === 0 ? before : { ...before, cookies };
  // A page that only sets cookies is no JSON, and often a redirect.
  const isPage = step.rule.result === undefined && step.rule.values === undefined && reply.json === undefined && reply.status < 400;
  const verdict = isPage ? { kind: "ok" as const } : judgeReply(step.result, "query", reply);
  if (verdict.kind === "fault") {
    const vendorText = verdict.vendorText ?? "";
    if (verdict.fault === "throttled") return { kind: "failed", code: "VENDOR_THROTTLED", details: { system: at.system, vendorText } };
    if (verdict.code === "VENDOR_UNWELL")
      return { kind: "failed", code: "VENDOR_UNWELL", details: { system: at.system, vendorCode: reply.status } };
    return loginFailed(at.system, verdict.vendorCode === undefined ? vendorText : `${vendorText}（${verdict.vendorCode}）`);
  }
  if (reply.status >= 400) return loginFailed(at.system, `HTTP ${reply.status}`);
  const values: Record<string, Json> = {};
  for (const [name, place] of Object.entries(step.rule.values ?? {})) {
    const value = valueAt(reply, place);
    if (!hasText(value)) return loginFailed(at.system, `回复里没有 ${place} / the reply has no ${place}`);
    values[name] = asText(value);
  }
  for (const [name, place] of Object.entries(step.rule.optionalValues ?? {})) {
    const value = valueAt(reply, place);
    if (hasText(value)) values[name] = asText(value);
  }
  return { kind: "given", session: { ...withCookie, ...values }, expiresAtMs: expiresAtMs(step.rule, reply, context.tools.nowMs, at.zone) };
}

function valueAt(reply: Reply, place: string): Json | undefined {
  if (place.startsWith("header:")) return reply.headers[place.slice("header:".length).trim().toLowerCase()];
  return place === "" ? reply.json : getPath(reply.json, parsePath(place));
}

function hasText(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && value !== "";
}

/** A life that cannot be read is none: the session then lasts until the other side says otherwise. */
function expiresAtMs(rule: LoginStepRule, reply: Reply, nowMs: number, zone: string): number | undefined {
  const { expires } = rule;
  if (expires === undefined) return undefined;
  if ("afterS" in expires) return nowMs + expires.afterS * 1000;
  const value = valueAt(reply, expires.path);
  if (!hasText(value)) return undefined;
  if (expires.unit === "at-wall") {
    const time = parseTime(value);
    return time === null ? undefined : instantOf(time, zone);
  }
  const count = Number(asText(value));
  if (!Number.isFinite(count) || count <= 0) return undefined;
  const factor = expires.unit === "s" || expires.unit === "at-s" ? 1000 : 1;
  return expires.unit.startsWith("at-") ? count * factor : nowMs + count * factor;
}

/** Cookies that a reply sets; one that it takes back (Max-Age=0) stays with an empty value and is not sent. */
function cookiesOf(reply: Reply): Readonly<Record<string, string>> {
  const lines = (reply.headers["set-cookie"] ?? "").split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(
    lines.map((line) => {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const isGone = attributes.some((attribute) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(attribute));
      return [pair.slice(0, at).trim(), isGone ? "" : pair.slice(at + 1).trim()];
    }),
  );
}

function withCookies(plan: RequestPlan, session: JsonObject): RequestPlan {
  const kept = isObject(session["cookies"]) ? session["cookies"] : {};
  const cookie = Object.entries(kept)
    .flatMap(([name, value]) => (value === "" ? [] : [`${name}=${asText(value)}`]))
    .join("; ");
  return cookie === "" ? plan : { ...plan, headers: { ...plan.headers, Cookie: cookie } };
}

function withBearer(plan: RequestPlan, token: Json | undefined): RequestPlan {
  return hasText(token) ? { ...plan, headers: { ...plan.headers, Authorization: `Bearer ${asText(token)}` } } : plan;
}

function oauthSession(rule: OAuth2): DeclaredSession {
  const ask = (form: Readonly<Record<string, string | undefined>>): LoginStepRule => ({
    shape: {
      method: "POST",
      path: rule.token,
      form: defined({
        ...form,
        ...(rule.client === "basic" ? {} : { client_id: rule.clientId, client_secret: rule.clientSecret }),
        scope: rule.scope,
        ...rule.extra,
      }),
    },
    ...(rule.client === "basic" ? { basic: { user: rule.clientId, password: rule.clientSecret } } : {}),
    values: { access_token: "access_token" },
    optionalValues: { refresh_token: "refresh_token" },
    expires: { path: "expires_in", unit: "s" },
  });
  const refresh = ask({ grant_type: "refresh_token", refresh_token: "{{session.refresh_token}}" });
  const first = {
    "client-credentials": { grant_type: "client_credentials" },
    "refresh-token": { grant_type: "refresh_token", refresh_token: rule.refreshToken },
    password: { grant_type: "password", username: rule.user, password: rule.password },
  }[rule.grant];
  return {
    kind: "declared",
    ...(rule.account === undefined ? {} : { account: rule.account }),
    login: [ask(first)],
    ...(rule.grant === "client-credentials" ? {} : { refresh }),
    ...(rule.lostWhen === undefined ? {} : { lostWhen: rule.lostWhen }),
  };
}

function defined(form: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function loginFailed(system: string, reason: string): Extract<LoginStep, { kind: "failed" }> {
  return { kind: "failed", code: "LOGIN_FAILED", details: { system, reason } };
}
