/** The ledger for people and programs: reads, and the retry by hand. */
export { findBeginning, findRecords, type RecordRef } from "./find-records.ts";
export { failureGroups, type FailureGroup } from "./failure-groups.ts";
export { flowAt, flowPosition, type FlowPosition } from "./flow-position.ts";
export { listMissing, type MissingItem } from "./list-missing.ts";
export { countFlows, countRecords, countWriteBacks, type FlowCount } from "./count-statuses.ts";
export { listRecords, type ListedDocument, type ListedRecord, type ListOptions } from "./list-records.ts";
export { documentMappedBy } from "./mapped-by.ts";
export { recordStory, type RecordStory, type StoryDocument, type StoryExchange, type StoryTask } from "./record-story.ts";
export { retryWriteBacks } from "./retry-write-backs.ts";
export { retryRecords, type RetryOptions, type RetryResult } from "./retry-records.ts";
export type { Intervention } from "../store/intervention-rows.ts";
export { takeOver, type TakeOverConflict, type TakeOverResult } from "./take-over.ts";
export type { TakenNumber } from "../store/taken-over-rows.ts";
export { pushAgain, type PushedAgain } from "./repair/push-again.ts";
export { markDone, skipByHand, type Deed } from "./repair/set-by-hand.ts";
export type { RetryHow } from "./repair/retry-page.ts";
export type { RetrySelection } from "./repair/select-documents.ts";
export { pushedRowsWait } from "./pushed-rows.ts";
export { firstRow } from "./first-row.ts";
export { findMany, type FoundNumber } from "./find-records.ts";
export { workBulk, type FlowNow } from "./bulk/work-bulk.ts";
export { BULK_MAX, selectItems } from "./bulk/select-items.ts";
export { numbersApart } from "./bulk/numbers-apart.ts";
export {
  addBulk,
  cancelBulk,
  findBulk,
  listBulks,
  type BulkAsked,
  type BulkKind,
  type BulkSelection,
  type BulkWork,
} from "../store/bulk-rows.ts";
export { countUnsent } from "../store/unsent-rows.ts";
export { describeRecords, type DescribedRecord } from "./describe-records.ts";
export { recordChain, type ChainLink, type RecordChain } from "./record-chain.ts";
export { budgetUse, listWatermarks, type BudgetUse } from "./flow-gauges.ts";
export { findExchange } from "./find-exchange.ts";
export { findRun, listRuns, runStatuses, type ListedRun, type RunFilter } from "./list-runs.ts";
export { editDocument, editRows } from "./repair/edit-bill.ts";
export * from "./dashboard.ts";
export { storedRecords, type StoredOptions, type StoredPage, type StoredRecord } from "./stored-records.ts";
export { orderLines, type OrderLine } from "./order-lines.ts";
