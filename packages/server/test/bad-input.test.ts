/**
 * What does not belong into a request is refused with a code and a place, on every route: nothing that anybody sends is answered with 500,
 * and nothing is stored otherwise than it was sent.
 */
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const MAIN = "/api/v1/workspaces/main";
let lab: ServerLab;
let ask: Ask;
let cookie: string;

beforeAll(async () => {
  lab = await openServerLab(1, []);
  const entered = await lab.as({})("POST", "/api/v1/login", ADMIN);
  cookie = (entered.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  ask = lab.as({ cookie });
  await ask("PUT", `${MAIN}/flows/given`, { revision: 0, text: "version: 1" });
}, 180_000);
afterAll(() => lab.close());

interface Raw {
  readonly status: number;
  readonly body: { readonly code?: string; readonly details?: { readonly path?: string; readonly reason?: string } };
}

/** Bytes as they are, which `fetch` would put right. */
function send(method: string, path: string, bytes: Buffer, type = "application/json"): Promise<Raw> {
  const { hostname, port } = new URL(lab.url());
  return new Promise((resolve, reject) => {
    const headers = { cookie, "x-requested-with": "datong", "content-type": type, "content-length": bytes.length };
    const asked = request({ hostname, port, method, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString() || "{}") as Raw["body"] }),
      );
    });
    asked.on("error", reject).end(bytes);
  });
}

const ROUTES = [
  ["PUT", `${MAIN}/flows/refused`],
  ["POST", `${MAIN}/flows/given/publish`],
  ["POST", `${MAIN}/flows/given/runs`],
  ["POST", `${MAIN}/flows/given/bulk`],
  ["PUT", `${MAIN}/connections/refused`],
  ["PUT", `${MAIN}/tables/refused`],
  ["PUT", `${MAIN}/channels/refused`],
  ["POST", `${MAIN}/records/search`],
  ["POST", `${MAIN}/api-keys`],
  ["POST", "/api/v1/people"],
  ["POST", "/api/v1/login"],
] as const;

test("a body that is not what it says is refused before anything is looked at", async () => {
  const gbk = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xd6, 0xd0, 0x22, 0x7d]);
  const text = (value: string): Buffer => Buffer.from(value);
  for (const [method, path] of ROUTES) {
    const answers = [
      [await send(method, path, gbk), "REQUEST_UNREADABLE", "UTF-8"],
      [await send(method, path, text("{}"), "application/json; charset=gbk"), "REQUEST_UNREADABLE", "gbk"],
      [await send(method, path, text("<a/>"), "text/xml"), "REQUEST_UNREADABLE", "text/xml"],
      [await send(method, path, text('{"a":')), "REQUEST_UNREADABLE", "line 1, column 6"],
      [await send(method, path, text('{"revision":1,"revision":2}')), "REQUEST_UNREADABLE", "twice"],
      [await send(method, path, text(`{"a":${"[".repeat(300_000)}`)), "REQUEST_TOO_DEEP", ""],
    ] as const;
    for (const [{ status, body }, code, reason] of answers) {
      expect({ path, status, code: body.code }).toEqual({ path, status: 400, code });
      expect(body.details?.reason ?? "").toContain(reason);
    }
  }
});

test("numbers and texts that cannot be kept are refused by their place", async () => {
  for (const [body, path] of [
    ['{"revision":1e400,"text":"a"}', "body/revision"],
    ['{"revision":2147483648,"text":"a"}', "body/revision"],
    ['{"revision":0,"text":"\\ud800"}', "body/text"],
    ['{"revision":0,"text":"a\\u0000"}', "body/text"],
    ['{"revision":0,"document":{"name":"\\udc00"}}', "body/document/name"],
  ] as const)
    expect(await ask("PUT", `${MAIN}/flows/refused`, body)).toMatchObject({
      status: 400,
      body: { code: "REQUEST_INVALID", details: { path } },
    });
  expect((await ask("GET", `${MAIN}/flows/refused`)).status).toBe(404);
  expect(await ask("GET", `${MAIN}/records/search?number=%ff`)).toMatchObject({ status: 400, body: { details: { path: "query" } } });
  expect(await ask("GET", `${MAIN}/flows/%ff`)).toMatchObject({
    status: 400,
    body: { code: "REQUEST_INVALID", details: { path: "path" } },
  });
});

