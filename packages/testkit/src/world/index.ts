/** The world: histories of faults and crashes in virtual time. */
export { liveHistory, type HistoryOptions, type HistoryResult } from "./history.ts";
export { simplify, tellBroken } from "./simplify.ts";
