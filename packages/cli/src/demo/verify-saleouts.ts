/** 聚水潭·奇门 销售出库 → 金蝶云星空 销售出库单: each confirmed sale-out, audited in Kingdee, with lines, quantities and amounts with tax. */
import { decimalText, mul, round } from "@datong/core";
import { accepted, compareDocuments, decimalOf, type ComparedDocument } from "./compare-documents.ts";
import { listAt, textAt } from "./plain-rows.ts";
import type { Verify } from "./verify.ts";

export const verifySaleouts: Verify = (id, vendorOf) => {
  const expected = vendorOf("jushuitan-qimen")
    .data("saleout")
    .filter((bill) => textAt(bill, "status") === "Confirmed")
    .map((bill): ComparedDocument => ({
      key: `JST${textAt(bill, "io_id")}`,
      fields: { customer: `KH${textAt(bill, "shop_id")}`, date: textAt(bill, "send_date").slice(0, 10), stage: "audited" },
      lines: listAt(bill, "items").map((item) => ({
        item: textAt(item, "sku_id"),
        quantity: textAt(item, "qty"),
        amount: textAt(item, "amount"),
      })),
    }));
  const arrived = accepted(vendorOf("kingdee-galaxy").ledger(), "SAL_OUTSTOCK", ({ body, stage }) => ({
    fields: { customer: textAt(body, "FCustomerID", "FNumber"), date: textAt(body, "FDate").slice(0, 10), stage: stage ?? "" },
    lines: listAt(body, "FEntity").map((entry) => ({
      item: textAt(entry, "FMaterialID", "FNumber"),
      quantity: textAt(entry, "FRealQty"),
      // Kingdee's own amount with tax: quantity by price with tax, to the fen.
      amount: decimalText(round(mul(decimalOf(textAt(entry, "FRealQty")), decimalOf(textAt(entry, "FTaxPrice"))), 2)),
    })),
  }));
  return compareDocuments(id, expected, arrived);
};
