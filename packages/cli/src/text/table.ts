/** Texts of the commands about mapping tables. */
import type { Language } from "@datong/core";

const zh = {
  cmdTable: "映射表：导入、列出、查看",
  cmdImport: "从 Excel 或 CSV 导入映射表，写入工作区的 tables 文件夹",
  cmdList: "列出工作区的映射表",
  cmdShow: "查看一个映射表",
  argName: "映射表的名称",
  argFile: ".xlsx 或 .csv 文件，第一行是列名",
  optSheet: "工作表名称（默认第一个）",
  optValue: "只看这个编码（任一列）",
  head: ["映射表", "列", "行数", "用到的方案"] as readonly string[],
  none: "工作区没有映射表。用 datong table import <名称> <文件> 导入。",
  row: (row: number): string => `第 ${row} 行`,
  blank: "空行，已略去",
  repeated: (value: string, other: number): string => `「${value}」与第 ${other} 行重复，已略去`,
  conflict: (value: string, other: number): string => `「${value}」与第 ${other} 行不一致`,
  keyMissing: "第一列是空的",
  more: (n: number): string => `另有 ${n} 处`,
  imported: (name: string, rows: number, change: { readonly added: number; readonly changed: number; readonly removed: number }): string =>
    `映射表「${name}」共 ${rows} 行：新增 ${change.added}，修改 ${change.changed}，移除 ${change.removed}。`,
};

const en: typeof zh = {
  cmdTable: "mapping tables: import, list, show",
  cmdImport: "takes a mapping table from Excel or CSV into the workspace's tables folder",
  cmdList: "lists the workspace's mapping tables",
  cmdShow: "one mapping table",
  argName: "the table's name",
  argFile: "an .xlsx or .csv file; the columns' names in its first row",
  optSheet: "the sheet's name (default: the first)",
  optValue: "only this code, in whichever column",
  head: ["Table", "Columns", "Rows", "Flows that use it"],
  none: "The workspace has no mapping table. Import one with datong table import <name> <file>.",
  row: (row) => `row ${row}`,
  blank: "blank, left out",
  repeated: (value, other) => `'${value}' is as in row ${other}, left out`,
  conflict: (value, other) => `'${value}' differs from row ${other}`,
  keyMissing: "the first cell is empty",
  more: (n) => `${n} more`,
  imported: (name, rows, change) =>
    `Mapping table '${name}' has ${rows} rows: ${change.added} added, ${change.changed} changed, ${change.removed} removed.`,
};

export type TableText = typeof zh;

export function tableText(language: Language): TableText {
  return language === "zh" ? zh : en;
}
