/** Errors of databases as source and target. */
import type { ErrorCodeRow } from "../error-code.ts";

export const DATABASE_CODES = {
  STATEMENT_PLACEHOLDER: {
    fault: "rejected",
    zh: "{field} 是语句，里面不能写 {{…}}",
    en: "{field} is a statement; {{…}} has no place in it",
    todoZh: '在语句里写 :名称，再加一个同名参数给它取值，如 since: "{{LAST_SYNC_TIME|datetime}}"；值会绑定，不会拼进语句。',
    todoEn:
      'Write :name in the statement and give a parameter of that name its value, such as since: "{{LAST_SYNC_TIME|datetime}}"; values are bound, never put into the text.',
  },
  DATABASE_VALUE_MISSING: {
    fault: "rejected",
    zh: "语句里的 :{name} 没有值；已给出：{known}",
    en: "The statement's :{name} has no value; given are: {known}",
    todoZh: "在请求参数（写入时为映射字段）里加上 {name}；空值不算给出，允许为空的条件请另写一条语句。",
    todoEn: "Add {name} to the parameters (of a write: to the mapping); an empty value counts as none.",
  },
  DATABASE_STATEMENT_REFUSED: {
    fault: "rejected",
    zh: "不执行这条语句：{reason}",
    en: "This statement is not carried out: {reason}",
    todoZh: "读取只用一条 SELECT（或 WITH … SELECT）；写入只用一条 INSERT、UPDATE、REPLACE、DELETE 或 CALL。",
    todoEn: "Read with one SELECT (or WITH … SELECT); write with one INSERT, UPDATE, REPLACE, DELETE or CALL.",
  },
  DATABASE_ROWS_UNPAGED: {
    fault: "rejected",
    zh: "结果超过 {rowsMax} 行而没有写明分页的列",
    en: "There are more than {rowsMax} rows, and no column to page by is named",
    todoZh: "把参数 key 写成结果里唯一的列（可几列，用逗号分隔），如 id 或 order_no,line_no；按它逐页读取。",
    todoEn: "Set the parameter key to columns that are unique in the result, such as id or order_no,line_no; pages follow their order.",
  },
  DATABASE_KEY_UNFIT: {
    fault: "rejected",
    zh: "不能按列 {key} 分页：{reason}",
    en: "The rows cannot be paged by {key}: {reason}",
    todoZh: "改用结果里有、不为 NULL 且合起来唯一的列。",
    todoEn: "Use columns that the result has, that are never NULL and unique together.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
