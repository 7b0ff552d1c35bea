/** 金蝶云星空 销售退货单 → 聚水潭 其它入库单: each audited return that is not voided, with its lines and quantities. */
import { accepted, compareDocuments, type ComparedDocument } from "./compare-documents.ts";
import { listAt, textAt } from "./plain-rows.ts";
import type { Verify } from "./verify.ts";

const WAREHOUSES: Readonly<Record<string, string>> = { CK001: "0", CK002: "11301", CK003: "11302", CK004: "11303" };

export const verifyReturns: Verify = (id, vendorOf) => {
  const expected = vendorOf("kingdee-galaxy")
    .data("SAL_RETURNSTOCK")
    .filter((bill) => textAt(bill, "FDocumentStatus") === "C" && textAt(bill, "FCancelStatus") === "A")
    .map((bill): ComparedDocument => {
      const entries = listAt(bill, "FEntity");
      return {
        key: `${textAt(bill, "FBillNo")}${textAt(bill, "SubHeadEntity", "FEntryID")}XStuiin`,
        fields: { type: "in", wms_co_id: WAREHOUSES[textAt(entries[0], "FStockId", "FNumber")] ?? "" },
        lines: entries.map((entry) => ({ item: textAt(entry, "FMaterialId", "FNumber"), quantity: textAt(entry, "FRealQty"), amount: "" })),
      };
    });
  const arrived = accepted(vendorOf("jushuitan").ledger(), "otherinout", ({ body }) => ({
    fields: { type: textAt(body, "type"), wms_co_id: textAt(body, "wms_co_id") },
    lines: listAt(body, "items").map((item) => ({ item: textAt(item, "sku_id"), quantity: textAt(item, "qty"), amount: "" })),
  }));
  return compareDocuments(id, expected, arrived);
};
