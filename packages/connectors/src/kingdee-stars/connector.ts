/** 金蝶云星辰 V1 (精斗云 jdy): connection, two ways to prove who calls, limits and result rule. */
import type { ConnectorHead } from "@datong/core";
import { resultWith } from "./faults.ts";

const OAUTH = { field: "authMode", is: ["oauth"] } as const;

export const connector: ConnectorHead = {
  system: "kingdee-stars",
  version: 1,
  name: { zh: "金蝶云星辰V1", en: "Kingdee Cloud Stars V1" },
  docs: [
    {
      title: "金蝶云星辰开放平台：接口授权、网关签名与错误码",
      titleEn: "Kingdee Cloud Stars open platform: authorisation, gateway signatures and error codes",
      url: "https://open.jdy.com",
      read: "2026-11-21",
    },
    {
      title: "Datong 源码中的 packages/connectors/README.md：依据与假设",
      titleEn: "packages/connectors/README.md in Datong's source: what is known and what is assumed",
      read: "2026-11-21",
    },
  ],
  settings: [
    { field: "url", label: "接口地址", labelEn: "API URL", required: true, default: "https://api.kingdee.com" },
    {
      field: "authMode",
      label: "授权方式",
      labelEn: "Authorisation",
      default: "oauth",
      options: ["oauth", "gateway"],
      optionNames: {
        oauth: { zh: "账号换 access_token", en: "An access token for an account" },
        gateway: { zh: "网关签名与 app-token", en: "Gateway signatures and an app token" },
      },
      description: "oauth：账号换 access_token；gateway：网关签名与 app-token",
    },
    { field: "clientId", label: "应用ID", labelEn: "Client id", required: true },
    { field: "clientSecret", label: "应用密钥", labelEn: "Client secret", required: true, secret: true },
    { field: "username", label: "用户名", labelEn: "User name", description: "授权方式为 oauth 时必填", when: OAUTH },
    { field: "password", label: "密码", labelEn: "Password", secret: true, description: "授权方式为 oauth 时必填", when: OAUTH },
    {
      field: "outerInstanceId",
      label: "第三方实例ID",
      labelEn: "Outer instance id",
      description: "授权方式为 gateway 时必填",
      when: { field: "authMode", is: ["gateway"] },
    },
    { field: "accountId", label: "账套ID", labelEn: "Account set id", description: "有多个账套时必填；只有一个时自动取得" },
    { field: "groupName", label: "账套分组", labelEn: "Account group", description: "与账套ID一同填写时不再查询账套列表" },
  ],
  auth: {
    session: { kind: "custom", account: ["url", "authMode", "clientId", "username", "outerInstanceId", "accountId", "groupName"] },
  },
  limits: { callsPerMinute: 500, concurrency: 2, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  result: resultWith("data.rows"),
  test: { api: "jdy/pur/pur_inbound_list", params: { page: "1", pagesize: "1" } },
};
