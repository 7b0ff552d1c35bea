/** Connectors and APIs as what a workspace owns: imported, saved, tried, over HTTP against a system of the test's own. */
import { createHmac } from "node:crypto";
import { createServer, type Server as HttpServer } from "node:http";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { readSpreadsheet } from "@datong/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, connectionOf, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const AT = "/api/v1/workspaces/main";
const KEY = "key-of-the-shop-31415926";
const OPENAPI = readFileSync(fileURLToPath(new URL("openapi/petty-orders.yaml", import.meta.url)), "utf8");
let lab: ServerLab;
let ask: Ask;
let shop: HttpServer;
const created: string[] = [];

beforeAll(async () => {
  shop = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      if (request.headers["x-api-key"] !== KEY) return response.end('{"code":401,"msg":"bad key"}');
      if (request.method === "GET")
        return response.end(
          '{"code":0,"msg":"ok","data":{"total":2,"items":[{"id":9007199254740993,"no":"A1","lines":[]},{"id":2,"no":"A2","lines":[]}]}}',
        );
      created.push(Buffer.concat(chunks).toString("utf8"));
      return response.end(`{"code":0,"msg":"hello ${KEY}","data":{"id":"77"}}`);
    });
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  lab = await openServerLab(4, ["kingdee-galaxy", "jushuitan"]);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  for (const id of ["kingdee-galaxy", "jushuitan"])
    await ask("PUT", `${AT}/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
}, 180_000);
afterAll(async () => {
  await lab.close();
  shop.close();
});

test("an OpenAPI document becomes a connector that is confirmed, saved, connected and tried; a write wants a confirmation", async () => {
  const made = await ask("POST", `${AT}/connector-imports/openapi`, { text: OPENAPI, system: "petty" });
  expect(made).toMatchObject({ status: 200, body: { issues: [] } });
  expect(made.body.guesses.length).toBeGreaterThan(5);
  expect(await ask("PUT", `${AT}/connectors/petty`, { revision: 0, document: made.body.connector })).toMatchObject({
    status: 200,
    body: { revision: 1 },
  });
  const settings = { url: `http://127.0.0.1:${(shop.address() as AddressInfo).port}/v2`, key: KEY, app: "a1" };
  const document = { id: "petty", system: "petty", environment: "test", privateNetwork: true, settings };
  expect(await ask("PUT", `${AT}/connections/petty`, { revision: 0, document })).toMatchObject({ status: 200 });
  expect(await ask("POST", `${AT}/connections/petty/test`)).toMatchObject({ status: 200, body: { ok: true } });

  const read = await ask("POST", `${AT}/connections/petty/apis/listOrders/try`, { params: { status: "1" }, pageSize: 2 });
  expect(read).toMatchObject({ status: 200, body: { ok: true, rowCount: 2, hasMore: false, exchanges: [{ status: 200 }] } });
  // Every digit of a long id, and no secret.
  expect(read.body.rows).toContain("9007199254740993");
  expect(read.body.exchanges[0].request).toMatch(/status=1/);
  expect(read.text).not.toContain(KEY);

  const order = '{"document":{"no":"B1","lines":[{"sku":"s","qty":1.10}],"id":9007199254740993}}';
  expect(await ask("POST", `${AT}/connections/petty/apis/createOrder/try`, order)).toMatchObject({
    status: 409,
    body: { code: "WRITE_UNCONFIRMED", details: { environment: "test" } },
  });
  expect(created).toEqual([]);
  const wrote = await ask("POST", `${AT}/connections/petty/apis/createOrder/try`, order.replace(/}$/, ',"confirm":true}'));
  expect(wrote).toMatchObject({ status: 200, body: { ok: true, rows: "[]" } });
  expect(created).toEqual(['{"id":9007199254740993,"no":"B1","lines":[{"sku":"s","qty":1.10}]}']);
  expect(wrote.text).not.toContain(KEY);
  const audit = await ask("GET", `${AT}/audit`);
  expect(audit.text).toContain("petty/createOrder");
  expect(await ask("POST", `${AT}/connections/petty/apis/nothing/try`, {})).toMatchObject({ status: 422, body: { code: "API_UNKNOWN" } });
  expect(await ask("POST", `${AT}/connections/petty/apis/listOrders/try`, { params: { statuss: "1" } })).toMatchObject({
    status: 422,
    body: { code: "PARAMETER_UNKNOWN" },
  });
});

