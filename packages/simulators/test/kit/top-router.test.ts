import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTopRouter, isTopPath } from "../../src/kit/top-router.ts";
import { topSign } from "../../src/kit/top-sign.ts";
import { NumberText } from "../../src/kit/exact-json.ts";
import type { RunningSimulator, SimulatorDefinition } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { sendTop, sendTopJson } from "./top-client.ts";

const clock = { at: Date.parse("2026-11-22T05:19:31+08:00") };
const echo: SimulatorDefinition = {
  system: "echo",
  name: { zh: "回声", en: "Echo" },
  create: ({ now }) => {
    const router = createTopRouter({
      apps: [{ appKey: "12345678", secret: "demoTopSecret" }],
      targetAppKeys: ["99"],
      methods: new Map([
        [
          "echo.list.query",
          ({ method, parameters }) => ({
            kind: "success",
            fields: {
              method,
              word: parameters.get("word") ?? "",
              rows: [{ id: new NumberText("7615917337495251231"), name: "<𠮷 & 龘>", none: null }],
            },
          }),
        ],
      ]),
      now,
      callsPerSecond: 3,
    });
    return {
      basePath: "",
      urlVariable: "ECHO_URL",
      environment: {},
      apiOf: (request) => router.apiOf(request),
      handle: (request) => (isTopPath(request.path) ? router.handle(request) : { status: 404, body: "" }),
      limitReply: (request) => router.limitReply(request),
      loseSessions: () => undefined,
      insertRows: () => [],
      ledger: () => [],
      data: () => [],
    };
  },
};

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator(echo, { now: () => (clock.at += 1000) });
});
afterAll(() => simulator.stop());

