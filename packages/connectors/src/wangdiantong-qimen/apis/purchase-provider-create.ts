/** 创建供应商: one a call. A number that is there is refused (the vendor's words are assumed), so an uncertain call is asked for first. */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "wdt.purchase.provider.create",
  operation: "wdt.purchase.provider.create",
  name: { zh: "创建供应商", en: "Create a supplier" },
  direction: "write",
  source: "旺店通企业版 purchase_provider_create.php；奇门 wdt.purchase.provider.create",
  request: [
    { field: "provider_no", label: "供应商编号", type: "string", required: true, description: "最长 20" },
    { field: "provider_name", label: "供应商名称", type: "string", required: true, description: "最长 64" },
    { field: "min_purchase_num", label: "最小采购量", type: "string" },
    { field: "purchase_cycle_days", label: "采购周期", type: "string" },
    { field: "arrive_cycle_days", label: "到货周期", type: "string" },
    { field: "contact", label: "联系人", type: "string" },
    { field: "telno", label: "座机", type: "string" },
    { field: "mobile", label: "移动电话", type: "string" },
    { field: "address", label: "地址", type: "string", description: "省、市、区(县)、地址详情，最长 128" },
    { field: "remark", label: "备注", type: "string" },
    { field: "is_disabled", label: "停用", type: "string" },
  ],
  response: [{ field: "message", label: "说明", labelEn: "Message", type: "string" }],
  shape: {
    method: "POST",
    path: "{{settings.router}}",
    form: { method: "wdt.purchase.provider.create", "...": "{{document}}" },
  },
  write: {
    batchMax: 1,
    key: "provider_no",
    outcome: { kind: "whole" },
    idempotent: false,
    probe: {
      api: "wdt.purchase.provider.query",
      params: { provider_no: "{{keys|first}}" },
      key: "provider_no",
      number: "provider_no",
      id: "provider_id",
      batchMax: 1,
    },
    concurrencyMax: 2,
  },
};
