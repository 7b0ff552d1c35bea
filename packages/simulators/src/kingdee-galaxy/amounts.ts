/**
 * Prices and amounts the server works out when a sales bill is saved: price from tax price or the other way round, amounts per line
 * rounded to cents, sums in the finance sub-head. Exact decimals throughout.
 */
import { addDecimals, compareDecimals, divideDecimals, multiplyDecimals, negateDecimal } from "./decimal.ts";
import type { Value } from "./form.ts";
import type { Document } from "./store.ts";

/** Fills the amounts of a bill with lines; other documents are left as they are. */
export function refreshAmounts(document: Document): void {
  const lines = document.lines["FEntity"];
  const finance = document.lines["SubHeadEntity"]?.[0];
  if (lines === undefined || finance === undefined) return;
  let [net, tax] = ["0.00", "0.00"];
  for (const { values } of lines) {
    const quantity = decimal(values["FRealQty"]);
    if (quantity === undefined) continue;
    const factor = addDecimals("1", divideDecimals(decimal(values["FEntryTaxRate"]) ?? "0", "100", 8));
    const taxPrice = decimal(values["FTaxPrice"]);
    const price = decimal(values["FPrice"]);
    const free = values["FIsFree"] === true;
    if (taxPrice === undefined && price === undefined) continue;
    const withTax = isSet(taxPrice) ? taxPrice : multiplyDecimals(price ?? "0", factor, 6);
    const without = isSet(price) ? price : divideDecimals(taxPrice ?? "0", factor, 6);
    values["FTaxPrice"] = withTax;
    values["FPrice"] = without;
    values["FAllAmount"] = free ? "0.00" : multiplyDecimals(withTax, quantity, 2);
    values["FAmount"] = free ? "0.00" : divideDecimals(values["FAllAmount"], factor, 2);
    values["FEntryTaxAmount"] = addDecimals(values["FAllAmount"], negateDecimal(values["FAmount"]));
    net = addDecimals(net, values["FAmount"]);
    tax = addDecimals(tax, values["FEntryTaxAmount"]);
  }
  finance.values["FBillAmount"] = net;
  finance.values["FBillAllAmount"] = addDecimals(net, tax);
  if (document.form.id === "SAL_OUTSTOCK") finance.values["FBillTaxAmount"] = tax;
}

function decimal(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && compareDecimals(value, "0") !== 0;
}
