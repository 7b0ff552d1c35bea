/** Any form's bills or base data: the flow names the form and the columns (`source.columns`), and the id among them. */
import type { Api } from "@datong/core";
import { QUERY_PAGING, QUERY_SHAPE, queryParameters } from "../querying.ts";

export const api: Api = {
  code: "executeBillQuery",
  operation: "executeBillQuery",
  name: { zh: "单据查询（通用）", en: "Query of any form" },
  direction: "query",
  source: "金蝶云星空 WebAPI 单据查询",
  request: [
    ...queryParameters(undefined, "FID ASC"),
    { field: "FID", label: "单据内码", labelEn: "Internal id", type: "string", place: "column", default: "FID" },
  ],
  response: [{ field: "FID", label: "单据内码", labelEn: "Internal id", type: "string" }],
  shape: QUERY_SHAPE,
  rows: { kind: "arrays", paths: [""] },
  id: ["FID"],
  rowFields: ["FID"],
  columnSeparator: ",",
  paging: QUERY_PAGING,
};
