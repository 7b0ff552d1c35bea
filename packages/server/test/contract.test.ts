/** What the description promises is what comes: of every GET route, media type and shape of what it answers, and of every refusal. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROUTES } from "../src/index.ts";
import { ADMIN, openDemo, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const MAIN = "/api/v1/workspaces/main";
const FLOW = "demo-jushuitan-saleout-to-kingdee-outstock";
interface Media {
  readonly schema: object;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Media>> }>>;
}

let lab: ServerLab;
let ask: Ask;
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
let ajv: Ajv2020;
/** Of path parameters, by the route's own words. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  lab = await openServerLab(1, [], { demo: openDemo });
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  const document = (await lab.as({})("GET", "/openapi.json")).body;
  paths = document.paths;
  ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "api", components: document.components });
}, 180_000);
afterAll(() => lab.close());

test("a workspace with bills, a run, a reconciliation, bulk work and a table to ask for", async () => {
  expect((await ask("POST", `${MAIN}/demo`)).status).toBe(201);
  const records = `${MAIN}/flows/${FLOW}/records?status=done&limit=1`;
  await expect.poll(async () => (await ask("GET", records)).body.items.length, { timeout: 30_000 }).toBe(1);
  ids["key"] = (await ask("GET", records)).body.items[0].key as string;
  ids["run"] = (await ask("GET", `${MAIN}/runs?flow=${FLOW}`)).body.items[0].id as string;
  ids["report"] = (await ask("POST", `${MAIN}/flows/${FLOW}/reconciliations`, {})).body.id as string;
  const bulk = await ask("POST", `${MAIN}/flows/${FLOW}/bulk`, { kind: "retry", numbers: [ids["key"]] });
  ids["bulk"] = bulk.body.id as string;
  const table = { columns: ["shop", "customer"], rows: [["1", "2"]] };
  await ask("PUT", `${MAIN}/tables/shops`, { revision: 0, table });
  const story = (await ask("GET", `${MAIN}/flows/${FLOW}/records/story?key=${ids["key"]}`)).text;
  ids["exchange"] = /"exchanges":\[\{"id":"(\d+)"/.exec(story)?.[1] ?? "1";
}, 180_000);

function schemaOf(url: string, method: string, status: number, type: string): object | string {
  const answers = paths[url]?.[method.toLowerCase()]?.responses ?? {};
  const found = answers[String(status)] ?? (status >= 400 && status < 500 ? answers["4XX"] : answers["default"]);
  if (found === undefined) return `${status} is not described`;
  if (found.content === undefined) return status === 204 || status === 302 ? {} : "no content is described";
  const media = found.content[type];
  return media === undefined ? `${type} is not described` : media.schema;
}

/** What of an answer the description does not tell; undefined: all is as it says. */
function flaw(
  url: string,
  method: string,
  answer: { readonly status: number; readonly headers: Headers; readonly body: unknown },
): string | undefined {
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const schema = schemaOf(url, method, answer.status, type);
  if (typeof schema === "string") return schema;
  if (!type.includes("json")) return undefined;
  const resolved = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components')) as object;
  const check = ajv.compile(resolved);
  return check(answer.body) ? undefined : ajv.errorsText(check.errors);
}

const queryOf: Readonly<Record<string, string>> = {
  recordStory: "?key=KEY",
  recordMappedBy: "?key=KEY",
  recordChain: "?key=KEY",
  searchRecords: "?number=KEY",
  calendar: `?from=${Date.now() - 3_600_000}&to=${Date.now() + 3_600_000}`,
};

test("every GET route answers with a media type and a shape that its description has", async () => {
  const flaws: string[] = [];
  const answered = new Set<string>();
  for (const { id: name, method, url } of ROUTES) {
    if (method !== "GET" || name === "followLogs" || name === "followQueues") continue;
    const path = url.replace(/:(\w+)/g, "{$1}");
    const id = url.includes("/connectors/")
      ? "kingdee-galaxy"
      : url.includes("/connections/")
        ? "demo-jushuitan-qimen"
        : url.includes("/tables/")
          ? "shops"
          : FLOW;
    const asked = url
      .replace(":workspace", "main")
      .replace(":id", id)
      .replace(":api", "jushuitan.saleout.list.query")
      .replace(/:revision\b/, "1")
      .replace(/:(run|report|bulk|exchange)\b/, (_whole, word: string) => ids[word] ?? "1")
      .replace(/:\w+/g, "1");
    const answer = await ask("GET", asked + (queryOf[name] ?? "").replace("KEY", ids["key"] ?? ""));
    if (answer.status < 400) answered.add(name);
    const found = flaw(path, method, answer);
    if (found !== undefined) flaws.push(`${name}: ${found}`);
  }
  expect(flaws).toEqual([]);
  // Most of them told something, not only that there is nothing.
  expect(answered.size).toBeGreaterThan(65);
}, 180_000);

test("a refusal is the problem document that is described; writes say that they take an Idempotency-Key, and hooks do not", async () => {
  for (const [method, url, path] of [
    ["GET", "/api/v1/workspaces/{workspace}/flows/{id}", `${MAIN}/flows/none`],
    ["PUT", "/api/v1/workspaces/{workspace}/flows/{id}", `${MAIN}/flows/none`],
    ["POST", "/hooks/{workspace}/{id}", "/hooks/main/none"],
  ] as const) {
    const answer = await ask(method, path, method === "GET" ? undefined : {});
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(flaw(url, method, answer)).toBeUndefined();
  }
  const headers = (url: string, method: string): readonly string[] =>
    (paths[url]?.[method]?.parameters ?? []).filter((each) => each.in === "header").map(({ name }) => name);
  expect(headers("/api/v1/workspaces/{workspace}/flows/{id}", "put")).toEqual(["Idempotency-Key"]);
  expect(headers("/hooks/{workspace}/{id}", "post")).toEqual([]);
  expect(headers("/api/v1/workspaces/{workspace}/flows/{id}", "get")).toEqual([]);
  const said = Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ responses }) => Object.values(responses)));
  expect(said.map(({ description }) => description)).not.toContain("Default Response");
});

test("every list tells one status of a bill; a number is found with the blanks that were copied along", async () => {
  const key = ids["key"] ?? "";
  const { items } = (await ask("GET", `${MAIN}/flows/${FLOW}/rows?find=${key}`)).body;
  expect(items).toMatchObject([{ key, status: "done" }]);
  expect((await ask("GET", `${MAIN}/records/search?number=%20${key}%09`)).body.items).toMatchObject([{ key, status: "done" }]);
  const column = await ask("POST", `${MAIN}/records/search`, { numbers: [` ${key} `, "\u3000"] });
  expect(column.body.items).toMatchObject([{ found: [{ key, status: "done" }], isMissing: false }, { isMissing: true }]);
});

test("an English sentence has no Chinese in it; a path that is too long is told to be", async () => {
  const unknown = [
    `flows/none`,
    `records/search?number=`,
    `flows/${FLOW}/records/story?key=none`,
    `runs/1`,
    `connections/none`,
    `tables/none`,
  ];
  for (const path of unknown) {
    const { body } = await ask("GET", `${MAIN}/${path}`);
    expect(body.en).not.toMatch(/\p{Script=Han}/u);
    expect(body.zh).toMatch(/\p{Script=Han}/u);
  }
  for (const [length, part] of [
    [101, "params/id"],
    [1_001, "path"],
  ] as const) {
    const long = await ask("PUT", `${MAIN}/flows/${"a".repeat(length)}`, {});
    expect(long).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID", details: { path: part } } });
    expect(long.text).not.toContain("UTF-8");
  }
});
