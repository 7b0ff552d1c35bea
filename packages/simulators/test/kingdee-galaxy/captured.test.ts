/** Requests that public SDKs really sent, replayed byte for byte where they carry no session, else with the session of this run. */
import { afterEach, describe, expect, test } from "vitest";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { readCapture, type CapturedRequest } from "../captured/read-capture.ts";
import { logIn, start, statusOf } from "./galaxy-client.ts";

const running: RunningSimulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

async function started(options: Parameters<typeof start>[0]): Promise<RunningSimulator> {
  const simulator = await start(options);
  running.push(simulator);
  return simulator;
}

async function send(simulator: RunningSimulator, request: CapturedRequest): Promise<{ status: number; text: string; cookies: string[] }> {
  const { method, headers, body, target } = request;
  const reply = await fetch(simulator.origin + target, { method, headers, ...(body === "" ? {} : { body }) });
  return { status: reply.status, text: await reply.text(), cookies: reply.headers.getSetCookie() };
}

function withHeader(request: CapturedRequest, name: string, change: (value: string) => string): CapturedRequest {
  return { ...request, headers: { ...request.headers, [name]: change(request.headers[name] ?? "") } };
}

function withSession(request: CapturedRequest, sessionId: string): CapturedRequest {
  const swap = (value: string): string => value.replaceAll(/aaaa-bbbb|11111111-2222-3333-4444-555555555555/g, sessionId);
  return { ...request, headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, swap(value)])) };
}

const flipFirst = (value: string): string => (value.startsWith("A") ? "B" : "A") + value.slice(1);
const at = (file: string, index: number): CapturedRequest => {
  const request = readCapture(`kingdee/${file}.txt`)[index];
  if (request === undefined) throw new Error(`no request ${index} in ${file}`);
  return request;
};

/** Answers that show the request got past signature and session. */
function accepted(text: string): boolean {
  return !text.includes('"MsgCode":1,') && !text.includes('"MsgCode":1}') && !text.includes("errcode");
}

describe.each([
  ["java-sdk-8.2.0", 1795295912600],
  ["python-sdk-3.0.3", 1700000000000],
  ["python-sdk-poll-mode", 1795296383500],
] as const)("the signed requests of %s", (file, clock) => {
  const requests = readCapture(`kingdee/${file}.txt`);

  test("are accepted byte for byte by a gateway at their own time", async () => {
    const simulator = await started({ now: () => clock, settings: { mode: "gateway" } });
    expect(requests.length).toBeGreaterThanOrEqual(2);
    for (const request of requests) {
      const reply = await send(simulator, request);
      expect([reply.status, accepted(reply.text)]).toEqual([200, true]);
      expect(reply.cookies.length).toBeGreaterThan(0);
    }
  });

  test("are accepted at any time by a private server, which looks at X-Kd-* only", async () => {
    const simulator = await started({ now: () => clock + 86_400_000 });
    for (const request of requests) expect(accepted((await send(simulator, request)).text)).toBe(true);
  });

  test("are refused by a gateway outside its time window", async () => {
    const simulator = await started({ now: () => clock + 301_500, settings: { mode: "gateway" } });
    for (const request of requests) {
      const reply = await send(simulator, request);
      expect([reply.status, JSON.parse(reply.text)]).toEqual([519, expect.objectContaining({ errcode: 4006 })]);
    }
  });

  test.each(["x-kd-signature", "x-kd-appdata", "x-kd-appkey"])("are refused when one byte of %s changes", async (name) => {
    const simulator = await started({ now: () => clock });
    for (const request of requests) {
      const reply = await send(simulator, withHeader(request, name, flipFirst));
      expect(statusOf(reply.text)).toMatchObject({ IsSuccess: false, ErrorCode: 500, MsgCode: 1 });
    }
  });

  test.each(["x-api-signature", "x-api-nonce"])("are refused by a gateway when one byte of %s changes", async (name) => {
    const simulator = await started({ now: () => clock, settings: { mode: "gateway" } });
    for (const request of requests) {
      const reply = await send(simulator, withHeader(request, name, flipFirst));
      expect([reply.status, JSON.parse(reply.text)]).toEqual([519, expect.objectContaining({ errcode: 4008 })]);
    }
  });

  test("are refused by a gateway when the path or the time signed is another one", async () => {
    const simulator = await started({ now: () => clock, settings: { mode: "gateway" } });
    for (const request of requests) {
      const path = await send(simulator, { ...request, target: request.target.replace("/K3Cloud/", "/k3Cloud/") });
      const time = await send(
        simulator,
        withHeader(request, "x-api-timestamp", (value) => String(Number(value) + 1)),
      );
      expect([path.status, time.status]).toEqual([519, 519]);
    }
  });
});

