/** What a bill does to the quantity on hand when it is audited: which of its lines take from a stock and which add to one. */
import { negateDecimal } from "./decimal.ts";
import type { Document } from "./store.ts";

export interface Movement {
  /** Inner ids of stock and material, `stock|material`. */
  readonly place: string;
  /** Decimal text; negative when it takes. */
  readonly change: string;
}

interface Rule {
  readonly entry: string;
  readonly material: string;
  readonly quantity: string;
  readonly from?: string;
  readonly to?: string;
}

/** By form; a form that is not here moves nothing. */
const RULES: Readonly<Record<string, Rule>> = {
  SAL_OUTSTOCK: { entry: "FEntity", material: "FMaterialID", quantity: "FRealQty", from: "FStockID" },
  SAL_RETURNSTOCK: { entry: "FEntity", material: "FMaterialId", quantity: "FRealQty", to: "FStockId" },
  STK_InStock: { entry: "FInStockEntry", material: "FMaterialId", quantity: "FRealQty", to: "FStockId" },
  PUR_MRB: { entry: "FPURMRBENTRY", material: "FMATERIALID", quantity: "FRMREALQTY", from: "FSTOCKID" },
  STK_MISCELLANEOUS: { entry: "FEntity", material: "FMATERIALID", quantity: "FQty", to: "FSTOCKID" },
  STK_MisDelivery: { entry: "FEntity", material: "FMaterialId", quantity: "FQty", from: "FStockId" },
  STK_TransferDirect: { entry: "FBillEntry", material: "FMaterialId", quantity: "FQty", from: "FSrcStockId", to: "FDestStockId" },
};

/** The movements of all lines, in order. */
export function movementsOf(document: Document): readonly Movement[] {
  const rule = RULES[document.form.id];
  if (rule === undefined) return [];
  return (document.lines[rule.entry] ?? []).flatMap(({ values }) => {
    const quantity = typeof values[rule.quantity] === "string" ? String(values[rule.quantity]) : "0";
    const at = (field: string): string => `${String(values[field] ?? 0)}|${String(values[rule.material] ?? 0)}`;
    return [
      ...(rule.from === undefined ? [] : [{ place: at(rule.from), change: negateDecimal(quantity) }]),
      ...(rule.to === undefined ? [] : [{ place: at(rule.to), change: quantity }]),
    ];
  });
}
