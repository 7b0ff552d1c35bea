/** Reconciliation: what is compared, and one bill compared. */
export { askedFields, compareBill, linesOf, placeOf, sourceSum, sumOf, type BillComparison, type FieldGap } from "./compare-bill.ts";
export { ReconcileSchema, type ReconcileRule } from "./reconcile-rule.ts";
