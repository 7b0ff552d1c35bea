/** 其它出入库取消: takes a movement back by its internal number. A movement that is already in force may be refused. */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "jushuitan.otherinout.cancel",
  operation: "jushuitan.otherinout.cancel",
  name: { zh: "取消其它出入库", en: "Cancel another stock movement" },
  direction: "write",
  source: "聚水潭开放平台 docId 223",
  request: [{ field: "io_id", label: "系统内部单号", labelEn: "Internal number", type: "string", required: true }],
  response: [{ field: "io_id", label: "系统内部单号", labelEn: "Internal number", type: "string" }],
  shape: { method: "POST", path: "open/jushuitan/otherinout/cancel", form: { biz: { io_id: "{{ids[0]}}" } } },
  write: { batchMax: 1, key: "io_id", outcome: { kind: "whole" }, idempotent: false, concurrencyMax: 1 },
};
