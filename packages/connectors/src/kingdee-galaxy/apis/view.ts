/** One document by number or internal id. The answer uses property names (`Id`, `Number`, `StockOrgId`), not field keys. */
import type { Api } from "@datong/core";
import { VIEW_RESULT } from "../faults.ts";
import { VIEW_REQUEST, VIEW_SHAPE } from "../viewing.ts";

export const api: Api = {
  code: "view",
  operation: "view",
  name: { zh: "查看（通用）", en: "View of any form" },
  direction: "query",
  source: "金蝶云星空 WebAPI 查看",
  request: [{ field: "FormId", label: "业务对象表单Id", labelEn: "Form id", type: "string", required: true }, ...VIEW_REQUEST],
  response: [
    { field: "Id", label: "内码", labelEn: "Internal id", type: "string" },
    { field: "BillNo", label: "单据编号", labelEn: "Bill number", type: "string" },
    { field: "Number", label: "编码", labelEn: "Number", type: "string" },
  ],
  shape: VIEW_SHAPE,
  result: VIEW_RESULT,
  rows: { kind: "one", paths: ["Result.Result"] },
  id: ["Id"],
  paging: { kind: "none" },
};
