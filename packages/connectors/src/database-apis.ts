/**
 * The APIs of a database, the same for all kinds: rows by a statement or of a table, as source; rows of a table or a statement, as target.
 * A shape describes what is done; the engine's database caller does it (engine/src/connection/database). `select`, `execute` and
 * `batchexecute` are those of 轻易云, by the same names.
 */
import type { Api, Field, OutcomeRule, Paging, Probe, ResultRule, Rows } from "@datong/core";

const shape = (path: string, json: Readonly<Record<string, string | boolean>>) => ({ method: "POST", path, json }) as const;
const field = (name: string, label: string, labelEn: string, more: Partial<Field> = {}): Field => ({
  field: name,
  label,
  labelEn,
  ...more,
});

const SQL_NOTE = "值写 :名称，并加同名请求参数取值 / name values :name and give a parameter of that name";
const sizeOf = field("size", "每页行数", "Rows of a page", { default: "{{PAGINATION_PAGE_SIZE}}" });
const numbersOf = [
  field("numberColumn", "编码列", "Column of the number", { description: "按单号读取时用 / used where bills are read by number" }),
  field("numbers", "单号", "Numbers"),
];
const keyOf = field("key", "分页列", "Columns to page by", {
  description:
    "结果里合起来唯一、不为 NULL 的列，逗号分隔 / columns of the result that are unique together and never NULL, parted by commas",
});
const rows: Rows = { kind: "objects", paths: ["rows"] };
const byNumber = { params: { numbers: "{{keys}}" }, batchMax: 200 } as const;
const cursor = field("cursor", "游标", "Cursor", { default: "{{PAGINATION_CURSOR}}" });
const byKey: Paging = { kind: "cursor", next: "next", first: "", size: 1_000, sizeMax: 10_000, end: [{ rule: "no-cursor" }] };
const asked = {
  key: "{{params.key}}",
  size: "{{params.size}}",
  cursor: "{{params.cursor}}",
  number: "{{params.numberColumn}}",
  numbers: "{{params.numbers}}",
  values: "{{params}}",
} as const;

export const queryApi: Api = {
  code: "query",
  operation: "query",
  name: { zh: "按 SQL 读取", en: "Read by SQL" },
  direction: "query",
  open: true,
  request: [
    field("sql", "SELECT 语句", "SELECT statement", { required: true, verbatim: true, description: SQL_NOTE }),
    keyOf,
    ...numbersOf,
    sizeOf,
    cursor,
  ],
  response: [],
  shape: shape("query", { sql: "{{params.sql}}", ...asked }),
  rows,
  byNumber,
  paging: byKey,
};

export const tableApi: Api = {
  code: "table",
  operation: "table",
  name: { zh: "读取一张表", en: "Read a table" },
  direction: "query",
  open: true,
  request: [
    field("table", "表或视图", "Table or view", { required: true }),
    field("columns", "列", "Columns", { description: "逗号分隔，不写为全部 / parted by commas; all unless given" }),
    field("where", "条件", "Condition", { verbatim: true, description: SQL_NOTE }),
    { ...keyOf, required: true },
    ...numbersOf,
    sizeOf,
    cursor,
  ],
  response: [],
  shape: shape("query", { table: "{{params.table}}", columns: "{{params.columns}}", where: "{{params.where}}", ...asked }),
  rows,
  byNumber,
  paging: byKey,
};

export const selectApi: Api = {
  code: "select",
  operation: "select",
  name: { zh: "select（轻易云写法）", en: "select (as in 轻易云)" },
  direction: "query",
  open: true,
  request: [
    field("main_sql", "SELECT 语句", "SELECT statement", { required: true, verbatim: true, description: SQL_NOTE }),
    field("limit", "每页行数", "Rows of a page", { default: "{{PAGINATION_PAGE_SIZE}}" }),
    field("offset", "起始行", "First row", { default: "{{PAGINATION_START_ROW}}" }),
    ...numbersOf,
  ],
  response: [],
  shape: shape("select", {
    sql: "{{params.main_sql}}",
    size: "{{params.limit}}",
    row: "{{params.offset}}",
    number: "{{params.numberColumn}}",
    numbers: "{{params.numbers}}",
    values: "{{params}}",
  }),
  rows,
  byNumber,
  paging: { kind: "offset", size: 1_000, sizeMax: 10_000, end: [{ rule: "short-page" }] },
};

