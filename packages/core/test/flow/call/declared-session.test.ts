/** Log-ins as data: tokens, cookies, OAuth2, refreshes that are refused. */
import { describe, expect, test } from "vitest";
import {
  declaredSession,
  lostRules,
  type Auth,
  type Json,
  type JsonObject,
  type LoginStep,
  type Reply,
  type Session,
  type SessionContext,
} from "@datong/core";

const SETTINGS = { user: "u", password: "p w", clientId: "id-1", clientSecret: "not-a-real-secret", refreshToken: "first-refresh" };
const NOW_MS = 1_700_000_000_000;

function sessionOf(auth: Auth): Session {
  const session = declaredSession({ auth, zone: "Asia/Shanghai", name: { zh: "某系统", en: "Some system" }, system: "some" });
  if (session === undefined) throw new Error("no session");
  return session;
}

const context = (previous?: JsonObject): SessionContext => ({
  settings: SETTINGS,
  tools: {
    nowMs: NOW_MS,
    digits: (count) => "1".repeat(count),
    hash: () => "",
    hmac: () => "",
    base64: (text) => Buffer.from(text).toString("base64"),
    xorBase64: () => "",
  },
  ...(previous === undefined ? {} : { previous }),
});

const reply = (json: Json | undefined, more: Partial<Reply> = {}): Reply => ({ status: 200, headers: {}, text: "", json, ...more });

function planOf(step: LoginStep) {
  if (step.kind !== "send") throw new Error(`${step.kind}: ${JSON.stringify(step)}`);
  return step.plan;
}

describe("OAuth2", () => {
  const auth = (more: Partial<NonNullable<Auth["oauth2"]>>): Auth => ({
    oauth2: {
      grant: "client-credentials",
      token: "oauth/token",
      clientId: "{{settings.clientId}}",
      clientSecret: "{{settings.clientSecret}}",
      scope: "{{settings.scope}}",
      ...more,
    },
  });

  test("client credentials go as a form, the token with every call until it ends", () => {
    const session = sessionOf(auth({}));
    expect(planOf(session.login(context(), []))).toMatchObject({
      method: "POST",
      path: "oauth/token",
      body: {
        kind: "form",
        pairs: [
          ["grant_type", "client_credentials"],
          ["client_id", "id-1"],
          ["client_secret", "not-a-real-secret"],
        ],
      },
    });
    const ready = session.login(context(), [reply({ access_token: "t1", expires_in: "3600" })]);
    expect(ready).toEqual({ kind: "ready", session: { access_token: "t1" }, expiresAtMs: NOW_MS + 3_600_000 });
    const plan = { method: "GET", path: "x", query: [], headers: {}, body: { kind: "none" } } as const;
    expect(session.apply(plan, { access_token: "t1" }, context()).headers).toEqual({ Authorization: "Bearer t1" });
  });

  test("the client's credentials may go as basic authorisation instead", () => {
    const plan = planOf(sessionOf(auth({ client: "basic", extra: { audience: "erp" } })).login(context(), []));
    expect(plan.headers["Authorization"]).toBe(`Basic ${Buffer.from("id-1:not-a-real-secret").toString("base64")}`);
    expect(plan.body).toEqual({
      kind: "form",
      pairs: [
        ["grant_type", "client_credentials"],
        ["audience", "erp"],
      ],
    });
  });

  test("a refresh token that was exchanged is used from then on; one that is not renewed is kept", () => {
    const session = sessionOf(auth({ grant: "refresh-token", refreshToken: "{{settings.refreshToken}}" }));
    const sent = (step: LoginStep) => JSON.stringify(planOf(step).body);
    expect(sent(session.login(context(), []))).toContain('["refresh_token","first-refresh"]');
    const first = session.login(context(), [reply({ access_token: "t1", refresh_token: "r2" })]);
    expect(first).toMatchObject({ kind: "ready", session: { access_token: "t1", refresh_token: "r2" } });
    const previous = { access_token: "t1", refresh_token: "r2" };
    expect(sent(session.login(context(previous), []))).toContain('["refresh_token","r2"]');
    const again = session.login(context(previous), [reply({ access_token: "t2" })]);
    expect(again).toEqual({ kind: "ready", session: { access_token: "t2", refresh_token: "r2" } });
  });

  test("a refused refresh starts over; an unwell system does not", () => {
    const session = sessionOf(auth({ grant: "password", user: "{{settings.user}}", password: "{{settings.password}}" }));
    const previous = { access_token: "t1", refresh_token: "r2" };
    const refused = reply({ error: "invalid_grant" }, { status: 400 });
    expect(JSON.stringify(planOf(session.login(context(previous), [refused])).body)).toContain('["password","p w"]');
    const ready = session.login(context(previous), [refused, reply({ access_token: "t3" })]);
    expect(ready).toEqual({ kind: "ready", session: { access_token: "t3" } });
    expect(session.login(context(previous), [reply(undefined, { status: 503 })])).toMatchObject({ kind: "failed", code: "VENDOR_UNWELL" });
  });

  test("a refusal tells the system's own text", () => {
    const refused = reply({ error: "invalid_client", error_description: "客户端不存在" }, { status: 401 });
    expect(sessionOf(auth({})).login(context(), [refused])).toMatchObject({
      kind: "failed",
      code: "LOGIN_FAILED",
      details: { reason: expect.stringContaining("客户端不存在") },
    });
  });
});

