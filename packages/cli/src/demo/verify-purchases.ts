/** 金蝶云星辰 采购入库单 → 吉客云 客户: each supplier of an audited receipt becomes one customer, however many receipts it has. */
import { accepted, compareDocuments, type ComparedDocument } from "./compare-documents.ts";
import { textAt } from "./plain-rows.ts";
import type { Verify } from "./verify.ts";

export const verifyPurchases: Verify = (id, vendorOf) => {
  const suppliers = new Map<string, ComparedDocument>();
  for (const receipt of vendorOf("kingdee-stars").data("pur_inbound")) {
    const key = textAt(receipt, "supplierid_number");
    if (textAt(receipt, "billstatus") !== "C" || key === "") continue;
    suppliers.set(key, { key, fields: { name: textAt(receipt, "supplierid_name") }, lines: [] });
  }
  const arrived = accepted(vendorOf("jackyun").ledger(), "customer", ({ body }) => ({
    fields: { name: textAt(body, "nickname") },
    lines: [],
  }));
  return compareDocuments(id, [...suppliers.values()], arrived);
};
