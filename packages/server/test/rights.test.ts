/**
 * Every route as every role and as nobody: the golden matrix of who is let in. What is sent is nonsense on purpose, because rights come
 * before validation and look-up. Two workspaces cannot see, guess or change each other's anything.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROUTES } from "../src/index.ts";
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
  asks.set("admin", admin);
}, 60_000);
afterAll(() => lab.close());

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
  const who = ["nobody", "stranger", ...ROLES, "key-viewer-metrics", "admin"];
  const lines = [];
  // Logging out is asked last, or everybody would be nobody.
  for (const route of [...ROUTES].sort((a, b) => Number(a.id === "logOut") - Number(b.id === "logOut"))) {
    // The two doors themselves: they judge what is sent and let nobody in by it.
    if (route.id === "logIn" || route.id === "setUp" || route.id === "logOut") continue;
    const path = pathOf(route.url, "north");
    const cells = [];
    for (const name of who) cells.push(await isLetIn(asks.get(name) as Ask, route.method, path));
    lines.push(`${`${route.method} ${route.url}`.padEnd(78)} ${cells.map((cell) => cell.padEnd(4)).join(" ")}`.trimEnd());
  }
  await expect(`${" ".repeat(79)}${who.join(" ")}\n${lines.join("\n")}\n`).toMatchFileSnapshot("rights.golden.txt");
}, 60_000);

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

test("nothing of one workspace shows in the other's lists", async () => {
  const [north, south] = [asks.get("implementer") as Ask, asks.get("stranger") as Ask];
  const document = {
    id: "secret-flow",
    source: { connection: "c", api: "a" },
    mapping: [],
    target: { connection: "c", api: "a" },
    dispatch: { enabled: false },
  };
  expect(await north("PUT", "/api/v1/workspaces/north/flows/secret-flow", { revision: 0, document })).toMatchObject({ status: 200 });
  for (const route of ROUTES.filter(({ method, url }) => method === "GET" && url.includes(":workspace"))) {
    const answer = await south(
      "GET",
      `${pathOf(route.url, "south").replace("nothing", "secret-flow")}${route.id === "recordStory" ? "?key=1" : ""}`,
    );
    expect({ route: route.id, leaks: answer.status === 200 && answer.text.includes("secret-flow") }).toEqual({
      route: route.id,
      leaks: false,
    });
  }
  // The same id is another flow here.
  expect(await south("PUT", "/api/v1/workspaces/south/flows/secret-flow", { revision: 0, document })).toMatchObject({
    body: { revision: 1 },
  });
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

test("guessing a password is slowed down, for the right one too, and the wait is told", async () => {
  const ask = lab.as({});
  const tries = [];
  for (let n = 0; n < 7; n++) tries.push((await ask("POST", "/api/v1/login", { name: "victim", password: "wrong password" })).body.code);
  expect(tries.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => "SIGN_IN_FAILED"));
  expect(tries[6]).toBe("SIGN_IN_THROTTLED");
});

test("a disabled person's log-in ends at once", async () => {
  const admin = asks.get("admin") as Ask;
  await admin("PATCH", "/api/v1/people/stranger", { isDisabled: true });
  expect(await (asks.get("stranger") as Ask)("GET", "/api/v1/me")).toMatchObject({ status: 401 });
});
