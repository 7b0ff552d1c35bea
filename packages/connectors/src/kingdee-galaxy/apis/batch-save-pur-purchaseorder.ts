/** 采购订单新增: orders to suppliers, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, lines, saved, subHead } from "../form-save.ts";

export const api: Api = formSave({
  form: "PUR_PurchaseOrder",
  name: { zh: "采购订单新增", en: "Add purchase orders" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FDate", "采购日期", "Date", "*"],
      ["FSupplierId", "供应商", "Supplier", "*→"],
      ["FPurchaseOrgId", "采购组织", "Buying organisation", "*→"],
      ["FPurchaseDeptId", "采购部门", "Buying department", "→"],
      ["FPurchaserId", "采购员", "Buyer", "→"],
    ),
    subHead(
      "FPOOrderFinance",
      "财务信息",
      "Finance",
      saved(
        ["FSettleCurrId", "结算币别", "Currency", "*→"],
        ["FSettleModeId", "结算方式", "Way of settling", "→"],
        ["FPayConditionId", "付款条件", "Terms", "→"],
        ["FExchangeTypeId", "汇率类型", "Kind of rate", "→"],
        ["FExchangeRate", "汇率", "Rate"],
        ["FIsIncludedTax", "是否含税", "With tax"],
      ),
    ),
    lines(
      "FPOOrderEntry",
      saved(
        ["FMaterialId", "物料编码", "Material", "*→"],
        ["FMaterialDesc", "物料说明", "Description"],
        ["FUnitId", "采购单位", "Unit", "→"],
        ["FQty", "采购数量", "Quantity", "*"],
        ["FDeliveryDate", "交货日期", "Due"],
        ["FPrice", "单价", "Price"],
        ["FTaxPrice", "含税单价", "Price with tax"],
        ["FEntryTaxRate", "税率%", "Tax rate"],
        ["FRequireOrgId", "需求组织", "Needing organisation", "→"],
        ["FReceiveOrgId", "收料组织", "Receiving organisation", "→"],
        ["FEntrySettleOrgId", "结算组织", "Settling organisation", "→"],
        ["FGiveAway", "是否赠品", "Free"],
        ["FEntryNote", "备注", "Note"],
      ),
    ),
  ],
});
