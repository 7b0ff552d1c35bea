/** What every call carries: declared parameters and signatures, against vectors computed by the vendor's own SDK. */
import { createHash, createHmac } from "node:crypto";
import { CONNECTORS } from "@datong/connectors";
import type { Auth, Pair, RequestPlan } from "@datong/core";
import { describe, expect, test } from "vitest";
import { compileAuth, signPlan } from "../../src/connection/sign.ts";

/** 2023-11-15 06:13:20 in China. */
const NOW_MS = 1_700_000_000_000;

function signed(auth: Auth, plan: Partial<RequestPlan>, settings: Readonly<Record<string, string>> = {}): RequestPlan {
  const whole: RequestPlan = { method: "POST", path: "p", query: [], headers: {}, body: { kind: "none" }, ...plan };
  return signPlan(compileAuth(auth), whole, { settings, session: {}, nowMs: NOW_MS, zone: "Asia/Shanghai" });
}

const valueOf = (pairs: readonly Pair[], name: string): string | undefined => pairs.find((pair) => pair[0] === name)?.[1];

describe("奇门 signatures, as TOP's Java SDK makes them", () => {
  const saleout: readonly Pair[] = [
    ["method", "jushuitan.saleout.list.query"],
    ["page_index", "1"],
    ["page_size", "50"],
    ["start_time", "2023-11-08 00:00:00"],
    ["end_time", "2023-11-15 00:00:00"],
  ];
  const warehouse: readonly Pair[] = [
    ["method", "wdt.warehouse.query"],
    ["page_no", "0"],
    ["page_size", "40"],
    ["warehouse_no", "主仓01"],
    ["is_disabled", ""],
  ];
  const jushuitan = { targetAppKey: "23060081", customerId: "10001" };
  const wangdiantong = { targetAppKey: "21363512", sid: "demo2" };
  test.each([
    ["Q1", "jushuitan-qimen", jushuitan, saleout, "md5", "5EE653C7CC58D27702577C968C11BE97"],
    ["Q1", "jushuitan-qimen", jushuitan, saleout, "hmac", "E3F58B1EA0BC264F807CB5B58D2A982F"],
    ["Q1", "jushuitan-qimen", jushuitan, saleout, "hmac-sha256", "FA8EACAC0CD8352ACB142CE01FF3A43B9387B21CFAA518463FE2D27233F9B1AC"],
    ["Q2", "wangdiantong-qimen", wangdiantong, warehouse, "md5", "105815E7C0122A6A9A3A23C14C88791F"],
    ["Q2", "wangdiantong-qimen", wangdiantong, warehouse, "hmac", "B77A5EBB115CE1D4EB98E09005012827"],
    [
      "Q2",
      "wangdiantong-qimen",
      wangdiantong,
      warehouse,
      "hmac-sha256",
      "255A6D8B015BCC8823467E97B2B2DB981980A2590F1CEC6BACC445A24AA4B95C",
    ],
  ])("%s of %s by %j", (_, system, own, form, signMethod, expected) => {
    const connector = CONNECTORS.find((each) => each.system === system);
    if (connector === undefined) throw new Error(system);
    expect(connector.settings.find((field) => field.field === "signMethod")?.options).toContain(signMethod);
    const settings = { appKey: "12345678", appSecret: "demoTopSecret", sessionKey: "", signMethod, ...own };
    const plan = signed(connector.auth, { body: { kind: "form", pairs: form } }, settings);
    expect(valueOf(plan.query, "sign")).toBe(expected);
    // What is not signed is not sent either.
    expect(plan.body.kind === "form" && plan.body.pairs.some(([name]) => name === "is_disabled")).toBe(false);
  });
});

describe("a declared signature", () => {
  const settings = { key: "k-1", secret: "not-a-real-secret" };

  test("joins pairs as declared and puts a separator and the secret behind them", () => {
    const auth: Auth = {
      parameters: { query: { ts: "{{NOW_S}}" } },
      signature: {
        over: ["query"],
        join: { value: "=", pair: "&" },
        parts: ["pairs", { text: "&key={{settings.secret}}" }],
        secret: "",
        method: "md5",
        digest: "HEX",
        into: { in: "query", name: "sign" },
      },
    };
    const plan = signed(auth, { query: [["b", "2"]] }, settings);
    const text = "b=2&ts=1700000000&key=not-a-real-secret";
    expect(valueOf(plan.query, "sign")).toBe(createHash("md5").update(text).digest("hex").toUpperCase());
  });

  test("covers method, path and the body's exact text, and is written into a header as a template says", () => {
    const auth: Auth = {
      signature: {
        over: [],
        parts: ["method", { text: "\n" }, "path", { text: "\n{{NOW_MS}}\n" }, "body"],
        secret: "{{settings.secret}}",
        method: "hmac-sha256",
        digest: "base64",
        into: { in: "header", name: "Authorization", value: "HMAC {{settings.key}}:{{SIGN}}" },
      },
    };
    const body = { kind: "json", text: '{"qty":1.10,"name":"出库"}' } as const;
    const plan = signed(auth, { path: "v1/orders", body }, settings);
    const text = `POST\nv1/orders\n1700000000000\n${body.text}`;
    const digest = createHmac("sha256", settings.secret).update(text).digest("base64");
    expect(plan.headers["Authorization"]).toBe(`HMAC k-1:${digest}`);
    expect(plan.body).toEqual(body);
  });

  test("takes the place of what a next page's address repeats", () => {
    const plan = signed(
      { parameters: { query: { api_key: "{{settings.key}}" } } },
      {
        query: [
          ["api_key", "old"],
          ["page", "2"],
        ],
      },
      settings,
    );
    expect(plan.query).toEqual([
      ["api_key", "k-1"],
      ["page", "2"],
    ]);
  });
});
