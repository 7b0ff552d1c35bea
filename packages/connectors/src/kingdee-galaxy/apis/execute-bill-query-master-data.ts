/** Which of these codes exist as master data that documents may name: audited and not forbidden. */
import type { Api } from "@datong/core";
import { QUERY_PAGING, QUERY_SHAPE, queryParameters } from "../querying.ts";

export const api: Api = {
  code: "executeBillQuery:master-data",
  operation: "executeBillQuery",
  name: { zh: "基础资料查证", en: "Look-up of master data" },
  direction: "query",
  source: "金蝶云星空 WebAPI 单据查询",
  request: [
    ...queryParameters(undefined, "FNumber ASC"),
    { field: "FNumber", label: "编码", labelEn: "Number", type: "string", place: "column", default: "FNumber" },
  ],
  response: [{ field: "FNumber", label: "编码", labelEn: "Number", type: "string" }],
  shape: QUERY_SHAPE,
  rows: { kind: "arrays", paths: [""] },
  id: ["FNumber"],
  number: "FNumber",
  rowFields: ["FNumber"],
  columnSeparator: ",",
  paging: QUERY_PAGING,
};
