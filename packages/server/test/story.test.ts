/** The whole way through the API alone: log in, connect, save, check, publish, preview, run, search, repair, be refused what is not right. */
import { createHmac } from "node:crypto";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, connectionOf, exampleTexts, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const FLOW = "kingdee-return-to-jushuitan-inout";
const FLOWS = "/api/v1/workspaces/main/flows";
let lab: ServerLab;
let ask: Ask;

beforeAll(async () => {
  lab = await openServerLab(8, ["kingdee-galaxy", "jushuitan"]);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
}, 180_000);
afterAll(() => lab.close());

async function connect(id: string): Promise<void> {
  const answer = await ask("PUT", `/api/v1/workspaces/main/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
  if (answer.status !== 200) throw new Error(`${id}: ${answer.text}`);
}

test("health and readiness need nobody; all else needs somebody, whatever is sent", async () => {
  const nobody = lab.as({});
  expect((await nobody("GET", "/healthz")).body).toEqual({ ok: true });
  expect((await nobody("GET", "/healthz/readiness")).body).toEqual({ ok: true });
  for (const [method, path, body] of [
    ["GET", FLOWS, undefined],
    ["PUT", `${FLOWS}/x`, "{ not json"],
    ["GET", "/api/v1/no-such-route", undefined],
    ["POST", "/api/v1/people", { name: 1 }],
    ["GET", "/metrics", undefined],
    ["GET", `${FLOWS}/%E0%A4%A`, undefined],
  ] as const) {
    expect(await nobody(method, path, body)).toMatchObject({ status: 401, body: { code: "SIGN_IN_NEEDED" } });
  }
  const unreadable = await ask("GET", `${FLOWS}/%E0%A4%A`);
  expect(unreadable).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID", details: { path: "path" } } });
  expect(unreadable.headers.get("content-type")).toContain("application/problem+json");
  const polluting = await ask("PUT", `${FLOWS}/x`, '{"__proto__": {"isAdmin": true}}');
  expect(polluting).toMatchObject({ status: 400, body: { code: "REQUEST_UNREADABLE", zh: expect.stringContaining("__proto__") } });
});

test("the console's addresses are public, built or not, and never take what is the API's", async () => {
  const nobody = lab.as({});
  for (const path of ["/", "/w/main/overview", "/setup"]) {
    const page = await nobody("GET", path);
    expect(page.text).toContain("打通 Datong");
    expect([200, 503]).toContain(page.status);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  }
  expect(await nobody("GET", "/assets/no-such-file.js")).toMatchObject({ status: 404, body: { code: "ROUTE_UNKNOWN" } });
  expect(await nobody("GET", "/assets/..%2Fpackage.json")).not.toMatchObject({ status: 200, text: expect.stringContaining("@datong") });
  expect(await nobody("GET", "/api/anything")).toMatchObject({ status: 401 });
});

test("connections are saved with their secrets sealed, and tested", async () => {
  await connect("kingdee-galaxy");
  await connect("jushuitan");
  const shown = await ask("GET", "/api/v1/workspaces/main/connections/jushuitan");
  expect(shown.body.secrets.length).toBeGreaterThan(0);
  expect(shown.body.issues).toEqual([]);
  const secrets = Object.entries(lab.environment).filter(([name]) => /SECRET|PASSWORD|TOKEN/.test(name));
  expect(secrets.filter(([, value]) => shown.text.includes(value))).toEqual([]);
  for (const id of ["kingdee-galaxy", "jushuitan"])
    expect((await ask("POST", `/api/v1/workspaces/main/connections/${id}/test`)).body).toMatchObject({ ok: true, problem: null });
});

test("a draft with a problem is saved, told of and not published; a stale save is refused", async () => {
  const text = (await exampleTexts("flows")).get(FLOW) ?? "";
  const broken = await ask("PUT", `${FLOWS}/${FLOW}`, { revision: 0, text: text.replace("{{FBillNo}}", "{{FBilNo}}") });
  expect(broken.status).toBe(200);
  expect(broken.body.issues).toMatchObject([{ code: "SOURCE_FIELD_UNKNOWN" }]);
  const refused = await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: 1 });
  expect(refused).toMatchObject({ status: 422, body: { code: "FLOW_NOT_IN_ORDER", issues: [{ code: "SOURCE_FIELD_UNKNOWN" }] } });
  expect((await ask("POST", `${FLOWS}/${FLOW}/runs`, {})).body).toMatchObject({ code: "FLOW_NOT_PUBLISHED" });
  const stale = await ask("PUT", `${FLOWS}/${FLOW}`, { revision: 0, text });
  expect(stale).toMatchObject({ status: 409, body: { code: "REVISION_STALE", details: { now: 1, given: 0 } } });
  const saved = await ask("PUT", `${FLOWS}/${FLOW}`, { revision: 1, text, note: "字段名改正" });
  expect(saved.body).toEqual({ id: FLOW, revision: 2, issues: [] });
});

test("preview shows what would be sent and writes nothing", async () => {
  const preview = await ask("POST", `${FLOWS}/${FLOW}/preview`, { limit: 1 });
  expect(preview.status).toBe(200);
  expect(preview.body.records[0].documents[0].request).toContain("otherinout");
  expect(lab.vendor("jushuitan").ledger()).toEqual([]);
});

test("published and run, every bill arrives once; the same key asks once", async () => {
  expect((await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: 2 })).body).toMatchObject({ id: FLOW, publishedRevision: 2 });
  const key = { "idempotency-key": "run-1" };
  const started = await ask("POST", `${FLOWS}/${FLOW}/runs`, {}, key);
  expect(started).toMatchObject({ status: 202, body: { flow: FLOW, state: "running" } });
  const again = await ask("POST", `${FLOWS}/${FLOW}/runs`, {}, key);
  expect(again.body).toEqual(started.body);
  const events = await ask("GET", `/api/v1/workspaces/main/runs/${started.body.id}/events`);
  expect(events.text).toMatch(/event: run\ndata: .*"state":"done"/s);
  const run = (await ask("GET", `/api/v1/workspaces/main/runs/${started.body.id}`)).body;
  expect(run).toMatchObject({ state: "done", problem: null });
  expect(run.result.written).toBe(lab.vendor("jushuitan").ledger().length);
  expect(run.result.written).toBeGreaterThan(0);
});

test("while the flow is being read a run by hand and a signed call are refused at once, and leave nothing behind", async () => {
  const { pool } = lab.server().engine;
  const run = async () => ask("POST", `${FLOWS}/${FLOW}/runs`, {});
  const asked = async (): Promise<number> => (await ask("GET", "/api/v1/workspaces/main/audit?deed=flow.run")).body.items.length;
  const before = await asked();
  const secret = (await ask("POST", `${FLOWS}/${FLOW}/hook`)).body.secret as string;
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`${at}.{}`).digest("hex");
  const headers = { "x-datong-timestamp": at, "x-datong-signature": `sha256=${signature}` };
  const call = async () => lab.as({})("POST", `/hooks/main/${FLOW}`, "{}", headers);
  await pool.query(
    "insert into cursor (lane, flow, name, value) select lane, num, 'lease', $2 from flow where id = $1 on conflict (lane, flow, name) do update set value = excluded.value",
    [FLOW, JSON.stringify({ owner: "another-machine:1:1:x", untilMs: Date.now() + 600_000 })],
  );
  // The worker has no way in either.
  await ask("POST", `${FLOWS}/${FLOW}/enable`);
  const refused = { status: 409, body: { code: "FLOW_RUNNING", zh: expect.stringContaining(FLOW), todoEn: expect.any(String) } };
  expect(await run()).toMatchObject(refused);
  expect(await call()).toMatchObject(refused);
  expect((await ask("GET", `${FLOWS}/${FLOW}/hook`)).body.calls).toMatchObject([{ status: 409, code: "FLOW_RUNNING" }]);
  expect(await asked()).toBe(before);
  await ask("POST", `${FLOWS}/${FLOW}/disable`);
  await pool.query("delete from cursor where name = 'lease' and flow = (select num from flow where id = $1)", [FLOW]);
  const begun = await run();
  expect(begun.status).toBe(202);
  expect((await ask("GET", `/api/v1/workspaces/main/runs/${begun.body.id}/events`)).text).toContain('"state":"done"');
  expect(await asked()).toBe(before + 1);
  await ask("DELETE", `${FLOWS}/${FLOW}/hook`);
});

test("a change that skips, delays or reads again is shown and asked for before it is published", async () => {
  const text = (await ask("GET", `${FLOWS}/${FLOW}`)).body.text as string;
  const changed = text.replace('cron: "*/5 * * * *"', 'cron: "0 2 * * *"');
  expect(changed).not.toBe(text);
  expect((await ask("PUT", `${FLOWS}/${FLOW}`, { revision: 2, text: changed })).body).toEqual({ id: FLOW, revision: 3, issues: [] });
  const asked = await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: 3 });
  expect(asked).toMatchObject({
    status: 409,
    body: { code: "PUBLISH_NEEDS_CONFIRMATION", issues: [{ path: "/dispatch/target", effect: "later" }] },
  });
  expect(asked.body.issues[0].zh).toContain("02:00:00");
  expect((await ask("GET", `${FLOWS}/${FLOW}`)).body.publishedRevision).toBe(2);
  const confirmed = await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: 3, confirm: true });
  expect(confirmed.body).toMatchObject({ id: FLOW, publishedRevision: 3 });
  // Back again: what is written sooner needs no asking.
  expect((await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: 2 })).body).toMatchObject({ id: FLOW, publishedRevision: 2 });
});

test("records are listed in pages, found by either number, and tell their story", async () => {
  const first = (await ask("GET", `${FLOWS}/${FLOW}/records?limit=2`)).body;
  expect(first.items).toHaveLength(2);
  const second = (await ask("GET", `${FLOWS}/${FLOW}/records?limit=2&after=${encodeURIComponent(first.next)}`)).body;
  expect(second.items[0].key).not.toBe(first.items[0].key);
  const done = (await ask("GET", `${FLOWS}/${FLOW}/records?status=done&limit=1`)).body.items[0];
  const target = done.documents[0].number as string;
  const found = (await ask("GET", `/api/v1/workspaces/main/records/search?number=${target}`)).body;
  expect(found.items).toMatchObject([{ flow: FLOW, key: done.key, status: "done", targetNumbers: [target] }]);
  const many = (await ask("POST", "/api/v1/workspaces/main/records/search", { numbers: [done.number, "没有的单号"] })).body;
  expect(many.items.map((item: { found: unknown[] }) => item.found.length)).toEqual([1, 0]);
  const story = (await ask("GET", `${FLOWS}/${FLOW}/records/story?key=${encodeURIComponent(done.key)}`)).body;
  expect(story).toMatchObject({ flowId: FLOW, status: "done", documents: [{ number: target }] });
  expect(story.documents[0].exchanges.length).toBeGreaterThan(0);
  const counts = (await ask("GET", "/api/v1/workspaces/main/counts")).body.items;
  expect(counts.find((count: { status: string }) => count.status === "done").documents).toBe(lab.vendor("jushuitan").ledger().length);
});

test("a bill's fields are worked out by the mapping that it was made by, also when another is published since", async () => {
  const { key } = (await ask("GET", `${FLOWS}/${FLOW}/records?status=done&limit=1`)).body.items[0];
  const path = `${FLOWS}/${FLOW}/records/mapped-by?key=${encodeURIComponent(key)}`;
  expect((await ask("GET", path)).body).toMatchObject({ isPublished: true });
  const { text, revision } = (await ask("GET", `${FLOWS}/${FLOW}`)).body;
  const changed = text.replace(/^( *)- field: remark$/m, "$1- field: remark\n$1  default: 改过的");
  const other = changed === text ? text.replace(/^mapping:$/m, "mapping:\n  - { field: memo_of_later, value: 改过的 }") : changed;
  expect(other).not.toBe(text);
  const saved = (await ask("PUT", `${FLOWS}/${FLOW}`, { revision, text: other })).body;
  expect((await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: saved.revision, confirm: true })).status).toBe(200);
  const then = (await ask("GET", path)).body;
  expect(then.isPublished).toBe(false);
  const rows = (await ask("GET", `${FLOWS}/${FLOW}/records/story?key=${encodeURIComponent(key)}`)).body.rows as string;
  const tried = async (by: string): Promise<string> => {
    const { stopped, documents } = (await ask("POST", "/api/v1/workspaces/main/try", { text: by, rows })).body;
    expect(stopped).toBeNull();
    return JSON.stringify(documents);
  };
  expect(await tried(then.text)).not.toContain("改过的");
  expect(await tried(other)).toContain("改过的");
  expect((await ask("POST", `${FLOWS}/${FLOW}/publish`, { revision: 2, confirm: true })).body.publishedRevision).toBe(2);
  expect((await ask("GET", path)).body.isPublished).toBe(true);
});

test("push again writes nothing that the target has, and the audit log tells who did it", async () => {
  const done = (await ask("GET", `${FLOWS}/${FLOW}/records?status=done&limit=1`)).body.items[0];
  const before = lab.vendor("jushuitan").ledger().length;
  const pushed = await ask("POST", `${FLOWS}/${FLOW}/records/push-again`, { number: done.number, reason: "仓库说没收到" });
  expect(pushed.body).toMatchObject({ queued: [], there: [{ number: done.documents[0].number }] });
  expect(lab.vendor("jushuitan").ledger()).toHaveLength(before);
  const audit = (await ask("GET", "/api/v1/workspaces/main/audit?limit=5")).body;
  expect(audit.items[0]).toMatchObject({ actor: "person:admin", deed: "records.push-again", object: FLOW });
});

test("bad input is refused by place and name", async () => {
  for (const [method, path, body, status, details] of [
    ["POST", `${FLOWS}/${FLOW}/records/skip`, { number: "1", reason: "x", extra: 1 }, 400, { path: "body/extra" }],
    ["POST", `${FLOWS}/${FLOW}/records/skip`, { number: "1" }, 400, { path: "body/reason" }],
    ["POST", `${FLOWS}/${FLOW}/records/skip`, { number: 1, reason: "x" }, 400, { path: "body/number" }],
    ["GET", `${FLOWS}/${FLOW}/records?limit=0`, undefined, 400, { path: "query/limit" }],
    ["GET", `${FLOWS}/${FLOW}/records?limits=5`, undefined, 400, { path: "query/limits" }],
  ] as const) {
    expect(await ask(method, path, body)).toMatchObject({ status, body: { code: "REQUEST_INVALID", details } });
  }
  expect((await ask("PUT", `${FLOWS}/x`, "{")).body.code).toBe("REQUEST_UNREADABLE");
  expect((await ask("PUT", `${FLOWS}/x`, `{"revision":0,"text":"${"x".repeat(3_000_000)}"}`)).body.code).toBe("REQUEST_TOO_LARGE");
  const deep = `${'{"a":'.repeat(100)}1${"}".repeat(100)}`;
  expect((await ask("PUT", `${FLOWS}/x`, `{"revision":0,"document":${deep}}`)).body.code).toBe("REQUEST_TOO_DEEP");
  expect((await ask("GET", `${FLOWS}/no-such-flow`)).body.code).toBe("OBJECT_UNKNOWN");
  expect((await ask("GET", "/api/v1/nothing")).body.code).toBe("ROUTE_UNKNOWN");
});

test("an enabled flow is worked for by the same process; after a restart all is there", async () => {
  expect((await ask("POST", `${FLOWS}/${FLOW}/enable`)).status).toBe(204);
  await lab.restart();
  const flows = (await ask("GET", FLOWS)).body.items;
  expect(flows).toMatchObject([{ id: FLOW, isEnabled: true, publishedRevision: 2, isInOrder: true }]);
  expect((await ask("GET", "/api/v1/workspaces/main/queues")).body.items).toMatchObject([{ flow: FLOW, documents: 0 }]);
});

test("the description is OpenAPI 3.1, has every route, and says which are open", async () => {
  const document = (await lab.as({})("GET", "/openapi.json")).body;
  expect(document.openapi).toBe("3.1.0");
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
  const open = Object.entries(document.paths as Record<string, Record<string, { security?: unknown[] }>>).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) => (security?.length === 0 ? [`${method} ${path}`] : [])),
  );
  expect(open.sort()).toEqual([
    "get /api/v1/oidc",
    "get /api/v1/oidc/begin",
    "get /api/v1/oidc/callback",
    "get /healthz",
    "get /healthz/readiness",
    "post /api/v1/login",
    "post /api/v1/setup",
    "post /hooks/{workspace}/{id}",
  ]);
});
