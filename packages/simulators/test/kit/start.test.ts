import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startAll } from "../../src/kit/start-all.ts";
import { startSimulator, type StartOptions } from "../../src/kit/start.ts";
import type { Fault, RunningSimulator } from "../../src/kit/simulator.ts";
import { pretendShop } from "./pretend-shop.ts";

const running: RunningSimulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

async function start(options: StartOptions = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator(pretendShop, options);
  running.push(simulator);
  return simulator;
}

async function control<T>(simulator: RunningSimulator, method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(`${simulator.origin}/_sim/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return (await reply.json()) as T;
}

const save = (simulator: RunningSimulator, key: string): Promise<Response> =>
  fetch(`${simulator.baseUrl}save`, { method: "POST", body: JSON.stringify({ key }) });
const list = (simulator: RunningSimulator): Promise<Response> => fetch(`${simulator.baseUrl}list`);
const fault = (simulator: RunningSimulator, ...faults: Fault[]): Promise<unknown> => control(simulator, "POST", "faults", faults);

describe("a started simulator", () => {
  test("answers over HTTP below its base path and publishes its environment", async () => {
    const simulator = await start({ bills: 3 });
    const reply = await list(simulator);
    expect(reply.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await reply.json()).toHaveLength(3);
    expect(simulator.environment).toEqual({ SHOP_URL: simulator.baseUrl, SHOP_KEY: "key" });
  });

  test("gives the same data for the same seed and other data for another", async () => {
    const [one, same, other] = await Promise.all([start({ seed: 7 }), start({ seed: 7 }), start({ seed: 8 })]);
    const texts = await Promise.all([one, same, other].map(async (simulator) => (await list(simulator)).text()));
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).not.toBe(texts[0]);
  });

  test("refuses a body over 64 MB with 413", async () => {
    const simulator = await start();
    const reply = await fetch(`${simulator.baseUrl}save`, { method: "POST", body: Buffer.alloc(64 * 1024 * 1024 + 1, 32) });
    expect(reply.status).toBe(413);
  });

  test("shows a defect of the vendor's code as HTTP 500 and in the stats", async () => {
    const simulator = await start({ settings: { broken: true } });
    expect((await list(simulator)).status).toBe(500);
    const stats = await control<{ defects: string[] }>(simulator, "GET", "stats");
    expect(stats.defects[0]).toContain("the vendor's code is broken");
  });

  test("takes the next ports one after another when several are started", async () => {
    const free = await freePair();
    const all = await startAll([pretendShop, { ...pretendShop, system: "second" }], { port: free });
    running.push(...all);
    expect(all.map((simulator) => simulator.origin)).toEqual([`http://127.0.0.1:${free}`, `http://127.0.0.1:${free + 1}`]);
    await expect(startAll([pretendShop], { only: ["nobody"] })).rejects.toThrow("no simulator called nobody");
    await expect(startAll([pretendShop], { port: free })).rejects.toThrow("EADDRINUSE");
  });
});

/**
 * Two ports that nobody has, one after the other, below those that the system gives to whoever asks for any: among these the second would be
 * another test's every now and then.
 */
async function freePair(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const taken = await Promise.all([port, port + 1].map(isTaken));
    if (!taken.includes(true)) return port;
  }
}

async function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(true));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
}

