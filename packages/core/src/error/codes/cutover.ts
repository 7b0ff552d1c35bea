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
  CHECK_FIRST_UNSUPPORTED: {
    fault: "rejected",
    zh: "接口 {api} 没有查证，不能写入前先查（checkFirst）",
    en: "The API {api} has no probe, so nothing can be checked before it is written (checkFirst)",
    todoZh: "去掉 checkFirst，改用 datong cutover import 导入已写的单号；或给接口声明 probe。",
    todoEn: "Leave checkFirst out and import the numbers that are written with datong cutover import, or declare a probe for the API.",
  },
  FOUND_AT_TARGET: {
    fault: "rejected",
    zh: "写入前查证：目标已有这张单据，没有写入",
    en: "Checked before it was written: the target has it already, so nothing was written",
    todoZh: "不需要处理。若那不是同一张单据，在目标里删除后用 datong push-again 再写。",
    todoEn: "Nothing. If that is another document, remove it at the target and use datong push-again.",
  },
  TAKEN_OVER: {
    fault: "rejected",
    zh: "切换前已由另一个系统写入，没有再写",
    en: "Another system wrote it before the cut-over; it was not written again",
    todoZh: "不需要处理。",
    todoEn: "Nothing.",
  },
  SHADOW_PROBE_MISSING: {
    fault: "rejected",
    zh: "接口 {api} 没有查证，不能向目标读回单据来比较",
    en: "The API {api} has no probe, so documents cannot be read back from the target to be compared",
    todoZh: "用 --against 给出从另一个系统导出的请求文件（JSON）。",
    todoEn: "Give a file of the other system's requests (JSON) with --against.",
  },
  SHADOW_REQUESTS_NONE: {
    fault: "rejected",
    zh: "文件里没有找到带字段「{field}」的单据",
    en: "The file has no document with the field '{field}'",
    todoZh: "文件应是另一个系统发给目标的请求（JSON，一条或一个数组），每张单据有外部单号字段。",
    todoEn: "The file holds what the other system sent to the target, as JSON; each document has the field of its external key.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
