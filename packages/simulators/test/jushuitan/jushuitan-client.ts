/** A client of the pretend 聚水潭 for its tests: signs with the vectors' identity and a clock the test can move. */
import { jushuitanOldSign, jushuitanSign } from "../../src/jushuitan/sign.ts";
import { simulator } from "../../src/jushuitan/simulator.ts";
import type { RunningSimulator } from "../../src/kit/simulator.ts";
import { startSimulator } from "../../src/kit/start.ts";
import { encodeForm } from "../captured/captured-request.ts";

export interface Answer {
  readonly code: number;
  readonly msg: string | null;
  readonly data: Readonly<Record<string, unknown>> | readonly unknown[] | null;
  readonly [key: string]: unknown;
}

export interface Client {
  readonly simulator: RunningSimulator;
  readonly clock: { at: number };
  /** Replaced by the test after a refresh. */
  accessToken: string;
  call(api: string, biz: unknown, fields?: Readonly<Record<string, string>>): Promise<Answer>;
  token(path: string, fields: Readonly<Record<string, string>>): Promise<Answer>;
  old(method: string, body: unknown, query?: Readonly<Record<string, string>>): Promise<Answer>;
  control(body: unknown): Promise<void>;
}

export async function startClient(settings: Readonly<Record<string, unknown>> = {}): Promise<Client> {
  const clock = { at: Date.parse("2026-11-22T05:00:00+08:00") };
  const running = await startSimulator(simulator, { now: () => clock.at, settings: { callsPerSecond: 0, callsPerMinute: 0, ...settings } });
  const post = async (path: string, body: string, contentType: string): Promise<Answer> => {
    const response = await fetch(running.origin + path, { method: "POST", headers: { "content-type": contentType }, body });
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as Answer;
  };
  const postForm = (path: string, fields: Readonly<Record<string, string>>): Promise<Answer> => {
    const sign = jushuitanSign(new Map(Object.entries(fields)), "demoSecret0001");
    return post(path, encodeForm(Object.entries({ sign, ...fields })), "application/x-www-form-urlencoded;charset=UTF-8");
  };
  const seconds = (): string => String(Math.floor(clock.at / 1000));
  const client: Client = {
    simulator: running,
    clock,
    accessToken: "demoToken0001",
    call: (api, biz, fields = {}) =>
      postForm(`/open/${api.replaceAll(".", "/")}`, {
        app_key: "demoKey0001",
        access_token: client.accessToken,
        timestamp: seconds(),
        charset: "utf-8",
        version: "2",
        biz: typeof biz === "string" ? biz : JSON.stringify(biz),
        ...fields,
      }),
    token: (path, fields) =>
      postForm(`/openWeb/auth/${path}`, { app_key: "demoKey0001", timestamp: seconds(), charset: "utf-8", ...fields }),
    old(method, body, query = {}) {
      const call = { method, partnerid: "partner01", token: "tok01", ts: seconds(), ...query };
      const sign = jushuitanOldSign(call, "partnerKey01");
      return post(
        `/api/open/query.aspx?${encodeForm(Object.entries({ ...call, sign, ...query }))}`,
        JSON.stringify(body),
        "application/json",
      );
    },
    async control(body) {
      const response = await fetch(`${running.origin}/_sim/control`, { method: "POST", body: JSON.stringify(body) });
      if (!response.ok) throw new Error(await response.text());
    },
  };
  return client;
}

/** A sound document; the fields of `changes` replace its own, undefined takes one away. */
export function documentOf(externalId: string, changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { is_confirm: "true", type: "in", external_id: externalId, warehouse: "1", items: [{ sku_id: "A-001", qty: "3" }], ...changes };
}
