/** Reads of the ledger: what people and programs ask it. Nothing here writes. */
export { findRecords, type RecordRef } from "./find-records.ts";
export { countRecords, listRecords, type ListedDocument, type ListedRecord, type ListOptions } from "./list-records.ts";
export { recordStory, type RecordStory, type StoryDocument, type StoryExchange, type StoryTask } from "./record-story.ts";
export { flowPosition, type FlowPosition } from "./flow-position.ts";
