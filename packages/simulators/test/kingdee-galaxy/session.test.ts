import { afterEach, describe, expect, test } from "vitest";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { auth, LOGIN, logIn, NOON_AT, post, start, statusOf } from "./galaxy-client.ts";

const APP = ["210001_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "9f1e2d3c4b5a69788796a5b4c3d2e1f0"] as const;
const QUERY = { data: { FormId: "BD_Currency", FieldKeys: "FCODE", FilterString: "FNUMBER='PRE001'" } };
const running: RunningSimulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

async function started(options: Parameters<typeof start>[0] = {}): Promise<RunningSimulator> {
  const simulator = await start({ bills: 1, ...options });
  running.push(simulator);
  return simulator;
}

const typeOf = async (simulator: RunningSimulator, method: string, body: unknown): Promise<number> =>
  (JSON.parse((await auth(simulator, method, body)).text) as { LoginResultType: number }).LoginResultType;

describe("log-ins", () => {
  test("by password and by app secret, positional and named, method names in any case", async () => {
    const simulator = await started();
    const [appId, secret] = APP;
    for (const [method, body] of [
      ["ValidateUser", { parameters: ["5f0c8a1b2c3d4e", "张三", "888888", 2052] }],
      ["validateuser", { parameters: '["5f0c8a1b2c3d4e","demo","888888",2052]', format: 1, useragent: "ApiClient", v: "1.0" }],
      ["ValidateUser", { acctid: "5f0c8a1b2c3d4e", username: "demo", password: "888888", lcid: "2052" }],
      ["LoginByAppSecret", { parameters: ["5f0c8a1b2c3d4e", "demo", appId, secret, 2052] }],
      ["LoginByAppSecret", { acctId: "5f0c8a1b2c3d4e", username: "demo", appId, appSecret: secret, lcid: 2052 }],
    ] as const) {
      expect(await typeOf(simulator, method, body)).toBe(1);
    }
  });

  test("a success is told by LoginResultType, not by MessageCode", async () => {
    const reply = JSON.parse((await auth(await started(), "ValidateUser", LOGIN)).text) as Record<string, unknown>;
    expect(reply).toMatchObject({
      LoginResultType: 1,
      MessageCode: "CheckPasswordPolicy",
      IsSuccessByAPI: true,
      Context: { DBid: "5f0c8a1b2c3d4e" },
    });
  });

  test("each refusal has its own words", async () => {
    const simulator = await started();
    const refused = async (method: string, body: unknown): Promise<unknown> =>
      JSON.parse((await auth(simulator, method, body)).text) as unknown;
    expect(await refused("ValidateUser", { ...LOGIN, password: "x" })).toMatchObject({ LoginResultType: 0, Message: "用户名或密码错误" });
    expect(await refused("ValidateUser", { ...LOGIN, acctID: "nowhere" })).toMatchObject({ Message: "当前尝试登录的数据中心无法获取到" });
    const byApp = (user: string, secret: string): unknown => ({ parameters: ["5f0c8a1b2c3d4e", user, APP[0], secret, 2052] });
    expect(await refused("LoginByAppSecret", byApp("demo", "wrong"))).toMatchObject({ MessageCode: "002005000003016" });
    expect(await refused("LoginByAppSecret", byApp("clerk", APP[1]))).toMatchObject({ Message: "当前用户未指定允许调用WebAPI接口" });
  });

  test("five wrong tries lock the user for half an hour", async () => {
    let now = NOON_AT;
    const simulator = await started({ now: () => now });
    for (let i = 0; i < 5; i += 1) expect(await typeOf(simulator, "ValidateUser", { ...LOGIN, password: "x" })).toBe(0);
    expect(await typeOf(simulator, "ValidateUser", LOGIN)).toBe(-1);
    now += 30 * 60_000 - 1;
    expect(await typeOf(simulator, "ValidateUser", LOGIN)).toBe(-1);
    now += 1;
    expect(await typeOf(simulator, "ValidateUser", LOGIN)).toBe(1);
  });

  test("four wrong tries and a right one start the count anew", async () => {
    const simulator = await started();
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 4; i += 1) await typeOf(simulator, "ValidateUser", { ...LOGIN, password: "x" });
      expect(await typeOf(simulator, "ValidateUser", LOGIN)).toBe(1);
    }
  });

  test("the list of account sets needs no session", async () => {
    const reply = await post(await started(), "Kingdee.BOS.ServiceFacade.ServicesStub.Account.AccountService.GetDataCenterList", "");
    expect((JSON.parse(reply.text) as { Id: string }[]).map(({ Id }) => Id)).toEqual(["5f0c8a1b2c3d4e", "65a1b2c3d4e5f6"]);
  });
});

