/** Which of these warehouse numbers exist, and how far each has come. For probes. */
import type { Api } from "@datong/core";
import { QUERY_PAGING, QUERY_SHAPE, queryParameters } from "../querying.ts";

export const api: Api = {
  code: "executeBillQuery:probe:BD_STOCK",
  operation: "executeBillQuery",
  name: { zh: "仓库查证", en: "Probe for warehouses" },
  direction: "query",
  source: "金蝶云星空 WebAPI 单据查询",
  request: [
    ...queryParameters("BD_STOCK", "FStockId ASC"),
    { field: "FNumber", label: "仓库编码", labelEn: "Number", type: "string", place: "column", default: "FNumber" },
    { field: "FStockId", label: "仓库内码", labelEn: "Internal id", type: "string", place: "column", default: "FStockId" },
    { field: "FDocumentStatus", label: "单据状态", labelEn: "Status", type: "string", place: "column", default: "FDocumentStatus" },
  ],
  response: [
    { field: "FNumber", label: "仓库编码", labelEn: "Number", type: "string" },
    { field: "FStockId", label: "仓库内码", labelEn: "Internal id", type: "string" },
    {
      field: "FDocumentStatus",
      label: "单据状态",
      labelEn: "Status",
      type: "string",
      description: "Z 暂存，A 创建，B 审核中，C 已审核，D 重新审核",
    },
  ],
  shape: QUERY_SHAPE,
  rows: { kind: "arrays", paths: [""] },
  id: ["FStockId"],
  number: "FNumber",
  rowFields: ["FNumber", "FStockId", "FDocumentStatus"],
  columnSeparator: ",",
  paging: QUERY_PAGING,
};
