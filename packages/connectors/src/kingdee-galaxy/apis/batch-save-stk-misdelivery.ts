/** 其他出库新增: goods that left without a sale, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, lines, saved } from "../form-save.ts";

export const api: Api = formSave({
  form: "STK_MisDelivery",
  name: { zh: "其他出库新增", en: "Add other issues" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FStockOrgId", "库存组织", "Stock organisation", "*→"],
      ["FPickOrgId", "领用组织", "Using organisation", "→"],
      ["FStockDirect", "库存方向", "Direction"],
      ["FBizType", "业务类型", "Business"],
      ["FDate", "日期", "Date", "*"],
      ["FCustId", "客户", "Customer", "→"],
      ["FDeptId", "领料部门", "Department", "→"],
      ["FStockerId", "仓管员", "Stock keeper", "→"],
      ["FOwnerTypeIdHead", "货主类型", "Kind of owner"],
      ["FOwnerIdHead", "货主", "Owner", "*→"],
      ["FNote", "备注", "Note"],
    ),
    lines(
      "FEntity",
      saved(
        ["FMaterialId", "物料编码", "Material", "*→"],
        ["FUnitID", "单位", "Unit", "→"],
        ["FQty", "实发数量", "Quantity", "*"],
        ["FStockId", "发货仓库", "Stock", "*→"],
        ["FStockStatusId", "库存状态", "Stock status", "→"],
        ["FLot", "批号", "Lot", "→"],
        ["FProduceDate", "生产日期", "Made"],
        ["FEntryNote", "备注", "Note"],
        ["FOwnerTypeId", "货主类型", "Kind of owner"],
        ["FOwnerId", "货主", "Owner", "*→"],
      ),
    ),
  ],
});
