/** 采购入库查询: one row per line of a receipt; the bill's own values are repeated on each. */
import type { Api } from "@datong/core";
import { formQuery } from "../form-query.ts";

export const api: Api = formQuery({
  form: "STK_InStock",
  name: { zh: "采购入库查询", en: "Purchase receipts" },
  id: "FID",
  number: "FBillNo",
  lineId: "FInStockEntry_FEntryID",
  columns: [
    ["FID", "单据内码", "Internal id"],
    ["FBillNo", "单据编号", "Number"],
    ["FDate", "入库日期", "Date"],
    ["FBillTypeID_FNumber", "单据类型", "Type", "FBillTypeID.FNumber"],
    ["FStockOrgId_FNumber", "收料组织", "Receiving organisation", "FStockOrgId.FNumber"],
    ["FPurchaseOrgId_FNumber", "采购组织", "Buying organisation", "FPurchaseOrgId.FNumber"],
    ["FSupplierId_FNumber", "供应商编码", "Supplier", "FSupplierId.FNumber"],
    ["FSupplierId_FName", "供应商名称", "Supplier's name", "FSupplierId.FName"],
    ["FSettleOrgId_FNumber", "结算组织", "Settling organisation", "FSettleOrgId.FNumber"],
    ["FSettleCurrId_FNumber", "结算币别", "Currency", "FSettleCurrId.FNumber"],
    ["FDocumentStatus", "单据状态", "Status"],
    ["FCancelStatus", "作废状态", "Voided"],
    ["FApproveDate", "审核日期", "Audited"],
    ["FModifyDate", "修改日期", "Changed"],
    ["FInStockEntry_FEntryID", "明细行内码", "Line id"],
    ["FMaterialId_FNumber", "物料编码", "Material", "FMaterialId.FNumber"],
    ["FRealQty", "实收数量", "Quantity"],
    ["FTaxPrice", "含税单价", "Price with tax"],
    ["FEntryTaxRate", "税率%", "Tax rate"],
    ["FAllAmount", "价税合计", "Amount with tax"],
    ["FGiveAway", "是否赠品", "Free"],
    ["FStockId_FNumber", "仓库编码", "Stock", "FStockId.FNumber"],
  ],
});
