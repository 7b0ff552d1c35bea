/** Vectors of the vendor's own clients (see shared/protocols/kingdee.md B1; the credentials are invented) and both log-ins. */
import { describe, expect, test } from "vitest";
import type { Reply, RequestPlan } from "@datong/core";
import { session } from "../../src/kingdee-stars/session.ts";
import { appSignature, gatewayHeaders, gatewayText } from "../../src/kingdee-stars/signature.ts";
import { jsonReply, testContext, testTools } from "../session-tools.ts";

const CLIENT = { id: "299001", secret: "0c1d2e3f405162738495a6b7c8d9eafb" };
const APP_SIGNATURE = "NTQzNDI3ZmFiYWY5NjVkZTk1NjA4ODljNTBiMzAyNGE5MDZjNzAzM2NmNmUxZTFjYzdjNzdkZDYxNWI1OGZkZA==";
const APP = { appKey: "Zx9QkT2m", appSecret: "7f3b0a1c2d4e5f60718293a4b5c6d7e8f9011223" };
const tools = testTools(1_700_000_000_000);

describe("the gateway signature", () => {
  test("of the app itself", () => {
    expect(appSignature(APP.appKey, APP.appSecret, tools)).toBe(APP_SIGNATURE);
    expect(appSignature("abc", "abc123", tools)).toBe(
      "ZDljMTI3NGIyNTE1MTRkYzlkNjc1MDNhYjUzMzgzNWMyY2M4YTdjMzdmNmM3YTVlNDkxMTkzNjdiOTFjNzUyZQ==",
    );
  });

  test.each([
    {
      name: "a query in any order",
      call: {
        method: "GET",
        path: "/jdyconnector/app_management/kingdee_auth_token",
        query: [["app_signature", APP_SIGNATURE] as const, ["app_key", APP.appKey] as const],
        nonce: "4427456950",
        timestampMs: 1_700_000_000_000,
      },
      expected: "NGQyOWFiZDQ4YmM0YzE5ZGQ5YWQ4Mzk0MGQ4ZjVjMGQzNzU2Y2FhMTA3N2UyZTdiMTQxNTRiNTU3ZDE3OTAxZA==",
    },
    {
      name: "no query",
      call: { method: "POST", path: "/jdy/pur/pur_inbound_list", query: [], nonce: "1234567891", timestampMs: 1_700_000_000_002 },
      expected: "ZjAxNGUwYWE0ZGQ5YjQwMjQ2NWQwMzIwMzM3ZTgxYTZjMGFhY2ZkZWY4ZGMwZWJmYzA5MDM0YWFkZGU2OWQxOQ==",
    },
    {
      name: "a blank and Chinese in a value, as %20",
      call: {
        method: "POST",
        path: "/jdy/pur/pur_inbound_list",
        query: [["search", "入库 单/1"] as const],
        nonce: "1234567890",
        timestampMs: 1_700_000_000_001,
      },
      expected: "ZjJjMDY0MWJhYTA1MjljODY3NTZjM2NlZjdjYjNjMmJiNDE5ZTYxYzgxNjI0ZjRkZWYwZTgyM2NmZjMxNmQ1Nw==",
    },
    {
      name: "several values",
      call: {
        method: "GET",
        path: "/jdy/v2/scm/pur_inbound",
        query: [["page", "1"] as const, ["page_size", "100"] as const, ["search", "CGRK-001/甲"] as const],
        nonce: "2000000001",
        timestampMs: 1_700_000_000_003,
      },
      expected: "OGRiYTE4YzVmNGZjYmZhM2Y2NWJjMTdmYzRmM2FkNDkxY2RlMGQ0MTNiYjVmYmY5NjU2ODI1MWMxMWE3Mjk0MQ==",
    },
  ])("covers $name", ({ call, expected }) => {
    expect(gatewayHeaders(CLIENT, call, tools)["X-Api-Signature"]).toBe(expected);
  });

  test("keeps an empty line where there is no query", () => {
    const text = gatewayText({ method: "POST", path: "/a", query: [], nonce: "1", timestampMs: 2 });
    expect(text).toBe("POST\n%2Fa\n\nx-api-nonce:1\nx-api-timestamp:2\n");
  });
});

const PLAN: RequestPlan = {
  method: "POST",
  path: "jdy/pur/pur_inbound_list",
  query: [],
  headers: {},
  body: { kind: "json", text: "{}" },
};
const TOKEN = jsonReply({ errcode: 0, data: { access_token: "tok-1", expires_in: 7200 } });
const GROUPS = jsonReply({
  success: true,
  data: [{ serviceId: "s1", accountGroups: [{ accountId: "a1", groupId: "g", groupName: "group-1" }] }],
});
const TWO_GROUPS = jsonReply({
  success: true,
  data: [{ accountGroups: [{ accountId: "a1", groupName: "group-1" }] }, { accountGroups: [{ accountId: "a2", groupName: "group-2" }] }],
});
const OAUTH = { url: "https://api.example.test", authMode: "oauth", clientId: "299001", clientSecret: "s", username: "u", password: "p" };

