import { afterEach, describe, expect, test } from "vitest";
import { signApp, signGateway } from "../../src/kingdee-stars/gateway-sign.ts";
import { simulator } from "../../src/kingdee-stars/simulator.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { readCapture, sendCapture } from "../captured/read-capture.ts";
import type { CapturedRequest } from "../captured/read-capture.ts";
import { ACCOUNT, accessToken, send, signedHeaders, TOKEN_TARGET } from "./client.ts";

const NOW = Date.UTC(2026, 10, 21, 13, 0, 0);
const LIST = "/jdy/pur/pur_inbound_list";
const PUSH = "/jdyconnector/app_management/push_app_authorize?outerInstanceId=demo-instance";
const GATEWAY = { "app-token": "tok", "X-GW-Router-Addr": "https://tf.jdy.com" };
let clock = NOW;
let running: RunningSimulator | undefined;

afterEach(async () => {
  const stopping = running;
  running = undefined;
  clock = NOW;
  await stopping?.stop();
});

async function start(settings: Record<string, unknown> = {}): Promise<RunningSimulator> {
  running = await startSimulator(simulator, { seed: 3, bills: 12, now: () => clock, settings });
  return running;
}

const authTarget = (secret: string, key = "Zx9QkT2m") =>
  `/jdyconnector/app_management/kingdee_auth_token?app_key=${key}&app_signature=${encodeURIComponent(signApp("Zx9QkT2m", secret))}`;
const FIRST_SECRET = "7f3b0a1c2d4e5f60718293a4b5c6d7e8f9011223";

function signedSend(method: string, target: string, more: Record<string, string> = {}, body?: unknown) {
  return send(running?.origin ?? "", method, target, { ...signedHeaders(method, target, clock), ...more }, body);
}

describe("captured requests of the official jar", () => {
  const captured = readCapture("kingdee-stars-jar.txt");
  const original = (request: CapturedRequest) => Number(request.headers["x-api-timestamp"]);

  test("there are two, and both are accepted byte for byte at their own time", async () => {
    expect(captured).toHaveLength(2);
    clock = original(captured[0] as CapturedRequest);
    const { origin } = await start();
    const token = await sendCapture(origin, captured[0] as CapturedRequest);
    expect(token).toMatchObject({ status: 200, body: { errcode: 0, data: { domain: "https://tf.jdy.com" } } });
    expect(await sendCapture(origin, captured[1] as CapturedRequest)).toMatchObject({ status: 200, body: { errcode: 0 } });
    // The same nonce again is a replay.
    expect(await sendCapture(origin, captured[1] as CapturedRequest)).toMatchObject({ status: 519, body: { errcode: 4007 } });
  });

  test("they are refused as stale today, and accepted when signed anew", async () => {
    const { origin } = await start();
    for (const request of captured) {
      expect(await sendCapture(origin, request)).toMatchObject({ status: 519, body: { errcode: 4006 } });
      expect(await sendCapture(origin, resign(request))).toMatchObject({ status: 200, body: { errcode: 0 } });
    }
  });

  test("one changed byte of the signature or of what it covers refuses it", async () => {
    const { origin } = await start();
    for (const request of captured) {
      const fresh = resign(request);
      const signature = fresh.headers["x-api-signature"] ?? "";
      const changed: CapturedRequest[] = [
        { ...fresh, headers: { ...fresh.headers, "x-api-signature": (signature.startsWith("A") ? "B" : "A") + signature.slice(1) } },
        { ...fresh, headers: { ...fresh.headers, "x-api-nonce": "5" } },
        { ...fresh, headers: { ...fresh.headers, "x-api-timestamp": String(clock + 1) } },
        { ...fresh, target: `${fresh.target}1` },
        { ...fresh, target: fresh.target.replace("=", "=1") },
      ];
      for (const one of changed) expect(await sendCapture(origin, one)).toMatchObject({ status: 519, body: { errcode: 4008 } });
    }
  });
});

