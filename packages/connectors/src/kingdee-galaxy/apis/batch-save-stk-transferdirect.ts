/** 直接调拨新增: goods from one stock to another in one step, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, lines, saved } from "../form-save.ts";

export const api: Api = formSave({
  form: "STK_TransferDirect",
  name: { zh: "直接调拨新增", en: "Add direct transfers" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FBizType", "业务类型", "Business"],
      ["FTransferDirect", "调拨方向", "Direction"],
      ["FTransferBizType", "调拨类型", "Kind of transfer"],
      ["FStockOutOrgId", "调出库存组织", "From organisation", "*→"],
      ["FOwnerTypeOutIdHead", "调出货主类型", "Kind of owner before"],
      ["FOwnerOutIdHead", "调出货主", "Owner before", "→"],
      ["FStockOrgId", "调入库存组织", "To organisation", "*→"],
      ["FOwnerTypeIdHead", "调入货主类型", "Kind of owner after"],
      ["FOwnerIdHead", "调入货主", "Owner after", "→"],
      ["FDate", "日期", "Date", "*"],
      ["FStockerId", "仓管员", "Stock keeper", "→"],
      ["FNote", "备注", "Note"],
    ),
    lines(
      "FBillEntry",
      saved(
        ["FMaterialId", "物料编码", "Material", "*→"],
        ["FUnitID", "单位", "Unit", "→"],
        ["FQty", "调拨数量", "Quantity", "*"],
        ["FLot", "批号", "Lot", "→"],
        ["FSrcStockId", "调出仓库", "From stock", "*→"],
        ["FDestStockId", "调入仓库", "To stock", "*→"],
        ["FSrcStockStatusId", "调出库存状态", "Stock status before", "→"],
        ["FDestStockStatusId", "调入库存状态", "Stock status after", "→"],
        ["FOwnerTypeOutId", "调出货主类型", "Kind of owner before"],
        ["FOwnerOutId", "调出货主", "Owner before", "→"],
        ["FOwnerTypeId", "调入货主类型", "Kind of owner after"],
        ["FOwnerId", "调入货主", "Owner after", "→"],
        ["FBusinessDate", "业务日期", "Business date"],
        ["FNoteEntry", "备注", "Note"],
        ["FSrcBillNo", "源单编号", "Source number"],
      ),
    ),
  ],
});
