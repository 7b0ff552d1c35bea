/** The engine's front door. */
export { openEngine, type Engine, type EngineOptions } from "./engine.ts";
export type { RunOptions, RunProgress, RunResult, RunWait } from "./flow/running.ts";
export { connectorsNamed, type OpenConnection } from "./connection/open-connection.ts";
export { guardedSocket } from "./connection/guard-address.ts";
export { createMask } from "./connection/mask.ts";
export { traced } from "./trace.ts";
export { callCounts, type CallCount } from "./connection/call-counts.ts";
export { REAL_PORTS, type Ports } from "./ports.ts";
export { openDatabase, type Database } from "./store/postgres/index.ts";
export { migrate } from "./store/migrate.ts";
export * from "./ledger/index.ts";
export {
  previewFlow,
  type NewColumn,
  type Preview,
  type PreviewDocument,
  type PreviewOptions,
  type PreviewRecord,
} from "./flow/preview.ts";
export { requireDecided, undecidedIssues } from "./flow/require-decided.ts";
export {
  soundDraft,
  tryDraft,
  type DraftFlaw,
  type TriedDocument,
  type TriedDraft,
  type TriedRecord,
  type TriedStep,
} from "./flow/try-draft.ts";
export { type FlowNamed, type ReceivedRow } from "./flow/receive-rows.ts";
export * from "./flow/compare/index.ts";
export * from "./flow/debug/index.ts";
export { shadowFlow, type ShadowOptions, type ShadowResult } from "./flow/shadow/shadow-flow.ts";
export { type RunWarning } from "./flow/transform/stage-records.ts";
export { CallFault } from "./flow/source/read-page.ts";
export * from "./worker/index.ts";
export * from "./workspace/index.ts";
export * from "./template/index.ts";
export { packText, readPlaces, unpackText, type Place } from "./store/stored-text.ts";
// Parts for whoever runs a flow's stages on another ledger, line or clock: the testkit's world.
export { runFlow } from "./flow/run.ts";
export { writeAll } from "./flow/target/write-all.ts";
export { tasksInHand } from "./flow/target/hold-leases.ts";
export { readyFlow, type ReadyFlow } from "./flow/ready-flow.ts";
export type { CallResult } from "./connection/caller.ts";
export type { ReadyApi } from "./connection/open-connection.ts";
export { createIdSource, type IdSource } from "./store/id-source.ts";
export { postgresStore, type LedgerStore } from "./store/ledger-store.ts";
export { registerFlow, registerRevision, type FlowRow } from "./store/flow-rows.ts";
export type { KnownDocument, KnownRecord } from "./store/known-rows.ts";
export type { TaskRow } from "./store/insert-tasks.ts";
export type { DocumentRow, PageRows } from "./store/page-rows.ts";
export { WAITS, type OrderRules, type Place as OrderPlace } from "./store/order-rows.ts";
export type { ClaimedDocument, ClaimedTask } from "./store/task-rows.ts";
export type { DocumentEnd, Settlement } from "./store/settle-rows.ts";
export { diagnoseStore, type StoreDiagnosis } from "./store/diagnose-store.ts";
export { exchangeRoom, saveExchangeQuota, type ExchangeRoom } from "./store/exchange-quota.ts";
export { backupStore, streamBackup, type BackupResult } from "./store/backup-store.ts";
export { restoreStore, type RestoreResult } from "./store/restore-store.ts";
export { checkCounts, type CountDifference } from "./store/count-check.ts";
export { pruneStore, type StorePruned } from "./store/retention-keep.ts";
export {
  CERTIFICATE_KEEP_DAYS,
  EXCHANGE_KEEP_DAYS,
  loadRetention,
  saveRetention,
  SETTLED,
  type RetentionPart,
  type RetentionSetting,
} from "./store/retention-settings.ts";
export { distributeScript, distributeStore } from "./store/distribute/distribute-store.ts";
export { readSpreadsheet, type Sheet } from "./file/spreadsheet.ts";
export { streamWorkbook, writeCsv, writeWorkbook, type WrittenSheet } from "./file/write-spreadsheet.ts";
export { masterKeyOf, seal, unseal } from "./store/seal.ts";
export { masterKeyState, rotateMasterKey, secretPlace, type RotationResult } from "./store/master-key.ts";
export { transaction, type Also, type Queryable } from "./store/transaction.ts";
export { testConnection, type ConnectionTest } from "./flow/source/test-connection.ts";
export { tryApi, type ApiTrial, type TriedApi } from "./flow/try-api.ts";
export { quantileOf, readApiCalls, type ApiCalls } from "./store/api-usage-rows.ts";
export { post, type PostOptions } from "./connection/post.ts";
export * from "./reconcile/index.ts";
export * from "./completeness/index.ts";
export { livingWorkers } from "./store/worker-rows.ts";
export {
  listDebug,
  listLogLines,
  LOG_LEVELS,
  switchDebug,
  type DebugSwitch,
  type LogFilter,
  type LogLevel,
  type LogLine,
} from "./store/log-rows.ts";
export type { FlowLog } from "./flow/log/flow-log.ts";
export { idAtMs, idMs } from "./store/id-source.ts";
