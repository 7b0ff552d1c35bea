/** What 采购单 look like when they are read, and the parameters that ask for them. */
import type { Field } from "@datong/core";
import { plain } from "../plain-fields.ts";
import { items } from "./querying.ts";

export const PURCHASE_REQUEST: readonly Field[] = [
  { field: "so_ids", label: "外部单号列表", labelEn: "External numbers", type: "array", description: "即上传时的 external_id" },
  { field: "po_ids", label: "采购单号列表", labelEn: "Numbers", type: "array" },
];

export const PURCHASE_RESPONSE: readonly Field[] = [
  ...plain(
    ["po_id", "采购单号", "Number"],
    ["so_id", "外部单号", "External number"],
    ["status", "状态", "Status"],
    ["po_date", "采购日期", "Date"],
    ["modified", "修改时间", "Modified"],
    ["supplier_id", "供应商编号", "Supplier"],
    ["seller", "供应商名称", "Supplier's name"],
    ["wms_co_id", "分仓编号", "Branch warehouse"],
    ["remark", "备注", "Remark"],
  ),
  items(["poi_id", "子单号", "Line id"], ["sku_id", "商品编码", "SKU"], ["qty", "数量", "Quantity"], ["price", "价格", "Price"]),
];
