/**
 * 订单查询: orders with their lines, by change time, pages from 1. `total` tells where the end is.
 *
 * Copy this file to `packages/connectors/src/acme/apis/order-query.ts`.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "order.query",
  operation: "order.query",
  name: { zh: "订单查询", en: "Orders" },
  direction: "query",
  request: [
    { field: "modified_from", label: "修改时间起", labelEn: "Changed from", default: "{{LAST_SYNC_TIME|datetime}}" },
    { field: "modified_to", label: "修改时间止（不含）", labelEn: "Changed before", default: "{{CURRENT_TIME|datetime}}" },
    { field: "page", label: "页码", labelEn: "Page", type: "int", default: "{{PAGINATION_START_PAGE}}" },
    { field: "size", label: "每页条数", labelEn: "Rows per page", type: "int", default: "{{PAGINATION_PAGE_SIZE}}" },
  ],
  response: [
    { field: "order_no", label: "订单号", labelEn: "Order number", type: "string" },
    { field: "buyer", label: "买家", labelEn: "Buyer", type: "string" },
    { field: "modified", label: "修改时间", labelEn: "Changed", type: "datetime" },
    {
      field: "lines",
      label: "明细",
      labelEn: "Lines",
      type: "array",
      children: [
        { field: "sku", label: "商品编码", labelEn: "SKU", type: "string" },
        { field: "quantity", label: "数量", labelEn: "Quantity", type: "string" },
      ],
    },
  ],
  shape: { method: "POST", path: "api/order/query", form: { "...": "{{params}}" } },
  rows: { kind: "objects", paths: ["data.orders"] },
  id: ["order_no"],
  number: "order_no",
  paging: { kind: "page", first: 1, size: 50, sizeMax: 100, end: [{ rule: "total", path: "data.total" }, { rule: "empty-page" }] },
};
