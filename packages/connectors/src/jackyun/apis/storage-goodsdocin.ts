/**
 * 入库单查询: goods documents with their lines, by time of change. Dates come as epoch ms. The parameter that names the fields is spelled so
 * by the vendor. Seven days at most is taken over from the trades (assumed).
 */
import type { Api, Field } from "@datong/core";
import { readShape, wantedFields } from "../reading.ts";

const RESPONSE: readonly Field[] = [
  { field: "recId", label: "入库单id", type: "string" },
  { field: "goodsdocNo", label: "入库单号", type: "string" },
  { field: "billNo", label: "关联单号", type: "string" },
  { field: "sourceBillNo", label: "来源单号", type: "string" },
  { field: "inouttype", label: "入库类型", type: "string", description: "101采购入库 103盘盈入库 104其他入库 106生产完工入库" },
  { field: "inouttypeName", label: "入库类型名称", type: "string" },
  { field: "inOutDate", label: "入库时间", type: "string", description: "毫秒时间戳" },
  { field: "gmtCreate", label: "创建时间", type: "string", description: "毫秒时间戳" },
  { field: "gmtModified", label: "最后修改时间", type: "string", description: "毫秒时间戳" },
  { field: "companyCode", label: "公司编码", type: "string" },
  { field: "companyName", label: "公司名称", type: "string" },
  { field: "warehouseCode", label: "仓库编码", type: "string" },
  { field: "warehouseName", label: "仓库名称", type: "string" },
  { field: "vendCustomerCode", label: "往来单位编码", type: "string" },
  { field: "vendCustomerName", label: "往来单位名称", type: "string" },
  { field: "redStatus", label: "红蓝标记", type: "string", description: "1蓝单" },
  { field: "goodsdocRemark", label: "备注", type: "string" },
  {
    field: "goodsDocDetailList",
    label: "入库明细",
    type: "array",
    children: [
      { field: "recId", label: "明细id", type: "string" },
      { field: "goodsNo", label: "货品编号", type: "string" },
      { field: "goodsName", label: "货品名称", type: "string" },
      { field: "skuName", label: "规格名称", type: "string" },
      { field: "skuBarcode", label: "条码", type: "string" },
      { field: "unitName", label: "单位", type: "string" },
      { field: "quantity", label: "数量", type: "string" },
      { field: "cuPrice", label: "单价", type: "string" },
      { field: "estPrice", label: "暂估价", type: "string" },
      { field: "rowRemark", label: "行备注", type: "string" },
      { field: "batchNo", label: "批次号", type: "string" },
    ],
  },
];

export const api: Api = {
  code: "erp.storage.goodsdocin.v2",
  operation: "erp.storage.goodsdocin.v2",
  name: { zh: "入库单查询", en: "Goods documents, in" },
  direction: "query",
  source: "公开客户端代码中的参数与答复；用户接口文档《金蝶云星空采购入库单对接-资产建模》所列来源字段",
  request: [
    {
      field: "gmtModifiedStart",
      label: "修改时间（起始）",
      labelEn: "Changed from",
      type: "string",
      default: "{{LAST_SYNC_TIME|datetime}}",
    },
    { field: "gmtModifiedEnd", label: "修改时间（截止）", labelEn: "Changed to", type: "string", default: "{{CURRENT_TIME|datetime}}" },
    { field: "inouttype", label: "入库类型", labelEn: "Kind", type: "string", description: "101 采购入库" },
    { field: "goodsdocNo", label: "入库单号", labelEn: "Number", type: "string" },
    {
      field: "selelctFields",
      label: "需要返回的字段",
      labelEn: "Fields to give",
      type: "string",
      required: true,
      default: wantedFields(RESPONSE),
      description: "参数名为供应商原文",
    },
    { field: "pageIndex", label: "页码", labelEn: "Page", type: "int", default: "{{PAGINATION_START_PAGE}}" },
    { field: "pageSize", label: "每页条数", labelEn: "Rows per page", type: "int", default: "{{PAGINATION_PAGE_SIZE}}" },
  ],
  response: RESPONSE,
  shape: readShape("erp.storage.goodsdocin.v2"),
  rows: { kind: "objects", paths: ["result.data"] },
  id: ["recId"],
  number: "goodsdocNo",
  paging: { kind: "page", first: 0, size: 50, sizeMax: 50, end: [{ rule: "short-page" }] },
  byNumber: {
    params: { goodsdocNo: "{{keys|first}}", gmtModifiedStart: "", gmtModifiedEnd: "" },
    lift: ["inouttype"],
    batchMax: 1,
  },
  window: { spanMaxMs: 7 * 86_400_000 },
};
