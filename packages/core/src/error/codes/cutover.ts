/** Error codes of mapping tables and of the cut-over from another integration platform. */
import type { ErrorCodeRow } from "../error-code.ts";

export const CUTOVER_CODES = {
  TABLE_UNKNOWN: {
    fault: "rejected",
    zh: "没有映射表「{table}」{meantZh}",
    en: "There is no mapping table '{table}'{meantEn}",
    todoZh: "用 datong table import {table} <文件> 导入，或改用已有的：{known}",
    todoEn: "Import it with datong table import {table} <file>, or use one of: {known}",
  },
  TABLE_COLUMN_UNKNOWN: {
    fault: "rejected",
    zh: "映射表「{table}」没有列「{column}」",
    en: "The mapping table '{table}' has no column '{column}'",
    todoZh: "改 tableColumns，或补上这一列；现有的列：{known}",
    todoEn: "Change tableColumns, or add the column; there are: {known}",
  },
  TABLE_AMBIGUOUS: {
    fault: "rejected",
    zh: "映射表「{table}」按列「{column}」查「{value}」有不同的结果（第 {rows} 行，共 {count} 处）",
    en: "In the mapping table '{table}', '{value}' of column '{column}' has different answers (rows {rows}; {count} in all)",
    todoZh: "每个编码只留一行，或换一个方向、换两列。",
    todoEn: "Leave one row for each code, or use another direction or other columns.",
  },
  TABLE_INVALID: {
    fault: "rejected",
    zh: "映射表 {file} 不能用：{reason}",
    en: "The mapping table {file} cannot be used: {reason}",
    todoZh: "第一行写列名，至少两列、各不相同；第一列每行都要有值。",
    todoEn: "The first row holds the columns' names, two at least and all different; every row needs a value in the first column.",
  },
  VALUE_UNMAPPED: {
    fault: "rejected",
    zh: "字段 {fieldPath} 的值「{value}」不在映射表（{table}）里",
    en: "Field {fieldPath}: '{value}' is not in the table ({table})",
    todoZh: "把它补进映射表后重试；或把 mapMissing 改为 keep、default。",
    todoEn: "Add it to the table and retry, or set mapMissing to keep or default.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