describe("faults", () => {
  test("latency waits and then answers normally", async () => {
    const simulator = await start();
    await fault(simulator, { api: "list", kind: "latency", ms: 60 });
    const before = performance.now();
    expect((await list(simulator)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  test("answer in the vendor's place without the vendor being asked", async () => {
    const simulator = await start();
    await fault(
      simulator,
      { api: "save", kind: "http-429", retryAfterS: 7, times: 1 },
      { api: "save", kind: "http-500", times: 1 },
      { api: "save", kind: "http-502-html", times: 1 },
      { api: "save", kind: "vendor-limit", times: 1 },
    );
    const throttled = await save(simulator, "1");
    expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await save(simulator, "1")).status).toBe(500);
    const gateway = await save(simulator, "1");
    expect([gateway.status, (await gateway.text()).startsWith("<html>")]).toEqual([502, true]);
    expect(await (await save(simulator, "1")).json()).toEqual({ code: "limit" });
    expect(await (await save(simulator, "1")).json()).toEqual({ code: "ok", audited: true });
    expect(simulator.vendor.ledger()).toHaveLength(1);
    const stats = await control<{ refusals: unknown; calls: unknown }>(simulator, "GET", "stats");
    expect(stats).toMatchObject({ calls: { save: 5 }, refusals: { save: 2 } });
  });

  test("cut-before cuts without a write, cut-after cuts with the write taken", async () => {
    const simulator = await start();
    await fault(simulator, { api: "SAVE", kind: "cut-before", times: 1 });
    await expect(save(simulator, "1")).rejects.toThrow();
    expect(simulator.vendor.ledger()).toHaveLength(0);
    await fault(simulator, { api: "*", kind: "cut-after", times: 1 });
    await expect(save(simulator, "1")).rejects.toThrow();
    expect(simulator.vendor.ledger()).toHaveLength(1);
  });

  test("truncate breaks HTTP, truncate-json breaks only the JSON", async () => {
    const simulator = await start();
    await fault(simulator, { api: "list", kind: "truncate", times: 1 }, { api: "list", kind: "truncate-json", times: 1 });
    await expect(list(simulator).then((reply) => reply.text())).rejects.toThrow();
    const short = await list(simulator);
    const text = await short.text();
    expect(Number(short.headers.get("content-length"))).toBe(text.length);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    await expect((await list(simulator)).json()).resolves.toHaveLength(300);
  });

  test("rows appear and sessions are lost before the request is looked at", async () => {
    const simulator = await start({ bills: 2 });
    await fault(simulator, { api: "list", kind: "insert-rows", count: 3, times: 1 });
    expect(await (await list(simulator)).json()).toHaveLength(5);
    await fault(simulator, { api: "list", kind: "session-lost", times: 1 });
    expect(await (await list(simulator)).json()).toEqual({ code: "session-lost" });
  });

  test("skip lets requests pass first, times counts down, and what is left is shown", async () => {
    const simulator = await start();
    await fault(simulator, { api: "list", kind: "http-500", skip: 1, times: 2 });
    expect((await list(simulator)).status).toBe(200);
    expect((await list(simulator)).status).toBe(500);
    expect(await control(simulator, "GET", "faults")).toEqual({ faults: [{ api: "list", kind: "http-500", skip: 0, times: 1 }] });
    expect((await list(simulator)).status).toBe(500);
    expect((await list(simulator)).status).toBe(200);
    await fault(simulator, { api: "list", kind: "http-500" });
    await control(simulator, "DELETE", "faults");
    expect((await list(simulator)).status).toBe(200);
  });

  test("only the vendor can act out save-not-audit", async () => {
    const simulator = await start();
    await fault(simulator, { api: "save", kind: "save-not-audit", times: 1 });
    expect(await (await save(simulator, "1")).json()).toEqual({ code: "ok", audited: false });
  });

  test("nonsense is refused with a sentence", async () => {
    const simulator = await start();
    for (const body of [{ kind: "latency" }, { api: "list", kind: "no-such" }, { api: "list", kind: "latency", ms: -1 }, null]) {
      const reply = await fetch(`${simulator.origin}/_sim/faults`, { method: "POST", body: JSON.stringify(body) });
      expect([reply.status, typeof ((await reply.json()) as { error: string }).error]).toEqual([400, "string"]);
    }
  });
});

describe("control endpoints", () => {
  test("the ledger names keys that were taken twice and can be narrowed to a kind", async () => {
    const simulator = await start();
    for (const key of ["a", "b", "a"]) await save(simulator, key);
    expect(await control(simulator, "GET", "ledger")).toMatchObject({
      count: 3,
      duplicates: ["a"],
      entries: [{ sequence: 1, key: "a" }, {}, {}],
    });
    expect(await control(simulator, "GET", "ledger?kind=other")).toEqual({ entries: [], duplicates: [], count: 0 });
  });

  test("rows are inserted, data is shown, the vendor's own control is passed on", async () => {
    const simulator = await start({ bills: 1 });
    expect(await control(simulator, "POST", "insert", { count: 2, late: true })).toEqual({ keys: ["late-0", "late-1"] });
    expect(await control(simulator, "GET", "data?kind=order")).toMatchObject({ kind: "order", count: 3 });
    expect(await control(simulator, "POST", "control", { action: "x", value: 5 })).toEqual({ action: "x", given: 5 });
    expect(await control(simulator, "POST", "control", {})).toHaveProperty("error");
    expect((await fetch(`${simulator.origin}/_sim/nothing`)).status).toBe(404);
  });

  test("stats show how many calls were in flight at once", async () => {
    const simulator = await start();
    await fault(simulator, { api: "list", kind: "latency", ms: 50 });
    await Promise.all([list(simulator), list(simulator), list(simulator)]);
    expect(await control(simulator, "GET", "stats")).toMatchObject({ calls: { list: 3 }, concurrentMax: 3, perSecondMax: 3 });
  });

  test("reset brings the first day back: data, ledger, faults and sessions", async () => {
    const simulator = await start({ bills: 2 });
    await save(simulator, "a");
    await fault(simulator, { api: "list", kind: "http-500" });
    await control(simulator, "POST", "lose-sessions");
    await control(simulator, "POST", "reset");
    expect(await (await list(simulator)).json()).toHaveLength(2);
    expect(simulator.vendor.ledger()).toEqual([]);
  });
});
