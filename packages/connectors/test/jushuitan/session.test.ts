/** Token calls of 聚水潭: vectors JN3 and JN4 (shared/protocols/ecommerce.md 1.4, invented credentials) and the tokens' life. */
import { describe, expect, test } from "vitest";
import type { JsonObject, LoginStep } from "@datong/core";
import { session } from "../../src/jushuitan/session.ts";
import { signedForm } from "../../src/jushuitan/signature.ts";
import { jsonReply, testContext, testTools } from "../session-tools.ts";

const SETTINGS = { url: "https://openapi.example.test", appKey: "demoKey0001", appSecret: "demoSecret0001", tokenMode: "given" };
const PAIR = jsonReply({ code: 0, msg: null, data: { access_token: "at-2", refresh_token: "rt-2", expires_in: 86_400, scope: "all" } });

function sent(step: LoginStep): Readonly<Record<string, string>> {
  if (step.kind !== "send" || step.plan.body.kind !== "form") throw new Error(`expected a form, got ${step.kind}`);
  return { path: step.plan.path, ...Object.fromEntries(step.plan.body.pairs) };
}

function ready(step: LoginStep): JsonObject {
  if (step.kind !== "ready") throw new Error(`expected a session, got ${JSON.stringify(step)}`);
  return step.session;
}

describe("a token call", () => {
  test("to refresh is signed as the vendor's client does", () => {
    const step = session.login(testContext({ ...SETTINGS, refreshToken: "demoRefresh0001" }), []);
    expect(sent(step)).toMatchObject({ path: "openWeb/auth/refreshToken", sign: "4ad2eba3fcf551c0af39ee82f6877ff6", scope: "all" });
  });

  test("for a first token is signed as the vendor's client does", () => {
    const pairs = [
      ["app_key", "demoKey0001"],
      ["timestamp", "1700000000"],
      ["grant_type", "authorization_code"],
      ["charset", "utf-8"],
      ["code", "Ab12Cd"],
    ] as const;
    expect(signedForm(pairs, "demoSecret0001", testTools(0)).at(-1)).toEqual(["sign", "5a1c25714fffd7839b3922e55f8ef84f"]);
    const step = session.login(testContext({ ...SETTINGS, tokenMode: "own-use" }), []);
    expect(sent(step)).toMatchObject({ path: "openWeb/auth/getInitToken", code: "442745" });
  });
});

describe("the tokens", () => {
  const given = { ...SETTINGS, accessToken: "at-1", refreshToken: "rt-1" };

  test("begin with those of the settings, and no call is made", () => {
    expect(ready(session.login(testContext(given), []))).toMatchObject({ access_token: "at-1", refresh_token: "rt-1" });
  });

  test("are refreshed with the stored refresh token, not with that of the settings", () => {
    const first = ready(session.login(testContext(given), []));
    const second = session.login({ ...testContext(given), previous: first }, [PAIR]);
    expect(second).toMatchObject({ kind: "ready", expiresAtMs: 1_700_000_000_000 + 86_400_000 - 600_000 });
    const stored = ready(second);
    expect(stored).toMatchObject({ access_token: "at-2", refresh_token: "rt-2" });
    expect(sent(session.login({ ...testContext(given), previous: stored }, []))["refresh_token"]).toBe("rt-2");
  });

  test("keep the old refresh token when the answer names none", () => {
    const first = ready(session.login(testContext(given), []));
    const reply = jsonReply({ code: 0, data: { access_token: "at-2", expires_in: 60 } });
    const step = session.login({ ...testContext(given), previous: first }, [reply]);
    expect(step).toMatchObject({ session: { refresh_token: "rt-1" }, expiresAtMs: 1_700_000_000_000 + 30_000 });
  });

  test("follow the settings when a person puts in new ones", () => {
    const first = ready(session.login(testContext(given), []));
    const changed = { ...given, accessToken: "at-9", refreshToken: "rt-9" };
    expect(ready(session.login({ ...testContext(changed), previous: first }, []))).toMatchObject({ access_token: "at-9" });
  });

  test("are asked for anew by an app of own use whose refresh token died", () => {
    const own = testContext({ ...SETTINGS, tokenMode: "own-use", refreshToken: "rt-1" });
    const dead = jsonReply({ code: 100, msg: "refresh_token已失效" });
    expect(sent(session.login(own, [dead]))["path"]).toBe("openWeb/auth/getInitToken");
    expect(ready(session.login(own, [dead, PAIR]))).toMatchObject({ access_token: "at-2" });
    expect(session.login(own, [dead, dead])).toMatchObject({ kind: "failed", code: "LOGIN_FAILED" });
  });

  test("do not appear in the hash that recognises changed settings", () => {
    expect(JSON.stringify(ready(session.login(testContext(given), []))["given"])).not.toContain("rt-1");
  });

  test.each([
    ["a forbidden refresh", jsonReply({ code: 150, msg: "不支持刷新" }), "LOGIN_FAILED"],
    ["too many calls", jsonReply({ code: 200, msg: "超过频率" }), "VENDOR_THROTTLED"],
    ["a server error", jsonReply({}, {}, 503), "VENDOR_UNWELL"],
    ["a web page", { status: 200, headers: {}, text: "<html>", json: undefined }, "REPLY_NOT_JSON"],
  ])("%s is told as it is", (_, reply, code) => {
    expect(session.login(testContext({ ...SETTINGS, refreshToken: "rt-1" }), [reply])).toMatchObject({ kind: "failed", code });
  });

  test("are missing without any setting", () => {
    expect(session.login(testContext(SETTINGS), [])).toMatchObject({ kind: "failed", code: "LOGIN_FAILED" });
  });
});
