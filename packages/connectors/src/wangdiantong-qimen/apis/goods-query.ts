/** 查询货品档案: goods with their specs, by time of change; also how a pushed one is looked up by its number. */
import type { Api } from "@datong/core";
import { oneNumber, PAGE_REQUEST, pagesFromZero, queryShape, WINDOW, WINDOW_REQUEST } from "../bills.ts";

export const api: Api = {
  code: "wdt.goods.query",
  operation: "wdt.goods.query",
  name: { zh: "查询货品档案", en: "Goods" },
  direction: "query",
  source: "用户接口文档《旺店通·企业奇门查询货品档案V3.0》；旺店通企业版 goods_query.php",
  request: [
    { field: "goods_no", label: "货品编号", labelEn: "Number", type: "string" },
    { field: "deleted", label: "已删除货品", labelEn: "Deleted goods", type: "string", description: "0只返回未删除货品，1全部" },
    ...WINDOW_REQUEST,
    ...PAGE_REQUEST,
  ],
  response: [
    { field: "goods_id", label: "货品ID", type: "string" },
    { field: "goods_no", label: "货品编号", type: "string" },
    { field: "goods_name", label: "货品名称", type: "string" },
    { field: "short_name", label: "简称", type: "string" },
    {
      field: "goods_type",
      label: "货品类别",
      type: "string",
      description: "0其它 1销售货品 2原材料 3包装物 4周转材料 5虚拟商品 6固定资产",
    },
    { field: "class_name", label: "分类", type: "string" },
    { field: "brand_name", label: "品牌", type: "string" },
    { field: "unit_name", label: "基本单位", type: "string" },
    { field: "remark", label: "备注", type: "string" },
    { field: "deleted", label: "是否删除", type: "string" },
    { field: "created", label: "创建时间", type: "string" },
    { field: "modified", label: "最后修改时间", type: "string" },
    {
      field: "spec_list",
      label: "单品节点",
      type: "array",
      children: [
        { field: "spec_id", label: "单品ID", type: "string" },
        { field: "spec_no", label: "商家编码", type: "string" },
        { field: "spec_code", label: "规格码", type: "string" },
        { field: "spec_name", label: "规格名称", type: "string" },
        { field: "barcode", label: "主条码", type: "string" },
        { field: "retail_price", label: "零售价", type: "string" },
      ],
    },
  ],
  shape: queryShape("wdt.goods.query"),
  rows: { kind: "objects", paths: ["response.goods_list"] },
  id: ["goods_id"],
  number: "goods_no",
  paging: pagesFromZero(100),
  byNumber: oneNumber("goods_no", ["deleted"]),
  window: WINDOW,
};
