/**
 * 修改订单卖家备注（按内部单号）: each call replaces the remark, so that the same call twice does no harm. Adding to it (is_append) would,
 * and is not offered. For write-backs: tells an order which bill it became elsewhere.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "jushuitan.order.remark.upload",
  operation: "jushuitan.order.remark.upload",
  name: { zh: "修改订单卖家备注", en: "Set the seller's remark of an order" },
  direction: "write",
  source: "聚水潭开放平台 docId 196",
  request: [
    { field: "o_id", label: "内部单号", labelEn: "Internal number", type: "string", required: true },
    {
      field: "remark",
      label: "卖家备注",
      labelEn: "Seller's remark",
      type: "string",
      required: true,
      description: "覆盖原有备注，最长 500 字",
    },
  ],
  response: [
    { field: "code", label: "非0失败", labelEn: "Not 0: failed", type: "string" },
    { field: "msg", label: "错误描述", labelEn: "What is wrong", type: "string" },
  ],
  shape: { method: "POST", path: "open/jushuitan/order/remark/upload", form: { biz: "{{document}}" } },
  write: { batchMax: 1, key: "o_id", outcome: { kind: "whole" }, idempotent: true, concurrencyMax: 2 },
};
