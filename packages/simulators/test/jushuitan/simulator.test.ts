import { afterEach, describe, expect, test } from "vitest";
import { simulator } from "../../src/jushuitan/simulator.ts";
import { documentOf, startClient, type Answer, type Client } from "./jushuitan-client.ts";

const SHOPS = "shops.query";
const clients: Client[] = [];
async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<Client> {
  const client = await startClient(settings);
  clients.push(client);
  return client;
}
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.simulator.stop()));
});

const refresh = (client: Client, refreshToken: string): Promise<Answer> =>
  client.token("refreshToken", { grant_type: "refresh_token", refresh_token: refreshToken, scope: "all" });
const grantOf = (answer: Answer): Readonly<Record<string, unknown>> => answer.data as Readonly<Record<string, unknown>>;

describe("tokens", () => {
  test("a refresh gives a new pair and kills the old one at once", async () => {
    const client = await start();
    const answer = await refresh(client, "demoRefresh0001");
    expect(answer).toMatchObject({ code: 0, data: { expires_in: 86_400, scope: "all" } });
    expect(await client.call(SHOPS, {})).toMatchObject({ code: 100, data: null });
    client.accessToken = String(grantOf(answer)["access_token"]);
    expect((await client.call(SHOPS, {})).code).toBe(0);
    expect((await refresh(client, "demoRefresh0001")).code).toBe(100);
    expect((await refresh(client, String(grantOf(answer)["refresh_token"]))).code).toBe(0);
  });

  test("the old token lives on for graceS", async () => {
    const client = await start({ graceS: 60 });
    await refresh(client, "demoRefresh0001");
    expect((await client.call(SHOPS, {})).code).toBe(0);
    client.clock.at += 60_000;
    expect((await client.call(SHOPS, {})).code).toBe(100);
  });

  test("a token runs out after expires_in, and a first token gives a new one", async () => {
    const client = await start({ expiresInS: 100 });
    client.clock.at += 100_000;
    expect((await client.call(SHOPS, {})).code).toBe(100);
    const answer = await client.token("getInitToken", { grant_type: "authorization_code", code: "Ab12Cd" });
    client.accessToken = String(grantOf(answer)["access_token"]);
    expect((await client.call(SHOPS, {})).code).toBe(0);
  });

  test("lost sessions kill the access token, not the refresh token", async () => {
    const client = await start();
    client.simulator.vendor.loseSessions();
    expect((await client.call(SHOPS, {})).code).toBe(100);
    expect((await refresh(client, "demoRefresh0001")).code).toBe(0);
  });

  test("a service provider may not refresh for itself", async () => {
    const client = await start({ serviceProvider: true });
    expect((await refresh(client, "demoRefresh0001")).code).toBe(150);
  });

  test("another app's token is worth nothing", async () => {
    const client = await start();
    expect((await client.call(SHOPS, {}, { access_token: "demoAccessToken" })).code).toBe(100);
  });
});

describe("at the door", () => {
  test("a wrong signature is 10 with the vendor's text", async () => {
    const client = await start();
    expect(await client.call(SHOPS, {}, { sign: "0".repeat(32) })).toEqual({ code: 10, msg: "验证失败！无效签名", data: null });
  });

  test.each([-901, 901])("a clock that is off by %i s is 140", async (offS) => {
    const client = await start();
    expect((await client.call(SHOPS, {}, { timestamp: String(client.clock.at / 1000 + offS) })).code).toBe(140);
  });

  test.each([-900, 900])("a clock that is off by %i s passes", async (offS) => {
    const client = await start();
    expect((await client.call(SHOPS, {}, { timestamp: String(client.clock.at / 1000 + offS) })).code).toBe(0);
  });

  test("the white list is 110 and a missing permission 190, until they are given back", async () => {
    const client = await start();
    await client.control({ action: "ip-list", allowed: false });
    expect((await client.call(SHOPS, {})).code).toBe(110);
    await client.control({ action: "ip-list", allowed: true });
    await client.control({ action: "permission", api: SHOPS, allowed: false });
    expect((await client.call(SHOPS, {})).code).toBe(190);
    expect((await client.call("sku.query", { sku_ids: "A-001" })).code).toBe(0);
    await client.control({ action: "permission", api: SHOPS, allowed: true });
    expect((await client.call(SHOPS, {})).code).toBe(0);
    await expect(client.control({ action: "nonsense" })).rejects.toThrow("nonsense");
  });

  test("the sixth call within a second is 199, the hundred-and-first within a minute 200", async () => {
    const client = await start({ callsPerSecond: 5, callsPerMinute: 100 });
    const codes: number[] = [];
    for (let call = 0; call < 6; call++) codes.push((await client.call(SHOPS, {})).code);
    expect(codes).toEqual([0, 0, 0, 0, 0, 199]);
    for (let second = 0; second < 19; second++) {
      client.clock.at += 1000;
      for (let call = 0; call < 5; call++) expect((await client.call(SHOPS, {})).code).toBe(0);
    }
    client.clock.at += 1000;
    expect((await client.call(SHOPS, {})).code).toBe(200);
    client.clock.at += 40_000;
    expect((await client.call(SHOPS, {})).code).toBe(0);
  });

  test("the limits are on unless switched off, and the fault's limit answer is the vendor's", async () => {
    const vendor = simulator.create({ seed: 1, bills: 0, now: () => 0 });
    const request = { method: "POST", path: "/open/shops/query", rawQuery: "", headers: {}, rawBody: Buffer.alloc(0) };
    expect(vendor.limitReply(request)).toMatchObject({ refused: true, body: expect.stringContaining('"code":199') as string });
    expect(vendor.apiOf(request)).toBe("shops.query");
    expect(vendor.apiOf({ ...request, path: "/openWeb/auth/refreshToken" })).toBe("login");
  });

  test("a misspelt switch is an error", () => {
    expect(() => simulator.create({ seed: 1, bills: 0, now: () => 0, settings: { grace: 1 } })).toThrow(RangeError);
  });
});

describe("the old platform", () => {
  test("lists lie at the top level", async () => {
    const client = await start();
    const answer = await client.old(SHOPS, { nicks: ["天猫旗舰店"] });
    expect(answer).toMatchObject({ code: 0, issuccess: true, msg: null, page_index: 1, data_count: 1, has_next: false });
    expect(answer["datas"]).toMatchObject([{ shop_id: 10001 }]);
  });

  test("writes into the same company as the new one", async () => {
    const client = await start();
    expect(await client.old("jushuitan.otherinout.upload", [documentOf("X")])).toMatchObject({
      code: 0,
      datas: [{ external_id: "X", io_id: 10001 }],
    });
    expect(await client.call("jushuitan.otherinout.upload", documentOf("X"))).toMatchObject({ code: 130 });
    expect(await client.old("other.inout.query", { so_ids: ["X"] })).toMatchObject({ datas: [{ so_id: "X" }] });
  });

  test("a token that ran out is prolonged by refresh.token and keeps its value", async () => {
    const client = await start();
    client.simulator.vendor.loseSessions();
    expect(await client.old(SHOPS, {})).toMatchObject({ code: 100, issuccess: false });
    expect((await client.old("refresh.token", {})).code).toBe(0);
    expect((await client.old(SHOPS, {})).code).toBe(0);
  });

  test("a wrong signature and an unknown method are refused", async () => {
    const client = await start();
    expect(await client.old(SHOPS, {}, { sign: "0" })).toMatchObject({ code: 10, issuccess: false });
    expect((await client.old("nothing.query", {})).msg).toContain("不存在");
  });
});
