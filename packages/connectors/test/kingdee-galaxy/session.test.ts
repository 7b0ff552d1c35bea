/** Vectors of the official SDKs (see shared/protocols/kingdee.md A5; the credentials are invented) and the log-in's judgement. */
import { describe, expect, test } from "vitest";
import type { RequestPlan } from "@datong/core";
import { session } from "../../src/kingdee-galaxy/session.ts";
import { clientSecretOf, loginSign, signatureHeaders, type GalaxyApp } from "../../src/kingdee-galaxy/signature.ts";
import { jsonReply, testContext, testTools } from "../session-tools.ts";

const SET_1: GalaxyApp = {
  appId: "210001_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
  appSecret: "9f1e2d3c4b5a69788796a5b4c3d2e1f0",
  acctId: "5f0c8a1b2c3d4e",
  username: "张三",
  lcid: "2052",
  orgNum: "100",
};
const SET_2: GalaxyApp = {
  appId: "299777_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
  appSecret: "00112233445566778899aabbccddeeff",
  acctId: "65a1b2c3d4e5f6",
  username: "demo",
  lcid: "2052",
  orgNum: "0",
};
const PREFIX = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService";
const tools = testTools(1_700_000_000_000);

describe("the header signature", () => {
  test("hides the client's key in the app id", () => {
    expect(clientSecretOf(SET_1.appId, tools)).toBe("AAEHB1IGDwBbD1NRV1dSXlIBC1BVAlIE");
    expect(clientSecretOf(SET_2.appId, tools)).toBe("MDE3N2I2PzBrPzg4OD45N3IhK3B1InIk");
    expect(clientSecretOf("210001", tools)).toBe("");
  });

  test.each([
    ["ExecuteBillQuery", "1700000000", "MDc0NDZjODU5MjJjMmFkZWQxYjg2YTlhNWYzOGM1YTQ0OWYxZTM5NjdkNGQyYTdkZGQ3MjRjZGMyNWM1NGY4Yg=="],
    ["BatchSave", "1700000000", "OGNkNWJkMGMxYThhYTg0Y2Y4YzM5MzQxNjhlY2U5NTNiOTkxOTUwODhlMzViYjJjMGQwMDIxNTUzNDdmM2UyZA=="],
    ["ExecuteBillQuery", "1795295912500", "Y2RhMWUyMDJmZjZlYTU2MWIwMGJmMDcyMTU0MjdmNzc0Yzc2MTI5MTk5ZGU1ODkxZDU1ZGQ1YmQ2N2U4NTk5Mg=="],
    ["BatchSave", "1795295912701", "MmNhM2ViYzdjMjlhMmZmNGFhYzFjMDZlMTBmNzJkODI1NGU0YTczMTU2NjAwOGU5NDU1MGMwMzhhZTU3NjFhMQ=="],
  ])("signs %s at %s as the official SDKs do", (method, time, expected) => {
    const path = `/K3Cloud/${PREFIX}.${method}.common.kdsvc`;
    const headers = signatureHeaders(SET_1, { path, nonce: time, timestamp: time }, tools);
    expect(headers["X-Api-Signature"]).toBe(expected);
    expect(headers["X-Api-ClientID"]).toBe("210001");
    expect(headers["X-Kd-Appkey"]).toBe(SET_1.appId);
    expect(headers["X-Kd-Appdata"]).toBe("NWYwYzhhMWIyYzNkNGUs5byg5LiJLDIwNTIsMTAw");
    expect(headers["X-Kd-Signature"]).toBe("ZWVlYjhlZGRhMDMxZWJlNDQ3ZTc2ZGIyMDhmNzM1ZTYxZDMzYzIwNjMyZTliNmVhY2Q0NjY1MjY5OTJhNTIxMg==");
  });

  test("signs the gateway's path of the second set", () => {
    const call = { path: `/galaxyapi/${PREFIX}.BatchSave.common.kdsvc`, nonce: "1700000000123", timestamp: "1700000000123" };
    const headers = signatureHeaders(SET_2, call, tools);
    expect(headers["X-Api-Signature"]).toBe("MDU4NmQwMmQ5Yzg5NDNkMDZkODViZTY1NzU4OWNmNmE1MjY0OWVkNzQ5NWMwZTc0NGZhMGQ0NDlkZjFlYTQ0Nw==");
    expect(headers["X-Kd-Appdata"]).toBe("NjVhMWIyYzNkNGU1ZjYsZGVtbywyMDUyLDA=");
    expect(headers["X-Kd-Signature"]).toBe("NzA1NGQ5YjE0ODBkYmFmNWFjZGRkYTI4NjNlMmYzZmM3ZTIyYWY3ZDUwMDhjYTI2YTZjMDQ2MzA3ZWE0ZWY1NA==");
  });

  test.each([
    ["1700000000", "584e676cf9e2ef543908a6efcd2cb9ae7102b3152fc14c14f9f0449691d5c402"],
    ["1795296347", "50b489381ded3efe30446439e9296bf7f065bb4e6c7db5ca4cba081c52a5cbe1"],
  ])("signs a log-in at %s", (timestamp, expected) => {
    expect(loginSign({ ...SET_1, username: "demo" }, timestamp, tools)).toBe(expected);
  });
});

