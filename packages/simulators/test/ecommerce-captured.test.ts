import { afterEach, describe, expect, test } from "vitest";
import { parseChinaTime } from "../src/china-time.ts";
import { simulator as jushuitanQimen } from "../src/jushuitan-qimen/simulator.ts";
import { jushuitanOldSign, jushuitanSign } from "../src/jushuitan/sign.ts";
import { simulator as jushuitan } from "../src/jushuitan/simulator.ts";
import type { RunningSimulator, SimulatorDefinition } from "../src/kit/simulator.ts";
import { startSimulator } from "../src/kit/start.ts";
import { isTopSignMethod, topSign } from "../src/kit/top-sign.ts";
import { enterpriseSign } from "../src/wangdiantong-qimen/enterprise-direct.ts";
import { FLAGSHIP_EPOCH_S, flagshipSign } from "../src/wangdiantong-qimen/flagship-direct.ts";
import { simulator as wangdiantong } from "../src/wangdiantong-qimen/simulator.ts";
import { isForm, parametersOf, readCaptured, sendCaptured, withValues, type CapturedRequest } from "./captured/captured-request.ts";

const NOW = parseChinaTime("2026-11-22 05:19:31") ?? 0;
const WALL = "2026-11-22 05:19:31";
const SECONDS = String(NOW / 1000);

type Values = ReadonlyMap<string, string>;

interface Client {
  readonly system: SimulatorDefinition;
  /** Name and value of the fresh timestamp. */
  readonly fresh: readonly [string, string];
  sign(values: Values, request: CapturedRequest): string;
}

const oldPlatform: Client = {
  system: jushuitan,
  fresh: ["ts", SECONDS],
  sign: (values) =>
    jushuitanOldSign(
      {
        method: values.get("method") ?? "",
        partnerid: values.get("partnerid") ?? "",
        token: values.get("token") ?? "",
        ts: values.get("ts") ?? "",
      },
      "demoPartnerKey",
    ),
};
const enterprise: Client = { system: wangdiantong, fresh: ["timestamp", SECONDS], sign: (values) => enterpriseSign(values, "demoSecret") };
const top = (system: SimulatorDefinition, timestamp: string): Client => ({
  system,
  fresh: ["timestamp", timestamp],
  sign(values) {
    const signMethod = values.get("sign_method") ?? "";
    if (!isTopSignMethod(signMethod)) throw new Error(signMethod);
    return topSign(values, { signMethod, secret: "demoTopSecret" });
  },
});

const CLIENTS: Readonly<Record<string, Client>> = {
  "01": { system: jushuitan, fresh: ["timestamp", SECONDS], sign: (values) => jushuitanSign(values, "demoAppSecret") },
  "02": oldPlatform,
  "03": oldPlatform,
  "04": enterprise,
  "05": { ...enterprise, sign: (values) => enterpriseSign(values, "demoSecret", "bytes") },
  "06": enterprise,
  "07": enterprise,
  "08": {
    system: wangdiantong,
    fresh: ["timestamp", String(NOW / 1000 - FLAGSHIP_EPOCH_S)],
    sign: (values, request) => flagshipSign(values, request.body, "demosecret"),
  },
  "10": top(wangdiantong, String(NOW)),
  ...Object.fromEntries(["12", "13", "14", "15", "16", "17"].map((number) => [number, top(jushuitanQimen, WALL)])),
};

const running: RunningSimulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

async function start(system: SimulatorDefinition): Promise<string> {
  const settings =
    system === jushuitan
      ? { callsPerSecond: 0, callsPerMinute: 0 }
      : system === wangdiantong
        ? { callsPerSecond: 0, directCallsPerMinute: 0 }
        : { callsPerSecond: 0 };
  const simulator = await startSimulator(system, { now: () => NOW, settings });
  running.push(simulator);
  return simulator.origin;
}

function resign(client: Client, request: CapturedRequest): CapturedRequest {
  const fresh = withValues(request, { [client.fresh[0]]: client.fresh[1] });
  return withValues(fresh, { sign: client.sign(parametersOf(fresh), fresh) });
}

function isAccepted(answer: string): boolean {
  if (answer.startsWith("<")) return !/<flag>failure<\/flag>/.test(answer);
  const whole = JSON.parse(answer) as Record<string, unknown>;
  const inner = (whole["response"] ?? whole) as Record<string, unknown>;
  if (inner["flag"] !== undefined || whole["error_response"] !== undefined) return false;
  return [inner["code"], inner["errorcode"], inner["status"]].includes(0) || Array.isArray(inner["datas"]);
}

/** The name shows in the message when the answer should have been a refusal. */
function isAcceptedNamed({ answer }: { readonly answer: string }): boolean {
  return isAccepted(answer);
}

describe.each(Object.entries(CLIENTS))("captured request %s", (number, client) => {
  test("signed anew with a fresh timestamp is accepted", async () => {
    const origin = await start(client.system);
    const answer = await sendCaptured(origin, resign(client, readCaptured(number)));
    expect(answer).toSatisfy(isAccepted);
  });

  test("is refused when any byte of the signature changes", async () => {
    const origin = await start(client.system);
    const request = resign(client, readCaptured(number));
    const sign = parametersOf(request).get("sign") ?? "";
    for (let at = 0; at < sign.length; at++) {
      const other = sign[at] === "0" ? "1" : "0";
      const answer = await sendCaptured(origin, withValues(request, { sign: sign.slice(0, at) + other + sign.slice(at + 1) }));
      expect(answer).not.toSatisfy(isAccepted);
    }
  });

  test("is refused when one byte of any signed value changes", async () => {
    const origin = await start(client.system);
    const request = resign(client, readCaptured(number));
    const names = [...parametersOf(request).keys()].filter((name) => name !== "sign");
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const value = parametersOf(request).get(name) ?? "";
      const changed = value.slice(0, -1) + (value.endsWith("1") ? "2" : "1");
      expect({ name, answer: await sendCaptured(origin, withValues(request, { [name]: changed })) }).not.toSatisfy(isAcceptedNamed);
    }
  });
});

test("captured request 08 is refused when a character of its signed body changes", async () => {
  const client = CLIENTS["08"];
  if (client === undefined) throw new Error("08");
  const request = resign(client, readCaptured("08"));
  const answer = await sendCaptured(await start(client.system), { ...request, body: request.body.replace("仓", "倉") });
  expect(answer).not.toSatisfy(isAccepted);
});

describe("captured requests exactly as they were sent, at the moment they were sent", () => {
  test.each(["02", "03", "10", "12", "13", "14"])("%s is accepted", async (number) => {
    const request = readCaptured(number);
    const client = CLIENTS[number];
    if (client === undefined) throw new Error(number);
    expect(isForm(request) || number.startsWith("0")).toBe(true);
    expect(await sendCaptured(await startAt(client.system, request), request)).toSatisfy(isAccepted);
  });

  test.each(["15", "16", "17"])("%s, which its client signed wrongly, is refused with code 25", async (number) => {
    const request = readCaptured(number);
    const answer = await sendCaptured(await startAt(jushuitanQimen, request), request);
    expect(JSON.parse(answer)).toMatchObject({ response: { flag: "failure", code: 25 } });
  });

  async function startAt(system: SimulatorDefinition, request: CapturedRequest): Promise<string> {
    const values = parametersOf(request);
    const wall = values.get("timestamp") ?? values.get("ts") ?? "";
    const at = parseChinaTime(wall) ?? Number(wall) * (wall.length === 13 ? 1 : 1000);
    const simulator = await startSimulator(system, { now: () => at });
    running.push(simulator);
    return simulator.origin;
  }
});
