/**
 * The rules' clock is moved by hand: what begins, goes on and ends at which hour, and when its message leaves. The receivers bear no more
 * messages a minute than the real ones do.
 */
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { registerFlow } from "@datong/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deliver } from "../src/alert/deliver.ts";
import { watchAll } from "../src/alert/watch.ts";
import { openTenants } from "../src/documents/tenants.ts";
import type { Services } from "../src/services.ts";
import { ADMIN, connectionOf, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const AT = "/api/v1/workspaces/main";
/** Messages a minute after which the services refuse. */
const BEARS: Readonly<Record<string, number>> = { dingtalk: 20, feishu: 100, wecom: 20, webhook: Number.POSITIVE_INFINITY };
const taken: { readonly kind: string; readonly text: string; readonly atMs: number }[] = [];
const refused: string[] = [];
let lab: ServerLab;
let ask: Ask;
let robots: HttpServer;
let services: Services;
let nowMs = 0;

/** Wall time of China. */
const at = (wall: string): number => Date.parse(`${wall.replace(" ", "T")}+08:00`);

function answer(kind: string, body: string): object {
  const told = JSON.parse(body) as { text: string | { content: string }; content?: { text: string } };
  const lately = taken.filter((each) => each.kind === kind && nowMs - each.atMs < 60_000).length;
  if (lately >= (BEARS[kind] ?? 0)) {
    refused.push(kind);
    return { errcode: 410_100, code: 9499 };
  }
  taken.push({ kind, text: typeof told.text === "string" ? told.text : (told.text?.content ?? told.content?.text ?? ""), atMs: nowMs });
  return { errcode: 0, code: 0 };
}

beforeAll(async () => {
  robots = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => response.end(JSON.stringify(answer((request.url ?? "").slice(1), body))));
  });
  await new Promise<void>((resolve) => robots.listen(0, "127.0.0.1", resolve));
  // Without a worker: nobody else looks at the rules.
  lab = await openServerLab(1, ["kingdee-galaxy"], { roles: ["api"] });
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  const { engine } = lab.server();
  const moved = { ...engine, ports: { ...engine.ports, nowMs: () => nowMs } };
  services = {
    engine: moved,
    masterKey: engine.masterKey,
    tenants: openTenants(engine, engine.masterKey),
    log: (line: string) => lab.logs.push(line),
  } as Partial<Services> as Services;
  await keep("connections", "kingdee-galaxy", await connectionOf(lab, "kingdee-galaxy"));
  const url = `http://127.0.0.1:${(robots.address() as AddressInfo).port}`;
  for (const kind of ["dingtalk", "feishu", "wecom"])
    await keep("channels", kind, { id: kind, kind, url: `${url}/${kind}`, privateNetwork: true });
  const night = { id: "night", kind: "webhook", url: `${url}/webhook`, privateNetwork: true, quiet: { from: "22:00", to: "08:00" } };
  await keep("channels", "night", night);
}, 180_000);
afterAll(async () => {
  await lab.close();
  robots.close();
});

async function keep(kind: string, id: string, document: object): Promise<void> {
  const saved = await ask("PUT", `${AT}/${kind}/${id}`, { revision: 0, document });
  if (saved.status !== 200) throw new Error(saved.text);
}

async function publish(document: { readonly id: string }): Promise<void> {
  await keep("flows", document.id, document);
  for (const [deed, body] of [["publish", { revision: 1, confirm: true }], ["enable"]] as const) {
    const done = await ask("POST", `${AT}/flows/${document.id}/${deed}`, body);
    if (done.status >= 300) throw new Error(done.text);
  }
}

/** Looks at the rules and sends what is due, at that moment. */
async function look(wall: string | number): Promise<readonly string[]> {
  nowMs = typeof wall === "string" ? at(wall) : wall;
  const before = taken.length;
  await watchAll(services, "http://datong");
  await deliver(services);
  return taken.slice(before).map(({ text }) => text);
}

