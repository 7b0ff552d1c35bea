/** 销售订单新增: orders of customers, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, lines, saved, subHead } from "../form-save.ts";

export const api: Api = formSave({
  form: "SAL_SaleOrder",
  name: { zh: "销售订单新增", en: "Add sales orders" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FDate", "日期", "Date", "*"],
      ["FSaleOrgId", "销售组织", "Selling organisation", "*→"],
      ["FCustId", "客户", "Customer", "*→"],
      ["FReceiveAddress", "收货方地址", "Address"],
      ["FLinkMan", "收货人姓名", "Receiver"],
      ["FLinkPhone", "联系电话", "Telephone"],
      ["FSaleDeptId", "销售部门", "Sales department", "→"],
      ["FSalerId", "销售员", "Seller", "→"],
      ["FNote", "备注", "Note"],
    ),
    subHead(
      "FSaleOrderFinance",
      "财务信息",
      "Finance",
      saved(
        ["FSettleCurrId", "结算币别", "Currency", "*→"],
        ["FRecConditionId", "收款条件", "Terms", "→"],
        ["FSettleModeId", "结算方式", "Way of settling", "→"],
        ["FIsIncludedTax", "是否含税", "With tax"],
        ["FExchangeTypeId", "汇率类型", "Kind of rate", "→"],
        ["FAllDisCount", "整单折扣额", "Discount"],
      ),
    ),
    lines(
      "FSaleOrderEntry",
      saved(
        ["FMaterialId", "物料编码", "Material", "*→"],
        ["FUnitID", "销售单位", "Unit", "→"],
        ["FQty", "销售数量", "Quantity", "*"],
        ["FPrice", "单价", "Price"],
        ["FTaxPrice", "含税单价", "Price with tax"],
        ["FEntryTaxRate", "税率%", "Tax rate"],
        ["FIsFree", "是否赠品", "Free"],
        ["FDeliveryDate", "要货日期", "Wanted on", "*"],
        ["FStockOrgId", "库存组织", "Stock organisation", "→"],
        ["FSettleOrgIds", "结算组织", "Settling organisation", "*→"],
        ["FSupplyOrgId", "供应组织", "Supplying organisation", "→"],
        ["FOwnerTypeId", "货主类型", "Kind of owner"],
        ["FOwnerId", "货主", "Owner", "→"],
        ["FEntryNote", "备注", "Note"],
      ),
    ),
  ],
});
