/** Reconciliation: compare, accept, repair, list. */
export { beginReconcile, reconcileFlow, type BegunReconciliation, type ReconcileOptions, type Reconciled } from "./reconcile-flow.ts";
export {
  agrees,
  type Difference,
  type DifferenceKind,
  type ReconcileNote,
  type ReconcileProgress,
  type ReconcileSummary,
  type Repaired,
  type SideTotal,
  type Told,
  type TotalRow,
} from "./reconciliation.ts";
export {
  acceptDifferences,
  forgetAccepted,
  listAccepted,
  listDifferences,
  listReconciliations,
  showReconciliation,
  type PastReconciliation,
  type PlacedDifference,
} from "./past-reconciliations.ts";
export type { ExtraChoice } from "./repair-flow.ts";
export { previewRemoval, listRemovals, type PreviewedBill, type RemovalPreview } from "./removal/preview-removal.ts";
export { reconciliationSheets } from "./report-sheets.ts";