const TABLE_OPTIONS: readonly Field[] = [
  field("table", "表", "Table", { required: true }),
  field("key", "键列", "Key column", {
    required: true,
    description: "唯一标识一张单据的列，映射里要有 / the column that tells one document from another; it is to be mapped",
  }),
  field("linesField", "明细字段", "Field of the lines", {
    description: "单据里明细数组的字段 / the document's field that holds its lines",
  }),
  field("linesTable", "明细表", "Table of the lines"),
  field("linesLink", "明细表的关联列", "Column of the lines that holds the key"),
];
const TABLE_BODY = {
  table: "{{options.table}}",
  key: "{{options.key}}",
  linesField: "{{options.linesField}}",
  linesTable: "{{options.linesTable}}",
  linesLink: "{{options.linesLink}}",
  documents: "{{documents}}",
} as const;
const outcome: OutcomeRule = {
  kind: "per-document",
  match: "index",
  done: { list: ["rows"], match: "index", when: { path: "done", exists: true } },
  refused: { list: ["rows"], match: "index", code: "code", subCode: "state", message: "message", when: { path: "code", exists: true } },
};
const probe: Probe = {
  api: "find",
  params: { table: "{{options.table}}", key: "{{options.key}}", keys: "{{keys}}" },
  key: "key",
  batchMax: 500,
};

export const findApi: Api = {
  code: "find",
  operation: "find",
  name: { zh: "按键查找", en: "Find by key" },
  direction: "query",
  request: [
    field("table", "表", "Table", { required: true }),
    field("key", "键列", "Key column", { required: true }),
    field("keys", "键值", "Keys", { default: "{{keys}}" }),
  ],
  response: [field("key", "键", "Key")],
  shape: shape("find", { table: "{{params.table}}", key: "{{params.key}}", keys: "{{params.keys}}" }),
  rows,
  id: ["key"],
  paging: { kind: "none" },
};

export const insertApi: Api = {
  code: "insert",
  operation: "insert",
  name: { zh: "新增行", en: "Insert rows" },
  direction: "write",
  open: true,
  request: [],
  response: [],
  options: TABLE_OPTIONS,
  shape: shape("write", { mode: "insert", ...TABLE_BODY }),
  write: { batchMax: 1_000, key: "", keyOption: "key", outcome, idempotent: false, probe },
};

export const upsertApi: Api = {
  code: "upsert",
  operation: "upsert",
  name: { zh: "新增或更新行", en: "Insert or update rows" },
  direction: "write",
  open: true,
  request: [],
  response: [],
  options: [
    ...TABLE_OPTIONS,
    field("conflict", "唯一约束的列", "Columns of the unique constraint", { description: "不写为键列 / the key column unless given" }),
  ],
  shape: shape("write", { mode: "upsert", conflict: "{{options.conflict}}", ...TABLE_BODY }),
  // The same row once more is the same row.
  write: { batchMax: 1_000, key: "", keyOption: "key", outcome, idempotent: true, overwrites: true, probe },
};

const OWN_OPTIONS: readonly Field[] = [field("main_sql", "语句", "Statement", { required: true, verbatim: true, description: SQL_NOTE })];

export const executeApi: Api = {
  code: "execute",
  operation: "execute",
  name: { zh: "execute（轻易云写法）", en: "execute (as in 轻易云)" },
  direction: "write",
  open: true,
  request: [],
  response: [],
  options: OWN_OPTIONS,
  shape: shape("write", { sql: "{{options.main_sql}}", documents: "{{documents}}" }),
  write: { batchMax: 200, key: "", outcome, idempotent: false },
};

export const batchExecuteApi: Api = {
  code: "batchexecute",
  operation: "batchexecute",
  name: { zh: "batchexecute（轻易云写法）", en: "batchexecute (as in 轻易云)" },
  direction: "write",
  open: true,
  request: [],
  response: [],
  options: OWN_OPTIONS,
  shape: shape("write", { sql: "{{options.main_sql}}", bulk: true, documents: "{{documents}}" }),
  write: { batchMax: 1_000, key: "", outcome, idempotent: false },
};

/** Rules of an answer, without the vendor's own codes. */
export const RESULT: Omit<ResultRule, "faults"> = {
  ok: [],
  failed: [{ path: "error.code", exists: true }],
  code: ["error.code"],
  subCode: ["error.state"],
  message: ["error.message"],
};

/** Settings but the address. */
export const ACCOUNT_SETTINGS: readonly Field[] = [
  field("user", "用户名", "User", {
    required: true,
    description: "读取用的账号请只给 SELECT 权限 / give an account that only reads SELECT alone",
  }),
  field("password", "密码", "Password", { secret: true }),
  field("tls", "加密连接", "TLS", {
    default: "no",
    options: ["no", "yes", "unverified"],
    description: "yes 校验证书；unverified 加密但不校验（自签证书）/ yes verifies the certificate; unverified does not",
  }),
];
