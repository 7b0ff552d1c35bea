/** The world: histories of faults and crashes in virtual time. */
export { liveHistory, type HistoryOptions, type HistoryResult } from "./history.ts";
export { openReplay, type Replay } from "./replay.ts";
export { simplify, tellBroken } from "./simplify.ts";
