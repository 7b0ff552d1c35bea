/** 销售出库查询: one row per line of an issue; the bill's own values are repeated on each. */
import type { Api } from "@datong/core";
import { formQuery } from "../form-query.ts";

export const api: Api = formQuery({
  form: "SAL_OUTSTOCK",
  name: { zh: "销售出库查询", en: "Sales issues" },
  id: "FID",
  number: "FBillNo",
  lineId: "FEntity_FEntryID",
  columns: [
    ["FID", "单据内码", "Internal id"],
    ["FBillNo", "单据编号", "Number"],
    ["FDate", "日期", "Date"],
    ["FBillTypeID_FNumber", "单据类型", "Type", "FBillTypeID.FNumber"],
    ["FSaleOrgId_FNumber", "销售组织", "Selling organisation", "FSaleOrgId.FNumber"],
    ["FStockOrgId_FNumber", "发货组织", "Issuing organisation", "FStockOrgId.FNumber"],
    ["FCustomerID_FNumber", "客户编码", "Customer", "FCustomerID.FNumber"],
    ["FCustomerID_FName", "客户名称", "Customer's name", "FCustomerID.FName"],
    ["FNote", "备注", "Note"],
    ["FSettleOrgID_FNumber", "结算组织", "Settling organisation", "FSettleOrgID.FNumber"],
    ["FSettleCurrID_FNumber", "结算币别", "Currency", "FSettleCurrID.FNumber"],
    ["FDocumentStatus", "单据状态", "Status"],
    ["FCancelStatus", "作废状态", "Voided"],
    ["FApproveDate", "审核日期", "Audited"],
    ["FModifyDate", "修改日期", "Changed"],
    ["FEntity_FEntryID", "明细行内码", "Line id"],
    ["FMaterialID_FNumber", "物料编码", "Material", "FMaterialID.FNumber"],
    ["FRealQty", "实发数量", "Quantity"],
    ["FTaxPrice", "含税单价", "Price with tax"],
    ["FEntryTaxRate", "税率%", "Tax rate"],
    ["FAllAmount", "价税合计", "Amount with tax"],
    ["FIsFree", "是否赠品", "Free"],
    ["FStockID_FNumber", "仓库编码", "Stock", "FStockID.FNumber"],
  ],
});
