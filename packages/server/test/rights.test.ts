/**
 * Every route as every role and as nobody: the golden matrix of who is let in. What is sent is nonsense on purpose, because rights come
 * before validation and look-up. Two workspaces cannot see, guess or change each other's anything.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROUTES } from "../src/index.ts";
import { validatorCompiler } from "../src/route/validators.ts";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const ROLES = ["viewer", "operator", "implementer", "administrator", "owner"] as const;
const PASSWORD = "a password of some length";
let lab: ServerLab;
const asks = new Map<string, Ask>();

beforeAll(async () => {
  lab = await openServerLab(1, []);
  const admin = await lab.logIn(ADMIN.name, ADMIN.password);
  asks.set("nobody", lab.as({}));
  await admin("POST", "/api/v1/workspaces", { id: "north", name: "北方" });
  await admin("POST", "/api/v1/workspaces", { id: "south", name: "南方" });
  for (const role of ROLES) {
    await admin("POST", "/api/v1/people", { name: role, password: PASSWORD });
    await admin("PUT", `/api/v1/workspaces/north/members/${role}`, { role });
  }
  await admin("POST", "/api/v1/people", { name: "stranger", password: PASSWORD });
  await admin("PUT", "/api/v1/workspaces/south/members/stranger", { role: "owner" });
  for (const name of [...ROLES, "stranger"]) asks.set(name, await lab.logIn(name, PASSWORD));
  const made = await admin("POST", "/api/v1/workspaces/north/api-keys", { name: "prometheus", role: "viewer", scopes: ["metrics"] });
  asks.set("key-viewer-metrics", lab.as({ key: made.body.key as string }));
  const pushing = await admin("POST", "/api/v1/workspaces/north/api-keys", { name: "wms", scopes: ["push"] });
  asks.set("key-push", lab.as({ key: pushing.body.key as string }));
  await admin("POST", "/api/v1/people", { name: "limited", password: PASSWORD });
  await admin("PUT", "/api/v1/workspaces/north/members/limited", { role: "operator", flows: ["seen"], tags: ["warehouse"] });
  asks.set("limited", await lab.logIn("limited", PASSWORD));
  asks.set("admin", admin);
}, 180_000);
afterAll(() => lab.close());

test("the schemas of what every route takes can be compiled, which is done when the first request needs it", () => {
  const compiler = validatorCompiler();
  const parts = ROUTES.flatMap(({ body, params, query }) => Object.entries({ body, params, querystring: query }));
  const described = parts.filter(([, schema]) => schema !== undefined);
  expect(described.length).toBeGreaterThan(ROUTES.length);
  const verdicts = described.map(([httpPart, schema]) => compiler({ schema, httpPart })("nonsense"));
  // Hardly any takes whatever comes: rows that are pushed, files.
  expect(verdicts.filter((isValid) => isValid).length).toBeLessThan(5);
});

/** The route's path with ids that nothing has. */
function pathOf(url: string, workspace: string): string {
  return url
    .replace(":workspace", workspace)
    .replace(/:(run|revision)/g, "1")
    .replace(":kind", "source")
    .replace(/:\w+/g, "nothing");
}

async function isLetIn(ask: Ask, method: string, path: string): Promise<string> {
  const { status, body } = await ask(method, path, method === "GET" ? undefined : { nonsense: true });
  if (status === 401) return "401";
  return status === 403 && body?.code === "RIGHT_MISSING" ? "403" : "in";
}

test("every route as every role", async () => {
  const who = ["nobody", "stranger", "limited", ...ROLES, "key-viewer-metrics", "key-push", "admin"];
  const lines = [];
  // Logging out is asked last, or everybody would be nobody.
  for (const route of [...ROUTES].sort((a, b) => Number(a.id === "logOut") - Number(b.id === "logOut"))) {
    // The two doors themselves: they judge what is sent and let nobody in by it.
    if (route.id === "logIn" || route.id === "setUp" || route.id === "logOut") continue;
    const path = pathOf(route.url, "north");
    const cells = await Promise.all(who.map((name) => isLetIn(asks.get(name) as Ask, route.method, path)));
    lines.push(`${`${route.method} ${route.url}`.padEnd(78)} ${cells.map((cell) => cell.padEnd(4)).join(" ")}`.trimEnd());
  }
  await expect(`${" ".repeat(79)}${who.join(" ")}\n${lines.join("\n")}\n`).toMatchFileSnapshot("rights.golden.txt");
}, 180_000);

