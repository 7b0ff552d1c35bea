/** Texts of pushing rows to a passive flow. */
import type { Language } from "@datong/core";

const zh = {
  cmdPush: "把文件里的数据推送给被动接收的方案：存入账本，再映射、写入",
  argFile: 'JSON 数组、每行一个 JSON、{"content":[…]}、.xlsx 或 .csv（第一行为字段名）',
  optRows: "预览文件里的数据，不读源系统",
  stored: (stored: number, refused: number): string => `已存入 ${stored} 行${refused > 0 ? `，${refused} 行不能接收` : ""}。`,
  line: (n: number): string => `第 ${n} 行`,
  row: (n: number): string => `第 ${n} 条`,
  more: (n: number): string => `还有 ${n} 行不能接收，用 --json 看全部。`,
  elsewhere: "方案正在别处运行，由那里读取。",
};

const en: typeof zh = {
  cmdPush: "push a file's rows to a passive flow: stored in the ledger, then mapped and written",
  argFile: 'a JSON list, one JSON object a line, {"content":[…]}, .xlsx or .csv (names in the first row)',
  optRows: "preview the rows of this file instead of the source's",
  stored: (stored, refused) => `${stored} rows stored${refused > 0 ? `, ${refused} refused` : ""}.`,
  line: (n) => `line ${n}`,
  row: (n) => `row ${n}`,
  more: (n) => `${n} more were refused; --json lists all.`,
  elsewhere: "The flow is running elsewhere; the rows are read there.",
};

export function pushText(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
