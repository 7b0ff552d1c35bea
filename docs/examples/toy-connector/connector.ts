/**
 * 示例商城 (Acme Shop), an invented vendor: the smallest connector that is worth having. Every call is signed over its form
 * parameters; answers come with HTTP 200, `code` 0 is a yes.
 *
 * Copy this file to `packages/connectors/src/acme/connector.ts`.
 */
import type { ConnectorHead } from "@datong/core";

export const connector: ConnectorHead = {
  system: "acme",
  version: 1,
  name: { zh: "示例商城", en: "Acme Shop" },
  docs: [
    {
      title: "docs/examples/toy-connector：虚构的系统，没有真实资料",
      titleEn: "docs/examples/toy-connector: an invented system without documents",
      read: "2026-11-22",
    },
  ],
  settings: [
    { field: "url", label: "接口地址", labelEn: "API URL", required: true },
    { field: "appKey", label: "应用编号", labelEn: "App key", required: true },
    { field: "appSecret", label: "应用密钥", labelEn: "App secret", required: true, secret: true },
  ],
  auth: {
    parameters: { form: { app_key: "{{settings.appKey}}", timestamp: "{{NOW_S}}" } },
    signature: {
      over: ["form"],
      parts: ["secret", "pairs", "secret"],
      secret: "{{settings.appSecret}}",
      method: "md5",
      digest: "hex",
      into: { in: "form", name: "sign" },
    },
  },
  limits: { callsPerSecond: 10, concurrency: 2, timeoutMs: 30_000 },
  zone: "Asia/Shanghai",
  result: {
    ok: [{ path: "code", in: ["0"] }],
    code: ["code"],
    message: ["message"],
    faults: [
      { codes: ["429"], fault: "throttled", waitMs: 1_000 },
      { codes: ["401"], fault: "rejected", cause: "credentials" },
      { codes: ["400"], fault: "rejected", cause: "parameter" },
    ],
    otherwise: "transient",
  },
  test: { api: "order.query", params: { page: "1", size: "1" } },
};
