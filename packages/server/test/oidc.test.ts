/**
 * Single sign-on against `oidc-provider` on loopback: a whole log-in over HTTP, as a browser goes it; then answers of a provider that lie.
 * For those the token endpoint is ours, with the provider's own key, so that nothing but the lie can be why it is refused.
 */
import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mapClaims, readOidcRules } from "../src/access/oidc-mapping.ts";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  zhang: ["erp-ops"],
  li: ["sales"],
  boss: ["it", "erp-ops"],
  admin: ["erp-ops"],
};
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KEY = { ...privateKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" };
let handle: (request: IncomingMessage, response: ServerResponse) => void;
/** What the token endpoint says instead of the provider; null: the provider itself. */
let forged: Readonly<Record<string, unknown>> | null = null;
let http: HttpServer;
let issuer: string;
let lab: ServerLab;
let admin: Ask;

beforeAll(async () => {
  http = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const oidc = { issuer, clientId: "datong", clientSecret: "client secret", roles: "erp-ops=main:operator; it=admin" };
  lab = await openServerLab(0, [], { oidc });
  admin = await lab.logIn(ADMIN.name, ADMIN.password);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "datong",
        client_secret: "client secret",
        redirect_uris: [`${lab.url()}/api/v1/oidc/callback`],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys: [KEY as never] },
    pkce: { required: () => true },
    cookies: { keys: ["a key of the test"] },
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: `${sub} 先生`, preferred_username: sub, groups: GROUPS[sub] }),
    }),
  });
  const real = provider.callback();
  handle = (request, response) => {
    const path = (request.url ?? "").split("?")[0];
    if (forged === null || (path !== "/token" && path !== "/me")) return void real(request, response);
    const body =
      path === "/me" ? { sub: forged["sub"], groups: ["it"] } : { access_token: "x", token_type: "Bearer", id_token: signed(forged) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
}, 180_000);
afterAll(async () => {
  await lab.close();
  await new Promise((resolve) => http.close(resolve));
});

function signed(claims: Readonly<Record<string, unknown>>): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${encode({ alg: "RS256", kid: "k1" })}.${encode(claims)}`;
  return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey).toString("base64url")}`;
}

/** A browser with cookies by host and path that matter here: one jar is enough, both hosts name theirs differently. */
function browser() {
  const jar = new Map<string, string>();
  const go = async (url: string, form?: Readonly<Record<string, string>>): Promise<Response> => {
    const response = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: { accept: "text/html", cookie: [...jar].map((pair) => pair.join("=")).join("; ") },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  return { jar, go };
}

const locationOf = (response: Response, base: string): string => new URL(response.headers.get("location") ?? "", base).href;

/** From the button to wherever Datong sends the person at the end. */
async function signIn(name: string, person = browser()): Promise<{ readonly end: string; readonly cookie: string }> {
  let url = locationOf(await person.go(`${lab.url()}/api/v1/oidc/begin?to=/w/main/flows`), lab.url());
  for (let steps = 0; steps < 20 && url.startsWith(issuer); steps++) {
    const response = await person.go(url);
    if (response.status >= 300) url = locationOf(response, issuer);
    else {
      const page = await response.text();
      const [, action = ""] = /action="([^"]+)"/.exec(page) ?? [];
      const [, prompt = ""] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      url = locationOf(await person.go(new URL(action, issuer).href, { prompt, login: name, password: "any" }), issuer);
    }
  }
  expect(url.startsWith(lab.url())).toBe(true);
  const back = await person.go(url);
  return { end: back.headers.get("location") ?? String(back.status), cookie: `datong_login=${person.jar.get("datong_login")}` };
}

const codeOf = (end: string): string | null => new URL(end, lab.url()).searchParams.get("refused");

test("a whole log-in: roles by group, to where one wanted to go, as the same person again", async () => {
  expect((await lab.as({})("GET", "/api/v1/oidc")).body).toEqual({ name: new URL(issuer).host, refusal: null });
  const { end, cookie } = await signIn("zhang");
  expect(end).toBe("/w/main/flows");
  const zhang = lab.as({ cookie });
  expect((await zhang("GET", "/api/v1/me")).body).toMatchObject({
    name: "zhang",
    isAdmin: false,
    workspaces: [{ id: "main", role: "operator" }],
  });
  await signIn("zhang");
  const { body } = await admin("GET", "/api/v1/people");
  expect(body.items.filter((each: { name: string }) => each.name === "zhang")).toHaveLength(1);
  expect(body.items).toContainEqual(expect.objectContaining({ name: "zhang", display: "zhang 先生" }));
  // He has no password here, hence none that could be guessed.
  expect(await lab.as({})("POST", "/api/v1/login", { name: "zhang", password: "null" })).toMatchObject({ status: 401 });
  expect((await lab.as({ cookie: (await signIn("boss")).cookie })("GET", "/api/v1/me")).body).toMatchObject({ isAdmin: true });
});