const sql = async (text: string, values: readonly unknown[] = []): Promise<void> => {
  await lab.server().engine.pool.query(text, [...values]);
};
const passive = { connection: "datong", api: "receive", id: ["id"], number: "id" };
const collect = { connection: "datong", api: "collect" };
const FilterString = "FApproveDate>='{{LAST_SYNC_TIME|datetime}}' and FApproveDate<'{{CURRENT_TIME|datetime}}'";
const params = { FormId: "SAL_RETURNSTOCK", FilterString, StartRow: "{{PAGINATION_START_ROW}}", Limit: "{{PAGINATION_PAGE_SIZE}}" };
const kingdee = { connection: "kingdee-galaxy", api: "executeBillQuery:SAL_RETURNSTOCK" };

async function push(flow: string, rows: readonly object[]): Promise<void> {
  await ask("POST", `${AT}/flows/${flow}/push`, rows);
  const run = (await ask("POST", `${AT}/flows/${flow}/runs`, {})).body as { readonly id: string };
  await ask("GET", `${AT}/runs/${run.id}/events`);
}

async function over(...rules: readonly string[]): Promise<void> {
  for (const id of rules) {
    const gone = await ask("DELETE", `${AT}/alert-rules/${id}`);
    if (gone.status >= 300) throw new Error(gone.text);
  }
  await sql("delete from alert_state");
}

test("a quiet time that ends when it begins may be all day or none, and is refused", async () => {
  const document = { id: "unclear", kind: "dingtalk", url: "https://oapi.dingtalk.com/x", quiet: { from: "08:00", to: "08:00" } };
  expect(await ask("PUT", `${AT}/channels/unclear`, { revision: 0, document })).toMatchObject({
    status: 400,
    body: { code: "REQUEST_INVALID", details: { path: "body/document/quiet/to" } },
  });
});

test("silence counts hours of work alone; in quiet hours a message waits for their end", async () => {
  await publish({ id: "silent", source: passive, mapping: [], target: collect, dispatch: { enabled: true } } as never);
  await push("silent", [{ id: "a" }]);
  const lastBill = (wall: string): Promise<void> =>
    sql("update run set started_at = to_timestamp($1 / 1000.0) where flow = (select num from flow where id = 'silent')", [at(wall)]);
  const work = { from: "09:00", to: "18:00", days: [1, 2, 3, 4, 5] };
  await keep("alert-rules", "silence", { id: "silence", when: "silence", hours: 2, work, flows: ["silent"], channels: ["night"] });
  // A Friday's evening: the weekend does not count.
  await lastBill("2026-11-20 17:00:00");
  expect(await look("2026-11-23 09:30:00")).toEqual([]);
  expect(await look("2026-11-23 10:20:00")).toMatchObject([expect.stringMatching(/长时间没有新单据：silent 已 2 个工作小时没有新单据/)]);
  expect(await look("2026-11-23 10:21:00")).toEqual([]);
  await lastBill("2026-11-23 23:00:00");
  expect(await look("2026-11-23 23:30:00")).toEqual([]);
  expect(await look("2026-11-24 07:59:00")).toEqual([]);
  expect(await look("2026-11-24 08:00:00")).toMatchObject([expect.stringContaining("✓ 已恢复：silent 长时间没有新单据")]);
  await over("silence");
});

test("the rate of errors is that of today's calls, of so many at least", async () => {
  await publish({ id: "rated", source: passive, mapping: [], target: collect, dispatch: { enabled: true } } as never);
  await keep("alert-rules", "rate", { id: "rate", when: "error-rate", percent: 10, calls: 20, flows: ["rated"], channels: ["night"] });
  const called = (day: string, calls: number, errors: number): Promise<void> =>
    sql(
      `insert into api_usage (connection, api, day, calls, errors, throttled, took_ms, buckets, last_at, last_error)
       values ('datong', 'collect', $1, $2, $3, 0, 0, '{}', now(), '服务器忙')
       on conflict (connection, api, day) do update set calls = excluded.calls, errors = excluded.errors`,
      [day, calls, errors],
    );
  await called("2026-11-24", 19, 19);
  expect(await look("2026-11-24 12:00:00")).toEqual([]);
  await called("2026-11-24", 40, 4);
  expect(await look("2026-11-24 12:01:00")).toMatchObject([expect.stringMatching(/40 次，出错 4 次（10\.0%）\n {2}主要原因：服务器忙/)]);
  await called("2026-11-24", 100, 4);
  expect(await look("2026-11-24 12:02:00")).toMatchObject([expect.stringContaining("✓ 已恢复：rated 调用错误率过高")]);
  await called("2026-11-24", 100, 50);
  // Another day begins at midnight in China.
  expect(await look("2026-11-25 08:30:00")).toEqual([]);
  await over("rate");
});

