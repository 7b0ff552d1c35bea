/** Import of Qeasy's schemes as flows, and the way back. Pure: texts in, documents and a report out. */
export { exportFlow, type ExportedFlow } from "./export/export-flow.ts";
export type { ImportContext } from "./import/context.ts";
export { importFiles, type ImportResult, type RefusedFile } from "./import/import-files.ts";
export { connectorOfSheets, type SheetConnector, type SheetOptions } from "./import/template-connector.ts";
export type { ImportedFlow } from "./import/import-scheme.ts";
export { reportJson, reportMarkdown } from "./report/report.ts";
export type { InputFile } from "./scheme/gather.ts";
