/** 销售退货新增: returns of customers, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, lines, saved, subHead } from "../form-save.ts";

export const api: Api = formSave({
  form: "SAL_RETURNSTOCK",
  name: { zh: "销售退货新增", en: "Add sales returns" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FDate", "日期", "Date", "*"],
      ["FSaleOrgId", "销售组织", "Selling organisation", "*→"],
      ["FRetcustId", "退货客户", "Customer", "*→"],
      ["FSaledeptid", "销售部门", "Sales department", "→"],
      ["FReturnReason", "退货原因", "Reason", "→"],
      ["FSalesManId", "销售员", "Seller", "→"],
      ["FStockOrgId", "库存组织", "Stock organisation", "*→"],
      ["FStockDeptId", "库存部门", "Stock department", "→"],
      ["FStockerId", "仓管员", "Stock keeper", "→"],
      ["FHeadNote", "备注", "Note"],
    ),
    lines(
      "FEntity",
      saved(
        ["FMaterialId", "物料编码", "Material", "*→"],
        ["FUnitID", "库存单位", "Unit", "→"],
        ["FRealQty", "实退数量", "Quantity", "*"],
        ["FPrice", "单价", "Price"],
        ["FTaxPrice", "含税单价", "Price with tax"],
        ["FEntryTaxRate", "税率%", "Tax rate"],
        ["FIsFree", "是否赠品", "Free"],
        ["FReturnType", "退货类型", "Kind of return", "→"],
        ["FOwnerTypeId", "货主类型", "Kind of owner"],
        ["FOwnerId", "货主", "Owner", "→"],
        ["FStockId", "仓库", "Stock", "→"],
        ["FStockstatusId", "库存状态", "Stock status", "→"],
        ["FLot", "批号", "Lot", "→"],
        ["FProduceDate", "生产日期", "Made"],
        ["FExpiryDate", "有效期至", "Best before"],
        ["FDeliveryDate", "退货日期", "Returned"],
        ["FNote", "备注", "Note"],
        ["FSrcBillNo", "源单编号", "Source number"],
      ),
    ),
    subHead(
      "SubHeadEntity",
      "财务信息",
      "Finance",
      saved(
        ["FSettleCurrId", "结算币别", "Currency", "→"],
        ["FSettleOrgId", "结算组织", "Settling organisation", "→"],
        ["FSettleTypeId", "结算方式", "Way of settling", "→"],
        ["FThirdBillNo", "第三方单据编号", "Third party's number"],
      ),
    ),
  ],
});
