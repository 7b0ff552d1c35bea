/** 仓库查询: also how a connection is tested. The list's name in the answer is assumed. */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "erp.warehouse.get",
  operation: "erp.warehouse.get",
  name: { zh: "仓库查询", en: "Warehouses" },
  direction: "query",
  source: "公开客户端代码中的接口名与分页；答复的字段名为推断",
  request: [
    { field: "name", label: "仓库名称", labelEn: "Name", type: "string" },
    { field: "code", label: "仓库编码", labelEn: "Number", type: "string" },
    { field: "pageIndex", label: "页码", labelEn: "Page", type: "int", default: "{{PAGINATION_START_PAGE}}" },
    { field: "pageSize", label: "每页条数", labelEn: "Rows per page", type: "int", default: "{{PAGINATION_PAGE_SIZE}}" },
  ],
  response: [
    { field: "warehouseId", label: "仓库id", labelEn: "Internal id", type: "string" },
    { field: "warehouseCode", label: "仓库编码", labelEn: "Number", type: "string" },
    { field: "warehouseName", label: "仓库名称", labelEn: "Name", type: "string" },
  ],
  shape: { method: "POST", path: "open/openapi/do", form: { method: "erp.warehouse.get", bizcontent: "{{params}}" } },
  rows: { kind: "objects", paths: ["result.data.warehouseInfo", "result.data"] },
  id: ["warehouseCode"],
  number: "warehouseCode",
  paging: { kind: "page", first: 0, size: 50, sizeMax: 50, end: [{ rule: "short-page" }] },
};