describe("the log-in by oauth", () => {
  test("asks for a token, then for the account sets, and carries both", () => {
    const context = testContext(OAUTH);
    const first = session.login(context, []);
    expect(first).toMatchObject({ kind: "send", plan: { method: "GET", path: "auth/user/access_token" } });
    expect(session.login(context, [TOKEN])).toMatchObject({
      kind: "send",
      plan: { path: "jdy/sys/accountGroup", query: [["access_token", "tok-1"]] },
    });
    const ready = session.login(context, [TOKEN, GROUPS]);
    if (ready.kind !== "ready") throw new Error(`expected a session, got ${ready.kind}`);
    expect(ready.expiresAtMs).toBe(1_700_000_000_000 + 7_200_000 - 300_000);
    expect(session.apply(PLAN, ready.session, context)).toEqual({
      ...PLAN,
      query: [["access_token", "tok-1"]],
      headers: { accountId: "a1", groupName: "group-1" },
    });
  });

  test("asks for no account sets when the settings name one", () => {
    const context = testContext({ ...OAUTH, accountId: "a9", groupName: "group-9" });
    expect(session.login(context, [TOKEN])).toMatchObject({ kind: "ready", session: { accountId: "a9", groupName: "group-9" } });
  });

  test("does not guess among several account sets", () => {
    expect(session.login(testContext(OAUTH), [TOKEN, TWO_GROUPS])).toMatchObject({ kind: "failed", code: "LOGIN_FAILED" });
    const named = session.login(testContext({ ...OAUTH, accountId: "a2" }), [TOKEN, TWO_GROUPS]);
    expect(named).toMatchObject({ kind: "ready", session: { accountId: "a2", groupName: "group-2" } });
  });
});

const GATEWAY = {
  url: "https://api.example.test/",
  authMode: "gateway",
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  outerInstanceId: "inst-1",
};
const APPS = jsonReply({ code: 200, data: [{ status: 1, ...APP, accountId: "a1", domain: "https://tf.example.test" }] });

describe("the log-in by the gateway", () => {
  test("fetches the app's key of the day, then a token, both signed", () => {
    const context = testContext(GATEWAY);
    const first = session.login(context, []);
    if (first.kind !== "send") throw new Error(`expected a call, got ${first.kind}`);
    expect(first.plan).toMatchObject({ method: "POST", query: [["outerInstanceId", "inst-1"]], body: { kind: "json", text: "{}" } });
    const second = session.login(context, [APPS]);
    if (second.kind !== "send") throw new Error(`expected a call, got ${second.kind}`);
    expect(second.plan.headers["X-Api-Signature"]).toBe(
      "NGQyOWFiZDQ4YmM0YzE5ZGQ5YWQ4Mzk0MGQ4ZjVjMGQzNzU2Y2FhMTA3N2UyZTdiMTQxNTRiNTU3ZDE3OTAxZA==",
    );
    const ready = session.login(context, [APPS, jsonReply({ errcode: 0, data: { "app-token": "app-tok" } })]);
    if (ready.kind !== "ready") throw new Error(`expected a session, got ${ready.kind}`);
    expect(ready.session).toEqual({ "app-token": "app-tok", domain: "https://tf.example.test" });
  });

  test("signs each business call and names its router", () => {
    const context = testContext(GATEWAY, 1_700_000_000_002, "1234567891");
    const { headers } = session.apply(PLAN, { "app-token": "app-tok", domain: "https://tf.example.test" }, context);
    expect(headers).toMatchObject({
      "app-token": "app-tok",
      "X-GW-Router-Addr": "https://tf.example.test",
      "X-Api-Signature": "ZjAxNGUwYWE0ZGQ5YjQwMjQ2NWQwMzIwMzM3ZTgxYTZjMGFhY2ZkZWY4ZGMwZWJmYzA5MDM0YWFkZGU2OWQxOQ==",
    });
  });

  test.each([
    ["a wrong secret", jsonReply({ errcode: 4005, description: "client secret error" }, {}, 519), "LOGIN_FAILED"],
    ["an overloaded gateway", jsonReply({ errcode: 5007, description: "overload" }, {}, 519), "VENDOR_UNWELL"],
    ["too many calls", jsonReply({ errcode: 1, description: "too many" }, {}, 429), "VENDOR_THROTTLED"],
    ["a web page", { status: 200, headers: {}, text: "<html>", json: undefined }, "REPLY_NOT_JSON"],
    ["no app in force", jsonReply({ errcode: 0, data: [{ status: 0, ...APP }] }), "LOGIN_FAILED"],
  ] satisfies [string, Reply, string][])("%s is told as it is", (_, reply, code) => {
    expect(session.login(testContext(GATEWAY), [reply])).toMatchObject({ kind: "failed", code });
  });
});
