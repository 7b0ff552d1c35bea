/**
 * PostgreSQL (also KingbaseES, openGauss and others that speak its protocol): rows as source and target.
 */
import type { ConnectorHead } from "@datong/core";
import { ACCOUNT_SETTINGS, RESULT } from "../database-apis.ts";

export const connector: ConnectorHead = {
  system: "postgresql",
  version: 1,
  name: { zh: "PostgreSQL", en: "PostgreSQL" },
  docs: [
    {
      title: "PostgreSQL Documentation: Appendix A, Error Codes",
      url: "https://www.postgresql.org/docs/current/errcodes-appendix.html",
      read: "2026-11-22",
    },
  ],
  settings: [
    {
      field: "url",
      label: "地址",
      labelEn: "Address",
      required: true,
      description: "postgresql://主机:5432/库名 / postgresql://host:5432/database",
    },
    ...ACCOUNT_SETTINGS,
  ],
  auth: {},
  limits: { concurrency: 4, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  database: "postgresql",
  result: {
    ...RESULT,
    faults: [
      { codePrefixes: ["28"], codes: ["28000", "28P01"], fault: "rejected", cause: "credentials" },
      { codes: ["53300"], fault: "throttled", waitMs: 2_000 },
      { codes: ["40001", "40P01", "55P03", "57014"], fault: "transient" },
      { codes: ["23505"], fault: "rejected", cause: "duplicate" },
      { codes: ["23503"], fault: "rejected", cause: "missing-master-data" },
      { codes: ["23502"], fault: "rejected", cause: "required-field" },
      { codes: ["42501"], fault: "rejected", cause: "permission" },
      {
        codes: ["42P01", "42703", "42601", "42P10", "3D000", "22001", "22003", "22007", "22P02", "23514"],
        fault: "rejected",
        cause: "parameter",
      },
    ],
  },
  test: { api: "query", params: { sql: "SELECT 1 AS ok" } },
};