test("a connector with flaws is not saved; one that flows use does not lose an API unasked; revisions tell who changed what", async () => {
  const { document, revision } = (await ask("GET", `${AT}/connectors/petty/document`)).body;
  const flawed = { ...document, zone: "Asia/Nowhere" };
  expect(await ask("PUT", `${AT}/connectors/petty`, { revision, document: flawed })).toMatchObject({
    status: 422,
    body: { code: "CONNECTOR_NOT_IN_ORDER", issues: [{ code: "TIME_ZONE_UNKNOWN", path: "/zone" }] },
  });
  const flow = {
    id: "petty-orders",
    source: { connection: "petty", api: "listOrders" },
    target: { connection: "jushuitan", api: "jushuitan.otherinout.upload" },
    mapping: [],
    dispatch: { enabled: false },
  };
  const kept = await ask("PUT", `${AT}/flows/petty-orders`, { revision: 0, document: flow });
  expect(kept).toMatchObject({ status: 200 });
  const without = { ...document, apis: document.apis.filter(({ code }: { code: string }) => code !== "listOrders"), test: undefined };
  const refused = await ask("PUT", `${AT}/connectors/petty`, { revision, document: without });
  expect(refused).toMatchObject({ status: 409, body: { code: "OBJECT_IN_USE", details: { users: "petty-orders" } } });
  const uses = (await ask("GET", `${AT}/connectors/petty/document`)).body.uses;
  expect(uses).toEqual([expect.objectContaining({ api: "listOrders", flow: "petty-orders", role: "source" })]);
  expect(await ask("PUT", `${AT}/connectors/petty`, { revision, document: without, confirm: true })).toMatchObject({
    body: { revision: 2 },
  });
  expect(await ask("PUT", `${AT}/connectors/petty`, { revision, document })).toMatchObject({
    status: 409,
    body: { code: "REVISION_STALE" },
  });
  expect((await ask("GET", `${AT}/connectors/petty/revisions`)).body.items.map((each: { revision: number }) => each.revision)).toEqual([
    2, 1,
  ]);
  const first = (await ask("GET", `${AT}/connectors/petty/revisions/1`)).body.document;
  expect(await ask("PUT", `${AT}/connectors/petty`, { revision: 2, document: first })).toMatchObject({ body: { revision: 3 } });
});

