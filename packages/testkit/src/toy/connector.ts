/**
 * The toy connector: the smallest connector there is, as data. Its rows come in pages and its documents are taken in batches; it is the
 * other side of every conformance flow, and an example of what a connector must at least say.
 */
import type { Connector } from "@datong/core";

const NAME = { zh: "试件", en: "Toy" };

/** Talks to the server of `server.ts`. */
export const TOY: Connector = {
  system: "toy",
  version: 1,
  name: NAME,
  docs: [{ title: "packages/testkit/src/toy/server.ts", read: "2026-11-22" }],
  settings: [{ field: "url", label: "地址", labelEn: "URL", required: true }],
  auth: {},
  limits: { concurrency: 4 },
  zone: "Asia/Shanghai",
  result: { ok: [{ path: "ok", in: ["true"] }], code: ["code"], message: ["message"], faults: [], otherwise: "rejected" },
  apis: [
    {
      code: "rows",
      operation: "rows",
      name: { zh: "读行", en: "Rows" },
      direction: "query",
      request: [
        { field: "page", label: "页", default: "{{PAGINATION_START_PAGE}}" },
        { field: "size", label: "页大小", default: "{{PAGINATION_PAGE_SIZE}}" },
      ],
      response: [{ field: "no", label: "编号" }],
      shape: { method: "POST", path: "rows", json: "{{params}}" },
      rows: { kind: "objects", paths: ["rows"] },
      id: ["no"],
      number: "no",
      paging: { kind: "page", first: 1, size: 100, sizeMax: 1000, end: [{ rule: "has-next", path: "more" }] },
    },
    {
      code: "take",
      operation: "take",
      name: { zh: "收单", en: "Take documents" },
      direction: "write",
      request: [{ field: "key", label: "主键", type: "string", required: true }],
      response: [{ field: "key", label: "主键", type: "string" }],
      shape: { method: "POST", path: "take", json: { documents: "{{documents}}" } },
      write: {
        batchMax: 1000,
        key: "key",
        outcome: { kind: "per-document", match: "key", done: { list: ["taken"], match: "key", number: "key" } },
        idempotent: true,
      },
    },
  ],
};
