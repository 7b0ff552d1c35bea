/** 采购入库新增: receipts from suppliers, by the source's own bill number. Units that are left out are those of the material. */
import type { Api } from "@datong/core";
import { formSave, lines, saved, subHead } from "../form-save.ts";

export const api: Api = formSave({
  form: "STK_InStock",
  name: { zh: "采购入库新增", en: "Add purchase receipts" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FDate", "入库日期", "Date", "*"],
      ["FStockOrgId", "收料组织", "Receiving organisation", "*→"],
      ["FStockDeptId", "收料部门", "Receiving department", "→"],
      ["FStockerId", "仓管员", "Stock keeper", "→"],
      ["FPurchaseOrgId", "采购组织", "Buying organisation", "*→"],
      ["FPurchaseDeptId", "采购部门", "Buying department", "→"],
      ["FSupplierId", "供应商", "Supplier", "*→"],
      ["FOwnerTypeIdHead", "货主类型", "Kind of owner"],
      ["FOwnerIdHead", "货主", "Owner", "*→"],
    ),
    subHead(
      "FInStockFin",
      "财务信息",
      "Finance",
      saved(
        ["FSettleOrgId", "结算组织", "Settling organisation", "*→"],
        ["FSettleTypeId", "结算方式", "Way of settling", "→"],
        ["FPayConditionId", "付款条件", "Terms", "→"],
        ["FSettleCurrId", "结算币别", "Currency", "*→"],
        ["FPriceTimePoint", "定价时点", "Time of the price"],
        ["FIsIncludedTax", "是否含税", "With tax"],
      ),
    ),
    lines(
      "FInStockEntry",
      saved(
        ["FMaterialId", "物料编码", "Material", "*→"],
        ["FUnitID", "库存单位", "Unit", "→"],
        ["FRealQty", "实收数量", "Quantity", "*"],
        ["FPriceUnitID", "计价单位", "Price unit", "→"],
        ["FPriceUnitQty", "计价数量", "Price quantity"],
        ["FPrice", "单价", "Price"],
        ["FTaxPrice", "含税单价", "Price with tax"],
        ["FEntryTaxRate", "税率%", "Tax rate"],
        ["FStockId", "仓库", "Stock", "→"],
        ["FStockStatusId", "库存状态", "Stock status", "→"],
        ["FLot", "批号", "Lot", "→"],
        ["FProduceDate", "生产日期", "Made"],
        ["FExpiryDate", "有效期至", "Best before"],
        ["FGiveAway", "是否赠品", "Free"],
        ["FNote", "备注", "Note"],
        ["FOWNERTYPEID", "货主类型", "Kind of owner"],
        ["FOWNERID", "货主", "Owner", "*→"],
        ["FRemainInStockUnitId", "采购单位", "Buying unit", "→"],
      ),
    ),
  ],
});
