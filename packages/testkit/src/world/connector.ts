/** The connector of the world's vendor, as plain data: four ways to page, five ways to write. */
import type { Api, Connector, Field, WriteRule } from "@datong/core";

const field = (name: string, more: Partial<Field> = {}): Field => ({ field: name, label: name, ...more });
const named = (code: string): Pick<Api, "code" | "operation" | "name"> => ({ code, operation: code, name: { zh: code, en: code } });

function reading(code: string, ask: Readonly<Record<string, string>>, paging: NonNullable<Api["paging"]>, more: Partial<Api> = {}): Api {
  const fields = Object.entries({ ...ask, from: "{{LAST_SYNC_TIME}}", to: "{{CURRENT_TIME}}" });
  return {
    ...named(code),
    direction: "query",
    request: fields.map(([name, value]) => field(name, { default: value })),
    response: [],
    shape: { method: "POST", path: code, json: { "...": "{{params}}" } },
    rows: { kind: "objects", paths: ["rows"] },
    id: ["id"],
    number: "no",
    lineId: "line",
    paging,
    ...more,
  };
}

const SIZE = { size: "{{PAGINATION_PAGE_SIZE}}" };

const CURSOR: Api["paging"] = { kind: "cursor", next: "next", size: 5, sizeMax: 50, end: [{ rule: "no-cursor" }] };

const READ: readonly Api[] = [
  reading("rows-by-cursor", { ...SIZE, cursor: "{{PAGINATION_CURSOR}}" }, CURSOR),
  // Windows of six hours at most: a day is read in slices.
  reading("rows-by-slice", { ...SIZE, cursor: "{{PAGINATION_CURSOR}}" }, CURSOR, { window: { spanMaxMs: 6 * 3_600_000 } }),
  reading(
    "rows-by-page",
    { ...SIZE, page: "{{PAGINATION_START_PAGE}}" },
    { kind: "page", first: 1, size: 5, sizeMax: 50, end: [{ rule: "short-page" }] },
  ),
  reading(
    "rows-by-offset",
    { ...SIZE, offset: "{{PAGINATION_START_ROW}}" },
    { kind: "offset", size: 5, sizeMax: 50, end: [{ rule: "total", path: "total" }] },
  ),
];

const EACH: WriteRule["outcome"] = {
  kind: "per-document",
  match: "index",
  done: { list: ["done"], match: "index", number: "number", id: "id" },
  refused: { list: ["refused"], match: "index", code: "code", message: "text" },
};

const SAVING: WriteRule = {
  batchMax: 50,
  key: "k",
  outcome: EACH,
  idempotent: false,
  probe: { api: "probe", params: { keys: "{{keys}}" }, key: "k", number: "number", id: "id", stage: "stage", batchMax: 3 },
  update: { idField: "id" },
  reverse: { api: "unsave" },
};

const { probe: _probe, ...BLIND } = SAVING;

function writing(code: string, write: WriteRule): Api {
  return {
    ...named(code),
    direction: "write",
    request: [field("k", { required: true }), field("bill"), field("v"), field("bad")],
    response: [],
    shape: { method: "POST", path: code, json: { documents: "{{documents}}" } },
    write,
  };
}

/** How a flow of the world writes. `save-blind` cannot be asked afterwards, `save-idempotent` need not be. */
export const WRITE_APIS = ["save", "save-all", "save-blind", "save-idempotent", "save-staged"] as const;
export type WriteApi = (typeof WRITE_APIS)[number];

export const WORLD: Connector = {
  system: "world",
  version: 1,
  name: { zh: "世界", en: "World" },
  docs: [{ title: "this folder", read: "2026-11-22" }],
  settings: [field("url")],
  auth: {},
  limits: { concurrency: 4 },
  zone: "Asia/Shanghai",
  result: {
    ok: [{ path: "ok", in: ["true"] }],
    code: ["code"],
    message: ["text"],
    faults: [
      { codes: ["BUSY"], fault: "transient" },
      { codes: ["DUPLICATE"], fault: "rejected", cause: "duplicate" },
    ],
  },
  apis: [
    ...READ,
    {
      ...named("probe"),
      direction: "query",
      request: [field("keys")],
      response: [],
      shape: { method: "POST", path: "probe", json: { keys: "{{params.keys}}" } },
      rows: { kind: "objects", paths: ["rows"] },
    },
    writing("save", SAVING),
    writing("save-all", { ...SAVING, outcome: { kind: "whole" } }),
    writing("save-blind", BLIND),
    writing("save-idempotent", { ...BLIND, idempotent: true }),
    writing("save-staged", {
      ...SAVING,
      stages: {
        order: ["saved", "audited"],
        values: { saved: "saved", audited: "audited" },
        steps: { saved: "audit" },
        finalWhen: { option: "end", in: ["saved"], then: "saved", otherwise: "audited" },
      },
    }),
    {
      ...writing("unsave", { batchMax: 50, key: "k", outcome: EACH, idempotent: true }),
      shape: { method: "POST", path: "unsave", json: { ids: "{{ids}}", keys: "{{keys}}" } },
    },
    {
      ...writing("audit", { batchMax: 50, key: "k", outcome: EACH, idempotent: true }),
      shape: { method: "POST", path: "audit", json: { numbers: "{{numbers}}" } },
    },
  ],
};
