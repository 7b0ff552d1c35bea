/** 商品列表: the goods of the account set. */
import type { Api } from "@datong/core";
import { fileApi } from "../saving.ts";

export const api: Api = fileApi({
  path: "jdy/basedata/material_list",
  name: { zh: "商品列表", en: "Goods" },
  source: "公开客户端代码中的接口路径与 data.rows；商品资料详情的字段名",
  more: [
    { field: "model", label: "规格型号", type: "string" },
    { field: "barcode", label: "条形码", type: "string" },
    { field: "baseunitid_id", label: "计量单位id", type: "string" },
    { field: "baseunitid_name", label: "基本单位名称", type: "string" },
    { field: "parent_name", label: "商品类别", type: "string" },
  ],
});
