/** Every way of handing out pages, declared as data and read by the real engine: each row once, the named end reached. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Api, Connector, Flow } from "@datong/core";
import { openEngine, type Engine } from "../../src/engine.ts";
import { temporaryStore } from "../store/postgres/temporary-store.ts";
import { json, startSystem, type Answer, type Asked, type HttpSystem } from "./http-lab/systems.ts";

const ROWS = Array.from({ length: 25 }, (_, i) => ({ id: `r${i + 1}` }));
const SIZE = 10;
const field = (name: string, value?: string) => ({ field: name, label: name, ...(value === undefined ? {} : { default: value }) });
const bounds = { size: SIZE, sizeMax: 100 };

interface Case {
  readonly api: Pick<Api, "shape" | "paging"> & Partial<Api>;
  readonly answer: (asked: Asked, body: Record<string, string | number>) => Answer;
}

const rowsFrom = (from: number, more: object = {}): Answer => json({ rows: ROWS.slice(from, from + SIZE), ...more });
const post = (body: object): Api["shape"] => ({ method: "POST", path: "rows", json: body });

const CASES: Readonly<Record<string, Case>> = {
  "page-short": {
    api: {
      shape: post({ page: "{{PAGINATION_START_PAGE}}", size: "{{PAGINATION_PAGE_SIZE}}" }),
      paging: { kind: "page", first: 0, ...bounds, end: [{ rule: "short-page" }] },
    },
    answer: (_, body) => rowsFrom(Number(body["page"]) * SIZE),
  },
  "page-has-next": {
    api: {
      request: [field("p", "{{PAGINATION_START_PAGE}}"), field("n", "{{PAGINATION_PAGE_SIZE}}")],
      shape: { method: "GET", path: "rows", query: { "...": "{{params}}" } },
      paging: { kind: "page", first: 1, ...bounds, end: [{ rule: "has-next", path: "more" }] },
    },
    answer: (asked) => {
      const page = Number(asked.query.get("p"));
      return rowsFrom((page - 1) * SIZE, { more: page < 3 });
    },
  },
  "offset-total": {
    api: {
      shape: post({ from: "{{PAGINATION_START_ROW}}", size: "{{PAGINATION_PAGE_SIZE}}" }),
      paging: { kind: "offset", ...bounds, end: [{ rule: "total", path: "total" }] },
    },
    answer: (_, body) => rowsFrom(Number(body["from"]), { total: String(ROWS.length) }),
  },
  "offset-empty": {
    api: {
      shape: post({ from: "{{PAGINATION_START_ROW}}", size: "{{PAGINATION_PAGE_SIZE}}" }),
      paging: { kind: "offset", ...bounds, end: [{ rule: "empty-page" }] },
      result: { ok: [], code: ["code"], message: [], nothing: { signs: [{ path: "code", in: ["NO_DATA"] }] }, faults: [] },
    },
    // The end is told as an error, in the vendor's own way.
    answer: (_, body) => (Number(body["from"]) >= ROWS.length ? json({ code: "NO_DATA" }) : rowsFrom(Number(body["from"]))),
  },
  cursor: {
    api: {
      shape: post({ after: "{{PAGINATION_CURSOR}}", size: "{{PAGINATION_PAGE_SIZE}}" }),
      paging: { kind: "cursor", next: "next", first: "", ...bounds, end: [{ rule: "no-cursor" }] },
    },
    answer: (_, body) => {
      const from = Number(body["after"] === "" ? 0 : body["after"]);
      return rowsFrom(from, from + SIZE < ROWS.length ? { next: String(from + SIZE) } : {});
    },
  },
  "link-header": {
    api: {
      shape: { method: "GET", path: "rows", query: { size: "{{PAGINATION_PAGE_SIZE}}" } },
      rows: { kind: "objects", paths: [""] },
      paging: { kind: "link", next: { header: "Link" }, ...bounds, end: [{ rule: "no-cursor" }] },
    },
    answer: (asked) => {
      const from = Number(asked.query.get("from") ?? 0);
      const next = `<rows?from=${from + SIZE}&key=not-a-real-key>; rel="next"`;
      const link = `</v1/rows?from=0>; rel="first"${from + SIZE < ROWS.length ? `, ${next}` : ""}`;
      return { ...json(ROWS.slice(from, from + SIZE)), headers: { link } };
    },
  },
};

const connector: Connector = {
  system: "paged",
  version: 1,
  name: { zh: "分页样板", en: "Paged" },
  docs: [],
  settings: [field("url"), { ...field("key"), secret: true }],
  auth: { parameters: { query: { key: "{{settings.key}}" } } },
  limits: { concurrency: 2 },
  zone: "Asia/Shanghai",
  result: { ok: [], code: [], message: [], faults: [] },
  apis: [
    ...Object.entries(CASES).map(([code, { api }]): Api => ({
      code,
      operation: code,
      name: { zh: code, en: code },
      direction: "query",
      request: [],
      response: [],
      rows: { kind: "objects", paths: ["rows"] },
      id: ["id"],
      ...api,
    })),
    {
      code: "put",
      operation: "PUT",
      name: { zh: "写入", en: "Put" },
      direction: "write",
      request: [field("id")],
      response: [],
      shape: { method: "PUT", path: "docs/{{document.id}}", json: "{{document}}" },
      // An answer without a body: the status says it all.
      reply: "none",
      write: { batchMax: 1, key: "id", idempotent: true, outcome: { kind: "whole" } },
    },
  ],
};

const store = temporaryStore();
let engine: Engine;
let system: HttpSystem;
beforeAll(async () => {
  engine = await openEngine({
    dataDir: join(store.folder, "data"),
    connectors: [JSON.parse(JSON.stringify(connector)) as Connector],
    sessionsOf: {},
  });
}, 180_000);
afterAll(async () => {
  await engine.close();
  store.remove();
});
afterEach(() => system.stop());

test.each(Object.entries(CASES))("%s", async (code, { answer }) => {
  const kept: string[] = [];
  system = await startSystem((asked) => {
    if (asked.query.getAll("key").join() !== "not-a-real-key") return { status: 401, body: "{}" };
    if (asked.method !== "PUT")
      return answer(asked, asked.bytes.length === 0 ? {} : (JSON.parse(asked.bytes.toString()) as Record<string, string>));
    kept.push(asked.path);
    return { status: 204, body: "" };
  });
  const connections = new Map([["c", { id: "c", system: "paged", settings: { url: `${system.url}/v1`, key: "not-a-real-key" } }]]);
  const flow: Flow = {
    id: code,
    source: { connection: "c", api: code },
    mapping: [{ field: "id", value: "{{id}}" }],
    target: { connection: "c", api: "put" },
    dispatch: { enabled: true },
  };
  const result = await engine.run(flow, connections, { sourceRetryDelaysMs: [], waitMs: 3_000 });
  expect(result).toMatchObject({ read: 25, written: 25 });
  expect(kept.toSorted()).toEqual(ROWS.map(({ id }) => `/v1/docs/${id}`).toSorted());
});
