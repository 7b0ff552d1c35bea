/**
 * No secret in any place where it has no business: a whole run through the API, with calls that fail, then every answer, log line, exchange,
 * backup and file of the database searched for every secret, those that the vendors handed out among them. And a new master key,
 * with the process killed where it hurts.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zstdDecompressSync } from "node:zlib";
import { backupStore, readSpreadsheet, rotateMasterKey, unpackText, unseal } from "@datong/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROUTES } from "../src/index.ts";
import { ADMIN, connectionOf, exampleTexts, openServerLab, type Answer, type Ask, type ServerLab } from "./server-lab.ts";
import { openTraceCollector, type TraceCollector } from "./trace-collector.ts";

const FLOW = "kingdee-return-to-jushuitan-inout";
const MAIN = "/api/v1/workspaces/main";
let lab: ServerLab;
let collector: TraceCollector;
let ask: Ask;
let cookie: string;
/** By what it is. */
const secrets = new Map<string, string>();
const answers: { readonly from: string; readonly text: string }[] = [];

/** Asks and keeps the answer, to be searched at the end. `tells`: this answer alone may tell a secret, once. */
async function heard(method: string, path: string, body?: unknown, tells?: (answer: Answer) => void, headers = {}): Promise<Answer> {
  const answer = await ask(method, path, body, headers);
  if (tells === undefined) answers.push({ from: `${method} ${path}`, text: `${answer.text}\n${JSON.stringify([...answer.headers])}` });
  else tells(answer);
  return answer;
}

beforeAll(async () => {
  collector = await openTraceCollector();
  const { environment } = collector;
  lab = await openServerLab(6, ["kingdee-galaxy", "jushuitan"], { environment });
  const login = await lab.as({})("POST", "/api/v1/login", ADMIN);
  cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  secrets.set("the log-in's token", cookie.split("=")[1] ?? "");
  secrets.set("the administrator's password", ADMIN.password);
  ask = lab.as({ cookie });
  for (const [name, value] of Object.entries(lab.environment))
    if (/SECRET|PASSWORD|TOKEN/.test(name) && value.length >= 8) secrets.set(name, value);
}, 180_000);
afterAll(async () => {
  await lab.close();
  await collector.close();
});

/** How a text may be written elsewhere. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [...new Set([secret, encodeURIComponent(secret), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("hex")])];
}

/** What was found where; nothing, if all is well. */
function search(places: readonly { readonly from: string; readonly text: string | Buffer }[]): readonly string[] {
  return places.flatMap(({ from, text }) =>
    [...secrets].flatMap(([what, secret]) => (formsOf(secret).some((form) => text.includes(form)) ? [`${what} in ${from}`] : [])),
  );
}

async function runToItsEnd(): Promise<Answer> {
  const { body } = await heard("POST", `${MAIN}/flows/${FLOW}/runs`, {});
  await heard("GET", `${MAIN}/runs/${body.id}/events`);
  return heard("GET", `${MAIN}/runs/${body.id}`);
}

