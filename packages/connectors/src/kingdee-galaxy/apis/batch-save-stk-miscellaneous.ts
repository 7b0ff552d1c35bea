/** 其他入库新增: goods that came in without a purchase, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, lines, saved } from "../form-save.ts";

export const api: Api = formSave({
  form: "STK_MISCELLANEOUS",
  name: { zh: "其他入库新增", en: "Add other receipts" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FStockOrgId", "库存组织", "Stock organisation", "*→"],
      ["FStockDirect", "库存方向", "Direction"],
      ["FDate", "日期", "Date", "*"],
      ["FSUPPLIERID", "供应商", "Supplier", "→"],
      ["FDEPTID", "部门", "Department", "→"],
      ["FSTOCKERID", "仓管员", "Stock keeper", "→"],
      ["FOwnerTypeIdHead", "货主类型", "Kind of owner"],
      ["FOwnerIdHead", "货主", "Owner", "→"],
      ["FNOTE", "备注", "Note"],
    ),
    lines(
      "FEntity",
      saved(
        ["FMATERIALID", "物料编码", "Material", "*→"],
        ["FUnitID", "单位", "Unit", "→"],
        ["FSTOCKID", "收货仓库", "Stock", "*→"],
        ["FSTOCKSTATUSID", "库存状态", "Stock status", "→"],
        ["FLOT", "批号", "Lot", "→"],
        ["FQty", "实收数量", "Quantity", "*"],
        ["FPRODUCEDATE", "生产日期", "Made"],
        ["FEXPIRYDATE", "有效期至", "Best before"],
        ["FEntryNote", "备注", "Note"],
        ["FOWNERTYPEID", "货主类型", "Kind of owner"],
        ["FOWNERID", "货主", "Owner", "*→"],
      ),
    ),
  ],
});