test("private APIs of a built-in system keep its log-in and envelope: checked, tried, used by a flow, of this workspace alone", async () => {
  const shops = (await ask("GET", `${AT}/connectors/jushuitan`)).body.apis.find(({ code }: { code: string }) => /shops\.query/.test(code));
  const own = { ...shops, code: "own.shops", name: { zh: "自己的店铺", en: "Own shops" } };
  const save = (revision: number, apis: readonly object[], more: object = {}) =>
    ask("PUT", `${AT}/connectors/jushuitan`, { revision, document: { extends: "jushuitan", apis, ...more } });
  const broken = { ...own, shape: { ...own.shape, path: "{{settings.nothing}}" } };
  expect(await save(0, [broken])).toMatchObject({
    status: 422,
    body: { code: "CONNECTOR_NOT_IN_ORDER", issues: [{ code: "SETTING_UNKNOWN", path: expect.stringMatching(/^\/apis\/0/) }] },
  });
  const twice = await save(0, [shops], { settings: [{ field: "url", label: "另一个地址" }] });
  expect(twice.body.issues.map(({ code, path }: { code: string; path: string }) => `${code} ${path}`)).toEqual([
    "DOCUMENT_TWICE /settings/0/field",
    "DOCUMENT_TWICE /apis/0/code",
  ]);
  const whole = (await ask("GET", `${AT}/connectors/jushuitan`)).body;
  expect(await ask("PUT", `${AT}/connectors/jushuitan`, { revision: 0, document: whole })).toMatchObject({ status: 400 });
  expect(await save(0, [own])).toMatchObject({ status: 200, body: { revision: 1 } });
  const listed = (await ask("GET", `${AT}/connectors`)).body.items.find(({ system }: { system: string }) => system === "jushuitan");
  expect(listed).toMatchObject({ isOwn: false, ownApis: 1 });
  const tried = await ask("POST", `${AT}/connections/jushuitan/apis/own.shops/try`, {});
  expect(tried).toMatchObject({ status: 200, body: { ok: true, exchanges: [{ status: 200 }] } });
  expect(tried.body.rowCount).toBeGreaterThan(0);

  const flow = {
    id: "own-shops",
    source: { connection: "jushuitan", api: "own.shops" },
    target: { connection: "datong", api: "collect" },
    mapping: [],
    dispatch: { enabled: false },
  };
  expect((await ask("PUT", `${AT}/flows/own-shops`, { revision: 0, document: flow })).body.issues).toEqual([]);
  expect(await ask("POST", `${AT}/flows/own-shops/publish`, { revision: 1 })).toMatchObject({ status: 200 });
  const run = (await ask("POST", `${AT}/flows/own-shops/runs`, {})).body;
  expect((await ask("GET", `${AT}/runs/${run.id}/events`)).text).toContain('"state":"done"');
  expect((await ask("GET", `${AT}/flows/own-shops/records`)).body.counts).toEqual({ done: tried.body.rowCount });
  expect((await ask("GET", `${AT}/connectors/jushuitan/document`)).body.uses).toMatchObject([{ api: "own.shops", flow: "own-shops" }]);
  expect(await ask("DELETE", `${AT}/connectors/jushuitan`)).toMatchObject({ status: 409, body: { details: { users: "own-shops" } } });
  expect(await save(1, [])).toMatchObject({ status: 409, body: { code: "OBJECT_IN_USE" } });
  // A flow's file brings what it needs; another workspace has none of it until then.
  const file = (await ask("GET", `${AT}/flows/own-shops/file`)).body;
  await ask("POST", "/api/v1/workspaces", { id: "other", name: "另一家" });
  const OTHER = "/api/v1/workspaces/other";
  await ask("PUT", `${OTHER}/connections/jushuitan`, { revision: 0, document: await connectionOf(lab, "jushuitan") });
  expect(await ask("POST", `${OTHER}/connections/jushuitan/apis/own.shops/try`, {})).toMatchObject({ body: { code: "API_UNKNOWN" } });
  expect(await ask("POST", `${OTHER}/flow-files`, { file })).toMatchObject({ status: 201, body: { issues: [] } });
  expect(await ask("POST", `${OTHER}/connections/jushuitan/apis/own.shops/try`, {})).toMatchObject({ body: { ok: true } });
  await ask("DELETE", `${AT}/flows/own-shops`);
  expect(await ask("DELETE", `${AT}/connectors/jushuitan`)).toMatchObject({ status: 204 });
  expect(await ask("POST", `${AT}/connections/jushuitan/apis/own.shops/try`, {})).toMatchObject({ body: { code: "API_UNKNOWN" } });
});

