/** The server's front door. */
export { serve, type ServeOptions, type Server, type ServerRole } from "./serve.ts";
export type { DemoSystems } from "./running/demo-board.ts";
export { flowUses } from "./documents/api-uses.ts";
export { flowPaper } from "./paper/flow-paper.ts";
export { paperMarkdown, paperWorkbook, type Paper } from "./paper/paper.ts";
export { apiPaper, connectionPaper } from "./paper/system-papers.ts";
export { ROLES, roleNeeded } from "./access/rights.ts";
export { ROUTES } from "./route/routes.ts";
export type { OidcSettings } from "./access/oidc.ts";
export { readTrustedProxies } from "./access/trusted-proxies.ts";
export { importOpenApi, type ImportedConnector, type OpenApiImport } from "./openapi/import-openapi.ts";
export { logLine, type LogForm } from "./telemetry/log.ts";
