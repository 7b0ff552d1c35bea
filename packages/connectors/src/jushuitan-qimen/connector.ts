/**
 * 聚水潭 through 奇门 (TOP router of a custom scene): system parameters in the query, business parameters as a form, both signed. There is
 * no inner signature; the business parameter customer_id tells the seller.
 */
import type { ConnectorHead } from "@datong/core";
import { topResult } from "./result.ts";

export const connector: ConnectorHead = {
  system: "jushuitan-qimen",
  version: 1,
  name: { zh: "聚水潭·奇门", en: "Jushuitan via Qimen" },
  docs: [
    {
      title: "聚水潭奇门接口：销售出库查询、订单查询；奇门自定义场景签名规则",
      titleEn: "Jushuitan's Qimen interfaces: sale-outs, orders; signatures of Qimen's own scenes",
      url: "https://openweb.jushuitan.com/dev-doc",
      read: "2026-11-21",
    },
    {
      title: "Datong 源码中的 packages/connectors/README.md：依据与假设",
      titleEn: "packages/connectors/README.md in Datong's source: what is known and what is assumed",
      read: "2026-11-21",
    },
  ],
  settings: [
    { field: "url", label: "奇门地址", labelEn: "Qimen URL", required: true, default: "https://a1q40taq0j.api.taobao.com" },
    {
      field: "router",
      label: "路由路径",
      labelEn: "Router path",
      default: "router/qm",
      options: ["router/qm", "router/qmtest"],
      optionNames: {
        "router/qm": { zh: "正式 router/qm", en: "Production router/qm" },
        "router/qmtest": { zh: "测试 router/qmtest", en: "Test router/qmtest" },
      },
      description: "router/qm 正式，router/qmtest 测试",
    },
    { field: "appKey", label: "App Key", labelEn: "App key", required: true },
    { field: "appSecret", label: "App Secret", labelEn: "App secret", required: true, secret: true },
    { field: "targetAppKey", label: "目标 App Key", labelEn: "Target app key", required: true, default: "23060081" },
    {
      field: "customerId",
      label: "customer_id",
      labelEn: "Customer id",
      required: true,
      description: "聚水潭后台绑定 App Key 后给出",
    },
    { field: "signMethod", label: "签名方式", labelEn: "Signature method", default: "md5", options: ["md5", "hmac", "hmac-sha256"] },
    { field: "sessionKey", label: "session", labelEn: "Session key", secret: true, description: "一般不填" },
  ],
  auth: {
    parameters: {
      query: {
        app_key: "{{settings.appKey}}",
        target_app_key: "{{settings.targetAppKey}}",
        timestamp: "{{NOW_WALL}}",
        format: "json",
        v: "2.0",
        sign_method: "{{settings.signMethod}}",
        session: "{{settings.sessionKey}}",
        customer_id: "{{settings.customerId}}",
      },
    },
    signature: {
      over: ["query", "form"],
      exclude: ["sign"],
      skipEmpty: true,
      parts: ["secret", "pairs", "secret"],
      hmacParts: ["pairs"],
      secret: "{{settings.appSecret}}",
      method: "{{settings.signMethod}}",
      digest: "HEX",
      into: { in: "query", name: "sign" },
    },
  },
  limits: { callsPerSecond: 5, callsPerMinute: 100, concurrency: 2, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  result: topResult("response.has_next"),
  test: {
    api: "jushuitan.saleout.list.query",
    params: { page_index: "1", page_size: "1", start_time: "{{DAYS_AGO_1|datetime}}", end_time: "{{CURRENT_TIME|datetime}}" },
  },
};
