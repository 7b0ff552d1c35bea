/** 普通商品资料查询（按sku查询）, by time of change. */
import type { Api } from "@datong/core";
import { plain } from "../../plain-fields.ts";
import { windowQuery } from "../querying.ts";

export const api: Api = windowQuery({
  code: "sku.query",
  name: { zh: "普通商品资料查询(按sku)", en: "Goods" },
  source: "聚水潭开放平台：普通商品资料查询（按sku查询）",
  request: plain(
    ["sku_ids", "商品编码", "SKUs", "逗号分隔，最多 20 个"],
    ["name", "商品名称", "Name", "模糊查询，只能一个"],
    ["date_field", "时间字段", "Kind of time", "created 或 modified，默认 modified"],
    ["flds", "自定义查询字段", "Further fields", "逗号分隔，如 purchase_price"],
  ),
  response: plain(
    ["sku_id", "商品编码", "SKU"],
    ["i_id", "款式编码", "Style"],
    ["name", "商品名称", "Name"],
    ["short_name", "商品简称", "Short name"],
    ["sale_price", "销售价", "Price"],
    ["cost_price", "成本价", "Cost price"],
    ["market_price", "市场价", "Market price"],
    ["properties_value", "颜色规格", "Colour and size"],
    ["color", "颜色", "Colour"],
    ["category", "分类", "Category"],
    ["vc_name", "虚拟分类", "Virtual category"],
    ["brand", "品牌", "Brand"],
    ["enabled", "是否启用", "In use", "0 备用，1 启用，-1 禁用"],
    ["weight", "重量", "Weight"],
    ["unit", "单位", "Unit"],
    ["sku_code", "国标码", "Barcode"],
    ["supplier_id", "供应商编号", "Supplier"],
    ["supplier_name", "供应商名称", "Supplier's name"],
    ["sku_type", "商品类型", "Kind"],
    ["item_type", "商品属性", "Class", "成品、半成品、原材料、包材"],
    ["batch_enabled", "是否开启生产批次", "By lot"],
    ["shelf_life", "保质期", "Shelf life"],
    ["labels", "商品标签", "Labels"],
    ["remark", "备注", "Remark"],
    ["pic", "图片地址", "Picture"],
    ["other_1", "其他属性1", "Further 1"],
    ["other_2", "其他属性2", "Further 2"],
    ["created", "创建时间", "Created"],
    ["modified", "修改时间", "Modified"],
  ),
  id: "sku_id",
  byNumber: { field: "sku_ids", asText: true, max: 20, lift: ["name"] },
});
