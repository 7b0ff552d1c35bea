/** 采购退料新增: goods that go back to suppliers, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, lines, saved, subHead } from "../form-save.ts";

export const api: Api = formSave({
  form: "PUR_MRB",
  name: { zh: "采购退料新增", en: "Add purchase returns" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FDate", "退料日期", "Date", "*"],
      ["FMRTYPE", "退料类型", "Kind of return", "*"],
      ["FMRMODE", "退料方式", "Way of return", "*"],
      ["FREPLENISHMODE", "补料方式", "Way of replacement"],
      ["FStockOrgId", "库存组织", "Stock organisation", "*→"],
      ["FMRDeptId", "退料部门", "Department", "→"],
      ["FRequireOrgId", "需求组织", "Needing organisation", "*→"],
      ["FPurchaseOrgId", "采购组织", "Buying organisation", "*→"],
      ["FSupplierID", "供应商", "Supplier", "*→"],
      ["FMRREASON", "退料原因", "Reason", "→"],
      ["FOwnerTypeIdHead", "货主类型", "Kind of owner"],
      ["FOwnerIdHead", "货主", "Owner", "→"],
      ["FDESCRIPTION", "备注", "Note"],
    ),
    subHead(
      "FPURMRBFIN",
      "财务信息",
      "Finance",
      saved(
        ["FSettleOrgId", "结算组织", "Settling organisation", "*→"],
        ["FSETTLETYPEID", "结算方式", "Way of settling", "→"],
        ["FSettleCurrId", "结算币别", "Currency", "*→"],
        ["FPRICETIMEPOINT", "定价时点", "Time of the price"],
        ["FIsIncludedTax", "是否含税", "With tax"],
      ),
    ),
    lines(
      "FPURMRBENTRY",
      saved(
        ["FMATERIALID", "物料编码", "Material", "*→"],
        ["FUnitID", "库存单位", "Unit", "→"],
        ["FRMREALQTY", "实退数量", "Quantity", "*"],
        ["FREPLENISHQTY", "补料数量", "To be replaced"],
        ["FKEAPAMTQTY", "扣款数量", "To be credited"],
        ["FSTOCKID", "仓库", "Stock", "→"],
        ["FStockStatusId", "库存状态", "Stock status", "→"],
        ["FLot", "批号", "Lot", "→"],
        ["FPrice", "单价", "Price"],
        ["FTAXPRICE", "含税单价", "Price with tax"],
        ["FENTRYTAXRATE", "税率%", "Tax rate"],
        ["FGiveAway", "是否赠品", "Free"],
        ["FOWNERTYPEID", "货主类型", "Kind of owner"],
        ["FOWNERID", "货主", "Owner", "→"],
        ["FNOTE", "备注", "Note"],
      ),
    ),
  ],
});