test("a workspace that is somebody else's and one that is not there give the same answer, byte for byte", async () => {
  const stranger = asks.get("stranger") as Ask;
  for (const route of ROUTES.filter(({ url }) => url.includes(":workspace"))) {
    const body = route.method === "GET" ? undefined : {};
    const theirs = await stranger(route.method, pathOf(route.url, "north"), body);
    const none = await stranger(route.method, pathOf(route.url, "no-such-workspace"), body);
    expect({ route: route.id, status: theirs.status, text: theirs.text }).toEqual({
      route: route.id,
      status: route.right === "public" ? 401 : 403,
      text: none.text,
    });
  }
});

const flowOf = (id: string, more: object = {}) => ({
  id,
  source: { connection: "our-connection", api: "a" },
  mapping: [],
  target: { connection: "our-connection", api: "a" },
  dispatch: { enabled: false },
  ...more,
});

/** One of everything that has an id; what they hold has the mark, which nothing of the south has. */
const OURS = ["our-flow", "our-connection", "our-table", "our-channel", "our-rule", "our-key"];
const MARK = "only in the north";

async function fillNorth(): Promise<void> {
  const north = asks.get("owner") as Ask;
  const put = async (path: string, body: object): Promise<void> => {
    const { status, text } = await north("PUT", `/api/v1/workspaces/north/${path}`, { revision: 0, ...body });
    if (status >= 300) throw new Error(`${path}: ${text}`);
  };
  await put("flows/our-flow", { document: flowOf("our-flow", { name: MARK }) });
  const settings = { url: "http://127.0.0.1:1" };
  await put("connections/our-connection", {
    document: { id: "our-connection", name: MARK, system: "jackyun", environment: "test", settings },
  });
  await put("tables/our-table", { table: { columns: ["a", "b"], rows: [["1", MARK]] } });
  await put("channels/our-channel", { document: { id: "our-channel", name: MARK, kind: "webhook", url: "http://127.0.0.1:1/" } });
  await put("alert-rules/our-rule", { document: { id: "our-rule", when: "failures", count: 1, channels: ["our-channel"] } });
  expect(await north("POST", "/api/v1/workspaces/north/api-keys", { name: "our-key", role: "viewer" })).toMatchObject({ status: 201 });
  // A bill with its run, bulk work on it and a view of it: their ids are numbers that anybody may guess.
  const AT = "/api/v1/workspaces/north";
  const passive = flowOf("our-rows", {
    source: { connection: "datong", api: "receive", id: ["id"], number: "no" },
    target: { connection: "datong", api: "collect" },
  });
  await put("flows/our-rows", { document: passive });
  await north("POST", `${AT}/flows/our-rows/publish`, { revision: 1 });
  expect(await north("POST", `${AT}/flows/our-rows/push`, [{ id: "our-bill", no: MARK }])).toMatchObject({ status: 202 });
  const run = await north("POST", `${AT}/flows/our-rows/runs`, {});
  expect((await north("GET", `${AT}/runs/${run.body.id}/events`)).text).toContain('"state":"done"');
  const bulk = await north("POST", `${AT}/flows/our-rows/bulk`, { kind: "skip", numbers: ["our-bill"], reason: MARK });
  await north("GET", `${AT}/bulk/${bulk.body.id}/events`);
  const view = await north("POST", `${AT}/views`, { page: "records", name: MARK, filter: {}, isShared: true });
  OURS.push("our-rows", run.body.id as string, bulk.body.id as string, view.body.id as string);
  expect((await north("GET", `${AT}/flows/our-rows/records/story?key=our-bill`)).text).toContain(MARK);
}

const ASKED = {
  revision: 1,
  document: flowOf("our-flow"),
  table: { columns: ["a"], rows: [] },
  number: "our-bill",
  numbers: ["our-bill"],
  key: "our-bill",
  targetNumber: "1",
  reason: "r",
  kind: "skip",
  flow: "our-flow",
  flows: ["our-flow"],
  connections: ["our-connection"],
  source: "our-connection",
  target: "our-connection",
  id: "mine",
  confirm: true,
};

/** Of what a route takes, all that could name something of ours. */
function bodyFor({ method, body }: (typeof ROUTES)[number]): object | undefined {
  if (method === "GET" || body === undefined) return undefined;
  const { properties } = body as { readonly properties?: object };
  return Object.fromEntries(Object.entries(ASKED).filter(([key]) => properties === undefined || key in properties));
}

