/** 旺店通·企业奇门 仓库 → 金蝶云星空 仓库: each warehouse in use becomes one audited stock. */
import { accepted, compareDocuments, type ComparedDocument } from "./compare-documents.ts";
import { textAt } from "./plain-rows.ts";
import type { Verify } from "./verify.ts";

export const verifyWarehouses: Verify = (id, vendorOf) => {
  const expected = vendorOf("wangdiantong-qimen")
    .data("warehouse")
    .filter((warehouse) => textAt(warehouse, "is_disabled") !== "1")
    .map((warehouse): ComparedDocument => ({
      key: textAt(warehouse, "warehouse_no"),
      fields: { name: textAt(warehouse, "name"), stage: "audited" },
      lines: [],
    }));
  const arrived = accepted(vendorOf("kingdee-galaxy").ledger(), "BD_STOCK", ({ body, stage }) => ({
    fields: { name: textAt(body, "FName"), stage: stage ?? "" },
    lines: [],
  }));
  return compareDocuments(id, expected, arrived);
};
