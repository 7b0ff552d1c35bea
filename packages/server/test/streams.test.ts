/** Live streams as a browser uses them: they go on where they were cut off, end when the reader's right does, and tell of every run. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IN, openOrders, pushOrders, waitForCounts } from "./pushed-flows.ts";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const MAIN = "/api/v1/workspaces/main";
let lab: ServerLab;
let ask: Ask;

beforeAll(async () => {
  lab = await openServerLab(1, []);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  await openOrders(ask);
  await pushOrders(ask, 3);
  await waitForCounts(ask, IN, { failed: 3 });
}, 180_000);
afterAll(() => lab.close());

async function makeKey(name: string): Promise<string> {
  return (await ask("POST", `${MAIN}/api-keys`, { name, role: "viewer" })).body.key as string;
}

interface Stream {
  readonly text: () => string;
  readonly hasEnded: () => boolean;
  readonly headers: Headers;
  readonly stop: () => void;
}

async function open(path: string, key: string, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const stop = new AbortController();
  const response = await fetch(lab.url() + path, { headers: { authorization: `Bearer ${key}`, ...headers }, signal: stop.signal });
  let text = "";
  let hasEnded = false;
  void (async () => {
    try {
      for await (const part of response.body ?? []) text += Buffer.from(part as Uint8Array).toString("utf8");
    } catch {
      // Cut off.
    }
    hasEnded = true;
  })();
  return { text: () => text, hasEnded: () => hasEnded, headers: response.headers, stop: () => stop.abort() };
}

test("a tail that was cut off goes on behind the last line that it told", async () => {
  const key = await makeKey("cut-off");
  await expect.poll(async () => (await ask("GET", `${MAIN}/logs`)).body.items.length, { timeout: 10_000 }).toBeGreaterThan(3);
  const lines = (await ask("GET", `${MAIN}/logs?limit=500`)).body.items as readonly { readonly id: string }[];
  const first = lines.at(-1)?.id ?? "";
  // As a browser asks again: the same address, and the last id that it heard.
  const stream = await open(`${MAIN}/logs/events?after=0`, key, { "last-event-id": first });
  await expect
    .poll(() => lines.filter(({ id }) => id !== first && !stream.text().includes(`id: ${id}\n`)), { timeout: 10_000 })
    .toEqual([]);
  expect(stream.headers.get("x-content-type-options")).toBe("nosniff");
  stream.stop();
  const fromNow = await open(`${MAIN}/logs/events?after=0`, key, { "last-event-id": "no id of ours" });
  await sleep(1_500);
  expect(fromNow.text()).not.toContain(`id: ${first}\n`);
  fromNow.stop();
});

test("a key that is withdrawn, and a member whose role changes, hear nothing further", async () => {
  const key = await makeKey("withdrawn");
  await ask("POST", "/api/v1/people", { name: "li", password: "a long enough password" });
  await ask("PUT", `${MAIN}/members/li`, { role: "viewer" });
  const login = await lab.as({})("POST", "/api/v1/login", { name: "li", password: "a long enough password" });
  const cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const streams = [
    await open(`${MAIN}/logs/events?after=0`, key),
    await open(`${MAIN}/queues/events?seconds=60`, "", { cookie, authorization: "" }),
  ];
  expect(streams.map((each) => each.hasEnded())).toEqual([false, false]);
  expect((await ask("DELETE", `${MAIN}/api-keys/withdrawn`)).status).toBe(204);
  expect((await ask("DELETE", `${MAIN}/members/li`)).status).toBe(204);
  await expect.poll(() => streams.map((each) => each.hasEnded()), { timeout: 12_000 }).toEqual([true, true]);
});

test("a run has the id that was told when it was asked for, in the history too, and is told of after a restart", async () => {
  const begun = await ask("POST", `${IN}/runs`, {});
  expect(begun.status).toBe(202);
  const id = begun.body.id as string;
  const key = await makeKey("runs");
  expect((await lab.as({ key })("GET", `${MAIN}/runs/${id}/events`)).text).toMatch(/event: run\ndata: .*"state":"done"/s);
  expect((await ask("GET", `${MAIN}/runs?limit=500`)).body.items.map((run: { readonly id: string }) => run.id)).toContain(id);
  await lab.restart();
  expect((await ask("GET", `${MAIN}/runs/${id}`)).body).toMatchObject({ id, flow: "orders-in", state: "done" });
  expect((await lab.as({ key })("GET", `${MAIN}/runs/${id}/events`)).text).toMatch(/"state":"done"/);
  expect((await ask("GET", `${MAIN}/runs/1/events`)).status).toBe(404);
});