const SETTINGS = {
  url: "https://erp.example.test/K3Cloud/",
  acctId: SET_1.acctId,
  username: "demo",
  password: "demo-password",
  appId: SET_1.appId,
  appSecret: SET_1.appSecret,
  lcid: "2052",
  orgNum: "0",
};
const PLAN: RequestPlan = { method: "POST", path: `${PREFIX}.View.common.kdsvc`, query: [], headers: {}, body: { kind: "none" } };
const COOKIES = "kdservice-sessionid=6f0a-guid; path=/\nASP.NET_SessionId=abcdefghijklmnopqrstuvwx; path=/; HttpOnly";

describe("the log-in", () => {
  test.each([
    ["user", "ValidateUser", [SET_1.acctId, "demo", "demo-password", 2052]],
    ["app-secret", "LoginByAppSecret", [SET_1.acctId, "demo", SET_1.appId, SET_1.appSecret, 2052]],
    [
      "sign",
      "LoginBySign",
      [SET_1.acctId, "demo", SET_1.appId, "1700000000", "584e676cf9e2ef543908a6efcd2cb9ae7102b3152fc14c14f9f0449691d5c402", 2052],
    ],
  ])("by %s calls %s with positional parameters", (authMode, method, parameters) => {
    const step = session.login(testContext({ ...SETTINGS, authMode }), []);
    if (step.kind !== "send") throw new Error(`expected a call, got ${step.kind}`);
    expect(step.plan.path).toBe(`Kingdee.BOS.WebApi.ServicesStub.AuthService.${method}.common.kdsvc`);
    expect(step.plan.body).toEqual({ kind: "json", text: JSON.stringify({ parameters }) });
  });

  test("takes both cookies and gives them back without their attributes", () => {
    const context = testContext({ ...SETTINGS, authMode: "user" });
    const step = session.login(context, [jsonReply({ LoginResultType: 1, MessageCode: "CheckPasswordPolicy" }, { "set-cookie": COOKIES })]);
    if (step.kind !== "ready") throw new Error(`expected a session, got ${step.kind}`);
    expect(step.expiresAtMs).toBeUndefined();
    expect(session.apply(PLAN, step.session, context).headers).toEqual({
      Cookie: "kdservice-sessionid=6f0a-guid; ASP.NET_SessionId=abcdefghijklmnopqrstuvwx",
    });
  });

  test("takes the session from the body when a proxy strips the cookies", () => {
    const reply = jsonReply({ LoginResultType: 1, KDSVCSessionId: "6f0a-guid", Context: { SessionId: "abcdefghijklmnopqrstuvwx" } });
    const step = session.login(testContext({ ...SETTINGS, authMode: "user" }), [reply]);
    expect(step).toEqual({
      kind: "ready",
      session: { "kdservice-sessionid": "6f0a-guid", "ASP.NET_SessionId": "abcdefghijklmnopqrstuvwx" },
    });
  });

  test.each([
    ["a wrong password", { LoginResultType: 0, Message: "用户名或密码错误", IsSuccessByAPI: false }, "LOGIN_FAILED", "用户名或密码错误"],
    ["an administrator's form", { LoginResultType: -5, Message: "", IsSuccessByAPI: false }, "LOGIN_FAILED", "-5"],
    ["a success that names no session", { LoginResultType: 1 }, "LOGIN_FAILED", "kdservice-sessionid"],
  ])("refuses %s for good", (_, json, code, text) => {
    const step = session.login(testContext({ ...SETTINGS, authMode: "user" }), [jsonReply(json)]);
    if (step.kind !== "failed") throw new Error(`expected a failure, got ${step.kind}`);
    expect(step.code).toBe(code);
    expect(String(step.details["reason"])).toContain(text);
  });

  test("a server error or a web page is not a refusal", () => {
    const context = testContext({ ...SETTINGS, authMode: "user" });
    expect(session.login(context, [jsonReply({}, {}, 502)])).toMatchObject({ kind: "failed", code: "VENDOR_UNWELL" });
    const page = { status: 200, headers: {}, text: "<html>", json: undefined };
    expect(session.login(context, [page])).toMatchObject({ kind: "failed", code: "REPLY_NOT_JSON" });
  });

  test("by signature needs no call and signs the path from the server's root with a fresh nonce", () => {
    const context = testContext({ ...SETTINGS, authMode: "signature" }, 1_700_000_000_123, "1234567890");
    expect(session.login(context, [])).toEqual({ kind: "ready", session: {} });
    const { headers } = session.apply(PLAN, {}, context);
    const call = { path: `/K3Cloud/${PLAN.path}`, nonce: "1234567890", timestamp: "1700000000123" };
    expect(headers).toEqual(signatureHeaders({ ...SET_1, username: "demo", orgNum: "0" }, call, context.tools));
    expect(JSON.stringify(headers)).not.toContain(SET_1.appSecret);
    expect(headers["Cookie"]).toBeUndefined();
  });
});
