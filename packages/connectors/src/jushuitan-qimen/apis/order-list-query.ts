/** Orders by time of change (date_type 0), order date (2) or sending date (3); a window is at most seven days long. */
import type { Api } from "@datong/core";
import { LIST_REQUEST, listByNumber } from "../list-request.ts";
import { ORDER_FIELDS } from "../order-fields.ts";
import { topResult } from "../result.ts";

export const api: Api = {
  code: "jushuitan.order.list.query",
  operation: "jushuitan.order.list.query",
  name: { zh: "订单列表查询", en: "Orders" },
  direction: "query",
  source: "聚水潭奇门接口 jushuitan.order.list.query",
  request: [...LIST_REQUEST, { field: "is_paid", label: "是否已付款", labelEn: "Paid", type: "string" }],
  response: [...ORDER_FIELDS],
  shape: { method: "POST", path: "{{settings.router}}", form: { method: "jushuitan.order.list.query", "...": "{{params}}" } },
  result: topResult("response.orders"),
  rows: { kind: "objects", paths: ["response.orders"] },
  id: ["o_id"],
  number: "so_id",
  paging: {
    kind: "page",
    first: 1,
    size: 50,
    sizeMax: 100,
    end: [{ rule: "has-next", path: "response.has_next" }, { rule: "empty-page" }],
  },
  byNumber: listByNumber("so_ids", ["o_ids", "is_paid"]),
  window: { spanMaxMs: 7 * 86_400_000 },
};
