/** 采购单查询, by time of change. */
import type { Api } from "@datong/core";
import { PURCHASE_REQUEST, PURCHASE_RESPONSE } from "../purchase-order.ts";
import { windowQuery } from "../querying.ts";

export const api: Api = windowQuery({
  code: "purchase.query",
  name: { zh: "采购单查询", en: "Purchase orders" },
  source: "聚水潭开放平台 docId 26",
  request: PURCHASE_REQUEST,
  response: PURCHASE_RESPONSE,
  id: "po_id",
  byNumber: { field: "po_ids", max: 50, lift: ["so_ids"] },
});