/** Sound parameters; a change to undefined takes one away. */
function parametersOf(changes: Readonly<Record<string, string | undefined>> = {}): Readonly<Record<string, string>> {
  const all = {
    method: "echo.list.query",
    app_key: "12345678",
    target_app_key: "99",
    timestamp: String(clock.at),
    format: "json",
    v: "2.0",
    sign_method: "md5",
    word: "出库",
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

describe("what is accepted", () => {
  test.each(["md5", "hmac", "hmac-sha256"])("signing by %s", async (sign_method) => {
    expect(await sendTopJson({ origin: simulator.origin, parameters: parametersOf({ sign_method }) })).toMatchObject({ word: "出库" });
  });

  test.each(["split", "query", "form"] as const)("parameters in %s", async (place) => {
    expect(await sendTopJson({ origin: simulator.origin, parameters: parametersOf(), place })).toMatchObject({ word: "出库" });
  });

  test.each([
    ["a wall time in GMT+8", () => "2026-11-22 05:19:59"],
    ["milliseconds", () => String(clock.at)],
    ["seconds", () => String(Math.floor(clock.at / 1000))],
  ])("%s as timestamp", async (_, timestamp) => {
    expect(await sendTopJson({ origin: simulator.origin, parameters: parametersOf({ timestamp: timestamp() }) })).toMatchObject({
      word: "出库",
    });
  });

  test.each([true, false])("empty values, left out of the signature: %s", async (skipEmpty) => {
    expect(await sendTopJson({ origin: simulator.origin, parameters: parametersOf({ is_disabled: "" }), skipEmpty })).toMatchObject({
      word: "出库",
    });
  });

  test("a scene before the method, signed as sent and dropped for dispatch", async () => {
    const parameters = parametersOf({ method: "hu3cgwt0tc.echo.list.query" });
    expect(await sendTopJson({ origin: simulator.origin, parameters })).toMatchObject({ method: "echo.list.query" });
  });
});

describe("envelopes", () => {
  const ask = (format: string | undefined, path?: string): Promise<string> =>
    sendTop({ origin: simulator.origin, parameters: parametersOf({ format }), ...(path === undefined ? {} : { path }) });

  test("a success has the root response, no flag, and numbers with all their digits", async () => {
    const text = await ask("json");
    expect(Object.keys(JSON.parse(text) as object)).toEqual(["response"]);
    expect(text).toContain('"id":7615917337495251231');
    expect(text).not.toContain('"flag"');
  });

  test("json2 has no wrapper", async () => {
    expect(JSON.parse(await ask("json2"))).toMatchObject({ method: "echo.list.query" });
  });

  test.each([undefined, "xml", "xml2"])("the format %s is XML with escaped text and lists of named elements", async (format) => {
    expect(await ask(format)).toMatch(
      /^<\?xml version="1.0" encoding="utf-8" \?><response>.*<rows><row><id>7615917337495251231<\/id><name>&lt;𠮷 &amp; 龘&gt;<\/name><\/row><\/rows>.*<\/response>$/,
    );
  });

  test("the test router answers like the real one, the classic gateway by the method's name", async () => {
    expect(Object.keys(JSON.parse(await ask("json", "/router/qmtest")) as object)).toEqual(["response"]);
    expect(Object.keys(JSON.parse(await ask("json", "/router/rest")) as object)).toEqual(["echo_list_query_response"]);
  });

  test("failures have their own names on either router, and in XML", async () => {
    const send = { origin: simulator.origin, sign: "0" };
    expect(JSON.parse(await sendTop({ ...send, parameters: parametersOf() }))).toMatchObject({
      response: { flag: "failure", code: 25, message: "Invalid signature", request_id: expect.stringMatching(/./) as string },
    });
    expect(JSON.parse(await sendTop({ ...send, parameters: parametersOf(), path: "/router/rest" }))).toMatchObject({
      error_response: { code: 25, msg: "Invalid signature" },
    });
    expect(await sendTop({ ...send, parameters: parametersOf({ format: "xml" }) })).toContain("<flag>failure</flag><code>25</code>");
  });
});

describe("what is refused", () => {
  test.each([
    [21, { method: undefined }],
    [22, { method: "nothing.here" }],
    [28, { app_key: undefined }],
    [29, { app_key: "87654321" }],
    [30, { timestamp: undefined }],
    [31, { timestamp: "2026-11-22T05:19:31" }],
    [31, { timestamp: "2026-11-22 04:00:00" }],
    [32, { v: undefined }],
    [33, { v: "1.0" }],
    [40, { target_app_key: undefined }],
    [41, { target_app_key: "98" }],
    [41, { sign_method: "sha1" }],
  ])("code %i for %j", async (code, changes) => {
    const sound = parametersOf(changes);
    const signed = sound["sign_method"] === "sha1" ? { sign: "0" } : {};
    expect(await sendTopJson({ origin: simulator.origin, parameters: sound, ...signed })).toMatchObject({ flag: "failure", code });
  });

  test("code 24 without a signature, 25 with a lower-case one or another secret", async () => {
    const parameters = parametersOf();
    expect(await sendTopJson({ origin: simulator.origin, parameters, sign: "" })).toMatchObject({ code: 24 });
    expect(await sendTopJson({ origin: simulator.origin, parameters, secret: "another" })).toMatchObject({ code: 25 });
  });

  test("a body that is raw text is part of the signature", async () => {
    const parameters = parametersOf();
    const sign = topSign(new Map(Object.entries(parameters)), {
      signMethod: "md5",
      secret: "demoTopSecret",
      body: "<request>出库</request>",
    });
    const url = `${simulator.origin}/router/qm?${new URLSearchParams({ ...parameters, sign }).toString()}`;
    const send = async (body: string): Promise<unknown> =>
      (await fetch(url, { method: "POST", body, headers: { "content-type": "text/xml" } })).json();
    expect(await send("<request>出库</request>")).toMatchObject({ response: { word: "出库" } });
    expect(await send("<request>入库</request>")).toMatchObject({ response: { code: 25 } });
  });

  test("the call beyond the limit within a second is code 7 and says how long", async () => {
    const still = { at: Date.parse("2026-11-22T06:00:00+08:00") };
    const limited = await startSimulator(echo, { now: () => still.at });
    try {
      const send = { origin: limited.origin, parameters: { ...parametersOf(), timestamp: String(still.at) } };
      for (let call = 0; call < 3; call++) expect(await sendTopJson(send)).toMatchObject({ word: "出库" });
      const refused = {
        code: 7,
        sub_code: "accesscontrol.limited-by-app-access-count",
        sub_message: "This ban will last for 1 more seconds",
      };
      expect(await sendTopJson(send)).toMatchObject(refused);
      still.at += 1000;
      expect(await sendTopJson(send)).toMatchObject({ word: "出库" });
      const stats = (await (await fetch(`${limited.origin}/_sim/stats`)).json()) as unknown;
      expect(JSON.stringify(stats)).toContain("echo.list.query");
    } finally {
      await limited.stop();
    }
  });
});