function resign(captured: CapturedRequest): CapturedRequest {
  const [path = "", rawQuery = ""] = captured.target.split("?");
  const nonce = captured.headers["x-api-nonce"] ?? "";
  const signature = signGateway(
    { method: captured.method, path, rawQuery, nonce, timestamp: String(clock) },
    "0c1d2e3f405162738495a6b7c8d9eafb",
  );
  return { ...captured, headers: { ...captured.headers, "x-api-timestamp": String(clock), "x-api-signature": signature } };
}

describe("signed headers", () => {
  test.each([
    [{ "X-Api-Auth-Version": "1.0" }, 4001],
    [{ "X-Api-ClientID": "" }, 4002],
    [{ "X-Api-ClientID": "299002" }, 4003],
    [{ "X-Api-SignHeaders": "X-Api-Nonce" }, 4007],
    [{ "X-Api-TimeStamp": String(Math.trunc(NOW / 1000)) }, 4006],
    [{ "X-Api-TimeStamp": String(NOW - 300_001) }, 4006],
    [{ "X-Api-TimeStamp": String(NOW + 300_001) }, 4006],
    [{ "X-Api-Signature": "" }, 4008],
  ])("%j is refused with %i", async (headers, errcode) => {
    await start();
    const answer = await signedSend("POST", LIST, { ...GATEWAY, ...headers }, {});
    expect(answer).toMatchObject({ status: 519, body: { errcode } });
    expect(answer.body).toHaveProperty("description");
    expect(answer.body).toHaveProperty("description_cn");
  });

  test("the error number may be called code", async () => {
    await start({ errorKey: "code" });
    expect(await signedSend("POST", LIST, { "X-Api-ClientID": "" }, {})).toMatchObject({ status: 519, body: { code: 4002 } });
  });

  test("a nonce is free again once its timestamp could no longer pass", async () => {
    const { origin } = await start();
    const headers = { ...signedHeaders("POST", LIST, clock), ...GATEWAY };
    expect(await send(origin, "POST", LIST, headers, {})).toMatchObject({ status: 200 });
    clock += 300_000;
    expect(await send(origin, "POST", LIST, headers, {})).toMatchObject({ status: 519, body: { errcode: 4007 } });
    clock += 1;
    expect(await send(origin, "POST", LIST, headers, {})).toMatchObject({ status: 519, body: { errcode: 4006 } });
  });

  test("router address and app-token are checked", async () => {
    await start();
    const noRoute = await signedSend("POST", LIST, { "app-token": "tok", "X-GW-Router-Addr": "https://other.jdy.com" }, {});
    expect(noRoute).toMatchObject({ status: 404, text: "no Route" });
    expect(await signedSend("POST", LIST, { "app-token": "tok" }, {})).toMatchObject({ status: 404 });
    expect(await signedSend("POST", LIST, { ...GATEWAY, "app-token": "nope" }, {})).toMatchObject({ status: 519, body: { errcode: 4010 } });
    expect(await signedSend("POST", LIST, { "X-GW-Router-Addr": "https://tf.jdy.com" }, {})).toMatchObject({
      status: 519,
      body: { errcode: 4009 },
    });
  });

  test("both refusals have another form", async () => {
    await start({ routerError: "519", tokenErrorCode: "1020002008" });
    expect(await signedSend("POST", LIST, { "app-token": "tok" }, {})).toMatchObject({ status: 519, body: { errcode: 5001 } });
    expect(await signedSend("POST", LIST, { ...GATEWAY, "app-token": "x" }, {})).toMatchObject({
      status: 200,
      body: { errcode: 1020002008 },
    });
  });
});

