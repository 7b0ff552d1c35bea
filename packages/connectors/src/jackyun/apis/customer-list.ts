/**
 * Customers by number. ASSUMED: no public document shows this query. Its method name is the setting probeMethod, its shape follows the
 * vendor's habits; where it does not exist, an uncertain write is left to a person.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "crm.customer.list",
  operation: "crm.customer.list",
  name: { zh: "客户查证（假定）", en: "Probe for customers (assumed)" },
  direction: "query",
  source: "假定：无公开资料，见 packages/connectors/README.md",
  request: [
    { field: "customerCodes", label: "客户编号列表", labelEn: "Numbers", type: "array", description: "最多 50 个" },
    { field: "pageIndex", label: "页码", labelEn: "Page", type: "int", default: "{{PAGINATION_START_PAGE}}" },
    { field: "pageSize", label: "每页条数", labelEn: "Rows per page", type: "int", default: "{{PAGINATION_PAGE_SIZE}}" },
  ],
  response: [
    { field: "customerCode", label: "客户编号", labelEn: "Number", type: "string" },
    { field: "customerId", label: "客户id", labelEn: "Internal id", type: "string" },
  ],
  shape: { method: "POST", path: "open/openapi/do", form: { method: "{{settings.probeMethod}}", bizcontent: "{{params}}" } },
  rows: { kind: "objects", paths: ["result.data.customers"] },
  id: ["customerId"],
  number: "customerCode",
  byNumber: { params: { customerCodes: "{{keys}}" }, batchMax: 50 },
  paging: { kind: "page", first: 0, size: 50, sizeMax: 50, end: [{ rule: "short-page" }] },
};
