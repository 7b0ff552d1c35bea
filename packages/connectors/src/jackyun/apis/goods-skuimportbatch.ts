/**
 * 批量创建货品: up to 200 goods a call, each told for itself by its `outSkuCode`, which is the only thing by which two systems' goods belong
 * together; a known one is changed, so that sending again is harmless. Whether one has arrived is asked by the goods' number, so where
 * `outSkuCode` is another than `goodsNo` it is not found and simply sent again. The vendor wants all specs of the goods in one call.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "erp.goods.skuimportbatch",
  operation: "erp.goods.skuimportbatch",
  name: { zh: "批量创建货品", en: "Import goods" },
  direction: "write",
  source: "吉客云开放平台接口文档《erp.goods.skuimportbatch 批量创建货品》",
  request: [
    { field: "goodsNo", label: "货品编号", type: "string", required: true },
    { field: "goodsName", label: "货品名字", type: "string", required: true },
    { field: "outSkuCode", label: "外部编码", type: "string", required: true, description: "两个系统之间货品匹配的唯一依据" },
    { field: "unitName", label: "计量单位", type: "string", required: true },
    { field: "goodsAlias", label: "货品别名", type: "string" },
    { field: "skuName", label: "规格名称", type: "string", description: "不输取‘默认规格’" },
    { field: "skuBarcode", label: "条码", type: "string" },
    { field: "cateCode", label: "货品的分类编号", type: "string" },
    { field: "cateName", label: "货品的分类名字", type: "string" },
    { field: "brandName", label: "品牌名称", type: "string" },
    { field: "goodsMemo", label: "货品备注", type: "string" },
    { field: "goodsAttr", label: "货品属性", type: "string", description: "1成品 2半成品 3原料 4包装材料 5辅料 6资产 7耗材 8服务" },
    { field: "isBatchManagement", label: "是否批次管理", type: "string", description: "1是，0否" },
  ],
  response: [
    { field: "outSkuCode", label: "外部货品编号", labelEn: "Outer code", type: "string" },
    { field: "success", label: "是否成功", labelEn: "Whether taken", type: "string" },
    { field: "errorMessage", label: "错误信息", labelEn: "Message", type: "string" },
    { field: "subCode", label: "错误编号", labelEn: "Code", type: "string", description: "0031310400 代表条码重复" },
  ],
  shape: { method: "POST", path: "open/openapi/do", form: { method: "erp.goods.skuimportbatch", bizcontent: "{{documents}}" } },
  write: {
    batchMax: 200,
    key: "outSkuCode",
    outcome: {
      kind: "per-document",
      match: "key",
      done: { list: ["result.data"], match: "outSkuCode", number: "outSkuCode", id: "outSkuCode", when: { path: "success", in: ["true"] } },
      refused: {
        list: ["result.data"],
        match: "outSkuCode",
        code: "subCode",
        message: "errorMessage",
        when: { path: "success", in: ["false"] },
      },
    },
    idempotent: true,
    probe: {
      api: "erp-goods.goods.getforqimen",
      params: { goodsCode: "{{keys|first}}" },
      key: "goodsCode",
      number: "goodsCode",
      id: "goodsCode",
      batchMax: 1,
    },
    // Whatever has the outer code is changed; there is no other id.
    update: { idField: "outSkuCode" },
    // The vendor asks for one call after the other.
    concurrencyMax: 1,
  },
};