test("Qeasy's parameter sheet becomes a connector", async () => {
  const rows = [
    "operation,is_request,name,field,parent,default,type,is_required,parser,describe",
    "接口,方向,名称,字段,上级,默认,类型,必填,解析器,描述",
    "api/order/query,1,页码,page,,{{PAGINATION_START_PAGE}},int,1,,",
    "api/order/query,0,订单号,order_no,,,string,,,",
    "api/order/query,0,明细,lines,,,array,,,",
    "api/order/query,0,商品,sku,lines,,string,,,",
    "api/order/save,1,订单号,order_no,,,string,1,,",
  ];
  const content = Buffer.from(rows.join("\n")).toString("base64");
  const made = await ask("POST", `${AT}/connector-imports/qeasy-sheet`, { file: "参数.csv", content, system: "sheet", name: "旧商城" });
  expect(made).toMatchObject({ status: 200, body: { issues: [] } });
  expect(made.body.connector.apis).toMatchObject([
    {
      code: "api/order/query",
      direction: "query",
      paging: { kind: "page" },
      response: [{ field: "order_no" }, { field: "lines", type: "array", children: [{ field: "sku" }] }],
    },
    { code: "api/order/save", direction: "write", request: [{ field: "order_no", required: true }], write: { key: "order_no" } },
  ]);
  expect(await ask("PUT", `${AT}/connectors/sheet`, { revision: 0, document: made.body.connector })).toMatchObject({ status: 200 });
  const wrong = Buffer.from("a,b\n1,2\n").toString("base64");
  expect(await ask("POST", `${AT}/connector-imports/qeasy-sheet`, { file: "x.csv", content: wrong, system: "sheet" })).toMatchObject({
    status: 422,
    body: { code: "SHEET_NO_TEMPLATE" },
  });
});

const WRITES = "jushuitan.otherinout.upload";