test("the Java SDK's save is taken, found again and refused the second time", async () => {
  const simulator = await started({ now: () => 1795295912600 });
  expect((await send(simulator, at("java-sdk-8.2.0", 0))).text).toBe("[]");
  expect(statusOf((await send(simulator, at("java-sdk-8.2.0", 1))).text).SuccessEntitys).toMatchObject([{ Number: "S01", DIndex: 0 }]);
  expect((await send(simulator, at("java-sdk-8.2.0", 0))).text).toBe('[["S01","主仓"]]');
  expect((await send(simulator, at("java-sdk-8.2.0", 2))).text).toContain('"Name":[{"Key":2052,"Value":"主仓"}]');
  const again = await send(simulator, at("java-sdk-8.2.0", 1));
  expect(again.text).toContain(',"IsSuccess":false,');
  expect(statusOf(again.text).Errors[0]?.Message).toBe("违反字段唯一性要求：编码唯一。[S01]在当前系统中已经被使用。");
  expect(simulator.vendor.ledger()).toMatchObject([{ api: "BatchSave", kind: "BD_STOCK", key: "S01", stage: "audited" }]);
});

test("a save without the required name is taken apart and refused for the name alone", async () => {
  const simulator = await started({ now: () => 1700000000000 });
  const reply = await send(simulator, at("python-sdk-3.0.3", 1));
  expect(statusOf(reply.text).Errors).toEqual([{ FieldName: "FName", Message: "字段“名称”是必填项", DIndex: 0 }]);
});

test("poll mode answers a task first and the normal answer once it is complete", async () => {
  const simulator = await started({ settings: { pollSteps: 1 } });
  const begun = JSON.parse((await send(simulator, at("python-sdk-poll-mode", 0))).text) as { TaskId: string; Status: number };
  expect(begun).toMatchObject({ Status: 0, Result: null, Successful: false });
  const ask = at("python-sdk-poll-mode", 1);
  const mine = { ...ask, body: ask.body.replace("t-1", begun.TaskId) };
  expect(JSON.parse((await send(simulator, mine)).text)).toMatchObject({ Status: 1, Result: null });
  const done = JSON.parse((await send(simulator, mine)).text) as { Status: number; Result: unknown };
  expect(done.Status).toBe(2);
  expect(statusOf(JSON.stringify(done.Result)).Errors[0]?.FieldName).toBe("FName");
  expect(JSON.parse((await send(simulator, ask)).text)).toMatchObject({ TaskId: "t-1", IsFaulted: true });
});

test("kingdee-nodejs, which signs X-Api wrongly, works against a private server and not against the gateway", async () => {
  const direct = await started({});
  const gateway = await started({ now: () => 1795296347000, settings: { mode: "gateway" } });
  for (const index of [3, 4]) {
    expect(accepted((await send(direct, at("kingdee-nodejs", index))).text)).toBe(true);
    expect((await send(gateway, at("kingdee-nodejs", index))).status).toBe(519);
  }
});

test.each(["kingdee-nodejs", "npm-kingdee-k3-webapi-1.0.5", "php-lizundao"])(
  "%s logs in and its session is known in the carriers it uses",
  async (file) => {
    const simulator = await started({});
    const [login, query, ...others] = readCapture(`kingdee/${file}.txt`).filter((request) => request.headers["x-kd-appkey"] === undefined);
    if (login === undefined || query === undefined) throw new Error("no log-in and query captured");
    const reply = await send(simulator, login);
    const { LoginResultType, KDSVCSessionId } = JSON.parse(reply.text) as { LoginResultType: number; KDSVCSessionId: string };
    expect(LoginResultType).toBe(1);
    expect(reply.cookies).toEqual([
      `kdservice-sessionid=${KDSVCSessionId}; path=/`,
      expect.stringMatching(/^ASP.NET_SessionId=\w{24}; path=\/; HttpOnly$/),
    ]);
    for (const request of [query, ...others]) {
      const answer = await send(simulator, withSession(request, KDSVCSessionId));
      expect([answer.status, accepted(answer.text)]).toEqual([200, true]);
      expect(answer.cookies.length).toBeGreaterThan(0);
    }
    const stranger = await send(simulator, query);
    expect(statusOf(stranger.text).MsgCode).toBe(1);
  },
);

test("after the PHP SDK's Logout its session is gone", async () => {
  const simulator = await started({});
  const requests = readCapture("kingdee/php-lizundao.txt");
  const client = await logIn(simulator);
  expect(requests.at(-1)?.target).toContain("Logout");
  for (const request of requests.slice(1)) await send(simulator, withSession(request, client.sessionId));
  const reply = await client.call("ExecuteBillQuery", { data: { FormId: "BD_STOCK", FieldKeys: "FNumber" } });
  expect(statusOf(reply.text).MsgCode).toBe(1);
});

test("a byte changed in the sign or in what it covers spoils LoginBySign", async () => {
  const simulator = await started({});
  const login = at("php-lizundao", 0);
  for (const [from, to] of [
    ["50b489", "60b489"],
    ["1795296347", "1795296348"],
  ] as const) {
    const reply = await send(simulator, { ...login, body: login.body.replace(from, to) });
    expect(JSON.parse(reply.text)).toMatchObject({ LoginResultType: -1, MessageCode: "002005000003016", IsSuccessByAPI: false });
  }
});
