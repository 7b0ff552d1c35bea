/** Texts of the commands for a cut-over: what another system wrote, and the shadow run. */
import type { Language } from "@datong/core";

const zh = {
  cmdCutover: "从另一个系统切换过来",
  cmdImport: "导入另一个系统已写的单号：这些单据记为完成，不再写入",
  argFile: ".xlsx 或 .csv，第一行是列名",
  optSourceColumn: "源单号（或源主键）所在的列：列名、字母或序号（默认第一列）",
  optNumberColumn: "目标单号所在的列（默认第二列，没有就不记）",
  optSheet: "工作表名称（默认第一个）",
  optReason: "原因，记入账本（默认：切换）",
  optBy: "谁处理的（默认：当前用户）",
  reason: (file: string): string => `切换：${file}`,
  imported: (r: { readonly taken: number; readonly stored: number; readonly alreadyThere: number }): string =>
    `已记为完成 ${r.taken} 张（其中账本里已有、尚未写入的 ${r.stored} 张），早已记下的 ${r.alreadyThere} 张。其余等读到时直接记为完成。`,
  skipped: (blank: number, repeated: number): string => `略去：没有单号的 ${blank} 行，重复的 ${repeated} 行。`,
  conflicts: (n: number): string => `${n} 张有矛盾，没有记下：`,
  conflictTable: ["行", "源单号", "目标单号", "原因"] as readonly string[],
  kinds: {
    "other-number": (found: string): string => `已有另一个目标单号 ${found}`,
    "under-way": (): string => "正在写入，稍后再导入",
    merged: (): string => "已并入汇总单",
    contradicts: (found: string): string => `同一文件里另有 ${found}`,
  } as Readonly<Record<string, (found: string) => string>>,
};

const en: typeof zh = {
  cmdCutover: "taking over from another system",
  cmdImport: "takes over the numbers that another system has written: these bills are done and never written here",
  argFile: "an .xlsx or .csv file; the columns' names in its first row",
  optSourceColumn: "column of the source's number (or key): its name, letter or position (default: the first)",
  optNumberColumn: "column of the target's number (default: the second; without one it is not kept)",
  optSheet: "the sheet's name (default: the first)",
  optReason: "why; the ledger keeps it (default: the cut-over)",
  optBy: "who (default: the user)",
  reason: (file) => `cut-over: ${file}`,
  imported: (r) =>
    `${r.taken} are done now (${r.stored} of them were stored and not written yet), ${r.alreadyThere} were there before. The others are done as soon as they are read.`,
  skipped: (blank, repeated) => `Left out: ${blank} rows without a number, ${repeated} repeated ones.`,
  conflicts: (n) => `${n} contradict something and were not taken:`,
  conflictTable: ["Row", "Source number", "Target number", "Why"],
  kinds: {
    "other-number": (found) => `it has another target number, ${found}`,
    "under-way": () => "it is being written; import it again later",
    merged: () => "it is part of a summary",
    contradicts: (found) => `the file has ${found} too`,
  },
};

export type CutoverText = typeof zh;

export function cutoverText(language: Language): CutoverText {
  return language === "zh" ? zh : en;
}
