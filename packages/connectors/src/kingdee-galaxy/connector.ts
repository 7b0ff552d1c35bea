/** 金蝶云星空 (K/3 Cloud WebAPI): connection, ways to log in, limits and result rule. Amounts and wall times are in UTC+8. */
import type { ConnectorHead } from "@datong/core";
import { MASTER_DATA, QUERY_RESULT } from "./faults.ts";

/** Ways to log in that have an app of their own. */
const NOT_USER = { field: "authMode", is: ["app-secret", "sign", "signature"] } as const;

export const connector: ConnectorHead = {
  system: "kingdee-galaxy",
  version: 1,
  name: { zh: "金蝶云星空", en: "Kingdee Cloud Galaxy" },
  docs: [
    {
      title: "金蝶云星空 WebAPI 接口说明与官方 SDK",
      titleEn: "Kingdee Cloud Galaxy WebAPI documentation and official SDK",
      url: "https://openapi.open.kingdee.com",
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
      description: "到 K3Cloud 为止，如 https://erp.example.com/K3Cloud/",
    },
    {
      field: "acctId",
      label: "数据中心ID（账套）",
      labelEn: "Data centre id",
      required: true,
      description: "管理中心可查；在数据中心列表接口中名为 Id",
    },
    {
      field: "authMode",
      label: "登录方式",
      labelEn: "Log-in method",
      default: "user",
      options: ["user", "app-secret", "sign", "signature"],
      optionNames: {
        user: { zh: "用户名与密码", en: "User name and password" },
        "app-secret": { zh: "第三方应用密钥", en: "Secret of a third-party app" },
        sign: { zh: "第三方应用签名登录", en: "Signed log-in of a third-party app" },
        signature: { zh: "每次调用签名，不登录", en: "Each call signed, no log-in" },
      },
      description: "user 用户名密码；app-secret 第三方应用密钥；sign 第三方应用签名登录；signature 每次调用签名，不登录",
    },
    { field: "username", label: "用户名", labelEn: "User name", required: true },
    {
      field: "password",
      label: "密码",
      labelEn: "Password",
      secret: true,
      description: "登录方式为 user 时必填",
      when: { field: "authMode", is: ["user"] },
    },
    {
      field: "appId",
      label: "应用ID",
      labelEn: "App id",
      description: "第三方系统登录授权中的应用ID；登录方式为 user 时不填",
      when: NOT_USER,
    },
    { field: "appSecret", label: "应用密钥", labelEn: "App secret", secret: true, description: "登录方式为 user 时不填", when: NOT_USER },
    {
      field: "lcid",
      label: "语言",
      labelEn: "Language id",
      default: "2052",
      options: ["2052", "1033", "3076"],
      optionNames: {
        "2052": { zh: "简体中文 2052", en: "Simplified Chinese 2052" },
        "1033": { zh: "英文 1033", en: "English 1033" },
        "3076": { zh: "繁体中文 3076", en: "Traditional Chinese 3076" },
      },
      description: "2052 简体中文",
    },
    {
      field: "orgNum",
      label: "组织编码",
      labelEn: "Organisation number",
      default: "0",
      description: "仅 signature 方式使用，0 为用户默认组织",
      when: { field: "authMode", is: ["signature"] },
    },
  ],
  auth: { session: { kind: "custom", account: ["url", "acctId", "username", "authMode", "appId"] } },
  limits: { concurrency: 3, timeoutMs: 180_000 },
  zone: "Asia/Shanghai",
  result: QUERY_RESULT,
  masterData: MASTER_DATA,
  test: { api: "executeBillQuery:BD_Currency", params: { FilterString: "FNUMBER='PRE001'" } },
};
