/**
 * Distributors by code. ASSUMED: no public document shows this query. Its method name is the setting probeMethod; where it does not
 * exist, an uncertain write is left to a person.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "greatonce.distributor.list",
  operation: "greatonce.distributor.list",
  name: { zh: "分销商查证（假定）", en: "Probe for distributors (assumed)" },
  direction: "query",
  source: "假定：无公开资料，见 packages/connectors/README.md",
  request: [
    { field: "distributorCodes", label: "分销商编码列表", labelEn: "Codes", type: "array", description: "最多 50 个" },
    { field: "pageNo", label: "页码", labelEn: "Page", type: "int", default: "{{PAGINATION_START_PAGE}}" },
    { field: "pageSize", label: "每页条数", labelEn: "Rows per page", type: "int", default: "{{PAGINATION_PAGE_SIZE}}" },
  ],
  response: [
    { field: "distributorCode", label: "分销商编码", labelEn: "Code", type: "string" },
    { field: "distributorId", label: "分销商内码", labelEn: "Internal id", type: "string" },
    { field: "distributorName", label: "分销商名称", labelEn: "Name", type: "string" },
  ],
  shape: { method: "POST", path: "api/api.do", query: { method: "{{settings.probeMethod}}" }, json: "{{params}}" },
  rows: { kind: "objects", paths: ["distributorList"] },
  id: ["distributorId"],
  number: "distributorCode",
  paging: { kind: "page", first: 1, size: 50, sizeMax: 100, end: [{ rule: "short-page" }] },
};
