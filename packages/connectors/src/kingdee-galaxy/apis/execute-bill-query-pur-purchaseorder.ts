/** 采购订单查询: one row per line of an order; the bill's own values are repeated on each. */
import type { Api } from "@datong/core";
import { formQuery } from "../form-query.ts";

export const api: Api = formQuery({
  form: "PUR_PurchaseOrder",
  name: { zh: "采购订单查询", en: "Purchase orders" },
  id: "FID",
  number: "FBillNo",
  lineId: "FPOOrderEntry_FEntryID",
  columns: [
    ["FID", "单据内码", "Internal id"],
    ["FBillNo", "单据编号", "Number"],
    ["FDate", "采购日期", "Date"],
    ["FBillTypeID_FNumber", "单据类型", "Type", "FBillTypeID.FNumber"],
    ["FPurchaseOrgId_FNumber", "采购组织", "Buying organisation", "FPurchaseOrgId.FNumber"],
    ["FSupplierId_FNumber", "供应商编码", "Supplier", "FSupplierId.FNumber"],
    ["FSupplierId_FName", "供应商名称", "Supplier's name", "FSupplierId.FName"],
    ["FSettleCurrId_FNumber", "结算币别", "Currency", "FSettleCurrId.FNumber"],
    ["FDocumentStatus", "单据状态", "Status"],
    ["FCancelStatus", "作废状态", "Voided"],
    ["FCloseStatus", "关闭状态", "Closed"],
    ["FApproveDate", "审核日期", "Audited"],
    ["FModifyDate", "修改日期", "Changed"],
    ["FPOOrderEntry_FEntryID", "明细行内码", "Line id"],
    ["FMaterialId_FNumber", "物料编码", "Material", "FMaterialId.FNumber"],
    ["FQty", "采购数量", "Quantity"],
    ["FTaxPrice", "含税单价", "Price with tax"],
    ["FPrice", "单价", "Price"],
    ["FEntryTaxRate", "税率%", "Tax rate"],
    ["FAllAmount", "价税合计", "Amount with tax"],
    ["FDeliveryDate", "交货日期", "Due"],
    ["FGiveAway", "是否赠品", "Free"],
    ["FEntryNote", "备注", "Note"],
  ],
});
