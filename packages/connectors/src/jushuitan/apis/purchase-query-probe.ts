/** Which of these external numbers have a purchase order. Without a window, as the vendor allows when numbers are named. */
import type { Api } from "@datong/core";
import { PURCHASE_REQUEST, PURCHASE_RESPONSE } from "../purchase-order.ts";
import { PAGES, QUERY_PAGING } from "../querying.ts";

export const api: Api = {
  code: "purchase.query:probe",
  operation: "purchase.query",
  name: { zh: "采购单查证", en: "Probe for purchase orders" },
  direction: "query",
  source: "聚水潭开放平台 docId 26",
  request: [...PURCHASE_REQUEST, ...PAGES],
  response: PURCHASE_RESPONSE,
  shape: { method: "POST", path: "open/purchase/query", form: { biz: "{{params}}" } },
  rows: { kind: "objects", paths: ["data.datas"] },
  id: ["po_id"],
  number: "po_id",
  paging: QUERY_PAGING,
};
