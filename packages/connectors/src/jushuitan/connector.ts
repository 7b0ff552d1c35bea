/** 聚水潭, new open platform: form posts signed by md5, tokens that are refreshed, five calls a second. Wall times are UTC+8. */
import type { ConnectorHead } from "@datong/core";

export const connector: ConnectorHead = {
  system: "jushuitan",
  version: 1,
  name: { zh: "聚水潭", en: "Jushuitan" },
  docs: [
    {
      title: "聚水潭开放平台：签名、授权、错误码、其它出入库（docId 23、25、42、43、70、223）",
      titleEn: "Jushuitan open platform: signatures, authorisation, error codes, other stock movements (docId 23, 25, 42, 43, 70, 223)",
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
    { field: "url", label: "接口地址", labelEn: "API URL", required: true, default: "https://openapi.jushuitan.com" },
    { field: "appKey", label: "App Key", labelEn: "App key", required: true },
    { field: "appSecret", label: "App Secret", labelEn: "App secret", required: true, secret: true },
    {
      field: "tokenMode",
      label: "令牌来源",
      labelEn: "Where tokens come from",
      default: "given",
      options: ["given", "own-use"],
      optionNames: {
        given: { zh: "由下方令牌开始", en: "Begins with the tokens below" },
        "own-use": { zh: "自用应用，自行取得", en: "An app of one's own use gets them" },
      },
      description: "given：由下方令牌开始并自动刷新；own-use：自用应用，没有令牌时自行取得",
    },
    { field: "accessToken", label: "access_token", labelEn: "Access token", secret: true, description: "自用应用可不填" },
    { field: "refreshToken", label: "refresh_token", labelEn: "Refresh token", secret: true, description: "不填则到期后须人工更换" },
  ],
  auth: {
    parameters: {
      form: {
        app_key: "{{settings.appKey}}",
        access_token: "{{session.access_token}}",
        timestamp: "{{NOW_S}}",
        charset: "utf-8",
        version: "2",
      },
    },
    signature: {
      over: ["form"],
      exclude: ["sign"],
      parts: ["secret", "pairs"],
      secret: "{{settings.appSecret}}",
      method: "md5",
      digest: "hex",
      into: { in: "form", name: "sign" },
    },
    session: { kind: "custom", account: ["url", "appKey"] },
  },
  limits: { callsPerSecond: 5, callsPerMinute: 100, concurrency: 2, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  result: {
    ok: [{ path: "code", in: ["0"] }],
    code: ["code"],
    message: ["msg"],
    faults: [
      { codes: ["100"], fault: "transient", cause: "session-lost" },
      { codes: ["199"], fault: "throttled", waitMs: 1_000 },
      { codes: ["200"], fault: "throttled", waitMs: 60_000 },
      { codes: ["10", "140", "150"], fault: "rejected", cause: "credentials" },
      { codes: ["110", "190"], fault: "rejected", cause: "permission" },
      { texts: ["已存在", "重复"], fault: "rejected", cause: "duplicate" },
      { texts: ["库存不足", "负库存"], fault: "rejected", cause: "negative-stock" },
      // The words around the code are assumed (README: 依据与假设).
      {
        texts: ["商品编码【", "分仓编号【", "供应商编号【"],
        fault: "rejected",
        cause: "missing-master-data",
        missing: [
          { between: ["商品编码【", "】不存在"], kind: "商品" },
          { between: ["分仓编号【", "】不存在"], kind: "分仓" },
          { between: ["供应商编号【", "】不存在"], kind: "供应商" },
        ],
      },
      { texts: ["不存在", "找不到"], fault: "rejected", cause: "missing-master-data" },
      { texts: ["不能为空", "必填"], fault: "rejected", cause: "required-field" },
      { texts: ["参数"], fault: "rejected", cause: "parameter" },
    ],
    otherwise: "rejected",
  },
  test: { api: "shops.query", params: { page_index: "1", page_size: "1" } },
};