test("a word that is none of those that may stand there is told once, with all of them", async () => {
  const words = "retry, push-again, skip, mark-done";
  expect(await ask("POST", `${MAIN}/flows/given/bulk`, { kind: "again" })).toMatchObject({
    status: 400,
    body: { code: "REQUEST_INVALID", details: { path: "body/kind", expected: `可选值之一：${words} / one of ${words}` } },
  });
  const document = {
    id: "misfired",
    source: { connection: "datong", api: "receive", id: ["id"] },
    mapping: [],
    target: { connection: "datong", api: "collect" },
    dispatch: { enabled: true, target: { cron: "*/5 * * * *", misfire: "sometimes" } },
  };
  const { issues } = (await ask("PUT", `${MAIN}/flows/misfired`, { revision: 0, document })).body;
  expect(issues).toMatchObject([
    {
      code: "DOCUMENT_INVALID",
      path: "/dispatch/target/misfire",
      zh: expect.stringContaining("只能是 none、last、all"),
      en: expect.stringContaining("must be one of none, last, all"),
      todoZh: expect.any(String),
      todoEn: expect.any(String),
    },
  ]);
});

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** Something that fits, so that what is tried is the only thing wrong. */
function sampleOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return sampleOf(schema.anyOf[0]);
  switch (schema.type) {
    case "object":
      return Object.fromEntries((schema.required ?? []).map((key) => [key, sampleOf(schema.properties?.[key] ?? {})]));
    case "array":
      return [sampleOf(schema.items ?? {})];
    case "integer":
    case "number":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return false;
    case "string":
      return "given";
    default:
      return {};
  }
}

const JUNK = ["", "abc", "-1", "1e99", "2147483648", "9223372036854775808", "8640000000000001", "4102444799999", "%27;drop"];
const JUNK_VALUES = [null, -1, 1.5, 2_147_483_648, 1e300, "", "9223372036854775808", "x".repeat(3_000), "\u{1f600}", [null], { a: 1 }];
/** They end the session, send streams or gigabytes, or lead elsewhere. */
const LEFT_OUT = /login|logout|setup|oidc|events|backup|password|\/me$/;

test("whatever stands in a path, a query or a body, no route answers with 500", { timeout: 300_000 }, async () => {
  const { paths } = (await ask("GET", "/openapi.json")).body as { paths: Record<string, Record<string, Operation>> };
  const tries: (() => Promise<void>)[] = [];
  const failed: string[] = [];
  const attempt = (method: string, path: string, body: unknown): void => {
    tries.push(async () => {
      const { status, text } = await ask(method.toUpperCase(), path, body);
      if (status >= 500) failed.push(`${method} ${path} ${JSON.stringify(body)?.slice(0, 200)}: ${text.slice(0, 100)}`);
    });
  };
  for (const [template, methods] of Object.entries(paths)) {
    if (LEFT_OUT.test(template)) continue;
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
      const at = (name?: string, junk?: string): string =>
        template.replaceAll(/\{(\w+)\}/g, (_whole, key: string) =>
          key === name ? (junk ?? "") : ({ workspace: "main", id: "given" }[key] ?? "1"),
        );
      const schema = requestBody?.content["application/json"]?.schema;
      const sample = schema === undefined ? undefined : sampleOf(schema);
      for (const { in: where, name } of parameters)
        for (const junk of JUNK) {
          if (where === "query") attempt(method, `${at()}?${name}=${junk}`, sample);
          else if (name !== "workspace" && junk !== "") attempt(method, at(name, junk), sample);
        }
      for (const key of Object.keys(schema?.properties ?? {}))
        for (const junk of JUNK_VALUES) attempt(method, at(), { ...(sample as object), [key]: junk });
    }
  }
  expect(tries.length).toBeGreaterThan(2_000);
  const work = async (): Promise<void> => {
    for (let next = tries.pop(); next !== undefined; next = tries.pop()) await next();
  };
  await Promise.all(Array.from({ length: 6 }, work));
  expect(failed).toEqual([]);
});
