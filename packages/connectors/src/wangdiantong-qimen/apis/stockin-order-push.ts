/**
 * 创建其他入库单: one a call, as a JSON text. `outer_no` is our own number, by which the vendor takes nothing twice (the words of that refusal are
 * assumed). No query by it is on record, so a call whose answer was lost is left to a person.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "wdt.stockin.order.push",
  operation: "wdt.stockin.order.push",
  name: { zh: "创建其他入库单", en: "Create another receipt" },
  direction: "write",
  source: "轻易云公开方案《金蝶云星空与旺店通集成解决方案》；旺店通企业版 stockin_order_push.php；奇门 wdt.stockin.order.push",
  request: [
    { field: "outer_no", label: "外部单号", type: "string", required: true, description: "外部系统的唯一单据编号，最长 40" },
    { field: "warehouse_no", label: "仓库编号", type: "string", required: true, description: "不支持委外仓" },
    { field: "is_check", label: "是否审核", type: "string", description: "1自动审核，0不审核" },
    { field: "logistics_code", label: "物流编号", type: "string" },
    { field: "logistics_no", label: "物流单号", type: "string" },
    { field: "reason", label: "入库原因", type: "string" },
    { field: "remark", label: "备注", type: "string" },
    {
      field: "goods_list",
      label: "货品列表",
      type: "array",
      required: true,
      children: [
        { field: "spec_no", label: "商家编码", type: "string", required: true },
        { field: "stockin_num", label: "入库数量", type: "string", required: true },
        { field: "stockin_price", label: "入库价", type: "string" },
        { field: "batch_no", label: "批次", type: "string" },
        { field: "remark", label: "备注", type: "string" },
      ],
    },
  ],
  response: [{ field: "stockin_no", label: "入库单号", labelEn: "Number", type: "string" }],
  shape: { method: "POST", path: "{{settings.router}}", form: { method: "wdt.stockin.order.push", stockin_info: "{{document}}" } },
  write: {
    batchMax: 1,
    key: "outer_no",
    outcome: { kind: "whole", number: ["response.stockin_no"] },
    idempotent: false,
    concurrencyMax: 2,
  },
};
