/** The ledger for people and programs: reads, and the retry by hand. */
export { findBeginning, findRecords, type RecordRef } from "./find-records.ts";
export { flowPosition, type FlowPosition } from "./flow-position.ts";
export { listMissing, type MissingItem } from "./list-missing.ts";
export { countFlows, countRecords, countWriteBacks, type FlowCount } from "./count-statuses.ts";
export { listRecords, type ListedDocument, type ListedRecord, type ListOptions } from "./list-records.ts";
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