describe("a declared log-in", () => {
  const auth: Auth = {
    session: {
      kind: "declared",
      login: [
        { shape: { method: "GET", path: "login" } },
        {
          shape: { method: "POST", path: "login", form: { user: "{{settings.user}}", ticket: "{{session.ticket}}", at: "{{NOW_S}}" } },
          result: { ok: [{ path: "ok", in: ["true"] }], code: [], message: ["text"], faults: [{ texts: ["频繁"], fault: "throttled" }] },
          values: { token: "data.token", csrf: "header:X-CSRF" },
          expires: { path: "data.until", unit: "at-wall" },
        },
      ],
      lostWhen: { codes: ["9"], texts: ["请登录"] },
    },
  };
  const page = reply(undefined, { status: 302, text: "<html>", headers: { "set-cookie": "SID=abc; Path=/; HttpOnly\nold=; Max-Age=0" } });
  const told = reply(
    { ok: true, data: { token: "t1", until: "2023-11-15 08:13:20" } },
    { headers: { "x-csrf": "c1", "set-cookie": "SID=def" } },
  );

  test("goes step by step, keeps cookies, and knows when it ends by the zone's clock", () => {
    const session = sessionOf(auth);
    expect(planOf(session.login(context(), [])).headers).toEqual({});
    const second = planOf(session.login(context(), [page]));
    expect(second.headers).toEqual({ Cookie: "SID=abc" });
    expect(second.body).toEqual({
      kind: "form",
      pairs: [
        ["user", "u"],
        ["at", "1700000000"],
      ],
    });
    const ready = session.login(context(), [page, told]);
    expect(ready).toEqual({
      kind: "ready",
      session: { cookies: { SID: "def", old: "" }, token: "t1", csrf: "c1" },
      expiresAtMs: NOW_MS + 7_200_000,
    });
    if (ready.kind !== "ready") throw new Error();
    const plan = { method: "GET", path: "x", query: [], headers: {}, body: { kind: "none" } } as const;
    expect(session.apply(plan, ready.session, context()).headers).toEqual({ Cookie: "SID=def" });
  });

  test.each([
    ["a value that is missing", reply({ ok: true, data: {} }), "LOGIN_FAILED"],
    ["a refusal", reply({ ok: false, text: "密码错误" }), "LOGIN_FAILED"],
    ["too many tries", reply({ ok: false, text: "操作频繁" }), "VENDOR_THROTTLED"],
    ["a page where JSON was to come", reply(undefined, { text: "<html>" }), "LOGIN_FAILED"],
  ])("fails with %s", (_, second, code) => {
    expect(sessionOf(auth).login(context(), [page, second])).toMatchObject({ kind: "failed", code });
  });

  test("is lost when the declaration says so, else with HTTP 401", () => {
    expect(lostRules(auth)).toEqual([
      { fault: "transient", cause: "session-lost", codes: ["9"] },
      { fault: "transient", cause: "session-lost", texts: ["请登录"] },
    ]);
    expect(lostRules({ oauth2: { grant: "client-credentials", token: "t", clientId: "a", clientSecret: "b" } })).toEqual([
      { fault: "transient", cause: "session-lost", statuses: [401] },
    ]);
    expect(lostRules({ basic: { user: "a", password: "b" } })).toEqual([]);
  });
});
