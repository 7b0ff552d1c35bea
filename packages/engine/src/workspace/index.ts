/** Workspaces: the folder of flows, connections and fixtures, read and checked without opening a connection. */
export { checkWorkspaceFlow, connectionOf, flowToRun } from "./check-workspace.ts";
export { parseEnvironment, readEnvironmentFile, type Environment } from "./environment.ts";
export { parseText, readDocument, type DocumentIssue, type ReadResult } from "./read-document.ts";
export { additionIssues, type ConnectionEntry, type FlowEntry } from "./entry.ts";
export { judgeFlows } from "./judge-flows.ts";
export * from "./workspace.ts";
export * from "./workspace-of-texts.ts";
export { flowNamed, flowReaders, type FlowReader } from "./named-flows.ts";
export { workspaceStamp } from "./workspace-stamp.ts";
export { readTable, tableOfRows, type TableEntry, type TableFinding, type TableRead } from "./mapping-tables.ts";
