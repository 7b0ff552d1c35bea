/** Reconciliation: what is compared, and one bill compared. */
export { askedFields, compareBill, linesOf, placeOf, sourceSum, sumOf, type BillComparison, type FieldGap } from "./compare-bill.ts";
export { ReconcileSchema, type ReconcileRule, type ReconcileSchedule } from "./reconcile-rule.ts";
export { spanOfTick } from "./span-of-tick.ts";
