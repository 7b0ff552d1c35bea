/**
 * 订单查询, as the user names it: the sales issues (销售出库), one record each. The window is at most seven days and goes by time of
 * change, unless date_type is 2.
 */
import type { Api } from "@datong/core";
import { LIST_REQUEST, listByNumber } from "../list-request.ts";
import { ISSUE_FIELDS, ORDER_FIELDS } from "../order-fields.ts";
import { topResult } from "../result.ts";

export const api: Api = {
  code: "jushuitan.saleout.list.query",
  operation: "jushuitan.saleout.list.query",
  name: { zh: "订单查询", en: "Sales issues" },
  direction: "query",
  source: "用户文档《聚水潭·奇门与金蝶云星空对接集成订单查询打通销售出库新增》；聚水潭奇门接口 jushuitan.saleout.list.query",
  request: [
    ...LIST_REQUEST,
    { field: "io_ids", label: "出库单号", labelEn: "Issue numbers", type: "string", description: "逗号分隔" },
    { field: "wms_co_id", label: "分仓编号", labelEn: "Branch warehouse", type: "string" },
  ],
  response: [...ORDER_FIELDS, ...ISSUE_FIELDS],
  shape: { method: "POST", path: "{{settings.router}}", form: { method: "jushuitan.saleout.list.query", "...": "{{params}}" } },
  result: topResult("response.datas"),
  rows: { kind: "objects", paths: ["response.datas"] },
  id: ["io_id"],
  number: "io_id",
  paging: {
    kind: "page",
    first: 1,
    size: 50,
    sizeMax: 100,
    end: [{ rule: "has-next", path: "response.has_next" }, { rule: "empty-page" }],
  },
  byNumber: listByNumber("io_ids", ["so_ids", "o_ids", "wms_co_id"]),
  window: { spanMaxMs: 7 * 86_400_000 },
};
