/** Logs through the API: errors lead to their bill, the tail is live, a flow tells of every bill while it is asked to; old lines go. Runs and the calendar of schedules. */
import { idAtMs, pruneStore } from "@datong/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IN, openOrders, orderRow, OUT, pushOrders, waitForCounts } from "./pushed-flows.ts";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const MAIN = "/api/v1/workspaces/main";
let lab: ServerLab;
let ask: Ask;
let key: string;

interface Line {
  readonly id: string;
  readonly event: string;
  readonly level: string;
  readonly zh: string;
  readonly recordKey: string | null;
}

beforeAll(async () => {
  lab = await openServerLab(1, []);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  key = (await ask("POST", `${MAIN}/api-keys`, { name: "tail", role: "viewer" })).body.key as string;
  await openOrders(ask);
  await pushOrders(ask, 3);
  await waitForCounts(ask, IN, { failed: 3 });
}, 180_000);
afterAll(() => lab.close());

const linesOf = async (query: string): Promise<readonly Line[]> =>
  (await ask("GET", `${MAIN}/logs?${query}`)).body.items as readonly Line[];

/** What the tail tells until `isEnough`, and at most for so long. */
async function tail(query: string, isEnough: (text: string) => boolean, longestMs = 20_000): Promise<string> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), longestMs);
  const headers = { authorization: `Bearer ${key}` };
  let text = "";
  try {
    const response = await fetch(`${lab.url()}${MAIN}/logs/events?after=0&${query}`, { headers, signal: stop.signal });
    for await (const part of response.body ?? []) {
      text += Buffer.from(part as Uint8Array).toString("utf8");
      if (isEnough(text)) break;
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  return text;
}

test("what could not be mapped is told with its bill; filters, pages and the download", async () => {
  await expect.poll(async () => (await linesOf("flow=orders-in&levels=error,fatal")).length, { timeout: 10_000 }).toBe(3);
  const lines = await linesOf("flow=orders-in&levels=error");
  expect(lines[0]).toMatchObject({ event: "unmapped", level: "error", zh: expect.stringContaining("TARGET_FIELD_MISSING") });
  const story = await ask("GET", `${IN}/records/story?key=${lines[0]?.recordKey}`);
  expect(story).toMatchObject({ status: 200, body: { status: "failed" } });
  expect(await linesOf("flow=orders-in&text=SO-000002")).toHaveLength(1);
  expect(await linesOf("flow=orders-in&key=b2")).toHaveLength(1);
  const first = await ask("GET", `${MAIN}/logs?limit=1`);
  const second = await ask("GET", `${MAIN}/logs?limit=1&after=${first.body.next}`);
  expect(BigInt(second.body.items[0].id)).toBeLessThan(BigInt(first.body.items[0].id));
  const file = (await ask("GET", `${MAIN}/logs/download?flow=orders-in`)).text.trim().split("\n");
  expect(file.length).toBe((await linesOf("flow=orders-in&limit=500")).length);
  expect(JSON.parse(file[0] ?? "")).toMatchObject({ flow: "orders-in", time: expect.stringContaining("T") });
  expect(await ask("GET", `${MAIN}/logs?levels=loud`)).toMatchObject({ status: 400 });
  expect(await ask("GET", `${MAIN}/logs?flow=nobody`)).toMatchObject({ status: 404 });
});

test("source rows are edited with a reason, mapped again and sent; the original stays in the story; another bill's are refused", async () => {
  const row = { ...orderRow(3), amount: "9.90" };
  const edit = (rows: unknown, reason = "客户补了金额") =>
    ask("POST", `${IN}/records/edit`, { key: "b3", rows: JSON.stringify(rows), reason });
  expect(await edit([{ ...row, id: "b4" }])).toMatchObject({ status: 422, body: { code: "REPAIR_EDIT_KEY" } });
  expect(await edit({})).toMatchObject({ status: 422, body: { code: "REPAIR_EDIT_SHAPE" } });
  expect(await ask("POST", `${IN}/records/edit`, { key: "b3", reason: "x" })).toMatchObject({ status: 400 });
  const edited = await edit([row]);
  expect((await ask("GET", `${MAIN}/bulk/${edited.body.bulk}`)).body).toMatchObject({ state: "done", queued: 1 });
  await waitForCounts(ask, OUT, { done: 1 });
  const story = (await ask("GET", `${IN}/records/story?key=b3`)).body;
  expect(story.rows).toContain("9.90");
  expect(story.interventions).toMatchObject([
    {
      action: "edit-rows",
      reason: "客户补了金额",
      person: "person:admin",
      details: { before: JSON.stringify([orderRow(3)]), after: JSON.stringify([row]) },
    },
  ]);
});

test("the tail tells what happens from now on, and nothing else; each bill while the flow is asked for it", async () => {
  expect(await ask("PUT", `${IN}/log-detail`, { minutes: 5 })).toMatchObject({ status: 204 });
  expect((await ask("GET", `${MAIN}/log-detail`)).body.items).toMatchObject([{ flow: "orders-in", person: "person:admin" }]);
  let next = 10;
  const pushing = setInterval(() => void ask("POST", `${IN}/push`, [{ ...orderRow((next += 1)), kind: "test" }]), 400);
  const text = await tail("flow=orders-in", (so) => so.includes('"event":"dropped"'));
  clearInterval(pushing);
  expect(text).toContain("no-tests");
  expect(text).not.toContain("SO-000002");
  expect(await ask("DELETE", `${IN}/log-detail`)).toMatchObject({ status: 204 });
  expect((await ask("GET", `${MAIN}/log-detail`)).body.items).toEqual([]);
});

test("old lines go, by what the flow says of its logs", async () => {
  const { pool } = lab.server().engine;
  const old = idAtMs(Date.now() - 31 * 86_400_000);
  await pool.query(
    `insert into log_line (lane, id, flow, level, event, zh, en) select lane, $1, num, 1, 'old', '旧', 'old' from flow where id = 'orders-in'`,
    [old],
  );
  expect(await linesOf("flow=orders-in&text=旧")).toHaveLength(1);
  await pruneStore(pool, { nowMs: Date.now() });
  expect(await linesOf("flow=orders-in&text=旧")).toEqual([]);
  expect((await linesOf("flow=orders-in&levels=error")).length).toBe(3);
});

test("runs are kept with their numbers and lead to their log; the calendar tells what is planned and what was missed", async () => {
  const { items } = (await ask("GET", `${MAIN}/runs?flow=orders-in&busy=true`)).body;
  expect(items[items.length - 1]).toMatchObject({ flow: "orders-in", state: "done", records: 3, unchanged: 0, problem: null });
  const run = items[items.length - 1].id as string;
  expect((await ask("GET", `${MAIN}/runs/${run}`)).body).toMatchObject({ state: "done", result: { read: 3, open: { failed: 2 } } });
  expect((await linesOf(`run=${run}`)).length).toBeGreaterThan(3);
  expect(await ask("GET", `${MAIN}/runs/77`)).toMatchObject({ status: 404 });
  const { text } = (await ask("GET", OUT)).body;
  const document = { ...(JSON.parse(text as string) as object), dispatch: { enabled: true, source: { cron: "0 * * * *", zone: "UTC" } } };
  await ask("PUT", OUT, { revision: 1, document });
  expect(await ask("POST", `${OUT}/publish`, { revision: 2, confirm: true })).toMatchObject({ status: 200 });
  const to = Date.now() + 86_400_000;
  const calendar = (await ask("GET", `${MAIN}/calendar?flow=orders-out&from=${to - 90_000_000}&to=${to}`)).body.items[0];
  expect(calendar).toMatchObject({ flow: "orders-out", isEnabled: true, cron: "0 * * * *", misfire: "last", isCut: false });
  expect(calendar.entries.filter((entry: { outcome: string }) => entry.outcome === "planned")).toHaveLength(24);
  expect(await ask("GET", `${MAIN}/calendar?from=1&to=${to}`)).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
});