describe("app secret and app-token", () => {
  test("push renews the secret; the old one no longer makes a token, the new one does", async () => {
    await start();
    const pushed = await signedSend("POST", PUSH, {}, {});
    const [grant] = pushed.body["data"] as { appSecret: string; appKey: string; domain: string; accountId: string; status: number }[];
    expect(grant).toMatchObject({ status: 1, appKey: "Zx9QkT2m", domain: "https://tf.jdy.com", accountId: "8001" });
    expect(grant?.appSecret).not.toBe(FIRST_SECRET);
    expect(await signedSend("GET", authTarget(FIRST_SECRET))).toMatchObject({ status: 200, body: { errcode: 1030002006 } });
    const token = await signedSend("GET", authTarget(grant?.appSecret ?? ""));
    const appToken = (token.body["data"] as Record<string, string>)["app-token"] ?? "";
    expect(await signedSend("POST", LIST, { ...GATEWAY, "app-token": appToken }, {})).toMatchObject({ status: 200, body: { errcode: 0 } });
    clock += 86_400_000;
    expect(await signedSend("POST", LIST, { ...GATEWAY, "app-token": appToken }, {})).toMatchObject({ body: { errcode: 4011 } });
  });

  test("a secret's life ends by itself; push then makes a new one even where it is not renewed each time", async () => {
    await start({ renewAppSecretEachCall: false });
    const secretOf = async () => ((await signedSend("POST", PUSH, {}, {})).body["data"] as { appSecret: string }[])[0]?.appSecret ?? "";
    expect(await secretOf()).toBe(FIRST_SECRET);
    clock += 86_400_000;
    expect(await signedSend("GET", authTarget(FIRST_SECRET))).toMatchObject({ body: { errcode: 1030002006 } });
    const renewed = await secretOf();
    expect(renewed).not.toBe(FIRST_SECRET);
    expect(await secretOf()).toBe(renewed);
    expect(await signedSend("GET", authTarget(renewed))).toMatchObject({ body: { errcode: 0 } });
  });

  test("the token call is allowed twice a minute", async () => {
    await start();
    expect(await signedSend("GET", authTarget(FIRST_SECRET))).toMatchObject({ status: 200 });
    clock += 30_000;
    expect(await signedSend("GET", authTarget(FIRST_SECRET))).toMatchObject({ status: 200 });
    expect(await signedSend("GET", authTarget(FIRST_SECRET))).toMatchObject({ status: 429 });
    clock += 30_000;
    expect(await signedSend("GET", authTarget(FIRST_SECRET))).toMatchObject({ status: 200 });
  });

  test("a wrong app key or instance is refused, and unsigned calls are", async () => {
    const { origin } = await start();
    expect(await signedSend("GET", authTarget(FIRST_SECRET, "other"))).toMatchObject({ body: { errcode: 1030002006 } });
    const wrong = "/jdyconnector/app_management/push_app_authorize?outerInstanceId=other";
    expect(await signedSend("POST", wrong, {}, {})).toMatchObject({ status: 200, body: { errcode: 2000002000 } });
    expect(await send(origin, "POST", PUSH, {}, {})).toMatchObject({ status: 519, body: { errcode: 4001 } });
  });

  test("lost sessions void every token, and the secret makes a new one", async () => {
    const { vendor } = await start();
    vendor.loseSessions();
    expect(await signedSend("POST", LIST, GATEWAY, {})).toMatchObject({ status: 519, body: { errcode: 4010 } });
    expect(await signedSend("GET", authTarget(FIRST_SECRET))).toMatchObject({ body: { errcode: 0 } });
  });
});

