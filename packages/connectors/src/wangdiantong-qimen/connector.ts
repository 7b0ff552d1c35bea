/**
 * 旺店通·企业奇门: 旺店通 企业版 through 奇门. Only TOP's signature; the seller's sid is a business parameter. Not to be mixed up with
 * 旗舰版, which has an inner signature.
 */
import type { ConnectorHead } from "@datong/core";

export const connector: ConnectorHead = {
  system: "wangdiantong-qimen",
  version: 1,
  name: { zh: "旺店通·企业奇门", en: "Wangdiantong Enterprise via Qimen" },
  docs: [
    {
      title: "旺店通企业版奇门接口（场景 hu3cgwt0tc）；奇门自定义场景签名规则",
      titleEn: "Wangdiantong Enterprise via Qimen (scene hu3cgwt0tc); signatures of Qimen's own scenes",
      url: "https://open.wangdian.cn/qyb/open/apidoc",
      read: "2026-11-21",
    },
    {
      title: "Datong 源码中的 packages/connectors/README.md：依据与假设",
      titleEn: "packages/connectors/README.md in Datong's source: what is known and what is assumed",
      read: "2026-11-21",
    },
  ],
  settings: [
    { field: "url", label: "奇门地址", labelEn: "Qimen URL", required: true, default: "https://hu3cgwt0tc.api.taobao.com" },
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
    { field: "targetAppKey", label: "目标 App Key", labelEn: "Target app key", required: true, default: "21363512" },
    { field: "sid", label: "卖家账号 sid", labelEn: "Seller account (sid)", required: true },
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
        sid: "{{settings.sid}}",
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
  limits: { callsPerSecond: 5, callsPerMinute: 60, concurrency: 2, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  result: {
    ok: [{ path: "response.errorcode", in: ["0"] }],
    failed: [
      { path: "response.flag", in: ["failure"] },
      { path: "error_response", exists: true },
    ],
    code: ["response.code", "response.errorcode", "error_response.code"],
    subCode: ["response.sub_code", "error_response.sub_code"],
    message: ["response.sub_message", "response.message", "error_response.sub_msg", "error_response.msg"],
    faults: [
      { codes: ["7", "1012"], fault: "throttled", waitMs: 60_000 },
      { codes: ["24", "25", "26", "27", "28", "29", "30", "31"], fault: "rejected", cause: "credentials" },
      { codes: ["21", "22", "32", "33", "40", "41", "2220"], fault: "rejected", cause: "parameter" },
      { codes: ["7200", "7201"], fault: "rejected", cause: "missing-master-data" },
      { texts: ["调用频率", "频繁", "limited"], fault: "throttled", waitMs: 60_000 },
      { texts: ["权限", "未授权"], fault: "rejected", cause: "permission" },
      { texts: ["已存在", "重复"], fault: "rejected", cause: "duplicate" },
      { texts: ["不能为空", "必填"], fault: "rejected", cause: "required-field" },
      { texts: ["超出范围", "参数"], fault: "rejected", cause: "parameter" },
      // Code 15 is whatever went wrong behind the router; whose fault it was, the sub code tells.
      { codes: ["15"], subCodePrefixes: ["isp."], fault: "transient", waitMs: 5_000 },
      { codes: ["15"], subCodePrefixes: ["isv."], fault: "rejected", cause: "parameter" },
      { codes: ["1020"], fault: "transient", waitMs: 5_000 },
    ],
    otherwise: "rejected",
  },
  test: { api: "wdt.warehouse.query", params: { page_no: "0", page_size: "1" } },
};