test("a whole run, with log-ins that fail, keys made, a hook and a channel", async () => {
  for (const id of ["kingdee-galaxy", "jushuitan"])
    expect(await heard("PUT", `${MAIN}/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) })).toMatchObject({
      status: 200,
    });
  // A wrong password, typed by a person, is a secret too: it may be right elsewhere.
  const wrong = (await connectionOf(lab, "kingdee-galaxy")) as { settings: object };
  secrets.set("a wrong password", "wrong-pass-4711");
  const broken = { ...wrong, id: "broken", settings: { ...wrong.settings, password: "wrong-pass-4711" } };
  await heard("PUT", `${MAIN}/connections/broken`, { revision: 0, document: broken });
  expect((await heard("POST", `${MAIN}/connections/broken/test`)).body).toMatchObject({ ok: false });
  expect((await heard("POST", `${MAIN}/connections/kingdee-galaxy/test`)).body).toMatchObject({ ok: true });
  await heard("PUT", `${MAIN}/connections/nowhere`, {
    revision: 0,
    document: { ...broken, id: "nowhere", settings: { ...broken.settings, url: "http://127.0.0.1:1" } },
  });
  await heard("POST", `${MAIN}/connections/nowhere/test`);
  // Refused for what it is: the answer names the place, not what stood there.
  await heard("PUT", `${MAIN}/connections/broken`, {
    revision: 0,
    document: { ...broken, settings: { ...broken.settings, password: { is: "wrong-pass-4711" } } },
  });
  // Under a name that the connector does not have, and in the address: it is sealed, or nothing is kept.
  const elsewhere = (id: string, settings: object) =>
    heard("PUT", `${MAIN}/connections/${id}`, { revision: 0, document: { ...wrong, id, settings: { ...wrong.settings, ...settings } } });
  expect(await elsewhere("misnamed", { passwort: "wrong-pass-4711" })).toMatchObject({ status: 200 });
  const { issues } = (await heard("GET", `${MAIN}/connections/misnamed`)).body;
  expect(issues.map((issue: { code: string }) => issue.code)).toContain("SETTING_UNKNOWN");
  const inAddress = await elsewhere("in-address", { url: "http://me:wrong-pass-4711@127.0.0.1:1/" });
  expect(inAddress).toMatchObject({ status: 422, body: { code: "CONNECTION_URL_INVALID", zh: expect.stringContaining("http://***@127") } });
  const text = (await exampleTexts("flows")).get(FLOW);
  await heard("PUT", `${MAIN}/flows/${FLOW}`, { revision: 0, text });
  await heard("PUT", `${MAIN}/flows/fails`, {
    revision: 0,
    text: text?.replaceAll(FLOW, "fails").replace("connection: kingdee-galaxy", "connection: broken"),
  });
  await heard("POST", `${MAIN}/flows/${FLOW}/preview`, { limit: 1 });
  await heard("POST", `${MAIN}/flows/fails/preview`, { limit: 1 });
  await heard("POST", `${MAIN}/flows/${FLOW}/publish`, { revision: 1 });
  await heard("POST", `${MAIN}/flows/fails/publish`, { revision: 1 });
  expect((await runToItsEnd()).body.result.written).toBeGreaterThan(0);
  await heard("POST", `${MAIN}/flows/fails/runs`, {});
  const keep = (what: string, pick: (answer: Answer) => string) => (answer: Answer) => void secrets.set(what, pick(answer));
  const idempotent = { "idempotency-key": "once" };
  const aKey = { name: "script", role: "viewer" };
  await heard(
    "POST",
    `${MAIN}/api-keys`,
    aKey,
    keep("an API key", ({ body }) => body.key as string),
    idempotent,
  );
  // The same answer again, from where it was kept.
  await heard("POST", `${MAIN}/api-keys`, aKey, ({ body }) => expect(body.key).toBe(secrets.get("an API key")), idempotent);
  await heard(
    "POST",
    `${MAIN}/flows/${FLOW}/hook`,
    undefined,
    keep("a hook's secret", ({ body }) => body.secret as string),
  );
  secrets.set("a channel's address", "robot-token-0815").set("a channel's secret", "SEC-sign-2342");
  const channel = {
    id: "ops",
    kind: "dingtalk",
    url: "http://127.0.0.1:1/send?access_token=robot-token-0815",
    secret: "SEC-sign-2342",
    privateNetwork: true,
  };
  expect(await heard("PUT", `${MAIN}/channels/ops`, { revision: 0, document: channel })).toMatchObject({ status: 200 });
  await heard("POST", `${MAIN}/channels/ops/test`);
  secrets.set("a person's password", "another long password");
  await heard("POST", "/api/v1/people", { name: "zhang", password: "another long password" });
  await heard("PATCH", "/api/v1/people/zhang", { password: "short" });
  await heard("POST", "/api/v1/login", { name: "zhang", password: "another long password", extra: 1 });
  expect(secrets.size).toBeGreaterThan(8);
});

test("what the vendors handed out is known and sealed", async () => {
  const { engine } = lab.server();
  const { rows } = await engine.pool.query<{ account: string; sealed: Buffer }>("select account, sealed from session");
  expect(rows.length).toBeGreaterThan(0);
  const tokens = (value: unknown): readonly string[] =>
    typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(tokens) : [];
  for (const { account, sealed } of rows) {
    const opened = unseal(engine.masterKey, account, sealed)?.toString("utf8") ?? "";
    for (const token of tokens((JSON.parse(opened) as { session: unknown }).session))
      if (token.length >= 12) secrets.set(`a session of ${account.slice(0, 20)}`, token);
  }
});

test("no answer of any GET route, no log line, no exchange, no audit entry tells one", async () => {
  const list = await heard("GET", `${MAIN}/flows/${FLOW}/records?limit=50`);
  const key = encodeURIComponent(list.body.items[0].key as string);
  const ids = [FLOW, "fails", "kingdee-galaxy", "jushuitan", "broken", "ops"];
  for (const { id: name, method, url } of ROUTES) {
    if (method !== "GET" || name === "followRun") continue;
    for (const id of /:id\b/.test(url) ? ids : [""]) {
      const path = url.replace(":workspace", "main").replace(":id", id).replace(":revision", "1").replace(/:\w+/g, "1");
      await heard("GET", `${path}${name === "recordStory" || name === "recordMappedBy" ? `?key=${key}` : ""}`);
    }
  }
  expect(answers.length).toBeGreaterThan(ROUTES.filter(({ method }) => method === "GET").length);
  expect(search(answers)).toEqual([]);
  expect(lab.logs.length).toBeGreaterThan(0);
  expect(search([{ from: "the log", text: lab.logs.join("\n") }])).toEqual([]);
  const { pool } = lab.server().engine;
  const exchanges = await pool.query<{ request: Buffer; response: Buffer }>("select request, response from exchange");
  expect(exchanges.rows.length).toBeGreaterThan(2);
  expect(
    search(exchanges.rows.map(({ request, response }) => ({ from: "an exchange", text: unpackText(request) + unpackText(response) }))),
  ).toEqual([]);
  const blocks = await pool.query<{ body: Buffer }>("select body from block");
  expect(search(blocks.rows.map(({ body }) => ({ from: "a block", text: unpackText(body) })))).toEqual([]);
});

test("no file that is taken away holds one: workbooks, hand-over papers, a flow's file, logs, a backup", async () => {
  const take = async (path: string): Promise<Buffer> => {
    const response = await fetch(lab.url() + path, { headers: { cookie } });
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
  const books = [`flows/${FLOW}/records/export`, `flows/fails/records/export`];
  const papers = [
    `flows/${FLOW}/paper`,
    "connections/kingdee-galaxy/paper",
    "connections/jushuitan/apis/jushuitan.otherinout.upload/paper",
  ];
  const texts = [`flows/${FLOW}/file`, "logs/download", ...papers.map((path) => `${path}?format=md`)];
  books.push(...papers.map((path) => `${path}?format=xlsx`));
  for (const path of texts) expect(search([{ from: path, text: await take(`${MAIN}/${path}`) }])).toEqual([]);
  for (const path of books) {
    const cells = JSON.stringify(readSpreadsheet(path, await take(`${MAIN}/${path}`)));
    // The flow that cannot log in has read nothing: its workbook holds the headings.
    expect(cells.length).toBeGreaterThan(path.startsWith("flows/fails/") ? 50 : 100);
    expect(search([{ from: path, text: cells }])).toEqual([]);
  }
  expect(search([{ from: "the backup", text: zstdDecompressSync(await take("/api/v1/backup")) }])).toEqual([]);
});

test("a backup, the database's own files and what was told of traces hold none", async () => {
  const file = join(lab.dir, "a.backup");
  await backupStore(lab.server().engine.database, file, Date.now());
  expect(search([{ from: "the backup", text: zstdDecompressSync(await readFile(file)) }])).toEqual([]);
  await lab.server().engine.pool.query("checkpoint");
  await lab.server().close();
  expect(collector.spans.map(({ name }) => name)).toContain("call");
  expect(search(collector.texts.map((text) => ({ from: "a trace", text })))).toEqual([]);
  const files = await readdir(lab.dir, { recursive: true });
  let searched = 0;
  for (const name of files) {
    const path = join(lab.dir, name);
    if (!(await stat(path)).isFile() || name.endsWith("master.key")) continue;
    searched += 1;
    expect(search([{ from: name, text: await readFile(path) }])).toEqual([]);
  }
  expect(searched).toBeGreaterThan(100);
}, 180_000);

test("a new master key: killed before its commit the old one opens everything, killed after it the new one", async () => {
  const dataDir = join(lab.dir, "data");
  const keyBefore = await readFile(join(dataDir, "master.key"), "utf8");
  const rotate = async (point: string): Promise<NodeJS.Signals | null> => {
    const script = fileURLToPath(new URL("rotate-in-child.ts", import.meta.url));
    const child = spawn(process.execPath, [script, dataDir], { stdio: "inherit", env: { ...process.env, DATONG_CRASH_AT: point } });
    await once(child, "exit");
    return child.signalCode;
  };
  const canLogIn = async (): Promise<void> => {
    expect((await ask("POST", `${MAIN}/connections/kingdee-galaxy/test`)).body).toMatchObject({ ok: true });
  };
  expect(await rotate("rotate.inside")).toBe("SIGKILL");
  await lab.start();
  await canLogIn();
  expect(await readFile(join(dataDir, "master.key"), "utf8")).toBe(keyBefore);
  // Not while somebody works on it.
  await expect(rotateMasterKey(lab.server().engine.pool, { dataDir })).rejects.toMatchObject({ code: "STORE_BUSY" });
  await lab.server().close();
  expect(await rotate("rotate.after")).toBe("SIGKILL");
  await lab.start();
  await canLogIn();
  expect(await readFile(join(dataDir, "master.key"), "utf8")).not.toBe(keyBefore);
  await expect(stat(join(dataDir, "master.key.next"))).rejects.toThrow("ENOENT");
}, 180_000);
