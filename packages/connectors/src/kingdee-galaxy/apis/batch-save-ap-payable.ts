/** 应付单新增: what is owed to suppliers for goods, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, saved } from "../form-save.ts";
import { SETTLEMENT_FIELDS } from "../settling.ts";

export const api: Api = formSave({
  form: "AP_Payable",
  name: { zh: "应付单新增", en: "Add payables" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FDATE", "业务日期", "Date", "*"],
      ["FENDDATE_H", "到期日", "Due", "*"],
      ["FSUPPLIERID", "供应商", "Supplier", "*→"],
      ["FCURRENCYID", "币别", "Currency", "*→"],
      ["FPayConditon", "付款条件", "Terms", "→"],
      ["FSETTLEORGID", "结算组织", "Settling organisation", "*→"],
      ["FPAYORGID", "付款组织", "Paying organisation", "*→"],
      ["FPURCHASEORGID", "采购组织", "Buying organisation", "→"],
      ["FPURCHASEDEPTID", "采购部门", "Buying department", "→"],
      ["FBUSINESSTYPE", "业务类型", "Business"],
      ["FSetAccountType", "立账类型", "Way of booking"],
      ["FAP_Remark", "备注", "Note"],
    ),
    ...SETTLEMENT_FIELDS,
  ],
});
