/** 查询供应商: the whole file, or one by its number, which is also how a created one is looked up. */
import type { Api } from "@datong/core";
import { PAGE_REQUEST, pagesFromZero, queryShape } from "../bills.ts";

export const api: Api = {
  code: "wdt.purchase.provider.query",
  operation: "wdt.purchase.provider.query",
  name: { zh: "查询供应商", en: "Suppliers" },
  direction: "query",
  source: "旺店通企业版 purchase_provider_query.php；奇门 wdt.purchase.provider.query",
  request: [
    { field: "provider_no", label: "供应商编号", labelEn: "Number", type: "string" },
    { field: "provider_name", label: "供应商名称", labelEn: "Name", type: "string" },
    { field: "is_deleted", label: "是否删除", labelEn: "Deleted", type: "string" },
    ...PAGE_REQUEST,
  ],
  response: [
    { field: "provider_id", label: "供应商id", type: "string" },
    { field: "provider_no", label: "供应商编号", type: "string" },
    { field: "provider_name", label: "供应商名称", type: "string" },
    { field: "contact", label: "联系人", type: "string" },
    { field: "telno", label: "座机", type: "string" },
    { field: "mobile", label: "移动电话", type: "string" },
    { field: "address", label: "地址", type: "string" },
    { field: "remark", label: "备注", type: "string" },
    { field: "is_disabled", label: "是否停用", type: "string" },
    { field: "deleted", label: "是否删除", type: "string" },
    { field: "created", label: "创建时间", type: "string" },
    { field: "modified", label: "最后修改时间", type: "string" },
  ],
  shape: queryShape("wdt.purchase.provider.query"),
  rows: { kind: "objects", paths: ["response.provider_list"] },
  id: ["provider_id"],
  number: "provider_no",
  paging: pagesFromZero(100),
  byNumber: { params: { provider_no: "{{keys|first}}" }, lift: ["provider_name", "is_deleted"], batchMax: 1 },
};
