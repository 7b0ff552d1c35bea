/** Goods by number, without a window: how it is told whether a pushed one has arrived. */
import type { Api } from "@datong/core";
import { PAGE_REQUEST, pagesFromZero, queryShape } from "../bills.ts";

export const api: Api = {
  code: "wdt.goods.query:probe",
  operation: "wdt.goods.query",
  name: { zh: "按编号查货品", en: "Goods by number" },
  direction: "query",
  source: "旺店通企业版 goods_query.php",
  request: [{ field: "goods_no", label: "货品编号", labelEn: "Number", type: "string", required: true }, ...PAGE_REQUEST],
  response: [
    { field: "goods_id", label: "货品ID", type: "string" },
    { field: "goods_no", label: "货品编号", type: "string" },
  ],
  shape: queryShape("wdt.goods.query"),
  rows: { kind: "objects", paths: ["response.goods_list"] },
  id: ["goods_id"],
  number: "goods_no",
  paging: pagesFromZero(100),
};