describe("V1 access_token", () => {
  const listTarget = (token: string) => `${LIST}?access_token=${token}`;

  test("log in by GET or form POST, find the account set, read the list", async () => {
    const { origin } = await start();
    const answer = await send(origin, "GET", TOKEN_TARGET);
    expect(answer).toMatchObject({ status: 200, body: { errcode: 0, data: { expires_in: 86_400 } } });
    const [path = "", form = ""] = TOKEN_TARGET.split("?");
    const byForm = await send(origin, "POST", path, { "content-type": "application/x-www-form-urlencoded" }, form);
    const token = (byForm.body["data"] as { access_token: string }).access_token;
    const groups = await send(origin, "POST", `/jdy/sys/accountGroup?access_token=${token}`, {}, {});
    expect(groups.body).toMatchObject({ success: true, data: [{ accountGroups: [ACCOUNT] }] });
    expect(await send(origin, "POST", listTarget(token), ACCOUNT, {})).toMatchObject({
      status: 200,
      body: { errcode: 0, description_cn: "成功" },
    });
  });

  test.each([
    ["client_id=299001", "client_id=", 4002],
    ["client_id=299001", "client_id=1", 4003],
    [/client_secret=\w+/, "client_secret=", 4004],
    [/client_secret=\w+/, "client_secret=x", 4005],
    ["password=demo888888", "password=x", 4012],
    ["username=demo", "username=x", 4012],
  ])("%s replaced by %s is refused with %i", async (from, to, errcode) => {
    const { origin } = await start();
    expect(await send(origin, "GET", TOKEN_TARGET.replace(from, to))).toMatchObject({ status: 519, body: { errcode } });
  });

  test("a missing, unknown, expired or lost token, and a foreign account set, are told apart", async () => {
    const { origin, vendor } = await start({ tokenLifeS: 60 });
    const token = await accessToken(origin);
    expect(await send(origin, "POST", LIST, ACCOUNT, {})).toMatchObject({ status: 519, body: { errcode: 4009 } });
    expect(await send(origin, "POST", listTarget("x"), ACCOUNT, {})).toMatchObject({ status: 519, body: { errcode: 4010 } });
    expect(await send(origin, "POST", listTarget(token), { ...ACCOUNT, accountId: "8002" }, {})).toMatchObject({ body: { errcode: 4012 } });
    expect(await send(origin, "POST", listTarget(token), { accountId: "8001" }, {})).toMatchObject({ body: { errcode: 4012 } });
    expect(await send(origin, "POST", listTarget("tok"), ACCOUNT, {})).toMatchObject({ body: { errcode: 4010 } });
    clock += 59_999;
    expect(await send(origin, "POST", listTarget(token), ACCOUNT, {})).toMatchObject({ status: 200 });
    clock += 1;
    expect(await send(origin, "POST", listTarget(token), ACCOUNT, {})).toMatchObject({ status: 519, body: { errcode: 4011 } });
    const next = await accessToken(origin);
    expect(next).not.toBe(token);
    vendor.loseSessions();
    expect(await send(origin, "POST", listTarget(next), ACCOUNT, {})).toMatchObject({ status: 519, body: { errcode: 4010 } });
  });

  test("either way in can be closed", async () => {
    const oauth = await start({ auth: "oauth" });
    expect(await signedSend("POST", LIST, GATEWAY, {})).toMatchObject({ body: { errcode: 4001 } });
    expect(await send(oauth.origin, "POST", listTarget(await accessToken(oauth.origin)), ACCOUNT, {})).toMatchObject({ status: 200 });
    await oauth.stop();
    const gateway = await start({ auth: "gateway" });
    expect(await send(gateway.origin, "GET", TOKEN_TARGET)).toMatchObject({ body: { errcode: 4001 } });
    expect(await signedSend("POST", LIST, GATEWAY, {})).toMatchObject({ status: 200 });
  });
});

describe("addresses and rate", () => {
  test("an unknown address and a wrong method are refused", async () => {
    const { origin } = await start();
    expect(await send(origin, "POST", "/jdy/pur/nothing", {}, {})).toMatchObject({ status: 519, body: { errcode: 5001 } });
    expect(await send(origin, "GET", LIST)).toMatchObject({ status: 519, body: { errcode: 5002 } });
  });

  test("the minute's calls slide, over both ways in together", async () => {
    const { origin } = await start({ callsPerMinute: 3 });
    const target = `${LIST}?access_token=${await accessToken(origin)}`;
    const call = () => send(origin, "POST", target, ACCOUNT, {});
    expect(await call()).toMatchObject({ status: 200 });
    clock += 20_000;
    expect(await call()).toMatchObject({ status: 200 });
    expect(await signedSend("POST", LIST, GATEWAY, {})).toMatchObject({ status: 200 });
    expect(await call()).toMatchObject({ status: 429 });
    clock += 40_000;
    expect(await call()).toMatchObject({ status: 200 });
    expect(await call()).toMatchObject({ status: 429 });
  });

  test("the documented limit is 500 a minute", async () => {
    const { origin } = await start();
    const target = `${LIST}?access_token=${await accessToken(origin)}`;
    for (let i = 0; i < 500; i += 1) expect((await send(origin, "POST", target, ACCOUNT, {})).status).toBe(200);
    expect((await send(origin, "POST", target, ACCOUNT, {})).status).toBe(429);
  });
});
