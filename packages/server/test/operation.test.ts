/** What those who operate it look at: metrics, traces at a collector, the log as JSON lines. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase, pruneStore, restoreStore } from "@datong/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { logLine, traceIdOf, within } from "../src/telemetry/log.ts";
import { wantsTracing } from "../src/telemetry/tracing.ts";
import { ADMIN, connectionOf, exampleTexts, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";
import { openTraceCollector, type TraceCollector } from "./trace-collector.ts";

const FLOW = "kingdee-return-to-jushuitan-inout";
const MAIN = "/api/v1/workspaces/main";
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const requests: { readonly message: string; readonly more: Readonly<Record<string, unknown>> }[] = [];
let collector: TraceCollector;
let lab: ServerLab;
let ask: Ask;
let cookie: string;

beforeAll(async () => {
  collector = await openTraceCollector({ OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test" });
  const { environment } = collector;
  const logRequest = (message: string, more: Readonly<Record<string, unknown>>): number => requests.push({ message, more });
  lab = await openServerLab(6, ["kingdee-galaxy", "jushuitan"], { environment, logRequest });
  const login = await lab.as({})("POST", "/api/v1/login", ADMIN);
  cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  ask = lab.as({ cookie });
  for (const id of ["kingdee-galaxy", "jushuitan"])
    await ask("PUT", `${MAIN}/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
  await ask("PUT", `${MAIN}/flows/${FLOW}`, { revision: 0, text: (await exampleTexts("flows")).get(FLOW) });
  await ask("POST", `${MAIN}/flows/${FLOW}/publish`, { revision: 1 });
  await ask("POST", `${MAIN}/flows/${FLOW}/enable`);
  const { body } = await ask("POST", `${MAIN}/flows/${FLOW}/runs`, {}, { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  await ask("GET", `${MAIN}/runs/${body.id}/events`);
}, 180_000);
afterAll(async () => {
  await lab.close();
  await collector.close();
});

test("metrics: queues, oldest, in and out, calls by outcome, lag, budgets; only a key's own workspace", async () => {
  const { text, headers } = await ask("GET", "/metrics");
  expect(headers.get("content-type")).toContain("version=0.0.4");
  const value = (line: RegExp): number => Number(line.exec(text)?.[1]);
  const arrived = lab.vendor("jushuitan").ledger().length;
  expect(value(new RegExp(`^datong_bills_out_total\\{flow="${FLOW}"\\} (\\d+)$`, "m"))).toBe(arrived);
  expect(value(new RegExp(`^datong_bills_in_total\\{flow="${FLOW}"\\} (\\d+)$`, "m"))).toBeGreaterThanOrEqual(arrived);
  expect(value(/^datong_calls_total\{connection="jushuitan",api="[^"]+",outcome="ok"\} (\d+)$/m)).toBeGreaterThan(0);
  expect(value(/^datong_source_lag_seconds\{[^}]+\} ([\d.]+)$/m)).toBeGreaterThanOrEqual(0);
  expect(value(/^datong_budget_limit_calls\{connection="jushuitan",window_seconds="[^"]+"\} (\d+)$/m)).toBeGreaterThan(0);
  for (const name of ["datong_queue_tasks", "datong_queue_oldest_seconds", "datong_budget_used_calls", "datong_documents", "datong_paused"])
    expect(text).toMatch(new RegExp(`^# TYPE ${name} gauge\n${name}\\{`, "m"));
  await ask("POST", "/api/v1/workspaces", { id: "south", name: "南方" });
  const key = await ask("POST", "/api/v1/workspaces/south/api-keys", { name: "prometheus", scopes: ["metrics"] });
  const theirs = await lab.as({ key: key.body.key as string })("GET", "/metrics");
  expect(theirs.status).toBe(200);
  expect(theirs.text).not.toContain(FLOW);
  expect(theirs.text).not.toContain("jushuitan");
});

test("the log's JSON lines carry the trace and the request; a request is a line without query and body", async () => {
  expect(requests).toContainEqual({
    message: "POST /api/v1/login 204",
    more: { method: "POST", route: "/api/v1/login", status: 204, tookMs: expect.any(Number) },
  });
  expect(requests.at(-1)?.more).toMatchObject({ actor: expect.stringMatching(/^(person|key):/) });
  const line = within({ requestId: "r", traceId: TRACE }, () => logLine("json", "hello", { status: 1 }));
  expect(JSON.parse(line)).toMatchObject({ message: "hello", traceId: TRACE, requestId: "r", status: 1 });
  expect(logLine("text", "hello")).toMatch(/^\d{4}-.*Z hello$/);
  expect([
    traceIdOf(`00-${TRACE}-b7ad6b7169203331-01`),
    traceIdOf("nonsense"),
    traceIdOf(`00-${"0".repeat(32)}-b7ad6b7169203331-01`),
  ]).toEqual([TRACE, undefined, undefined]);
});

test("settings: retention, quota and state for the installation's administrator; what cannot be is refused by name", async () => {
  expect(await ask("PUT", "/api/v1/settings/retention", { flow: FLOW, part: "bodies", status: "failed", keepDays: 90 })).toMatchObject({
    status: 204,
  });
  expect(await ask("PUT", "/api/v1/settings/retention", { flow: "never-ran", part: "rows", keepDays: 9 })).toMatchObject({ status: 404 });
  expect(await ask("PUT", "/api/v1/settings/exchange-quota", { bytesMax: 1 })).toMatchObject({
    status: 400,
    body: { code: "REQUEST_INVALID" },
  });
  expect(await ask("PUT", "/api/v1/settings/exchange-quota", { bytesMax: 10 * 1024 * 1024 })).toMatchObject({ status: 204 });
  const { engine } = lab.server();
  const settled = await engine.pool.query("select count(*) as n from record");
  // Ten days ago somebody stored twelve megabytes that nothing compresses.
  const [today, old] = [Date.now(), new Date(Date.now() - 10 * 86_400_000)];
  const day = old.toISOString().slice(0, 10).replaceAll("-", "");
  const bound = (ms: number): string => `'${new Date(ms).toISOString().slice(0, 10)}'`;
  await engine.pool.query(`create table exchange_${day} (like exchange including defaults including storage)`);
  await engine.pool.query(
    `alter table exchange attach partition exchange_${day} for values from (${bound(old.getTime())}) to (${bound(old.getTime() + 86_400_000)})`,
  );
  await engine.pool.query(
    "insert into exchange (at, lane, id, flow, run, operation, status, took_ms, request, response) values ($1, 0, 1, 1, 1, 'x', 200, 1, $2, '')",
    [old, randomBytes(12 * 1024 * 1024)],
  );
  expect(await pruneStore(engine.pool, { nowMs: today })).toMatchObject({
    quota: { days: [old.toISOString().slice(0, 10)], isEnough: true },
  });
  const { body } = await ask("GET", "/api/v1/settings");
  expect(body).toMatchObject({
    retention: [{ flow: FLOW, part: "bodies", status: "failed", keepDays: 90 }],
    exchanges: { bytesMax: 10 * 1024 * 1024, notice: { isEnough: true } },
    database: { encoding: "UTF8", missing: [], unknown: [] },
    masterKey: { fits: true, problem: null },
    oidc: null,
  });
  expect(body.secrets.length).toBeGreaterThan(2);
  expect((await engine.pool.query("select count(*) as n from record")).rows).toEqual(settled.rows);
});

test("the calendar tells the hours in which a connection of the flow makes no calls", async () => {
  const maintenance = [{ days: [7], from: "01:00", to: "03:00" }];
  const document = { ...(await connectionOf(lab, "jushuitan")), maintenance };
  expect(await ask("PUT", `${MAIN}/connections/jushuitan`, { revision: 1, document })).toMatchObject({ status: 200 });
  const [from, to] = [Date.now(), Date.now() + 86_400_000];
  const { items } = (await ask("GET", `${MAIN}/calendar?flow=${FLOW}&from=${from}&to=${to}`)).body;
  expect(items[0].maintenance).toEqual([{ side: "target", connection: "jushuitan", ...maintenance[0] }]);
});

test("a backup is a download that a restore takes; cut off, none does", async () => {
  const response = await fetch(`${lab.url()}/api/v1/backup`, { headers: { cookie } });
  expect(response.headers.get("content-disposition")).toMatch(/attachment; filename="datong-\d{14}\.backup"/);
  const bytes = Buffer.from(await response.arrayBuffer());
  const [whole, half] = [join(lab.dir, "whole.backup"), join(lab.dir, "half.backup")];
  await writeFile(whole, bytes);
  await writeFile(half, bytes.subarray(0, bytes.length - 20));
  const other = await openDatabase({ dataDir: join(lab.dir, "other") });
  try {
    await expect(restoreStore(other, half, { moved: true })).rejects.toMatchObject({ code: "STORE_BACKUP_BROKEN" });
    const { tables } = await restoreStore(other, whole, { moved: true });
    expect(tables["record"]).toBeGreaterThan(0);
    expect(tables["connection_secret"]).toBeGreaterThan(2);
  } finally {
    await other.close();
  }
});

test("spans of request, page and call reach the collector over OTLP, as parts of the caller's trace", async () => {
  expect([wantsTracing({}), wantsTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x", OTEL_SDK_DISABLED: "true" })]).toEqual([false, false]);
  await lab.server().close();
  const request = collector.spans.find(({ name, traceId }) => traceId === TRACE && name.startsWith("POST "));
  expect(request).toMatchObject({ name: "POST /api/v1/workspaces/:workspace/flows/:id/runs", parentSpanId: "b7ad6b7169203331" });
  const page = collector.spans.find(({ name, traceId }) => traceId === TRACE && name === "page");
  expect(page?.attributes).toContainEqual({ key: "datong.flow", value: { stringValue: FLOW } });
  const call = collector.spans.find(({ name, parentSpanId }) => name === "call" && parentSpanId === page?.spanId);
  expect(call?.attributes).toContainEqual({ key: "datong.outcome", value: { stringValue: "ok" } });
  expect(collector.texts[0]).toContain("deployment.environment");
  expect(collector.texts[0]).toContain('"datong"');
});
