/** 金蝶云星空 客户 → 巨益OMS 分销商: each audited customer in use, once for each of its addresses, or once when it has none. */
import { accepted, compareDocuments, type ComparedDocument } from "./compare-documents.ts";
import { listAt, textAt } from "./plain-rows.ts";
import type { Verify } from "./verify.ts";

export const verifyCustomers: Verify = (id, vendorOf) => {
  const expected = vendorOf("kingdee-galaxy")
    .data("BD_Customer")
    .filter((customer) => textAt(customer, "FDocumentStatus") === "C" && textAt(customer, "FForbidStatus") === "A")
    .flatMap((customer): readonly ComparedDocument[] => {
      const addresses = listAt(customer, "FT_BD_CUSTCONTACT");
      // A customer without an address keeps one distributor, which has the first number.
      const numbers = addresses.length === 0 ? ["1"] : addresses.map((_, i) => String(i + 1));
      const name = textAt(customer, "FName");
      return numbers.map((number) => ({
        key: `${name}${number}`,
        fields: { name, company: textAt(customer, "FUseOrgId", "FName") },
        lines: [],
      }));
    });
  const arrived = accepted(vendorOf("greatonce").ledger(), "distributor", ({ body }) => ({
    fields: { name: textAt(body, "distributorName"), company: textAt(body, "distributorCompanyName") },
    lines: [],
  }));
  return compareDocuments(id, expected, arrived);
};
