/**
 * 吉客云: form posts whose signature covers the whole text in lower case. Answers come with HTTP 200; code 200 (also 0) is a yes, subCode
 * tells why not. The vendor publishes no rates; ten calls a second is an assumption.
 */
import type { ConnectorHead } from "@datong/core";

export const connector: ConnectorHead = {
  system: "jackyun",
  version: 1,
  name: { zh: "吉客云", en: "Jackyun" },
  docs: [
    {
      title: "吉客云开放平台：公开客户端代码中的签名、信封与错误码",
      titleEn: "Jackyun open platform: signatures, envelope and error codes in public client code",
      url: "https://open.jackyun.com",
      read: "2026-11-21",
    },
    {
      title: "Datong 源码中的 packages/connectors/README.md：依据与假设",
      titleEn: "packages/connectors/README.md in Datong's source: what is known and what is assumed",
      read: "2026-11-21",
    },
  ],
  settings: [
    { field: "url", label: "接口地址", labelEn: "API URL", required: true, default: "https://open.jackyun.com" },
    { field: "appKey", label: "AppKey", labelEn: "App key", required: true },
    { field: "appSecret", label: "AppSecret", labelEn: "App secret", required: true, secret: true },
    { field: "version", label: "版本", labelEn: "Version", default: "v1.0", description: "公开资料中 v1.0 与 1.0 都有" },
    {
      field: "probeMethod",
      label: "客户查证接口名",
      labelEn: "Customer query used for probes",
      default: "crm.customer.list",
      description: "无公开资料，按贵司已订阅的客户查询接口填写",
    },
  ],
  auth: {
    parameters: {
      form: {
        appkey: "{{settings.appKey}}",
        version: "{{settings.version}}",
        contenttype: "json",
        timestamp: "{{NOW_WALL}}",
      },
    },
    signature: {
      over: ["form"],
      exclude: ["sign", "token", "contextid"],
      parts: ["secret", "pairs", "secret"],
      secret: "{{settings.appSecret}}",
      lowerCase: true,
      method: "md5",
      digest: "hex",
      into: { in: "form", name: "sign" },
    },
  },
  limits: { callsPerSecond: 10, concurrency: 2, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  result: {
    ok: [{ path: "code", in: ["200", "0"] }],
    code: ["subCode", "code"],
    message: ["msg"],
    faults: [
      { codes: ["0859999999"], fault: "throttled", waitMs: 5_000 },
      { codes: ["0858030801", "0858030802", "0858030803"], fault: "rejected", cause: "credentials" },
      { codes: ["0130020310"], fault: "rejected", cause: "permission" },
      { codes: ["0040139996"], fault: "rejected", cause: "required-field" },
      { codes: ["0050030002"], fault: "rejected", cause: "parameter" },
      { texts: ["频繁", "频率", "限流"], fault: "throttled", waitMs: 5_000 },
      { texts: ["已存在", "重复"], fault: "rejected", cause: "duplicate" },
      { texts: ["不存在", "找不到"], fault: "rejected", cause: "missing-master-data" },
      { texts: ["不能为空", "必填"], fault: "rejected", cause: "required-field" },
    ],
    otherwise: "rejected",
  },
  test: { api: "erp.warehouse.get", params: { pageIndex: "0", pageSize: "1" } },
};