test("a span that was not read to its end is told, and an end that does not go on; filled in, it is over", async () => {
  const watermark = { start: "2026-11-20 00:00:00" };
  await publish({
    id: "windows",
    source: { ...kingdee, params, watermark },
    mapping: [],
    target: collect,
    dispatch: { enabled: true },
  } as never);
  await registerFlow(lab.server().engine.pool, "windows", "account");
  const read = (id: number, from: string, to: string): Promise<void> =>
    sql(
      `insert into certificate (lane, flow, id, from_at, to_at, pages, row_count, record_count, windows, revision, run)
       select lane, num, $1, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0), 1, 1, 1, 1, 1, 1 from flow where id = 'windows'`,
      [id, at(from), at(to)],
    );
  await keep("alert-rules", "gap", { id: "gap", when: "gap", hours: 2, flows: ["windows"], channels: ["night"] });
  expect(await look("2026-11-24 09:00:00")).toEqual([]);
  await read(1, "2026-11-20 00:00:00", "2026-11-24 08:00:00");
  expect(await look("2026-11-24 09:00:00")).toEqual([]);
  await read(2, "2026-11-24 08:30:00", "2026-11-24 09:00:00");
  expect(await look("2026-11-24 09:01:00")).toMatchObject([
    expect.stringMatching(/读取有缺口：windows 1 段时间没有读完，最早 2026-11-24 08:00:00 至 2026-11-24 08:30:00/),
  ]);
  await read(3, "2026-11-24 08:00:00", "2026-11-24 08:30:00");
  expect(await look("2026-11-24 09:02:00")).toMatchObject([expect.stringContaining("✓ 已恢复：windows 读取有缺口")]);
  expect(await look("2026-11-24 11:01:00")).toMatchObject([expect.stringContaining("2026-11-24 09:00:00 以后还没有读完")]);
  await over("gap");
});

test("a scheduled reconciliation that failed is told, and differences with three numbers, until one agrees", async () => {
  await keep("alert-rules", "differ", { id: "differ", when: "reconciliation", count: 2, flows: ["windows"], channels: ["night"] });
  const ended = (id: number, state: string, tick: string | null, summary: object): Promise<void> =>
    sql(
      `insert into reconciliation (lane, id, flow, state, person, started_at, touched_at, ended_at, tick_at, summary)
       select lane, $1, num, $2, 'schedule', to_timestamp($3 / 1000.0), now(), now(), to_timestamp($4 / 1000.0), $5 from flow where id = 'windows'`,
      [id, state, at("2026-11-24 08:30:00"), tick === null ? null : at(tick), JSON.stringify(summary)],
    );
  const differences = (missing: number, extra: number) => ({ missing, extra, different: 0 });
  await ended(1, "done", "2026-11-23 08:30:00", differences(1, 0));
  await ended(2, "failed", null, { problem: { code: "X", text: "tried by hand" } });
  expect(await look("2026-11-24 08:31:00")).toEqual([]);
  await ended(3, "failed", "2026-11-24 08:30:00", { problem: { code: "X", text: "目标查询超时" } });
  expect(await look("2026-11-24 08:32:00")).toMatchObject([expect.stringMatching(/按计划的对账失败\n {2}主要原因：目标查询超时/)]);
  await ended(4, "done", "2026-11-25 08:30:00", differences(2, 1));
  for (const place of [1, 2, 3, 4])
    await sql(
      `insert into reconciliation_difference (lane, reconciliation, place, kind, key, hash, body)
       select lane, 4, $1, 'missing', $2, '', $3 from flow where id = 'windows'`,
      [place, `k${place}`, JSON.stringify({ number: `N${place}` })],
    );
  // It goes on, as another thing; four hours later it is told again.
  expect(await look("2026-11-25 08:31:00")).toMatchObject([expect.stringMatching(/缺少 2，多出 1，不同 0\n {2}单号：N1、N2、N3\n/)]);
  await ended(5, "done", "2026-11-26 08:30:00", differences(0, 1));
  expect(await look("2026-11-26 08:31:00")).toMatchObject([expect.stringContaining("✓ 已恢复：windows 对账异常")]);
  await over("differ");
});

