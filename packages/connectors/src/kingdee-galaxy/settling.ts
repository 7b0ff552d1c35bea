/** What 应收单 and 应付单 have in common: the finance sub-head and the lines. */
import type { Field } from "@datong/core";
import { lines, saved, subHead } from "./form-save.ts";

export const SETTLEMENT_FIELDS: readonly Field[] = [
  subHead(
    "FsubHeadFinc",
    "表头财务",
    "Finance",
    saved(
      ["FACCNTTIMEJUDGETIME", "到期日计算日期", "Due date counts from"],
      ["FSettleTypeID", "结算方式", "Way of settling", "→"],
      ["FMAINBOOKSTDCURRID", "本位币", "Local currency", "→"],
      ["FEXCHANGETYPE", "汇率类型", "Kind of rate", "→"],
      ["FExchangeRate", "汇率", "Rate"],
    ),
  ),
  lines(
    "FEntityDetail",
    saved(
      ["FMATERIALID", "物料编码", "Material", "*→"],
      ["FPRICEUNITID", "计价单位", "Price unit", "→"],
      ["FPriceQty", "计价数量", "Quantity", "*"],
      ["FTaxPrice", "含税单价", "Price with tax", "*"],
      ["FPrice", "单价", "Price"],
      ["FEntryTaxRate", "税率%", "Tax rate"],
      ["FEntryDiscountRate", "折扣率%", "Discount"],
      ["FIsFree", "是否赠品", "Free"],
      ["FLot", "批号", "Lot", "→"],
      ["FCOMMENT", "备注", "Note"],
    ),
  ),
];