async function until(what: () => Promise<boolean>, ms: number): Promise<boolean> {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    if (await what()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

test("an API off line holds what would call it, in every process, and drops nothing; on line it goes on", async () => {
  await ask("POST", `${AT}/templates/kingdee-return-to-jushuitan-inout/use`, {
    source: "kingdee-galaxy",
    target: "jushuitan",
    id: "returns",
    publish: true,
  });
  // Without a cron of the target's own: what is due is written at once.
  const { text } = (await ask("GET", `${AT}/flows/returns`)).body;
  await ask("PUT", `${AT}/flows/returns`, { revision: 1, text: (text as string).replace(/^ {2}target:\n {4}cron.*\n/m, "") });
  const published = await ask("POST", `${AT}/flows/returns/publish`, { revision: 2 });
  expect(published.body).toEqual({ id: "returns", publishedRevision: 2, queued: { documents: 0, summaries: 0, inHand: 0, bulk: null } });
  await ask("POST", `${AT}/flows/returns/enable`);
  const switchAt = `${AT}/connections/jushuitan/apis/${WRITES}/off-line`;
  expect(await ask("PUT", switchAt, {})).toMatchObject({
    status: 409,
    body: { code: "API_OFF_LINE_CONCERNS", issues: [{ flow: "returns", role: "target" }] },
  });
  // Called a moment ago, and not by hand either from the moment that it was said.
  expect((await ask("POST", `${AT}/connections/jushuitan/test`)).body).toMatchObject({ ok: true });
  expect(await ask("PUT", switchAt, { confirm: true, reason: "盘点" })).toMatchObject({ status: 200, body: { flows: ["returns"] } });
  const tried = await ask("POST", `${AT}/connections/jushuitan/apis/${WRITES}/try`, { document: {}, confirm: true });
  expect(tried).toMatchObject({ body: { code: "API_OFF_LINE" } });
  const run = (await ask("POST", `${AT}/flows/returns/runs`, {})).body;
  const events = await ask("GET", `${AT}/runs/${run.id}/events`);
  expect(events.text).toContain('"state":"done"');
  const written = () => lab.vendor("jushuitan").ledger().length;
  expect(written()).toBe(0);
  const [queue] = (await ask("GET", `${AT}/queues`)).body.items;
  expect(queue).toMatchObject({ flow: "returns", paused: { source: false, target: true } });
  const bills = queue.documents;
  expect(bills).toBeGreaterThan(0);
  const listed = (await ask("GET", `${AT}/apis?used=true&connection=jushuitan`)).body.items;
  expect(listed).toContainEqual(
    expect.objectContaining({ api: WRITES, offLine: { since: expect.any(Number), by: "admin", reason: "盘点" }, calls: 0 }),
  );
  expect((await ask("GET", `${AT}/pauses`)).body.items).toEqual([
    expect.objectContaining({ kind: "api", id: `jushuitan ${WRITES}`, by: "admin" }),
  ]);
  await lab.restart();
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  expect(written()).toBe(0);
  await ask("DELETE", switchAt);
  // Two seconds on a machine that has nothing else to do.
  expect(await until(async () => written() > 0, 60_000)).toBe(true);
  expect(await until(async () => written() === bills, 60_000)).toBe(true);
  expect((await ask("GET", `${AT}/audit`)).text).toContain("api.off-line");
});

test("a source that is off line is not read; figures and 30 days of an API are told", async () => {
  const reads = "SAL_RETURNSTOCK";
  const detail = (await ask("GET", `${AT}/flows/returns`)).body.document.source.api;
  expect(detail).toContain(reads);
  const at = `${AT}/connections/kingdee-galaxy/apis/${encodeURIComponent(detail)}`;
  await ask("PUT", `${at}/off-line`, { confirm: true });
  const run = (await ask("POST", `${AT}/flows/returns/runs`, {})).body;
  expect((await ask("GET", `${AT}/runs/${run.id}/events`)).text).toContain('"read":0');
  await ask("DELETE", `${at}/off-line`);
  const told = async () => (await ask("GET", at)).body;
  expect(await until(async () => (await told()).asset.calls > 0, 60_000)).toBe(true);
  const api = await told();
  expect(api.series).toHaveLength(30);
  expect(api.series.at(-1)).toMatchObject({ calls: api.asset.callsToday, errors: 0 });
  expect(api).toMatchObject({
    asset: { p95Ms: expect.any(Number) },
    uses: [{ flow: "returns", role: "source" }],
    quota: { usedToday: api.asset.callsToday },
  });
  expect(api.uses[0].fields.length).toBeGreaterThan(3);
  expect(await ask("GET", `${AT}/connections/kingdee-galaxy/apis/nothing`)).toMatchObject({ status: 422, body: { code: "API_UNKNOWN" } });
});

test("hand-over papers of flow, connection and API in both languages, as Markdown and as a workbook; no secret in them", async () => {
  const flow = await ask("GET", `${AT}/flows/returns/paper?language=zh`);
  expect(flow.headers.get("content-type")).toContain("text/markdown");
  expect(flow.text).toMatch(/## 用途\n[\s\S]*金蝶云星空[\s\S]*## 字段映射\n[\s\S]*\| items\.qty \|[\s\S]*## 调度/);
  // The document that was sent last is the example.
  expect(flow.text).toMatch(/\| items\.qty \|.*\| \d[\d.]* \|\n/);
  const book = await fetch(`${lab.url()}${AT}/connections/petty/paper?format=xlsx&language=en`, { headers: { cookie: await cookie() } });
  const sheets = readSpreadsheet("paper.xlsx", Buffer.from(await book.arrayBuffer()));
  expect(sheets.map(({ name }) => name)).toEqual(expect.arrayContaining(["1 Settings of the connection", "2 APIs"]));
  expect(JSON.stringify(sheets)).not.toContain(KEY);
  expect(JSON.stringify(sheets)).toContain("(kept sealed)");
  const api = await ask("GET", `${AT}/connections/petty/apis/listOrders/paper?language=en`);
  expect(api.text).toMatch(/\| lines\.sku \| 商品编码 \| text \| yes \|/);
});

async function cookie(): Promise<string> {
  const answer = await lab.as({})("POST", "/api/v1/login", { name: ADMIN.name, password: ADMIN.password });
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

test("a flow is copied, taken out and in as one file, promoted with its difference shown, compared by revision", async () => {
  const copied = await ask("POST", `${AT}/flows/petty-orders/copy`, { id: "petty-copy", name: "复制" });
  expect(copied).toMatchObject({ status: 201, body: { id: "petty-copy", revision: 1 } });
  expect(await ask("POST", `${AT}/flows/petty-orders/copy`, { id: "petty-copy" })).toMatchObject({
    status: 409,
    body: { code: "NAME_TAKEN" },
  });
  const file = await ask("GET", `${AT}/flows/petty-orders/file`);
  expect(file.body).toMatchObject({
    format: "datong-flow-1",
    connections: [
      { id: "petty", system: "petty", environment: "test" },
      { id: "jushuitan", system: "jushuitan" },
    ],
    connectors: [{ system: "petty" }],
  });
  expect(file.text).not.toContain(KEY);
  const wrong = await ask("POST", `${AT}/flow-files`, { file: file.body, id: "taken-in", connections: { petty: "jushuitan" } });
  expect(wrong).toMatchObject({ status: 400, body: { details: { path: "body/connections/petty" } } });
  expect(await ask("POST", `${AT}/flow-files`, { file: file.body, id: "taken-in" })).toMatchObject({
    status: 201,
    body: { id: "taken-in", revision: 1 },
  });

  // The target is of the test environment too, and is meant to stay.
  const stays = { connections: { jushuitan: "jushuitan" } };
  // No production connection of this system yet: it says which are there.
  expect(await ask("POST", `${AT}/flows/petty-orders/promote`, { ...stays, to: "petty-live" })).toMatchObject({ status: 400 });
  const live = (await ask("GET", `${AT}/connections/petty`)).body.document;
  const settings = { ...live.settings, key: KEY };
  await ask("PUT", `${AT}/connections/petty-live`, {
    revision: 0,
    document: { ...live, id: "petty-live", environment: "production", settings },
  });
  const first = await ask("POST", `${AT}/flows/petty-orders/promote`, { ...stays, to: "petty-live", apply: true });
  expect(first).toMatchObject({ status: 200, body: { connections: { petty: "petty-live" }, revision: 1 } });
  const { document } = (await ask("GET", `${AT}/flows/petty-orders`)).body;
  const changed = { ...document, source: { ...document.source, params: { status: "1" } }, mapping: [{ field: "type", value: "in" }] };
  await ask("PUT", `${AT}/flows/petty-orders`, { revision: 1, document: changed });
  const again = await ask("POST", `${AT}/flows/petty-orders/promote`, { ...stays, to: "petty-live" });
  expect(again.body.changes).toEqual([
    { area: "mapping", path: "mapping/type", kind: "added", before: null, after: '{"field":"type","value":"in"}' },
    { area: "source", path: "source/params", kind: "added", before: null, after: '{"status":"1"}' },
  ]);
  expect(await ask("POST", `${AT}/flows/petty-orders/promote`, { ...stays, to: "petty-live", apply: true, revision: 9 })).toMatchObject({
    status: 409,
  });
  const diff = await ask("GET", `${AT}/flows/petty-orders/diff?from=1&to=2`);
  expect(diff.body.changes.map((change: { path: string }) => change.path)).toEqual(["mapping/type", "source/params"]);
});

test("many flows are enabled and disabled; a constant is replaced in all mappings after a preview", async () => {
  const switched = await ask("POST", `${AT}/flow-switches`, { flows: ["returns", "petty-orders"], enable: true });
  expect(switched.body.items).toMatchObject([
    { id: "returns", ok: true },
    { id: "petty-orders", ok: false, problem: { code: "FLOW_NOT_PUBLISHED" } },
  ]);
  const preview = await ask("POST", `${AT}/flow-constants`, { find: "in", replace: "out" });
  const place = { flow: "petty-orders", revision: 2, places: [{ path: "mapping/0/value", before: "in", after: "out" }] };
  expect(preview.body.items).toContainEqual(place);
  // YAML keeps its comments.
  const before = (await ask("GET", `${AT}/flows/returns`)).body.text as string;
  const only = { flows: ["petty-orders", "returns"], find: "in", replace: "out", apply: true };
  const applied = await ask("POST", `${AT}/flow-constants`, only);
  expect(applied.body.items).toContainEqual({ ...place, revision: 3 });
  const after = (await ask("GET", `${AT}/flows/returns`)).body.text as string;
  expect(after.match(/#/g)?.length).toBe(before.match(/#/g)?.length);
  expect((await ask("POST", `${AT}/flow-constants`, { find: "in", replace: "x", flows: ["petty-orders"] })).body.items).toEqual([]);
});

test("many flows are paused and resumed on one side or both, whether they are enabled stays; the audit log is asked by who, what and when", async () => {
  // Behind what was done before.
  const fromAt = ((await ask("GET", `${AT}/audit?limit=1`)).body.items[0].at as number) + 2;
  const paused = async () =>
    (await ask("GET", `${AT}/pauses`)).body.items
      .filter(({ kind }: { kind: string }) => kind !== "connection" && kind !== "api")
      .map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`)
      .toSorted();
  const wasOn = (await ask("GET", `${AT}/flows/returns`)).body.isEnabled;
  const flows = ["returns", "petty-orders", "nobody-knows"];
  const done = await ask("POST", `${AT}/flow-pauses`, { flows, sides: ["source", "target"], pause: true });
  expect(done.body.items).toMatchObject([
    { id: "returns", ok: true },
    { id: "petty-orders", ok: true },
    { id: "nobody-knows", ok: false, problem: { code: "OBJECT_UNKNOWN" } },
  ]);
  expect(await paused()).toEqual(["source petty-orders", "source returns", "target petty-orders", "target returns"]);
  await ask("POST", `${AT}/flow-pauses`, { flows: ["returns", "petty-orders"], sides: ["source"], pause: false });
  expect(await paused()).toEqual(["target petty-orders", "target returns"]);
  expect((await ask("GET", `${AT}/flows/returns`)).body.isEnabled).toBe(wasOn);
  await ask("POST", `${AT}/flow-pauses`, { flows: ["returns", "petty-orders"], sides: ["target"], pause: false });
  expect(await paused()).toEqual([]);
  expect(await ask("POST", `${AT}/flow-pauses`, { flows: ["returns"], sides: [], pause: true })).toMatchObject({ status: 400 });
  const audit = async (query: string) =>
    (await ask("GET", `${AT}/audit?limit=500&${query}`)).body.items as readonly {
      deed: string;
      object: string;
      actor: string;
      at: number;
    }[];
  const deeds = (await audit(`from=${fromAt}`)).map(({ deed, object }) => `${deed} ${object}`);
  expect(deeds.toSorted()).toEqual([
    "pause source target petty-orders",
    "pause source target returns",
    "resume source petty-orders",
    "resume source returns",
    "resume target petty-orders",
    "resume target returns",
  ]);
  expect(await audit(`deed=pause&from=${fromAt}`)).toHaveLength(2);
  expect((await audit(`deed=resume&object=PETTY&from=${fromAt}`)).map(({ object }) => object)).toEqual([
    "target petty-orders",
    "source petty-orders",
  ]);
  const saves = await audit("deed=flow");
  expect(saves.length).toBeGreaterThan(2);
  expect(saves.every(({ deed }) => deed.startsWith("flow."))).toBe(true);
  expect(await audit("actor=nobody-like-him")).toEqual([]);
  expect(await audit(`actor=ADMIN&from=${fromAt}`)).toHaveLength(6);
  expect((await audit(`to=${fromAt}`)).every(({ at }) => at < fromAt)).toBe(true);
  expect(await ask("GET", `${AT}/audit?deed=%27%3B`)).toMatchObject({ status: 400 });
});

test("a signed call sets a flow off that reads for itself; one that is not enabled is refused", async () => {
  const { body } = await ask("POST", `${AT}/flows/returns/hook`);
  const call = async (text: string) => {
    const at = String(Math.floor(Date.now() / 1000));
    const signature = `sha256=${createHmac("sha256", body.secret).update(`${at}.${text}`).digest("hex")}`;
    return lab.as({})("POST", body.url, text, { "x-datong-timestamp": at, "x-datong-signature": signature });
  };
  const begun = await call('{"why":"a bill was audited"}');
  expect(begun).toMatchObject({ status: 202, body: { run: expect.any(String) } });
  expect((await ask("GET", `${AT}/runs/${begun.body.run}/events`)).text).toContain('"state":"done"');
  await ask("POST", `${AT}/flow-switches`, { flows: ["returns"], enable: false });
  expect(await call('{"why":"again"}')).toMatchObject({ status: 409, body: { code: "FLOW_NOT_ENABLED" } });
});