test("who has no group here, lost it, or bears a local person's name is told so in a sentence", async () => {
  expect(codeOf((await signIn("li")).end)).toBe("OIDC_NOT_MAPPED");
  const { body } = await lab.as({})("GET", "/api/v1/oidc?refused=OIDC_NOT_MAPPED");
  expect(body.refusal.zh).toContain("没有任何权限");
  expect(body.refusal.todoEn).toContain("Ask an administrator");
  expect(codeOf((await signIn("admin")).end)).toBe("OIDC_NAME_TAKEN");
  const before = lab.as({ cookie: (await signIn("zhang")).cookie });
  const groups = GROUPS as Record<string, readonly string[]>;
  groups["zhang"] = [];
  expect(codeOf((await signIn("zhang")).end)).toBe("OIDC_NOT_MAPPED");
  // What he had before ends with it.
  expect(await before("GET", "/api/v1/me")).toMatchObject({ status: 401 });
  groups["zhang"] = ["erp-ops"];
  await admin("PATCH", "/api/v1/people/zhang", { isDisabled: true });
  expect(codeOf((await signIn("zhang")).end)).toBe("OIDC_NOT_MAPPED");
  await admin("PATCH", "/api/v1/people/zhang", { isDisabled: false });
});

/** Begins, then comes back with an answer of our making. */
async function comeBack(
  claims: (nonce: string) => object,
  change: { readonly state?: string; readonly cookie?: string; readonly to?: string } = {},
) {
  const person = browser();
  const asked = new URL(locationOf(await person.go(`${lab.url()}/api/v1/oidc/begin?to=${encodeURIComponent(change.to ?? "")}`), lab.url()));
  expect(asked.searchParams.get("code_challenge_method")).toBe("S256");
  const now = Math.floor(Date.now() / 1000);
  const honest = { iss: issuer, aud: "datong", sub: "boss", iat: now, exp: now + 60 };
  forged = { ...honest, ...claims(asked.searchParams.get("nonce") ?? "") };
  if (change.cookie !== undefined) person.jar.set("datong_oidc", change.cookie);
  const state = change.state ?? asked.searchParams.get("state") ?? "";
  const query = new URLSearchParams({ code: "c", state, iss: issuer });
  const response = await fetch(`${lab.url()}/api/v1/oidc/callback?${query.toString()}`, {
    redirect: "manual",
    headers: { cookie: `datong_oidc=${person.jar.get("datong_oidc")}` },
  });
  forged = null;
  const text = await response.text();
  const location = response.headers.get("location");
  return { status: response.status, ...(location === null ? { code: (JSON.parse(text) as { code: string }).code } : { location }) };
}

test("an answer with another state, nonce, audience, issuer, signature, past its time or for another browser is refused", async () => {
  const refused = { status: 401, code: "OIDC_REFUSED" };
  const now = Math.floor(Date.now() / 1000);
  expect(await comeBack((nonce) => ({ nonce }))).toMatchObject({ status: 302, location: "/" });
  expect(await comeBack((nonce) => ({ nonce }), { state: "another" })).toEqual(refused);
  expect(await comeBack(() => ({ nonce: "another" }))).toEqual(refused);
  expect(await comeBack(() => ({}))).toEqual(refused);
  expect(await comeBack((nonce) => ({ nonce, aud: "another" }))).toEqual(refused);
  expect(await comeBack((nonce) => ({ nonce, iss: "http://127.0.0.1:1" }))).toEqual(refused);
  expect(await comeBack((nonce) => ({ nonce, iat: now - 900, exp: now - 600 }))).toEqual(refused);
  expect(await comeBack((nonce) => ({ nonce }), { cookie: "AAAA" })).toEqual(refused);
  expect(await lab.as({})("GET", "/api/v1/oidc/callback?code=c&state=s")).toMatchObject({ status: 401, body: { code: "OIDC_REFUSED" } });
  // Nowhere else than into the console.
  expect(await comeBack((nonce) => ({ nonce }), { to: "https://elsewhere.example" })).toMatchObject({ location: "/" });
  expect(await comeBack((nonce) => ({ nonce }), { to: "//elsewhere.example" })).toMatchObject({ location: "/" });
});

test("the mapping's text: highest role, paths, everybody; what cannot be read is named", () => {
  const rules = readOidcRules("a=main:viewer, a=main:implementer\nb=south:owner; *=main:viewer; CN=x=admin");
  expect(mapClaims(rules, { realm_access: { roles: ["a"] } }, "realm_access.roles")).toEqual({
    isAdmin: false,
    roles: new Map([["main", "implementer"]]),
  });
  expect(mapClaims(rules, { groups: "CN=x" }, "groups")).toEqual({ isAdmin: true, roles: new Map([["main", "viewer"]]) });
  expect(mapClaims(rules, {}, "__proto__").roles).toEqual(new Map([["main", "viewer"]]));
  for (const wrong of ["a", "a=main", "a=main:king", "=main:viewer"]) expect(() => readOidcRules(wrong)).toThrow("DATONG_OIDC_ROLES");
});
