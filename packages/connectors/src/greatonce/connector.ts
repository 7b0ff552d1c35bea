/**
 * 巨益OMS: JSON posts to the customer's own host, signed like TOP but with the body in the signed text. Answers come in three forms: a
 * flag, a code, or (older releases) a status. The vendor's documents are not public; what is assumed is told in the README.
 */
import type { ConnectorHead } from "@datong/core";

export const connector: ConnectorHead = {
  system: "greatonce",
  version: 1,
  name: { zh: "巨益OMS", en: "GreatOnce OMS" },
  docs: [
    {
      title: "巨益OMS：公开客户端 SDK 的签名与答复形式",
      titleEn: "GreatOnce OMS: signatures and answers of a public client SDK",
      url: "https://open.greatonce.com",
      read: "2026-11-21",
    },
    {
      title: "Datong 源码中的 packages/connectors/README.md：依据与假设",
      titleEn: "packages/connectors/README.md in Datong's source: what is known and what is assumed",
      read: "2026-11-21",
    },
  ],
  settings: [
    {
      field: "url",
      label: "服务器地址",
      labelEn: "Server URL",
      required: true,
      description: "贵司 OMS 的域名，如 https://oms.example.com",
    },
    { field: "appKey", label: "appKey", labelEn: "App key", required: true },
    { field: "appSecret", label: "appSecret", labelEn: "App secret", required: true, secret: true },
    { field: "customerId", label: "customerId", labelEn: "Customer id", required: true },
    {
      field: "probeMethod",
      label: "分销商查证接口名",
      labelEn: "Distributor query used for probes",
      default: "greatonce.distributor.list",
      description: "无公开资料，按实施方提供的分销商查询接口填写",
    },
  ],
  auth: {
    parameters: {
      query: {
        appKey: "{{settings.appKey}}",
        customerId: "{{settings.customerId}}",
        timestamp: "{{NOW_WALL}}",
        format: "json",
        sign_method: "md5",
      },
    },
    signature: {
      over: ["query"],
      exclude: ["sign"],
      skipEmpty: true,
      parts: ["secret", "pairs", "body", "secret"],
      secret: "{{settings.appSecret}}",
      method: "md5",
      digest: "HEX",
      into: { in: "query", name: "sign" },
    },
  },
  limits: { callsPerSecond: 5, concurrency: 2, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  result: {
    ok: [
      { path: "flag", in: ["success"] },
      { path: "code", in: ["0", "200"] },
      { path: "status", in: ["0", "200"] },
    ],
    failed: [{ path: "flag", in: ["failure"] }],
    code: ["sub_code", "code", "status"],
    message: ["sub_message", "message"],
    faults: [
      { codes: ["429"], fault: "throttled", waitMs: 5_000 },
      { texts: ["频率", "频繁"], fault: "throttled", waitMs: 5_000 },
      { codes: ["sign-check-failure"], fault: "rejected", cause: "credentials" },
      { texts: ["已存在", "重复"], fault: "rejected", cause: "duplicate" },
      { texts: ["不存在", "找不到"], fault: "rejected", cause: "missing-master-data" },
      { texts: ["不能为空", "必填"], fault: "rejected", cause: "required-field" },
      { texts: ["权限", "未授权"], fault: "rejected", cause: "permission" },
    ],
    otherwise: "rejected",
  },
  test: { api: "greatonce.distributor.list", params: { pageNo: "1", pageSize: "1" } },
};