test("requests and responses that went before their time because of the quota are told for a day", async () => {
  await keep("alert-rules", "room", { id: "room", when: "quota", days: 1, channels: ["night"] });
  await ask("PUT", "/api/v1/settings/exchange-quota", { bytesMax: 10 * 1024 * 1024 });
  expect(await look("2026-11-24 12:00:00")).toEqual([]);
  // What the housekeeping notes when it lets days go (operation.test.ts).
  const notice = { at: at("2026-11-24 12:30:00"), days: ["2026-10-20", "2026-10-21"], isEnough: true };
  await sql("insert into setting (name, value) values ('exchange-quota-notice', $1)", [JSON.stringify(notice)]);
  expect(await look("2026-11-24 12:31:00")).toMatchObject([
    expect.stringMatching(/空间配额：.*2026-10-20 至 2026-10-21 的请求与响应已提前清理，单据不受影响/),
  ]);
  expect(await look("2026-11-25 12:29:00")).toMatchObject([expect.stringContaining("（仍未恢复）")]);
  expect(await look("2026-11-25 12:31:00")).toMatchObject([expect.stringMatching(/✓ 已恢复：\s+空间配额/)]);
  await over("room");
});

test("five hundred failures of five flows within a minute: a message a look, and one recovery notice for each channel", async () => {
  const flows = Array.from({ length: 5 }, (_, i) => `failing-${i}`);
  const mapping = [
    { field: "id", value: "{{id}}" },
    { field: "amount", value: "_function 1 / {{zero}}" },
  ];
  const kept = { connection: "datong", api: "push", options: { flow: "silent" } };
  for (const id of flows) await publish({ id, source: passive, mapping, target: kept, dispatch: { enabled: true } } as never);
  const channels = ["dingtalk", "feishu", "wecom"];
  await keep("alert-rules", "failures", { id: "failures", when: "failures", count: 1, channels });
  const rows = (zero: number) => Array.from({ length: 100 }, (_, n) => ({ id: `B${n}`, zero }));
  taken.length = 0;
  const beginMs = at("2026-11-24 10:00:00");
  // Looked at every 20 s, sent every second; more and more flows fail.
  for (let second = 0; second < 60; second += 1) {
    nowMs = beginMs + second * 1_000;
    if (second % 20 === 0) {
      for (const id of flows.slice(second / 10, second / 10 + 2)) await push(id, rows(0));
      await watchAll(services, "http://datong");
    }
    await deliver(services);
  }
  for (const kind of channels) {
    const own = taken.filter((each) => each.kind === kind);
    expect(own).toHaveLength(3);
    const told = own.flatMap(({ text }) => [...text.matchAll(/单据失败：(failing-\d) (\d+) 张失败/g)]);
    expect(told.map(([, flow]) => flow)).toEqual(flows);
    expect(told.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(500);
    for (const { text } of own) expect(text).toMatch(/主要原因：.+\n {2}单号：B\d+、B\d+、B\d+/);
  }
  for (const id of flows) await push(id, rows(1));
  taken.length = 0;
  for (let second = 60; second < 180; second += 20) await look(beginMs + second * 1_000);
  expect(taken.map(({ kind }) => kind).toSorted()).toEqual(channels);
  for (const { text } of taken) for (const id of flows) expect(text).toContain(`✓ 已恢复：${id} 单据失败`);
  expect(refused).toEqual([]);
});
