/**
 * MySQL and MariaDB (also PolarDB, TDSQL, OceanBase in MySQL mode): rows as source and target, in the server's own protocol.
 */
import type { ConnectorHead } from "@datong/core";
import { ACCOUNT_SETTINGS, RESULT } from "../database-apis.ts";

export const connector: ConnectorHead = {
  system: "mysql",
  version: 1,
  name: { zh: "MySQL", en: "MySQL" },
  docs: [
    {
      title: "MySQL 8.4 Reference Manual: Server Error Message Reference",
      url: "https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html",
      read: "2026-11-22",
    },
    {
      title: "MariaDB Knowledge Base: Error Codes; max_statement_time",
      url: "https://mariadb.com/kb/en/mariadb-error-codes/",
      read: "2026-11-22",
    },
  ],
  settings: [
    {
      field: "url",
      label: "地址",
      labelEn: "Address",
      required: true,
      description: "mysql://主机:3306/库名 / mysql://host:3306/database",
    },
    ...ACCOUNT_SETTINGS,
  ],
  auth: {},
  limits: { concurrency: 4, timeoutMs: 60_000 },
  zone: "Asia/Shanghai",
  database: "mysql",
  result: {
    ...RESULT,
    faults: [
      { codes: ["1045", "1044", "1698", "1129"], fault: "rejected", cause: "credentials" },
      { codes: ["1040", "1203", "1226"], fault: "throttled", waitMs: 2_000 },
      { codes: ["1205", "1213", "1969", "3024", "1317", "1290"], fault: "transient" },
      { codes: ["1062", "1586"], fault: "rejected", cause: "duplicate" },
      { codes: ["1452", "1216"], fault: "rejected", cause: "missing-master-data" },
      { codes: ["1451", "1217"], fault: "rejected", cause: "in-use" },
      { codes: ["1048", "1364"], fault: "rejected", cause: "required-field" },
      { codes: ["1142", "1143", "1227", "1370"], fault: "rejected", cause: "permission" },
      { codes: ["1054", "1064", "1136", "1146", "1049", "1264", "1265", "1292", "1366", "1406"], fault: "rejected", cause: "parameter" },
    ],
  },
  test: { api: "query", params: { sql: "SELECT 1 AS ok" } },
};