describe("sessions", () => {
  test("come back in a cookie with attributes, in kdservice-sessionid or in SID", async () => {
    const client = await logIn(await started());
    for (const headers of [
      { cookie: `kdservice-sessionid=${client.sessionId}; path=/;ASP.NET_SessionId=abc; path=/; HttpOnly` },
      { cookie: `Theme=standard; kdservice-sessionid=${client.sessionId}` },
      { cookie: `Theme=standard;kdservice-sessionid=${client.sessionId}` },
      { "kdservice-sessionid": client.sessionId },
      { SID: client.sessionId },
    ]) {
      const reply = await client.call("ExecuteBillQuery", QUERY, headers as Record<string, string>);
      expect([reply.text, reply.cookies.length]).toEqual(['[["CNY"]]', 2]);
    }
  });

  test("without one each method answers MsgCode 1 in its own shape, with a Set-Cookie", async () => {
    const client = await logIn(await started());
    const lost =
      '{"Result":{"ResponseStatus":{"ErrorCode":500,"IsSuccess":false,"Errors":[{"FieldName":null,"Message":"会话信息已丢失，请重新登录","DIndex":0}],"SuccessEntitys":[],"SuccessMessages":[],"MsgCode":1}}}';
    const ask = (method: string): Promise<{ text: string; cookies: readonly string[] }> => client.call(method, QUERY, {});
    expect((await ask("ExecuteBillQuery")).text).toBe(`[[${lost}]]`);
    expect((await ask("BillQuery")).text).toBe(`[${lost}]`);
    expect((await ask("Save")).text).toBe(lost);
    expect((await ask("View")).cookies.length).toBeGreaterThan(0);
    const empty = await logIn(await started({ settings: { viewLostSessionEmpty: true } }));
    expect((await empty.call("View", QUERY, {})).text).toBe("{}");
  });

  test("end after twenty idle minutes, counted from the last call", async () => {
    let now = NOON_AT;
    const client = await logIn(await started({ now: () => now }));
    const lives = async (): Promise<boolean> => (await client.call("ExecuteBillQuery", QUERY)).text === '[["CNY"]]';
    now += 20 * 60_000 - 1;
    expect(await lives()).toBe(true);
    now += 20 * 60_000 - 1;
    expect(await lives()).toBe(true);
    now += 20 * 60_000;
    expect(await lives()).toBe(false);
  });

  test("of one user and app kick each other unless that is switched off", async () => {
    for (const kick of [true, false]) {
      const simulator = await started({ settings: { kick } });
      const first = await logIn(simulator);
      const other = await logIn(simulator, { ...LOGIN, username: "张三" });
      const second = await logIn(simulator);
      const answers = await Promise.all(
        [first, other, second].map(async (client) => (await client.call("ExecuteBillQuery", QUERY)).text === '[["CNY"]]'),
      );
      expect(answers).toEqual([!kick, true, true]);
    }
  });

  test("are forgotten when a test says so, and a new log-in heals", async () => {
    const simulator = await started();
    const client = await logIn(simulator);
    simulator.vendor.loseSessions();
    expect(statusOf((await client.call("ExecuteBillQuery", QUERY)).text).MsgCode).toBe(1);
    expect(await (await logIn(simulator)).query(QUERY.data)).toEqual([["CNY"]]);
  });

  test("speak the language they were opened with", async () => {
    const simulator = await started();
    const client = await logIn(simulator, { ...LOGIN, lcid: 1033 });
    expect(await client.query({ FormId: "BD_MATERIAL", FieldKeys: "FName", FilterString: "FNumber='A-001'" })).toEqual([["Material 1"]]);
  });
});

describe("addresses", () => {
  test("the virtual directory is matched in any case, another one is a 404 without JSON, GET is refused", async () => {
    const client = await logIn(await started());
    const path = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.executebillquery.common.kdsvc";
    const at = (prefix: string, method = "POST"): Promise<Response> =>
      fetch(`${client.running.origin}${prefix}${path}`, {
        method,
        headers: { SID: client.sessionId },
        ...(method === "POST" ? { body: JSON.stringify(QUERY) } : {}),
      });
    for (const prefix of ["/K3Cloud/", "/k3cloud/", "/galaxyapi/"]) expect(await (await at(prefix)).text()).toBe('[["CNY"]]');
    const wrong = await at("/other/");
    expect([wrong.status, (await wrong.text()).includes("{")]).toEqual([404, false]);
    expect((await at("/K3Cloud/", "GET")).status).toBe(405);
  });

  test("an unknown service answers the text SDKs take for an exception", async () => {
    const reply = await post(await started(), "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.NoSuch", {});
    expect([reply.status, reply.text.startsWith("response_error:")]).toEqual([200, true]);
  });

  test("too many calls a second are refused with MsgCode 14", async () => {
    const simulator = await started({ settings: { callsPerSecond: 2 } });
    const client = await logIn(simulator);
    const codes = [];
    for (let i = 0; i < 3; i += 1)
      codes.push((await client.call("View", { formid: "BD_STOCK", data: { Number: "CK001" } })).text.includes('"MsgCode":14'));
    expect(codes).toEqual([false, false, true]);
    const stats = (await (await fetch(`${simulator.origin}/_sim/stats`)).json()) as { refusals: unknown };
    expect(stats.refusals).toEqual({ View: 1 });
  });

  test("an unknown setting is refused", async () => {
    await expect(started({ settings: { kik: true } })).rejects.toThrow("no setting kik");
  });
});
