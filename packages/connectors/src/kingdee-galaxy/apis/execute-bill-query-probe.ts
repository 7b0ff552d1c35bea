/** Which of these bill numbers exist, and how far each has come. For probes; the form is that of the write. */
import type { Api } from "@datong/core";
import { QUERY_PAGING, QUERY_SHAPE, queryParameters } from "../querying.ts";

export const api: Api = {
  code: "executeBillQuery:probe",
  operation: "executeBillQuery",
  name: { zh: "单据查证", en: "Probe for bills" },
  direction: "query",
  source: "金蝶云星空 WebAPI 单据查询",
  request: [
    ...queryParameters(undefined, "FID ASC"),
    { field: "FBillNo", label: "单据编号", labelEn: "Number", type: "string", place: "column", default: "FBillNo" },
    { field: "FID", label: "单据内码", labelEn: "Internal id", type: "string", place: "column", default: "FID" },
    { field: "FDocumentStatus", label: "单据状态", labelEn: "Status", type: "string", place: "column", default: "FDocumentStatus" },
  ],
  response: [
    { field: "FBillNo", label: "单据编号", labelEn: "Number", type: "string" },
    { field: "FID", label: "单据内码", labelEn: "Internal id", type: "string" },
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
  id: ["FID"],
  number: "FBillNo",
  rowFields: ["FBillNo", "FID", "FDocumentStatus"],
  columnSeparator: ",",
  paging: QUERY_PAGING,
};
