/**
 * Prices and amounts the server works out when a bill with prices is saved: price from tax price or the other way round, amounts per line
 * rounded to cents, sums in the head. Exact decimals throughout.
 */
import { addDecimals, compareDecimals, divideDecimals, multiplyDecimals, negateDecimal } from "./decimal.ts";
import type { Value } from "./form.ts";
import type { Document } from "./store.ts";

interface Rule {
  readonly lines: string;
  readonly quantity: string;
  readonly free: string;
  /** Line fields: amount without tax, tax, amount with tax. */
  readonly amounts: readonly [net: string, tax: string, all: string];
  /** Sub-head that holds the sums, and their fields in it; "" is the header. */
  readonly sums: readonly { readonly in: string; readonly field: string; readonly of: "net" | "tax" | "all" }[];
}

const TRADE = { free: "FIsFree", amounts: ["FAmount", "FEntryTaxAmount", "FAllAmount"] } as const;
const SETTLEMENT: Rule = {
  lines: "FEntityDetail",
  quantity: "FPriceQty",
  free: "FIsFree",
  amounts: ["FNoTaxAmountFor_D", "FTAXAMOUNTFOR_D", "FALLAMOUNTFOR_D"],
  sums: [
    { in: "FsubHeadFinc", field: "FNoTaxAmountFor", of: "net" },
    { in: "FsubHeadFinc", field: "FTaxAmountFor", of: "tax" },
    { in: "", field: "FALLAMOUNTFOR", of: "all" },
  ],
};

/** By form; the vendor keeps no tax sum on a return. */
const RULES: Readonly<Record<string, Rule>> = {
  SAL_SaleOrder: { ...TRADE, lines: "FSaleOrderEntry", quantity: "FQty", sums: tradeSums("FSaleOrderFinance") },
  SAL_OUTSTOCK: { ...TRADE, lines: "FEntity", quantity: "FRealQty", sums: tradeSums("SubHeadEntity") },
  SAL_RETURNSTOCK: {
    ...TRADE,
    lines: "FEntity",
    quantity: "FRealQty",
    sums: tradeSums("SubHeadEntity").filter(({ of }) => of !== "tax"),
  },
  STK_InStock: { ...TRADE, free: "FGiveAway", lines: "FInStockEntry", quantity: "FRealQty", sums: tradeSums("FInStockFin") },
  PUR_PurchaseOrder: {
    lines: "FPOOrderEntry",
    quantity: "FQty",
    free: "FGiveAway",
    amounts: ["FEntryAmount", "FEntryTaxAmount", "FAllAmount"],
    sums: tradeSums("FPOOrderFinance"),
  },
  PUR_MRB: { ...TRADE, free: "FGiveAway", lines: "FPURMRBENTRY", quantity: "FRMREALQTY", sums: tradeSums("FPURMRBFIN") },
  AR_receivable: SETTLEMENT,
  AP_Payable: SETTLEMENT,
};

function tradeSums(head: string): Rule["sums"] {
  return [
    { in: head, field: "FBillAmount", of: "net" },
    { in: head, field: "FBillTaxAmount", of: "tax" },
    { in: head, field: "FBillAllAmount", of: "all" },
  ];
}

/** Fills the amounts of a bill with prices; other documents are left as they are. */
export function refreshAmounts(document: Document): void {
  const rule = RULES[document.form.id];
  if (rule === undefined) return;
  let [net, tax] = ["0.00", "0.00"];
  for (const { values } of document.lines[rule.lines] ?? []) {
    const line = refreshLine(rule, values);
    if (line === undefined) continue;
    net = addDecimals(net, line.net);
    tax = addDecimals(tax, line.tax);
  }
  const sums = { net, tax, all: addDecimals(net, tax) };
  for (const sum of rule.sums) {
    const head = sum.in === "" ? document.values : document.lines[sum.in]?.[0]?.values;
    if (head !== undefined) head[sum.field] = sums[sum.of];
  }
}

/** Works out one line; undefined when it has no quantity or no price. */
function refreshLine(rule: Rule, values: Record<string, Value>): { readonly net: string; readonly tax: string } | undefined {
  const quantity = decimal(values[rule.quantity]);
  const factor = addDecimals("1", divideDecimals(decimal(values["FEntryTaxRate"]) ?? "0", "100", 8));
  const taxPrice = decimal(values["FTaxPrice"]);
  const price = decimal(values["FPrice"]);
  if (quantity === undefined || (taxPrice === undefined && price === undefined)) return undefined;
  const withTax = isSet(taxPrice) ? taxPrice : multiplyDecimals(price ?? "0", factor, 6);
  const all = values[rule.free] === true ? "0.00" : multiplyDecimals(withTax, quantity, 2);
  const net = values[rule.free] === true ? "0.00" : divideDecimals(all, factor, 2);
  const tax = addDecimals(all, negateDecimal(net));
  values["FTaxPrice"] = withTax;
  values["FPrice"] = isSet(price) ? price : divideDecimals(taxPrice ?? "0", factor, 6);
  [values[rule.amounts[0]], values[rule.amounts[1]], values[rule.amounts[2]]] = [net, tax, all];
  return { net, tax };
}

function decimal(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && compareDecimals(value, "0") !== 0;
}
