/**
 * 普通商品资料上传: goods are added, or changed where the code is there, so that the same call twice does no harm. Each item is answered by
 * itself.
 */
import type { Api, Field } from "@datong/core";
import { plain } from "../../plain-fields.ts";

const required = (fields: readonly Field[]): Field[] => fields.map((field) => ({ ...field, required: true }));

export const api: Api = {
  code: "jushuitan.itemsku.upload",
  operation: "jushuitan.itemsku.upload",
  name: { zh: "普通商品资料上传", en: "Add or change goods" },
  direction: "write",
  source: "聚水潭开放平台 docId 4",
  request: [
    ...required(plain(["sku_id", "商品编码", "SKU"], ["i_id", "款式编码", "Style"], ["name", "名称", "Name"])),
    ...plain(
      ["short_name", "简称", "Short name"],
      ["properties_value", "颜色及规格", "Colour and size", "最多 100 个字符"],
      ["s_price", "基本售价", "Price"],
      ["c_price", "成本价", "Cost price"],
      ["market_price", "市场|吊牌价", "Market price"],
      ["brand", "品牌", "Brand"],
      ["c_name", "商品分类", "Category", "必须是商品类目管理中的叶子节点"],
      ["vc_name", "虚拟分类", "Virtual category"],
      ["item_type", "商品属性", "Class", "成品、半成品、原材料、包材"],
      ["unit", "单位", "Unit"],
      ["sku_code", "国标码", "Barcode"],
      ["other_code", "辅助码", "Further codes"],
      ["weight", "重量", "Weight"],
      ["l", "长", "Length"],
      ["w", "宽", "Width"],
      ["h", "高", "Height"],
      ["enabled", "是否启用", "In use", "-1 禁用，0 备用，1 启用，默认 1"],
      ["supplier_name", "供应商名称", "Supplier's name"],
      ["batch_enabled", "是否启用生产批次", "By lot"],
      ["shelf_life", "保质期天数", "Shelf life in days"],
      ["stock_disabled", "禁止同步", "Stock is not synchronised"],
      ["remark", "备注", "Remark"],
      ["pic", "图片地址（款图片）", "Picture"],
      ["other_1", "其它属性1", "Further 1"],
      ["other_2", "其它属性2", "Further 2"],
    ),
  ],
  response: plain(["sku_id", "商品编码", "SKU"], ["is_success", "是否上传成功", "Taken"], ["msg", "执行信息", "What is wrong"]),
  shape: { method: "POST", path: "open/jushuitan/itemsku/upload", form: { biz: { items: "{{documents}}" } } },
  write: {
    batchMax: 50,
    key: "sku_id",
    outcome: {
      kind: "per-document",
      match: "key",
      done: { list: ["data.datas"], match: "sku_id", number: "sku_id", when: { path: "is_success", in: ["true"] } },
      refused: { list: ["data.datas"], match: "sku_id", message: "msg", when: { path: "is_success", in: ["false"] } },
    },
    idempotent: true,
    // Whatever has the code is changed.
    overwrites: true,
    concurrencyMax: 2,
  },
};