/** A route's path with an id of ours in each place that has one; what belongs to a flow is asked of ours. */
function pathWith(url: string, workspace: string, id: string): string {
  const ofFlow = url.replace(/\/flows\/:id(?=\/.*:)/, "/flows/our-rows");
  const path = ofFlow.replace(":workspace", workspace).replace(":revision", "1").replace(":kind", "source").replace(/:\w+/g, id);
  return /story|chain/.test(url) ? `${path}?key=our-bill` : url.endsWith("/records/search") ? `${path}?number=our-bill` : path;
}

/**
 * Everything that can be read of the north, as its owner reads it; who looked last, and when the overview was asked, is no content. What
 * there is not is left out; `again`: only what there was before, for whatever comes new stands in a list.
 */
async function stateOfNorth(again?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const owner = asks.get("owner") as Ask;
  const state: Record<string, string> = {};
  for (const route of ROUTES.filter(({ id, method, url }) => method === "GET" && url.includes(":workspace") && !id.startsWith("follow"))) {
    const ids = (/:(?!workspace)/.test(route.url) ? OURS : [""]).filter((id) => again === undefined || `${route.id} ${id}` in again);
    const answers = await Promise.all(ids.map((id) => owner("GET", pathWith(route.url, "north", id))));
    for (const [i, answer] of answers.entries()) {
      // A workbook's parts bear the time when it was asked for; its rows are compared in the lists.
      const text: string = answer.text.startsWith("PK") ? "a workbook" : answer.text;
      const content = text.replace(/"usedAt":\w+/g, "").replace(route.id === "overview" ? /^\{"at":\d+/ : "", "");
      if (answer.status < 300 || again !== undefined) state[`${route.id} ${ids[i]}`] = content;
    }
  }
  return state;
}

test("nothing of one workspace is seen, guessed or changed from another: every route, with every id that is there", async () => {
  await fillNorth();
  const before = await stateOfNorth();
  expect(Object.values(before).filter((text) => text.includes(MARK)).length).toBeGreaterThan(5);
  const south = asks.get("stranger") as Ask;
  for (const route of ROUTES.filter(({ id, url }) => url.includes(":workspace") && id !== "removeMember" && id !== "followLogs")) {
    const ids = /:(?!workspace)/.test(route.url) ? OURS : [""];
    const answers = await Promise.all(ids.map((id) => south(route.method, pathWith(route.url, "south", id), bodyFor(route))));
    expect({ route: route.id, leaks: answers.filter(({ text }) => text.includes(MARK)).length }).toEqual({ route: route.id, leaks: 0 });
  }
  expect(await stateOfNorth(before)).toEqual(before);
}, 180_000);

test("who is limited to some flows sees these and no others, on every route", async () => {
  const north = asks.get("implementer") as Ask;
  for (const [id, more] of [
    ["seen", {}],
    ["hidden-flow", { name: "hidden name" }],
    ["tagged", { tags: ["warehouse"] }],
  ] as const)
    expect(await north("PUT", `/api/v1/workspaces/north/flows/${id}`, { revision: 0, document: flowOf(id, more) })).toMatchObject({
      status: 200,
    });
  const limited = asks.get("limited") as Ask;
  const { body } = await limited("GET", "/api/v1/workspaces/north/flows");
  expect(body.items.map((each: { id: string }) => each.id)).toEqual(["seen", "tagged"]);
  expect(await limited("GET", "/api/v1/workspaces/north/flows/tagged")).toMatchObject({ status: 200 });
  expect(await limited("GET", "/api/v1/workspaces/north/connections/our-connection")).toMatchObject({
    body: { usedBy: ["seen", "tagged"] },
  });
  for (const route of ROUTES.filter(({ url }) => url.includes(":workspace") && !url.startsWith("/hooks/"))) {
    const path = pathOf(route.url, "north").replaceAll("nothing", "hidden-flow");
    const { status, text } = await limited(route.method, path, route.method === "GET" ? undefined : {});
    const isShut = status === 403 || !route.url.includes("/flows/:");
    // What is refused may say the word that was sent.
    const tells = text.includes("hidden name") || (status < 300 && text.includes("hidden-flow"));
    expect({ route: route.id, isShut, tells }).toEqual({ route: route.id, isShut: true, tells: false });
  }
  // A flow that is hidden and one that is not there are the same to him.
  const hidden = await limited("GET", "/api/v1/workspaces/north/flows/hidden-flow");
  expect(hidden.text).toBe((await limited("GET", "/api/v1/workspaces/north/flows/no-such-flow")).text);
  expect(await limited("PUT", "/api/v1/workspaces/north/pauses/connection/our-connection")).toMatchObject({ status: 403 });
  expect(await limited("PUT", "/api/v1/workspaces/north/pauses/target/seen")).toMatchObject({ status: 204 });
  const wide = { role: "implementer", flows: ["seen"] };
  expect(await (asks.get("owner") as Ask)("PUT", "/api/v1/workspaces/north/members/limited", wide)).toMatchObject({ status: 400 });
});

test("nobody makes himself more than he is", async () => {
  const administrator = asks.get("administrator") as Ask;
  expect(await administrator("PUT", "/api/v1/workspaces/north/members/administrator", { role: "owner" })).toMatchObject({ status: 403 });
  expect(await administrator("DELETE", "/api/v1/workspaces/north/members/owner")).toMatchObject({ status: 403 });
  expect(await administrator("POST", "/api/v1/workspaces/north/api-keys", { name: "k", role: "owner" })).toMatchObject({ status: 403 });
  expect(await (asks.get("admin") as Ask)("PATCH", "/api/v1/people/admin", { isAdmin: false })).toMatchObject({
    status: 409,
    body: { code: "LAST_ADMINISTRATOR" },
  });
});

test("a write in a browser's session needs the header that other sites cannot set", async () => {
  const answer = await lab.as({})("POST", "/api/v1/login", { name: "viewer", password: PASSWORD });
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect(answer.headers.get("set-cookie")).toMatch(/HttpOnly/);
  expect(answer.headers.get("set-cookie")).toMatch(/SameSite=Strict/);
  expect(await lab.as({})("POST", "/api/v1/logout", undefined, { cookie })).toMatchObject({ status: 403, body: { code: "CROSS_SITE" } });
});

test("one's own password is changed with the current one: this log-in stays, those elsewhere end; a key has none", async () => {
  const admin = asks.get("admin") as Ask;
  await admin("POST", "/api/v1/people", { name: "mover", password: PASSWORD });
  const [here, elsewhere] = [await lab.logIn("mover", PASSWORD), await lab.logIn("mover", PASSWORD)];
  const change = (ask: Ask, current: string, password: string) => ask("POST", "/api/v1/me/password", { current, password });
  expect(await here("GET", "/api/v1/me")).toMatchObject({ body: { hasPassword: true } });
  expect(await change(here, "not the password", "another password")).toMatchObject({ status: 403, body: { code: "PASSWORD_WRONG" } });
  expect(await change(here, PASSWORD, "short")).toMatchObject({ body: { code: "PASSWORD_WEAK" } });
  expect(await elsewhere("GET", "/api/v1/me")).toMatchObject({ status: 200 });
  expect(await change(here, PASSWORD, "another password")).toMatchObject({ status: 204 });
  expect([(await here("GET", "/api/v1/me")).status, (await elsewhere("GET", "/api/v1/me")).status]).toEqual([200, 401]);
  await lab.logIn("mover", "another password");
  expect(await change(asks.get("key-push") as Ask, PASSWORD, "another password")).toMatchObject({
    status: 409,
    body: { code: "PASSWORD_NOT_OURS" },
  });
  const { rows } = await lab
    .server()
    .engine.pool.query("select deed, after from audit_entry where object = 'mover' order by id desc limit 1");
  expect(rows).toEqual([{ deed: "person.password", after: null }]);
});

test("guessing a password is slowed down, for the right one too, and the wait is told", async () => {
  const ask = lab.as({});
  const tries = [];
  for (let n = 0; n < 7; n++) tries.push((await ask("POST", "/api/v1/login", { name: "victim", password: "wrong password" })).body.code);
  expect(tries.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => "SIGN_IN_FAILED"));
  expect(tries[6]).toBe("SIGN_IN_THROTTLED");
  // At an unlocked screen as at the door.
  const limited = asks.get("limited") as Ask;
  const guess = async (): Promise<unknown> =>
    (await limited("POST", "/api/v1/me/password", { current: "wrong password", password: PASSWORD })).body.code;
  expect(await guess()).toBe("SIGN_IN_THROTTLED");
});

test("a disabled person's log-in ends at once", async () => {
  const admin = asks.get("admin") as Ask;
  await admin("PATCH", "/api/v1/people/stranger", { isDisabled: true });
  expect(await (asks.get("stranger") as Ask)("GET", "/api/v1/me")).toMatchObject({ status: 401 });
});
