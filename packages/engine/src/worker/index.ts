/** Many workers on one database. */
export { runWorker, type WorkerOptions, type WorkerResult } from "./run-worker.ts";
export type { WorkerFlow } from "./member.ts";
export { queueStates, type QueueState } from "./queue-state.ts";
export { apiPauseId, listPauses, pause, resume, type PauseKind, type PauseRow } from "../store/pause-rows.ts";
