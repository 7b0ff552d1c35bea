/** The connectors of the scriptable vendor, as plain data, and the one session strategy that a declaration cannot hold. */
import type { Api, Connector, ConnectorHead, Field, Session, WriteRule } from "@datong/core";

const field = (name: string, more: Partial<Field> = {}): Field => ({ field: name, label: name, ...more });

const ROWS: Api = {
  code: "rows",
  operation: "rows",
  name: { zh: "查询单据", en: "Rows" },
  direction: "query",
  request: [
    field("page", { default: "{{PAGINATION_START_PAGE}}" }),
    field("size", { default: "{{PAGINATION_PAGE_SIZE}}" }),
    field("from"),
    field("to"),
    field("note"),
  ],
  response: [],
  shape: { method: "POST", path: "rows", json: { "...": "{{params}}" } },
  rows: { kind: "objects", paths: ["rows"] },
  id: ["id"],
  number: "no",
  lineId: "line",
  paging: { kind: "page", first: 1, size: 100, sizeMax: 500, pagesMax: 2_500, end: [{ rule: "short-page" }] },
};

/** Ends only at an empty page, so that a page that repeats would never end. */
const ROWS_ENDLESS: Api = {
  ...ROWS,
  code: "rows-endless",
  paging: { kind: "page", first: 1, size: 100, sizeMax: 500, end: [{ rule: "empty-page" }] },
};

/** Windows of at most an hour. */
const ROWS_HOURLY: Api = { ...ROWS, code: "rows-hourly", window: { spanMaxMs: 3_600_000 } };

const PROBE: Api = {
  code: "probe",
  operation: "probe",
  name: { zh: "查证", en: "Probe" },
  direction: "query",
  request: [field("keys")],
  response: [],
  shape: { method: "POST", path: "probe", json: { keys: "{{params.keys}}" } },
  rows: { kind: "objects", paths: ["rows"] },
};

const DOCUMENT: readonly Field[] = [
  field("k", { required: true }),
  field("name"),
  field("amount"),
  field("code"),
  field("extra"),
  field("lines", { type: "array", children: [field("sku"), field("qty")] }),
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
  probe: { api: "probe", params: { keys: "{{keys}}" }, key: "k", number: "number", id: "id", stage: "stage", batchMax: 20 },
  update: { idField: "id" },
  reverse: { api: "reverse" },
};

function saving(code: string, write: WriteRule, path = "save"): Api {
  return {
    code,
    operation: path,
    name: { zh: "保存", en: "Save" },
    direction: "write",
    request: DOCUMENT,
    response: [],
    options: [field("end")],
    shape: { method: "POST", path, json: { documents: "{{documents}}" } },
    write,
  };
}

function calling(code: string): Api {
  return {
    ...saving(code, { batchMax: 50, key: "k", outcome: EACH, idempotent: true }, code),
    shape: { method: "POST", path: code, json: { keys: "{{keys}}", numbers: "{{numbers}}", ids: "{{ids}}" } },
  };
}

const { probe: _probe, ...BLIND } = SAVING;

const APIS: readonly Api[] = [
  ROWS,
  ROWS_ENDLESS,
  ROWS_HOURLY,
  { ...ROWS, code: "rows-detailed", detail: { api: "detail", params: { id: "{{id}}" }, mode: "merge", concurrency: 3 } },
  {
    ...ROWS,
    code: "detail",
    operation: "detail",
    request: [field("id")],
    shape: { method: "POST", path: "detail", json: { "...": "{{params}}" } },
    rows: { kind: "one", paths: ["row"] },
    paging: { kind: "none" },
  },
  { ...ROWS, code: "rows-elsewhere", shape: { method: "POST", path: "{{params.note}}", json: {} } },
  PROBE,
  saving("save", SAVING),
  saving("save-blind", BLIND),
  saving("save-idempotent", { ...BLIND, idempotent: true }),
  saving("save-all", { ...SAVING, outcome: { kind: "whole" } }, "save-all"),
  saving("save-staged", {
    ...SAVING,
    stages: {
      order: ["saved", "audited"],
      values: { saved: "saved", audited: "audited" },
      steps: { saved: "audit" },
      finalWhen: { option: "end", in: ["saved"], then: "saved", otherwise: "audited" },
    },
  }),
  calling("audit"),
  calling("reverse"),
];

const HEAD: ConnectorHead = {
  system: "pretend",
  version: 1,
  name: { zh: "样板系统", en: "Pretend" },
  docs: [{ title: "this test", read: "2026-11-01" }],
  settings: [field("url", { required: true }), field("user"), field("secret", { secret: true })],
  auth: { parameters: { headers: { "X-Key": "{{settings.secret}}" } } },
  limits: { concurrency: 4, timeoutMs: 5_000 },
  zone: "Asia/Shanghai",
  result: {
    ok: [{ path: "ok", in: ["true"] }],
    code: ["code"],
    message: ["text"],
    faults: [
      { codes: ["LOST"], fault: "transient", cause: "session-lost" },
      { codes: ["BUSY"], fault: "transient" },
      { texts: ["已关账"], fault: "rejected", cause: "period-closed" },
      { codes: ["DUPLICATE"], fault: "rejected", cause: "duplicate" },
      {
        texts: ["没有编码"],
        fault: "rejected",
        cause: "missing-master-data",
        missing: [{ between: ["没有编码“", "”"], kindBetween: ["的", ""] }],
      },
    ],
  },
};

/** The open connector and the one behind a log-in. They survive being written and read as JSON: they are data. */
export const LAB_CONNECTORS: readonly Connector[] = JSON.parse(
  JSON.stringify([
    { ...HEAD, apis: APIS },
    {
      ...HEAD,
      system: "guarded",
      name: { zh: "要登录的样板系统", en: "Guarded" },
      auth: { ...HEAD.auth, session: { kind: "custom", account: ["url", "user"] } },
      apis: APIS,
    },
  ]),
) as readonly Connector[];

export const LAB_SESSIONS: Readonly<Record<string, Session>> = {
  guarded: {
    login: (context, replies) => {
      const reply = replies[0];
      if (reply === undefined) {
        const text = JSON.stringify({ user: context.settings["user"], secret: context.settings["secret"] });
        return { kind: "send", plan: { method: "POST", path: "login", query: [], headers: {}, body: { kind: "json", text } } };
      }
      const json = reply.json as { readonly token?: string } | undefined;
      if (typeof json?.token !== "string") return { kind: "failed", code: "LOGIN_FAILED", details: { reason: "no token" } };
      return { kind: "ready", session: { token: json.token } };
    },
    apply: (plan, session) => ({ ...plan, headers: { ...plan.headers, "X-Token": String(session["token"]) } }),
  },
};
