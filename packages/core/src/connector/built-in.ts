/**
 * The built-in connector `datong`: this installation itself, as source and target of its flows. It has no address and no account; its
 * APIs are carried out by the engine, in the ledger, and their request shapes are never sent. A connection named `datong` is always there.
 *
 * - `receive`: a passive source. Its rows come by `datong push`, or by another flow that writes with `push`.
 * - `collect`: no document is written. A record is done once it is stored, for other flows to read or look up.
 * - `push`: documents become rows of the passive flow that the option `flow` names. The same row twice is one, by that flow's key.
 */
import type { Api } from "./api.ts";
import type { Connector } from "./connector.ts";

export const BUILT_IN_SYSTEM = "datong";

/** Rows in one write of `push`. */
const PUSH_MAX = 200;
const shape = { method: "POST", path: "" } as const;

const receive: Api = {
  code: "receive",
  operation: "receive",
  local: "receive",
  name: { zh: "接收推送", en: "Receive rows" },
  direction: "query",
  request: [],
  response: [],
  shape,
  rows: { kind: "objects", paths: [""] },
  paging: { kind: "none" },
};

const collect: Api = {
  code: "collect",
  operation: "collect",
  local: "collect",
  name: { zh: "写入空操作（只存数据）", en: "Collect only" },
  direction: "write",
  request: [],
  response: [],
  shape,
  write: { batchMax: 1_000, key: "", outcome: { kind: "whole" }, idempotent: true },
};

const push: Api = {
  code: "push",
  operation: "push",
  local: "push",
  name: { zh: "推送到另一个方案", en: "Push to another flow" },
  direction: "write",
  request: [],
  response: [],
  options: [{ field: "flow", label: "接收的方案", labelEn: "Receiving flow", required: true }],
  shape: { ...shape, json: { flow: "{{options.flow}}", rows: "{{documents}}" } },
  write: {
    batchMax: PUSH_MAX,
    key: "",
    outcome: {
      kind: "per-document",
      match: "index",
      done: { list: ["rows"], match: "index", number: "number", id: "key", when: { path: "key", exists: true } },
      refused: { list: ["rows"], match: "index", code: "code", message: "message", when: { path: "code", exists: true } },
    },
    // A row that is there already is the same row.
    idempotent: true,
    // A changed row is a new version of the bill there.
    overwrites: true,
  },
};

export const BUILT_IN: Connector = {
  system: BUILT_IN_SYSTEM,
  version: 1,
  name: { zh: "打通", en: "Datong" },
  docs: [],
  settings: [],
  auth: {},
  limits: { concurrency: 4 },
  zone: "Asia/Shanghai",
  result: { ok: [], failed: [{ path: "code", exists: true }], code: ["code"], message: ["message"], faults: [] },
  apis: [receive, collect, push],
};
