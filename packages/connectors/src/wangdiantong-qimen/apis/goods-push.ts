/**
 * 创建货品档案: goods with their specs, several in one call as a JSON text; what has a known number is changed, so that sending again is
 * harmless. The call is taken or refused as a whole (assumed); the engine parts a refused one until the wrong document stands alone.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "wdt.goods.push",
  operation: "wdt.goods.push",
  name: { zh: "创建货品档案", en: "Push goods" },
  direction: "write",
  source: "轻易云公开方案《金蝶云星空与旺店通集成解决方案》物料同步货品；旺店通企业版 goods_push.php；奇门 wdt.goods.push",
  request: [
    { field: "goods_no", label: "货品编号", type: "string", required: true, description: "SPU 唯一编号" },
    { field: "goods_type", label: "货品类别", type: "string", required: true, default: "1", description: "1=销售商品" },
    { field: "goods_name", label: "货品名称", type: "string", required: true },
    { field: "short_name", label: "货品简称", type: "string" },
    { field: "class_name", label: "分类", type: "string" },
    { field: "brand_name", label: "品牌", type: "string" },
    { field: "unit_name", label: "基本单位", type: "string" },
    { field: "remark", label: "备注", type: "string" },
    {
      field: "spec_list",
      label: "单品节点",
      type: "array",
      required: true,
      description: "SKU 属性节点；只有一个规格时写一行",
      children: [
        { field: "spec_no", label: "商家编码", type: "string", required: true },
        { field: "spec_code", label: "规格码", type: "string" },
        { field: "spec_name", label: "规格名称", type: "string" },
        { field: "barcode", label: "条码", type: "string" },
        { field: "retail_price", label: "零售价", type: "string" },
      ],
    },
  ],
  response: [
    { field: "new_count", label: "新增条数", labelEn: "Added", type: "string" },
    { field: "chg_count", label: "更新条数", labelEn: "Changed", type: "string" },
  ],
  shape: { method: "POST", path: "{{settings.router}}", form: { method: "wdt.goods.push", goods_list: "{{documents}}" } },
  write: {
    batchMax: 50,
    key: "goods_no",
    outcome: { kind: "whole" },
    idempotent: true,
    probe: {
      api: "wdt.goods.query:probe",
      params: { goods_no: "{{keys|first}}" },
      key: "goods_no",
      number: "goods_no",
      id: "goods_id",
      batchMax: 1,
    },
    concurrencyMax: 1,
  },
};
