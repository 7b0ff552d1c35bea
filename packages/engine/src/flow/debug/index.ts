/** A flow followed stage by stage on one bill or one page. */
export { debugRead, recordOfText, type DebugFrom, type DebugRead } from "./read-stage.ts";
export {
  billOfText,
  debugBills,
  debugDocuments,
  debugRequest,
  debugRows,
  objectOfText,
  type DebugBill,
  type DebugBills,
  type DebugDocument,
  type DebugRequest,
} from "./map-stages.ts";
export { recordsOfAnswer } from "./edited-answer.ts";
export { debugWrite, type DebugWrite } from "./write-stage.ts";
