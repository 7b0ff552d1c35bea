/** 应收单新增: what customers owe for goods, by the source's own bill number. */
import type { Api } from "@datong/core";
import { formSave, saved } from "../form-save.ts";
import { SETTLEMENT_FIELDS } from "../settling.ts";

export const api: Api = formSave({
  form: "AR_receivable",
  name: { zh: "应收单新增", en: "Add receivables" },
  request: [
    ...saved(
      ["FBillTypeID", "单据类型", "Type", "*→"],
      ["FBillNo", "单据编号", "Number", "*"],
      ["FDATE", "业务日期", "Date", "*"],
      ["FENDDATE_H", "到期日", "Due", "*"],
      ["FCUSTOMERID", "客户", "Customer", "*→"],
      ["FCURRENCYID", "币别", "Currency", "*→"],
      ["FPayConditon", "收款条件", "Terms", "→"],
      ["FSETTLEORGID", "结算组织", "Settling organisation", "*→"],
      ["FPAYORGID", "收款组织", "Receiving organisation", "→"],
      ["FSALEORGID", "销售组织", "Selling organisation", "*→"],
      ["FSALEDEPTID", "销售部门", "Sales department", "→"],
      ["FSALEERID", "销售员", "Seller", "→"],
      ["FBUSINESSTYPE", "业务类型", "Business"],
      ["FSetAccountType", "立账类型", "Way of booking"],
      ["FAR_Remark", "备注", "Note"],
    ),
    ...SETTLEMENT_FIELDS,
  ],
});
