/** Texts of `datong eval`. */
import type { Language } from "@datong/core";

const zh = {
  cmdEval: "用一条数据试算一个取值，与运行时相同；不打开数据库",
  argValue: "取值，如 '{{FBillNo}}' 或 '_function …'",
  optRecord: "数据的 JSON 文件",
  optType: "转换成的字段类型",
  optAt: "当作现在的时刻，如 2026-11-22T08:00:00+08:00（默认：现在）",
  optZone: "时区（默认 Asia/Shanghai）",
  optCollections: "关联查询的数据文件夹，每个方案一个 <方案标识>.json",
  timeWrong: (text: string) => `看不懂时间「${text}」`,
  timeTodo: "写成 2026-11-22T08:00:00+08:00；不写偏移时按 --zone。",
  recordWrong: (file: string) => `${file} 里应为一个 JSON 对象`,
  recordTodo: "一条数据写成 {…}；多行的数据写成 [{…}]，取第一行。",
  collectionWrong: (file: string) => `${file} 里应为 JSON 数组，元素为对象`,
  collectionTodo: "每行写成 {…}，或 {id, number, status, content:{…}}。",
  missing: "（没有值）",
  lookup: (flow: string, where: string, matched: number) => `查方案 ${flow}，${where}，${matched} 行`,
};

const en: typeof zh = {
  cmdEval: "evaluate one value against a record, as a run would; opens no database",
  argValue: "the value, such as '{{FBillNo}}' or '_function …'",
  optRecord: "JSON file of the record",
  optType: "field type to cast to",
  optAt: "the time that counts as now, such as 2026-11-22T08:00:00+08:00 (default: now)",
  optZone: "time zone (default: Asia/Shanghai)",
  optCollections: "folder of the rows that lookups ask, one <flow id>.json for each flow",
  timeWrong: (text) => `The time '${text}' cannot be read`,
  timeTodo: "Write 2026-11-22T08:00:00+08:00; without an offset it is a time of --zone.",
  recordWrong: (file) => `${file} does not hold one JSON object`,
  recordTodo: "Write a record as {…}; of rows in a list, [{…}], the first is taken.",
  collectionWrong: (file) => `${file} does not hold a JSON list of objects`,
  collectionTodo: "Write each row as {…}, or as {id, number, status, content:{…}}.",
  missing: "(no value)",
  lookup: (flow, where, matched) => `looked into flow ${flow}, ${where}: ${matched} rows`,
};

export type EvalText = typeof zh;

export function evalText(language: Language): EvalText {
  return language === "zh" ? zh : en;
}
