/** The data's way, decided: source, record, transform, task, target. */
export * from "./call/index.ts";
export * from "./check-flow.ts";
export { lookupFieldIssues } from "./check/check-lookup.ts";
export * from "./connection.ts";
export * from "./flow.ts";
export * from "./mapping-table.ts";
export * from "./next-tick.ts";
export { QeasyAnswersSchema, type QeasyKept, type QeasySide } from "./qeasy-kept.ts";
export * from "./record/change.ts";
export * from "./record/status.ts";
export * from "./shadow/index.ts";
export * from "./source/index.ts";
export * from "./target/outcome.ts";
export { writeBackRow, type ToldDocument } from "./target/write-back.ts";
export * from "./task/retry.ts";
export * from "./template.ts";
export * from "./transform/index.ts";
export * from "./workspace.ts";
