/** 查询货品档案（仿奇门返回）: one row for each spec of the goods; by time of change where the flow asks for it, else the whole file. */
import type { Api } from "@datong/core";
import { readShape } from "../reading.ts";

export const api: Api = {
  code: "erp-goods.goods.getforqimen",
  operation: "erp-goods.goods.getforqimen",
  name: { zh: "查询货品档案", en: "Goods" },
  direction: "query",
  source: "吉客云开放平台接口文档《erp-goods.goods.getforqimen》；用户文档《吉客云和金蝶云星空接口打通对接实战》",
  request: [
    { field: "pageIndex", label: "页码", labelEn: "Page", type: "int", required: true, default: "{{PAGINATION_START_PAGE}}" },
    { field: "pageSize", label: "页数", labelEn: "Rows per page", type: "int", required: true, default: "{{PAGINATION_PAGE_SIZE}}" },
    { field: "goodsCode", label: "货品编号", labelEn: "Number", type: "string" },
    { field: "barCode", label: "条码", labelEn: "Barcode", type: "string" },
    { field: "startDate", label: "修改时间开始", labelEn: "Changed from", type: "string" },
    { field: "endDate", label: "修改时间结束", labelEn: "Changed to", type: "string" },
    { field: "skuFlagNames", label: "标记名称", labelEn: "Flags", type: "string", description: "多个用逗号隔开" },
  ],
  response: [
    { field: "itemCode", label: "规格id", type: "string" },
    { field: "itemId", label: "规格id", type: "string", description: "值等同于itemCode" },
    { field: "goodsCode", label: "货品编号", type: "string" },
    { field: "itemName", label: "货品名称", type: "string" },
    { field: "shortName", label: "货品档案别名", type: "string" },
    { field: "barCode", label: "条码", type: "string" },
    { field: "skuProperty", label: "货品档案的规格名称", type: "string" },
    { field: "stockUnit", label: "基础单位", type: "string" },
    { field: "categoryName", label: "商品类别名称", type: "string" },
    { field: "itemType", label: "类型", type: "string", description: "ZC=正常商品" },
    { field: "brandName", label: "品牌名称", type: "string" },
    { field: "isBatchMgmt", label: "是否批次管理", type: "string" },
  ],
  shape: readShape("erp-goods.goods.getforqimen"),
  rows: { kind: "objects", paths: ["result.data.data"] },
  id: ["itemId"],
  number: "goodsCode",
  paging: {
    kind: "page",
    first: 0,
    size: 50,
    sizeMax: 50,
    end: [{ rule: "short-page" }, { rule: "total", path: "result.data.pageInfo.total" }],
  },
  byNumber: {
    params: { goodsCode: "{{keys|first}}", startDate: "", endDate: "" },
    lift: ["barCode", "skuFlagNames"],
    batchMax: 1,
  },
};
