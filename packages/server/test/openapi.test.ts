/** OpenAPI documents as private connectors: what is read, what is guessed and told, what is refused; nothing is fetched. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { importOpenApi } from "../src/index.ts";

const TEXT = readFileSync(fileURLToPath(new URL("openapi/petty-orders.yaml", import.meta.url)), "utf8");
const READ = { read: "2026-11-22" };

test("address, authorisation, answers, pages, window and fields are read; what was inferred is told with its place", async () => {
  const { connector, guesses, leftOut, issues } = await importOpenApi(TEXT, READ);
  expect(issues).toEqual([]);
  expect(connector).toMatchObject({
    system: "petty-orders",
    settings: [
      { field: "url", default: "https://demo.orders.example.com/v2" },
      { field: "key", secret: true },
      { field: "app", secret: true },
    ],
    auth: { parameters: { headers: { "X-API-Key": "{{settings.key}}" }, query: { app_id: "{{settings.app}}" } } },
    result: { ok: [{ path: "code", in: ["0"] }], code: ["code", "error_code"], message: ["msg", "error_msg"] },
    test: { api: "listOrders" },
  });
  const [list, create, change, stock] = connector.apis;
  expect(list).toMatchObject({
    direction: "query",
    operation: "GET /orders",
    name: { zh: "查询订单", en: "listOrders" },
    rows: { kind: "objects", paths: ["data.items"] },
    id: ["id"],
    number: "no",
    paging: { kind: "page", first: 1, size: 40, sizeMax: 100, end: [{ rule: "total", path: "data.total" }, { rule: "empty-page" }] },
    shape: { method: "GET", path: "orders", headers: { "X-Tenant": "{{params.X_Tenant}}" } },
  });
  const presets = Object.fromEntries(
    (list?.request ?? []).flatMap(({ field, default: preset }) => (preset === undefined ? [] : [[field, preset]])),
  );
  expect(presets).toEqual({
    modified_start_time: "{{LAST_SYNC_TIME|iso}}",
    modified_end_time: "{{CURRENT_TIME|iso}}",
    page_no: "{{PAGINATION_START_PAGE}}",
    page_size: "{{PAGINATION_PAGE_SIZE}}",
  });
  expect(list?.request.find(({ field }) => field === "status")).toEqual({
    field: "status",
    label: "订单状态",
    type: "int",
    options: ["0", "1"],
  });
  // An order holds an order: it ends where it begins again.
  expect(list?.response.map(({ field }) => field)).toEqual(["id", "no", "ordered", "parent", "lines"]);
  expect(list?.response[4]).toMatchObject({
    type: "array",
    children: [
      { field: "sku", label: "商品编码", required: true },
      { field: "qty", type: "float" },
    ],
  });
  expect(create).toMatchObject({
    direction: "write",
    write: { batchMax: 1, idempotent: false, outcome: { kind: "whole", id: ["data.id"] } },
  });
  expect(change).toMatchObject({
    code: "put-orders-order-id",
    reply: "none",
    shape: { path: "orders/{{document.order_id}}", json: { no: "{{document.no}}" } },
    write: { idempotent: true },
  });
  expect(stock).toMatchObject({
    paging: { kind: "cursor", next: "next_cursor" },
    shape: { headers: { "X-Shop": "{{params.X_Shop}}" }, query: { cursor: "{{params.cursor}}" } },
  });
  expect(leftOut.map(({ operation }) => operation)).toEqual(["POST /orders/{order-id}/photo"]);
  const told = guesses.map(({ path }) => path);
  expect(told).toEqual(
    expect.arrayContaining(["/limits", "/zone", "/result", "/apis/0/paging", "/apis/0/request", "/apis/1/write", "/apis/3/paging"]),
  );
  expect(guesses.find(({ en }) => en.includes("https://example.com/stock.yaml"))).toBeDefined();
});

test("JSON and tags; Bearer and OAuth2 become settings", async () => {
  const base = { openapi: "3.0.3", info: { title: "A", version: "1" } };
  const get = (tags: string[], security: object[]) => ({ tags, security, responses: { "200": { description: "ok" } } });
  const schemes = {
    bearer: { type: "http", scheme: "bearer" },
    machine: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://id.example.com/token", scopes: { read: "r" } } } },
  };
  const document = (security: object[]) =>
    JSON.stringify({
      ...base,
      paths: { "/a": { get: get(["x"], security) }, "/b": { get: get(["y"], security) } },
      components: { securitySchemes: schemes },
    });
  const bearer = await importOpenApi(document([{ bearer: [] }]), { ...READ, system: "own", tags: ["x"] });
  expect(bearer.connector).toMatchObject({
    system: "own",
    auth: { parameters: { headers: { Authorization: "Bearer {{settings.token}}" } } },
  });
  expect(bearer.connector.apis.map(({ code }) => code)).toEqual(["get-a"]);
  const machine = await importOpenApi(document([{ machine: ["read"] }]), READ);
  expect(machine.issues).toEqual([]);
  expect(machine.connector).toMatchObject({
    auth: { oauth2: { grant: "client-credentials", token: "{{settings.tokenUrl}}", scope: "read" } },
    settings: [
      { field: "url" },
      { field: "tokenUrl", default: "https://id.example.com/token" },
      { field: "clientId" },
      { field: "clientSecret", secret: true },
    ],
  });
});

test.each([
  ["no document at all", "a: [", "OPENAPI_UNREADABLE"],
  ["Swagger 2.0", "swagger: '2.0'\ninfo: { title: a, version: '1' }\npaths: {}\n", "OPENAPI_UNREADABLE"],
  ["a document against the standard", "openapi: 3.1.0\ninfo: { title: a }\npaths: {}\n", "OPENAPI_INVALID"],
  ["nothing to import", "openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths: {}\n", "OPENAPI_EMPTY"],
  [
    "aliases that multiply",
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdef"].map((name, i) => `${name}: &${name} [${`*${"abcde"[i]},`.repeat(10)}]`).join("\n")}\n`,
    "OPENAPI_UNREADABLE",
  ],
])("refuses %s", async (_name, text, code) => {
  await expect(importOpenApi(text, READ)).rejects.toMatchObject({ code });
});
